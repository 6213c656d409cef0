"""A club file with the rules from the chat that count beside it, judged for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.wiring.rules import reader_of
from config.community import Club
from gating.access.everyone import AT_ONCE
from gating.access.gate_book import GateBook
from gating.access.kept_rules import upheld
from gating.access.plan import Verdict
from gating.access.refresh import RefreshAccess
from gating.access.views import ViewBook
from gating.model import GateId, Known, No, Yes
from gating.model.rule_change import RuleChange
from gating.ports import Store
from gating.rules.dry_run import Outcomes
from gating.rules.finding import Outcome


@dataclass(frozen=True, kw_only=True)
class Side:
    """The gates as they would stand with this file. `counting` and `overtaken` are the rules
    from the chat that go on counting beside it, and those that do not."""

    club: Club
    gates: GateBook
    counting: Mapping[GateId, RuleChange]
    overtaken: Mapping[GateId, RuleChange]


def side_of(club: Club, changes: Sequence[RuleChange]) -> Side:
    """Raises `NeedsPerson("E-RULEKEPT")` for a rule from the chat that does not fit the file."""
    gates, read = GateBook(club.gates), reader_of(club)
    counting, overtaken = {}, {}
    for change in changes:
        if change.rule is None:
            continue
        now = upheld(change, gates, read)
        if now is None:
            overtaken[change.gate] = change
        else:
            counting[change.gate] = change
            gates.stand(now.gate, now.rule, number=now.number)
    return Side(club=club, gates=gates, counting=counting, overtaken=overtaken)


async def answers(
    side: Side, store: Store, views: ViewBook, everyone: Sequence[Known]
) -> list[Outcomes]:
    """How each gate answers each of these fans, in their order."""
    refresh = RefreshAccess(
        store=store,
        asset=side.club.asset,
        gates=side.gates,
        wake=_nobody,
        shared=side.club.evidence,
        views=views,
        registry=side.club.delegation,
        protected=side.club.protected,
        rest=side.club.wallet_cooldown,
    )
    found: list[Outcomes] = []
    for start in range(0, len(everyone), AT_ONCE):
        part = everyone[start : start + AT_ONCE]
        await refresh.ask_views([known.fan for known in part])
        async with store() as tx:
            found += [
                {each.gate.id: _outcome(each) for each in standing.verdicts}
                async for standing in refresh.all_of(tx, part)
            ]
    return found


def _outcome(verdict: Verdict) -> Outcome:
    match verdict.now:
        case Yes():
            return Outcome.YES
        case No():
            return Outcome.NO
    return Outcome.UNKNOWN


async def _nobody() -> None:
    """There is nothing to wake anybody for."""
