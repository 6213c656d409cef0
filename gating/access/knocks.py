"""Somebody asks to enter, came, or left: what a platform tells us of its own accord."""

from collections.abc import Sequence
from dataclasses import dataclass

from gating.access.refresh import RefreshAccess
from gating.model import Account, Fan, HeldPass, Notice, Platform, Profile
from gating.model.entries import Entry, Tell, Urgency
from gating.model.servers import Servers
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
    """A person joined a server where roles wait: what we once gave there is gone, give it again.

    What somebody else took from them stays taken, and nothing of another server is touched.
    """

    store: Store
    refresh: RefreshAccess
    servers: Servers

    async def __call__(self, account: Account, server: str) -> None:
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None:
                return
            await tx.people.get(fan.id, lock=True)  # as every look does: the fan before the passes
            for one in await _ours_in(tx, fan, account, self.servers, server):
                if not one.contested:
                    await tx.passes.forget(account, one.target)
            await self.refresh.within(tx, fan.id, why="joined")
        await self.refresh.wake()


@dataclass(frozen=True, kw_only=True)
class AccountLeft:
    """A person left. Leaving is not unlinking; only what we granted in that place is gone.

    `place`: the chat on Telegram, the server on Discord, whose other servers are not left by it.
    """

    store: Store
    servers: Servers

    async def __call__(self, account: Account, place: str) -> None:
        async with self.store() as tx:
            if account.platform is not Platform.DISCORD:
                await tx.passes.forget(account, place)
                return
            fan = await tx.people.of_account(account)
            if fan is not None:
                await tx.people.get(fan.id, lock=True)
                for one in await _ours_in(tx, fan, account, self.servers, place):
                    if not one.contested:
                        await tx.passes.forget(account, one.target)


async def _ours_in(
    tx: Transaction, fan: Fan, account: Account, servers: Servers, server: str
) -> Sequence[HeldPass]:
    return [
        one
        for one in await tx.passes.of_fan(fan)
        if one.account == account and servers.stands_in(one.target, server)
    ]
