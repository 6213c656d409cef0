"""Somebody asks to enter, came, or left: what a platform tells us of its own accord."""

from dataclasses import dataclass

from gating.access.refresh import RefreshAccess
from gating.model import Account, Entry, Fan, Notice, Profile, Tell, Urgency
from gating.ports import Store, Transaction


@dataclass(frozen=True, kw_only=True)
class AnswerKnock:
    """A person asks to enter a chat behind a gate. Undecided is never declined: it waits."""

    store: Store
    refresh: RefreshAccess

    async def __call__(self, account: Account, profile: Profile, target: str) -> None:
        async with self.store() as tx:
            await tx.passes.knock(account, target)
            fan = await tx.people.of_account(account)
            if fan and (fan.wallets or await self._is_met(tx, fan)):
                await tx.people.enrol(account, profile)
                await self.refresh.within(tx, fan.id, why="asked to enter", waiting=account)
            else:
                ask = Tell(account, Notice("knock.verify"))
                await tx.outbox.add(Entry(ask, Urgency.WAITING))
        await self.refresh.wake()

    async def _is_met(self, tx: Transaction, fan: Fan) -> bool:
        """Whether something is open to a fan without a wallet, as to a guest."""
        standing = await self.refresh.look_within(tx, fan.id)
        return any(verdict.opens for verdict in standing.verdicts)


@dataclass(frozen=True, kw_only=True)
class AccountCame:
    """A person joined a place where roles wait: what we once gave there is gone, give it again."""

    store: Store
    refresh: RefreshAccess

    async def __call__(self, account: Account) -> None:
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None:
                return
            await self.refresh.within(tx, fan.id, why="joined", again=account)
        await self.refresh.wake()


@dataclass(frozen=True, kw_only=True)
class AccountLeft:
    """A person left. Leaving is not unlinking; only what we granted in that place is gone."""

    store: Store

    async def __call__(self, account: Account, target: str | None = None) -> None:
        async with self.store() as tx:
            await tx.passes.forget(account, target)
