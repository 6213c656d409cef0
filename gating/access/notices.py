"""What a fan is told when access changes: what changed, why, and at which block. Pure."""

from collections.abc import Container, Iterable, Sequence
from datetime import timedelta

from gating.access.inviting import missing
from gating.access.plan import Verdict, names_of
from gating.access.standing import Standing
from gating.errors import Fact
from gating.model import Account, Gate, GateId, No, Notice, Platform, Step, Transfer, Unknown
from gating.model.rule import Holds, Tier, TokenIds, Trait, predicates_of
from gating.rules.naming import numbers


def news_for(
    standing: Standing, gates: Sequence[Gate], *, sale: Transfer | None, waiting: Account | None
) -> Iterable[tuple[Account, Notice]]:
    """One message per account that something changed for, or that waits for an answer."""
    for account in standing.fan.accounts:
        opened = _changed(standing, account, Step.OPEN)
        closed = _changed(standing, account, Step.CLOSE)
        ending = _worth_a_word(gates, _changed(standing, account, Step.END))
        kept = _worth_a_word(gates, _changed(standing, account, Step.KEEP))
        if closed:
            yield account, _ended(standing, gates, closed, sale)
        elif opened:
            yield account, _granted(standing, gates, account, opened)
        elif _changed(standing, account, Step.INVITE):
            yield account, _back(standing, gates, account)
        elif ending:
            yield account, _ending(standing, gates, ending, sale)
        elif kept:
            yield account, _stays(standing, gates, kept)
        elif account == waiting:
            yield account, _unchanged(standing, gates, account)


def _changed(standing: Standing, account: Account, step: Step) -> set[GateId]:
    return {
        change.gate
        for change in standing.changes
        if change.account == account and change.step is step
    }


def _granted(
    standing: Standing, gates: Sequence[Gate], account: Account, opened: set[GateId]
) -> Notice:
    facts: dict[str, Fact] = {"copies": _copies(standing), "gates": names_of(gates, opened)}
    key = "access.letin" if account.platform is Platform.TELEGRAM else "access.granted"
    return Notice(_as_met(key, standing, gates, opened), facts)


def _back(standing: Standing, gates: Sequence[Gate], account: Account) -> Notice:
    invited = [change for change in standing.changes if change.step is Step.INVITE]
    mine = [change for change in invited if change.account == account]
    names = names_of(gates, [change.gate for change in mine])
    return Notice("access.back", {"gates": names, **_ways(standing, account)})


def _ways(standing: Standing, account: Account) -> dict[str, Fact]:
    """The chats for which the word comes with links."""
    targets = missing(standing, account)
    return {"ways": ",".join(targets)} if targets else {}


def _ended(
    standing: Standing, gates: Sequence[Gate], closed: set[GateId], sale: Transfer | None
) -> Notice:
    kept = [verdict.gate.id for verdict in standing.verdicts if verdict.opens]
    if not (
        _are_about_copies(gates, closed, sale)
        and _copies_tell(standing, gates, closed, sale, kept)
    ):
        key, sale = "access.unmet", None
    else:
        key = "access.ended" if sale else "access.over"  # without a sale a wallet was unlinked
    facts: dict[str, Fact] = {
        **_left(standing, sale),
        "ended": names_of(gates, closed),
        "kept": names_of(gates, kept),
        "copies": _copies(standing),
    }
    return Notice(f"{key}.kept" if kept else key, facts)


def _ending(
    standing: Standing, gates: Sequence[Gate], ending: Sequence[GateId], sale: Transfer | None
) -> Notice:
    """What will end, when the first of it does, and how to keep it."""
    soonest = min(gate.grace for gate in gates if gate.id in ending)
    if not (
        _are_about_copies(gates, ending, sale) and _copies_tell(standing, gates, ending, sale, ())
    ):
        key, sale = "access.ending.unmet", None
    else:
        key = "access.ending" if sale else "access.ending.over"
    facts: dict[str, Fact] = {
        **_left(standing, sale),
        "ended": names_of(gates, ending),
        "hours": max(1, soonest // timedelta(hours=1)),
    }
    return Notice(key, facts)


def _stays(standing: Standing, gates: Sequence[Gate], kept: Sequence[GateId]) -> Notice:
    """What had an end has none any more."""
    facts: dict[str, Fact] = {"gates": names_of(gates, kept), "copies": _copies(standing)}
    key = "access.stays" if _are_about_copies(gates, kept, None) else "access.stays.met"
    return Notice(key, facts)


def _as_met(key: str, standing: Standing, gates: Sequence[Gate], those: Container[GateId]) -> str:
    """Who holds no copy and needs none is not told of copies."""
    without = not standing.copies and not _are_about_copies(gates, those, None)
    return f"{key}.met" if without else key


def _left(standing: Standing, sale: Transfer | None) -> dict[str, Fact]:
    """Which copy left in which block; without a sale, at which block was looked."""
    return {
        "copy": f"#{sale.token_id}" if sale else "",
        "block": sale.block_number if sale else _block_of(standing.verdicts),
    }


def _worth_a_word(gates: Sequence[Gate], changed: set[GateId]) -> list[GateId]:
    """Of these, the gates that give a time to act; where there is none its end says enough."""
    return [gate.id for gate in gates if gate.id in changed and gate.grace]


def _unchanged(standing: Standing, gates: Sequence[Gate], account: Account) -> Notice:
    answers = [verdict.now for verdict in standing.verdicts]
    met = [verdict.gate.id for verdict in standing.verdicts if verdict.opens]
    if met:
        facts: dict[str, Fact] = {
            "copies": _copies(standing),
            "gates": names_of(gates, met),
            **_ways(standing, account),
        }
        inside = any(held.account == account for held in standing.held)
        key = "access.same" if inside else "access.knock"
        return Notice(_as_met(key, standing, gates, met), facts)
    unknown = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if unknown:
        return Notice(unknown.code)
    refusal = next(answer for answer in answers if isinstance(answer, No))
    if standing.reading.elsewhere:
        return Notice("E-VAULTELSEWHERE")
    return Notice(refusal.code, refusal.facts)


def _are_about_copies(
    gates: Sequence[Gate], those: Container[GateId], sale: Transfer | None
) -> bool:
    return all(_is_about_copies(gate, sale) for gate in gates if gate.id in those)


def _copies_tell(
    standing: Standing,
    gates: Sequence[Gate],
    ended: Container[GateId],
    sale: Transfer | None,
    kept: Sequence[GateId],
) -> bool:
    """Whether copies explain what ended: a sold one, that there is none, or none of those asked.

    Who holds some where any copy counts is asked for more; and what stays, stays by those.
    """
    if sale or not standing.copies:
        return bool(standing.copies) or not kept
    parts = [part for gate in gates if gate.id in ended for part in predicates_of(gate.rule)]
    return bool(kept) and not any(isinstance(part, Holds) for part in parts)


def _is_about_copies(gate: Gate, sale: Transfer | None) -> bool:
    """Whether nothing but copies can have closed it; with a sale, copies of what was sold."""
    return all(
        isinstance(part, Holds | TokenIds | Tier | Trait)
        and (sale is None or part.contract.asset == sale.asset)
        for part in predicates_of(gate.rule)
    )


def _copies(standing: Standing) -> str:
    return numbers(standing.copies) or "no copies"


def _block_of(verdicts: Sequence[Verdict]) -> int:
    refusals = [verdict.now for verdict in verdicts if isinstance(verdict.now, No)]
    return max((no.at.number for no in refusals if no.at), default=0)
