"""Forget a person: what they were given is taken back, and nothing says any more who they were."""

from dataclasses import dataclass

from gating.errors import Refused
from gating.identity.personal import PersonalStore, PersonalTransaction, person_of
from gating.model import (
    Account,
    Change,
    Entry,
    Fan,
    Notice,
    PassChange,
    Step,
    Tell,
    Urgency,
)
from gating.model.personal import Person
from gating.ports import Wake

FORGOTTEN = "asked to be forgotten"


@dataclass(frozen=True, kw_only=True)
class ForgetMe:
    """Delete or unlink everything about the person behind this account, in one transaction.

    Doors are closed through the outbox, whose rows know the account until they are done and are
    deleted then. Votes are held first and the fan after: a tap that came before is found, one that
    comes after finds no fan. Doing it twice is the same as doing it once.
    """

    store: PersonalStore
    wake: Wake

    async def __call__(self, account: Account) -> Person:
        async with self.store() as tx:
            await tx.ballots.hold()
            person = await self._locked(tx, account)
            closing = await self._closing(tx, person)
            await tx.ballots.forget(person)
            await tx.traces.forget(person)
            await tx.outbox.add(*closing, *_farewells(person, account))
            await tx.traces.erase_when_done(person.accounts)
            if person.fan:
                await tx.audit.note("fan.forgotten", fan=None, at=None, facts={})
        await self.wake()
        return person

    async def _locked(self, tx: PersonalTransaction, account: Account) -> Person:
        """Looked at again under the lock: of two taps the second finds nobody."""
        person = await person_of(tx, account)
        if person.fan is None:
            return person
        try:
            fan = await tx.people.get(person.fan, lock=True)
        except Refused:
            return Person(None, (account,))
        return Person(fan.id, fan.accounts, fan.addresses)

    async def _closing(self, tx: PersonalTransaction, person: Person) -> tuple[Entry, ...]:
        if person.fan is None:
            return ()
        held = await tx.passes.of_fan(Fan(person.fan, person.accounts))
        return tuple(
            Entry(
                PassChange(Change(Step.CLOSE, each.account, each.gate, each.target), FORGOTTEN),
                Urgency.REMOVAL,
            )
            for each in held
        )


def _farewells(person: Person, asked: Account) -> tuple[Entry, ...]:
    """The other chats learn of it; the one that asked has the answer before it."""
    return tuple(
        Entry(Tell(account, Notice("forget.elsewhere")), Urgency.REMOVAL)
        for account in person.accounts
        if account != asked
    )
