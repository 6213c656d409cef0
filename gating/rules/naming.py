"""Copies and ids as people say them."""

from collections.abc import Iterable

from gating.model.rule import MOST, Ids

_SHOWN = 8


def numbers(copies: Iterable[int]) -> str:
    """Copies as people say them: "#17 and #204"."""
    return _joined([f"#{copy}" for copy in sorted(copies)])


def ranges(ids: Ids) -> str:
    """A set of ids as people say it: "#1 to #100 and #777"."""
    return _joined([_span(low, high) for low, high in ids.spans])


def _span(low: int, high: int) -> str:
    if low == high:
        return f"#{low}"
    return f"#{low} on" if high == MOST else f"#{low} to #{high}"


def _joined(named: list[str]) -> str:
    if len(named) > _SHOWN:
        named = [*named[: _SHOWN - 1], f"{len(named) - _SHOWN + 1} more"]
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
