"""What the club keeps about whoever asks: the person behind an account, and all that is theirs."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from gating.model import Account, HeldPass
from gating.model.personal import Person, Sections
from gating.ports import Audit, Outbox, People
from gating.ports.delegation import Delegations
from gating.ports.wallets import Bonds


class Traces(Protocol):
    """What the tables of access keep about a person."""

    async def found(self, person: Person) -> Sections: ...

    async def hold(self, person: Person) -> None:
        """No link and no code of theirs leads anywhere until the transaction ends.

        These locks come before those of `Bonds`, in every transaction that takes both.
        """
        ...

    async def forget(self, person: Person) -> Sequence[HeldPass]:
        """Delete or unlink every row; what still closes a door stays in the outbox until done.

        Returns the passes that were held until now: each of them is still to be closed.
        """
        ...

    async def erase_when_done(self, accounts: Sequence[Account]) -> None:
        """What the outbox still has for these accounts leaves no row once it is done."""
        ...


class OwnBallots(Protocol):
    """What the tables of votes keep about a person."""

    async def hold(self) -> None:
        """Nobody votes until the transaction ends: what is found is all there is."""
        ...

    async def found(self, person: Person) -> Sections: ...

    async def forget(self, person: Person) -> None:
        """Take ballots of open votes back; of the others destroy the way from person to ballot."""
        ...


class PersonalTransaction(Protocol):
    """Everything about one person, together."""

    @property
    def people(self) -> People: ...
    @property
    def bonds(self) -> Bonds: ...
    @property
    def delegations(self) -> Delegations: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def ballots(self) -> OwnBallots: ...


class PersonalStore(Protocol):
    """Opens a transaction: saved whole when the block ends well, not at all otherwise."""

    def __call__(self) -> AbstractAsyncContextManager[PersonalTransaction]: ...


@dataclass(frozen=True, slots=True)
class Mine:
    """All that is kept about a person, by table. Nothing in it is about anybody else."""

    person: Person
    sections: Sections

    def count(self, section: str) -> int:
        return len(self.sections.get(section, ()))


@dataclass(frozen=True, kw_only=True)
class ShowMine:
    """Everything that is kept about whoever asks; for strangers too, who may have left traces."""

    store: PersonalStore

    async def __call__(self, account: Account) -> Mine:
        async with self.store() as tx:
            person = await person_of(tx, account)
            sections = {
                **await tx.traces.found(person),
                **await tx.ballots.found(person),
            }
        return Mine(person, sections)


async def person_of(tx: PersonalTransaction, account: Account) -> Person:
    """The person behind an account, with the other accounts and the wallets."""
    fan = await tx.people.of_account(account)
    if fan is None:
        return Person(None, (account,))
    return Person(fan.id, fan.accounts, fan.addresses)
