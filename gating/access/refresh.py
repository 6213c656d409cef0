"""Bring one fan's access in line with what the fan's wallets hold.

Everything that may change access calls this one use case: a wallet linked, a transfer seen, a
knock at a group, the periodic pass, a fan who asks. It decides from state and not from the event,
so that running it again changes nothing and a lost event heals at the next pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gating.access.evidence import evidence_of, who
from gating.access.notices import news_for
from gating.access.plan import judge, plan
from gating.access.standing import Standing
from gating.model import (
    Account,
    Address,
    Asset,
    Change,
    Entry,
    Fan,
    FanId,
    Gate,
    Notice,
    PassChange,
    Platform,
    Step,
    Tell,
    Urgency,
)
from gating.ports import Store, Transaction, Wake
from gating.rules.evidence import Need
from gating.rules.wallets import counted_on

A_MOMENT = 3.0
"""Seconds after which a wait is worth a word; until then all hands open doors."""
A_QUEUE = 3
"""Changes that wait already, from which on the fan may have to; how long is said when it is told,
for those who signed in the same second do not see each other's changes yet."""


@dataclass(frozen=True, kw_only=True)
class RefreshAccess:
    """Read the holdings, judge every gate, write the difference into the outbox."""

    store: Store
    asset: Asset
    gates: Sequence[Gate]
    wake: Wake
    shared: Mapping[Need[Any], Any] = field(default_factory=dict)
    """Evidence that is the same for all fans: lists, and traits."""

    async def __call__(
        self, fan: FanId, *, why: str, waiting: Account | None = None, again: Account | None = None
    ) -> Standing:
        """`waiting`: the person looks at this screen. `again`: this account lost what we gave."""
        async with self.store() as tx:
            standing = await self.within(tx, fan, why=why, waiting=waiting, again=again)
        if standing.changes or waiting:
            await self.wake()
        return standing

    async def within(
        self,
        tx: Transaction,
        fan_id: FanId,
        *,
        why: str,
        waiting: Account | None = None,
        again: Account | None = None,
    ) -> Standing:
        """The same inside a transaction that decides more than this; the caller wakes."""
        fan = await tx.people.get(fan_id, lock=True)
        standing = await self._changes(tx, fan, again)
        await tx.passes.apply(standing.changes)
        for change in standing.changes:
            if change.step is Step.OPEN and change.account.platform is Platform.TELEGRAM:
                # the answer is on its way: a new knock is a new event
                await tx.passes.answered(change.account, change.target)
        if waiting:
            await tx.outbox.add(*await self._honest_wait(tx, standing, waiting))
        news = await self._news(tx, standing, waiting)
        await tx.outbox.add(
            *(entry for entry in news if _must_come_first(entry)),
            *_deliveries(standing, why, waiting),
            *(entry for entry in news if not _must_come_first(entry)),
        )
        await self._remember(tx, standing, why)
        return standing

    async def look(self, fan_id: FanId) -> Standing:
        """Where the fan stands, without changing anything."""
        async with self.store() as tx:
            return await self.look_within(tx, fan_id)

    async def look_within(self, tx: Transaction, fan_id: FanId) -> Standing:
        """The same inside a transaction that decides more than this."""
        return await self._changes(tx, await tx.people.get(fan_id), None)

    async def _changes(self, tx: Transaction, fan: Fan, again: Account | None) -> Standing:
        reading = await tx.ledger.reading(self.asset, self._counted(fan))
        settled, final = evidence_of(reading, self.asset, {**self.shared, **who(fan)})
        verdicts = judge(self.gates, settled, final)
        held = await tx.passes.of_fan(fan)
        knocks = {account: await tx.passes.knocks(account) for account in fan.accounts}
        changes = plan(
            verdicts, fan.accounts, held, knocks, again=frozenset({again} if again else ())
        )
        return Standing(fan, reading, verdicts, changes, tuple(held), settled)

    async def _news(
        self, tx: Transaction, standing: Standing, waiting: Account | None
    ) -> tuple[Entry, ...]:
        closing = any(change.step is Step.CLOSE for change in standing.changes)
        wallets = self._counted(standing.fan)
        sale = await tx.ledger.last_sale(self.asset, wallets) if closing else None
        urgency = Urgency.WAITING if waiting else Urgency.ADDITION
        if closing:
            urgency = Urgency.REMOVAL
        notices = news_for(standing, self.gates, sale=sale, waiting=waiting)
        return tuple(Entry(Tell(account, notice), urgency) for account, notice in notices)

    async def _honest_wait(
        self, tx: Transaction, standing: Standing, waiting: Account
    ) -> tuple[Entry, ...]:
        mine = [change for change in standing.changes if change.account == waiting]
        ahead = await tx.outbox.waiting(waiting.platform) if mine else 0
        if ahead < A_QUEUE:
            return ()
        told = Tell(waiting, Notice("access.queue"), aside=True)
        return (Entry(told, Urgency.WAITING, wait=A_MOMENT),)

    def _counted(self, fan: Fan) -> Sequence[Address]:
        return counted_on(fan.wallets, self.asset.chain_id)

    async def _remember(self, tx: Transaction, standing: Standing, why: str) -> None:
        for change in standing.changes:
            await tx.audit.note(
                f"pass.{change.step}",
                fan=standing.fan.id,
                at=standing.reading.settled,
                facts={"gate": change.gate, "account": str(change.account), "why": why},
            )


def _deliveries(standing: Standing, why: str, waiting: Account | None) -> tuple[Entry, ...]:
    return tuple(
        Entry(PassChange(change, why), _urgency(change, waiting)) for change in standing.changes
    )


def _must_come_first(entry: Entry) -> bool:
    """A Telegram bot may write to who knocks only until it has answered (ChatJoinRequest)."""
    return entry.platform is Platform.TELEGRAM and entry.urgency is not Urgency.REMOVAL


def _urgency(change: Change, waiting: Account | None) -> Urgency:
    if change.step is Step.CLOSE:
        return Urgency.REMOVAL
    return Urgency.WAITING if waiting else Urgency.ADDITION
