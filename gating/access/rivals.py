"""Another hand on a role of ours: it is noticed and reported, and never fought over.

Two bots that each put right what the other did would go on for ever, and a moderator who takes a
role by hand means it. So what somebody else took stays taken until a moderator gives it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gating.access.plan import ways_of
from gating.access.refresh import RefreshAccess
from gating.model import Account, FanId, Gate, HeldPass, Known, Notice, Platform
from gating.model.entries import Urgency
from gating.model.servers import Servers, queue_in
from gating.model.telling import told_backstage
from gating.ports import Clock, Store, Transaction

LATELY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class SeeRoles:
    """An account has exactly these roles of a server now; are ours among them as we left them?

    While something is still on its way to the account there, nothing is concluded.
    """

    store: Store
    clock: Clock
    gates: Sequence[Gate]
    platforms: tuple[Platform, ...]
    refresh: RefreshAccess
    servers: Servers

    async def __call__(self, account: Account, server: str, roles: frozenset[str]) -> None:
        async with self.store() as tx:
            known = await tx.access.of_account(account)
            waits = await tx.outbox.waits_of(account)
            if known is None or queue_in(server) in {wait.queue for wait in waits}:
                return
            fan, held = known.fan, self._there(known, account, server)
            took = await self._taken(tx, held, roles)
            gave = await self._given(tx, account, roles - {one.target for one in held})
            for what, targets in (("rival.took", took), ("rival.gave", gave)):
                for target in targets:
                    await self._report(tx, what, fan.id, account, target)
        if took or gave:
            await self.refresh.wake()

    def _there(self, known: Known, account: Account, server: str) -> Sequence[HeldPass]:
        mine = (one for one in known.held if one.account == account)
        return [one for one in mine if self.servers.stands_in(one.target, server)]

    async def _taken(
        self, tx: Transaction, held: Sequence[HeldPass], roles: frozenset[str]
    ) -> Sequence[str]:
        """What we gave and is gone; noted on the pass, as is what has come back."""
        given = (one for one in held if not one.missed)
        turned = [one for one in given if one.contested is (one.target in roles)]
        for one in turned:
            await tx.passes.contest(one.account, one.target, contested=not one.contested)
        return [one.target for one in turned if not one.contested]

    async def _given(
        self, tx: Transaction, account: Account, others: frozenset[str]
    ) -> Sequence[str]:
        """What we took and is there again."""
        ours = {way.target for way in ways_of(self.gates, account.platform)}
        since = self.clock() - LATELY
        return [
            role
            for role in sorted(others & ours)
            if await tx.passes.closed_since(account, role, since)
        ]

    async def _report(
        self, tx: Transaction, what: str, fan: FanId, account: Account, target: str
    ) -> None:
        facts = {"account": str(account), "target": target}
        await tx.audit.note(what, fan=fan, at=None, facts=facts)
        who = await tx.people.name(account)
        notice = Notice(what, {"who": who, "role": target, "account": str(account)})
        subject = f"{what}:{account}:{target}"
        await tx.outbox.add(*told_backstage(self.platforms, subject, notice, Urgency.NEWS))


@dataclass(frozen=True, kw_only=True)
class GiveBack:
    """A moderator wants an account to have what is ours to give, whoever took it."""

    store: Store
    refresh: RefreshAccess

    async def __call__(self, account: Account) -> bool:
        """False if nobody of that account is known any more."""
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None:
                return False
            for one in await tx.passes.of_fan(fan):
                await tx.passes.contest(one.account, one.target, contested=False)
            await self.refresh.within(tx, fan.id, why="a moderator gave it back", again=account)
        await self.refresh.wake()
        return True
