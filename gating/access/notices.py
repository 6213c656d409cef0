"""What a fan is told when access changes: what changed, why, and at which block. Pure."""

from collections.abc import Iterable, Sequence

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
        if closed:
            yield account, _ended(standing, gates, closed, sale)
        elif opened:
            yield account, _granted(standing, gates, account, opened)
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
    return Notice(key, facts)


def _ended(
    standing: Standing, gates: Sequence[Gate], closed: set[GateId], sale: Transfer | None
) -> Notice:
    kept = [verdict.gate.id for verdict in standing.verdicts if verdict.opens]
    if not all(_is_about_copies(gate, sale) for gate in gates if gate.id in closed):
        key, sale = "access.unmet", None
    else:
        key = "access.ended" if sale else "access.over"  # without a sale a wallet was unlinked
    facts: dict[str, Fact] = {
        "copy": f"#{sale.token_id}" if sale else "",
        "block": sale.block_number if sale else _block_of(standing.verdicts),
        "ended": names_of(gates, closed),
        "kept": names_of(gates, kept),
        "copies": _copies(standing),
    }
    return Notice(f"{key}.kept" if kept else key, facts)


def _unchanged(standing: Standing, gates: Sequence[Gate], account: Account) -> Notice:
    answers = [verdict.now for verdict in standing.verdicts]
    met = [verdict.gate.id for verdict in standing.verdicts if verdict.opens]
    if met:
        facts: dict[str, Fact] = {
            "copies": _copies(standing),
            "gates": names_of(gates, met),
        }
        inside = any(held.account == account for held in standing.held)
        return Notice("access.same" if inside else "access.knock", facts)
    unknown = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if unknown:
        return Notice(unknown.code)
    refusal = next(answer for answer in answers if isinstance(answer, No))
    return Notice(refusal.code, refusal.facts)


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
