"""Whether a rule is met, as yes, no or unknown, with the reason."""

from collections.abc import Sequence

from gating.model import Answer, Block, Holding, Holds, No, Unknown, Yes


def check(rule: Holds, holdings: Sequence[Holding], at: Block | None) -> Answer:
    """Does a fan with these holdings meet the rule? All wallets of the fan count together."""
    if at is None:
        return Unknown("E-NOTREADY")
    held = sorted({copy for holding in holdings for copy in holding.copies})
    counted = tuple(copy for copy in held if within(rule, copy))
    if len(counted) >= rule.at_least:
        return Yes(counted, at)
    if held and not counted:
        span = f"#{rule.lowest or 1} to #{rule.highest}" if rule.highest else f"#{rule.lowest} on"
        return No("E-EDITION", at, {"held": numbers(held), "wanted": span})
    return No("E-NOHOLD", at, {"count": len(counted), "needed": rule.at_least})


def within(rule: Holds, copy: int) -> bool:
    """Is this copy's number in the range that the rule counts?"""
    if rule.lowest is not None and copy < rule.lowest:
        return False
    return rule.highest is None or copy <= rule.highest


def numbers(copies: Sequence[int]) -> str:
    """Copies as people say them: "#17 and #204"."""
    named = [f"#{copy}" for copy in sorted(copies)]
    if len(named) > _SHOWN:
        named = [*named[: _SHOWN - 1], f"{len(named) - _SHOWN + 1} more"]
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)


_SHOWN = 8
