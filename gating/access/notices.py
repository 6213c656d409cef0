"""What a fan is told when access changes: what changed, why, and at which block. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from gating.access.plan import Verdict, names_of
from gating.access.standing import Standing
from gating.errors import Fact
from gating.model import Account, Gate, GateId, No, Notice, Platform, Step, Transfer, Unknown, Yes
from gating.rules.check import numbers


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
        elif ending:
            yield account, _ending(standing, gates, ending, sale)
        elif kept:
            facts: dict[str, Fact] = {"gates": names_of(gates, kept)}
            yield account, Notice("access.stays", {**facts, "copies": numbers(standing.copies)})
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
    facts: dict[str, Fact] = {"copies": numbers(standing.copies), "gates": names_of(gates, opened)}
    key = "access.letin" if account.platform is Platform.TELEGRAM else "access.granted"
    return Notice(key, facts)


def _ended(
    standing: Standing, gates: Sequence[Gate], closed: set[GateId], sale: Transfer | None
) -> Notice:
    kept = [verdict.gate.id for verdict in standing.verdicts if verdict.opens]
    key = "access.ended" if sale else "access.over"  # without a sale a wallet was unlinked
    facts: dict[str, Fact] = {
        "copy": f"#{sale.token_id}" if sale else "",
        "block": sale.block_number if sale else _block_of(standing.verdicts),
        "ended": names_of(gates, closed),
        "kept": names_of(gates, kept),
        "copies": numbers(standing.copies),
    }
    return Notice(f"{key}.kept" if kept else key, facts)


def _ending(
    standing: Standing, gates: Sequence[Gate], ending: Sequence[GateId], sale: Transfer | None
) -> Notice:
    """What will end, when the first of it does, and how to keep it."""
    soonest = min(gate.grace for gate in gates if gate.id in ending)
    facts: dict[str, Fact] = {
        "copy": f"#{sale.token_id}" if sale else "",
        "block": sale.block_number if sale else _block_of(standing.verdicts),
        "ended": names_of(gates, ending),
        "hours": max(1, soonest // timedelta(hours=1)),
    }
    return Notice("access.ending" if sale else "access.ending.over", facts)


def _worth_a_word(gates: Sequence[Gate], changed: set[GateId]) -> list[GateId]:
    """Of these, the gates that give a time to act; where there is none its end says enough."""
    return [gate.id for gate in gates if gate.id in changed and gate.grace]


def _unchanged(standing: Standing, gates: Sequence[Gate], account: Account) -> Notice:
    answers = [verdict.now for verdict in standing.verdicts]
    unknown = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if unknown:
        return Notice(unknown.code)
    met = [v.gate.id for v in standing.verdicts if isinstance(v.now, Yes)]
    if met:
        facts: dict[str, Fact] = {
            "copies": numbers(standing.copies),
            "gates": names_of(gates, met),
        }
        inside = any(held.account == account for held in standing.held)
        return Notice("access.same" if inside else "access.knock", facts)
    refusal = next(answer for answer in answers if isinstance(answer, No))
    if standing.reading.elsewhere:
        return Notice("E-VAULTELSEWHERE")
    return Notice(refusal.code, {**refusal.facts, "block": refusal.at.number})


def _block_of(verdicts: Sequence[Verdict]) -> int:
    return max((v.now.at.number for v in verdicts if isinstance(v.now, No)), default=0)
