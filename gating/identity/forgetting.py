"""Forget a person: what they were given is taken back, and nothing says any more who they were."""

from collections.abc import Sequence
from dataclasses import dataclass

from gating.errors import Refused, TryLater
from gating.identity.moving import Whereabouts, freed
from gating.identity.personal import PersonalStore, PersonalTransaction, person_of
from gating.model import Account, Address, Change, FanId, HeldPass, Notice, Step
from gating.model.entries import Entry, PassChange, Urgency
from gating.model.personal import Person
from gating.model.telling import told
from gating.ports import Clock, Wake

FORGOTTEN = "asked to be forgotten"


@dataclass(frozen=True, kw_only=True)
class ForgetMe:
    """Delete or unlink everything about the person behind this account, in one transaction.

    Doors are closed through the outbox, whose rows know the account until they are done and are
    deleted then. Votes are held first, links and codes then, wallets and the fan last: what came
    before is found, what comes after finds no fan. The wallets rest as if they had been unlinked.
    Doing it twice is the same as doing it once. Raises `TryLater("E-FANBUSY")` where the fan
    changed at that very moment.
    """

    store: PersonalStore
    clock: Clock
    wake: Wake

    async def __call__(self, account: Account) -> Person:
        async with self.store() as tx:
            await tx.ballots.hold()
            person = await _held(tx, account)
            if person.fan is not None:
                await self._free(tx, person.fan, person.addresses)
            await tx.ballots.forget(person)
            passes = await tx.traces.forget(person)
            # after that: it forgets, too, which wallets changed hands a moment ago
            await tx.delegations.changed_hands(person.addresses)
            await tx.outbox.add(*_closing(passes), *_farewells(person, account))
            await tx.traces.erase_when_done(person.accounts)
            if person.fan:
                await tx.audit.note("fan.forgotten", fan=None, at=None, facts={})
        await self.wake()
        return person

    async def _free(self, tx: PersonalTransaction, fan: FanId, wallets: Sequence[Address]) -> None:
        for wallet in wallets:
            at = Whereabouts(wallet, fan, await tx.bonds.trail(wallet), self.clock())
            await tx.bonds.note(freed(at, fan, expelled=False))


async def _held(tx: PersonalTransaction, account: Account) -> Person:
    """The person, whom nobody else changes from here on: of two taps the second finds nobody."""
    seen = await _seen(tx, account)
    await tx.traces.hold(seen)
    for wallet in sorted(seen.addresses):
        await tx.bonds.turn(wallet)
    if seen.fan is not None:
        await tx.bonds.hold(seen.fan)
    person = await _seen(tx, account)
    if person.fan is not None and person != seen:
        raise TryLater("E-FANBUSY", after=1)
    return person


async def _seen(tx: PersonalTransaction, account: Account) -> Person:
    try:
        return await person_of(tx, account)
    except Refused as gone:  # between the look at the account and the one at its fan
        raise TryLater("E-FANBUSY", after=1) from gone


def _closing(passes: Sequence[HeldPass]) -> Sequence[Entry]:
    return [
        Entry(
            PassChange(Change(Step.CLOSE, each.account, each.gate, each.target), FORGOTTEN),
            Urgency.REMOVAL,
        )
        for each in passes
    ]


def _farewells(person: Person, asked: Account) -> tuple[Entry, ...]:
    """The other chats learn of it; the one that asked has the answer before it."""
    others = (account for account in person.accounts if account != asked)
    return told(others, Notice("forget.elsewhere"), Urgency.REMOVAL)
