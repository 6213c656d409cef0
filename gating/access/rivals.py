"""Another hand on a role of ours: it is noticed and reported, and never fought over.

Two bots that each put right what the other did would go on for ever, and a moderator who takes a
role by hand means it. So what somebody else took stays taken until a moderator gives it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gating.access.refresh import RefreshAccess
from gating.model import Account, Entry, Gate, Notice, Platform, Post, Urgency
from gating.ports import Clock, Store, Transaction

OPS = "ops"
LATELY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class SeeRoles:
    """An account has exactly these roles now; are ours among them as we left them?

    While something is still on its way to the account nothing is concluded.
    """

    store: Store
    clock: Clock
    gates: Sequence[Gate]
    platforms: tuple[Platform, ...]
    refresh: RefreshAccess

    async def __call__(self, account: Account, roles: frozenset[str]) -> None:
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None or await tx.outbox.until_last_of(account):
                return
            held = [one for one in await tx.passes.of_fan(fan) if one.account == account]
            for one in held:
                if one.target not in roles and not one.contested:
                    await tx.passes.contest(account, one.target, contested=True)
                    await self._report(tx, "rival.took", account, one.target)
                elif one.target in roles and one.contested:
                    await tx.passes.contest(account, one.target, contested=False)
            for role in roles & self._ours(account.platform) - {one.target for one in held}:
                if await tx.passes.closed_since(account, role, self.clock() - LATELY):
                    await self._report(tx, "rival.gave", account, role)
        await self.refresh.wake()

    def _ours(self, platform: Platform) -> frozenset[str]:
        return frozenset(
            way.target for gate in self.gates for way in gate.passes if way.platform is platform
        )

    async def _report(self, tx: Transaction, what: str, account: Account, target: str) -> None:
        facts = {"account": str(account), "target": target}
        fan = await tx.people.of_account(account)
        await tx.audit.note(what, fan=fan.id if fan else None, at=None, facts=facts)
        who = await tx.people.name(account)
        notice = Notice(what, {"who": who, "role": target, "account": str(account)})
        subject = f"{what}:{account}:{target}"
        posts = (Post(platform, OPS, subject, notice) for platform in self.platforms)
        await tx.outbox.add(*(Entry(post, Urgency.NEWS) for post in posts))


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
