"""Take over a server or a group that had members before us: numbers first, and nobody is put out.

Whoever is inside and holds enough is adopted: from then on the pass is ours, as if we had given
it. Whoever holds too little, or is linked to no wallet, is left alone and may be reminded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gating.access.plan import Verdict, ways_of
from gating.access.refresh import RefreshAccess
from gating.model import Account, Change, Gate, HeldPass, No, Notice, Pass, Platform, Step
from gating.model.entries import Entry, Post, Urgency
from gating.model.roll import Roll, Survey
from gating.ports import Store, Wake
from gating.ports.doors import Doorkeeper

WELCOME = "start"


@dataclass(frozen=True, kw_only=True)
class SurveyDoors:
    """Who is inside each place of a platform that gates open. Changes nothing.

    Raises what a door's `roll` raises.
    """

    store: Store
    doors: Mapping[Platform, Doorkeeper]
    gates: Sequence[Gate]
    refresh: RefreshAccess

    async def __call__(self, platform: Platform) -> tuple[Survey, ...]:
        known = await self._known(platform)
        surveys = []
        for way in ways_of(self.gates, platform):
            roll = await self.doors[platform].roll(way.target, list(known))
            surveys.append(_survey(way, roll, known))
        return tuple(surveys)

    async def _known(self, platform: Platform) -> dict[Account, "_Known"]:
        """Every linked account of the platform, and how it stands."""
        async with self.store() as tx:
            everyone = await tx.access.everyone()
        await self.refresh.ask_views([each.fan for each in everyone])
        found: dict[Account, _Known] = {}
        async with self.store() as tx:
            async for standing in self.refresh.all_of(tx, everyone):
                known = _Known(standing.verdicts, frozenset(standing.held))
                found |= {a: known for a in standing.fan.accounts if a.platform is platform}
        return found


@dataclass(frozen=True, kw_only=True)
class AdoptHolders:
    """From now on what holders have already is ours; how many passes that are.

    No platform is asked to do anything: they have it.
    """

    store: Store
    survey: SurveyDoors

    async def __call__(self, platform: Platform, *, by: Account) -> int:
        adopted = [
            Change(Step.OPEN, account, survey.way.gate, survey.way.target)
            for survey in await self.survey(platform)
            for account in survey.holding
        ]
        async with self.store() as tx:
            await tx.passes.apply(adopted)
            for change in adopted:
                fan = await tx.people.of_account(change.account)
                facts = {"gate": str(change.gate), "account": str(change.account), "by": str(by)}
                await tx.audit.note(
                    "pass.adopt", fan=fan.id if fan else None, at=None, facts=facts
                )
        return len(adopted)


@dataclass(frozen=True, kw_only=True)
class RemindMembers:
    """Ask everybody in the club, once and in public, to show the copy that they hold."""

    store: Store
    reach: Sequence[Platform]
    wake: Wake

    async def __call__(self, platform: Platform) -> bool:
        """False where the platform has no place in which fans begin."""
        if platform not in self.reach:
            return False
        post = Post(platform, WELCOME, "adopt.remind", Notice("adopt.remind"))
        async with self.store() as tx:
            await tx.outbox.add(Entry(post, Urgency.NEWS))
        await self.wake()
        return True


@dataclass(frozen=True, slots=True)
class _Known:
    verdicts: tuple[Verdict, ...]
    held: frozenset[HeldPass]

    def has(self, account: Account, way: Pass) -> bool:
        return any((one.account, one.target) == (account, way.target) for one in self.held)


def _survey(way: Pass, roll: Roll, known: Mapping[Account, _Known]) -> Survey:
    inside = [account for account in known if account in roll.accounts]
    ours = [account for account in inside if known[account].has(account, way)]
    others = [account for account in inside if account not in ours]
    holding = [account for account in others if _verdict(known[account], way).opens]
    lacking = [account for account in others if isinstance(_verdict(known[account], way).now, No)]
    return Survey(
        way,
        total=roll.total,
        ours=len(ours),
        holding=tuple(holding),
        lacking=len(lacking),
        unsure=len(others) - len(holding) - len(lacking),
    )


def _verdict(known: _Known, way: Pass) -> Verdict:
    return next(verdict for verdict in known.verdicts if verdict.gate.id == way.gate)
