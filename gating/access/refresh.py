"""Bring one fan's access in line with what the fan's wallets hold.

Everything that may change access calls this one use case: a wallet linked, a transfer seen, a
knock at a group, the periodic pass, a fan who asks. It decides from state and not from the event,
so that running it again changes nothing and a lost event heals at the next pass.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from gating.access.abreast import a_few_at_a_time
from gating.access.evidence import Pieces, evidence_of, who
from gating.access.inviting import ways_back
from gating.access.lookup import Looked, look_up
from gating.access.mints import MintBook
from gating.access.moments import next_look
from gating.access.notices import news_for
from gating.access.plan import NOTHING_TAKEN, Taking, judge, plan
from gating.access.sorting import Sorting
from gating.access.standing import Glance, Standing
from gating.access.vaults import Lending, read_holdings
from gating.access.views import Asked, ViewBook
from gating.errors import Refused
from gating.model import (
    Account,
    Address,
    Asset,
    Block,
    Change,
    Fan,
    FanId,
    Gate,
    Known,
    Notice,
    Platform,
    Reading,
    Step,
)
from gating.model.delegation import Registry
from gating.model.entries import Decision, Entry, PassChange, Tell, Urgency
from gating.model.rule import Rule
from gating.ports import Store, Transaction, Wake
from gating.rules.evidence import Evidence, HeldNow, Need, needs
from gating.rules.rulebook import Rulebook
from gating.rules.wallets import counted_on

DELIVERED = frozenset({Step.OPEN, Step.CLOSE})
"""What is done on a platform; the other steps are noted with us."""
NO_FAN = "E-NOFAN"
A_BREATH = 100
"""Fans who are judged before others get their turn."""
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
    registry: Registry | None = None
    protected: frozenset[Account] = frozenset()
    shared: Mapping[Need[Any], Any] = field(default_factory=dict)
    """Evidence that is the same for all fans: lists, and traits."""
    rest: timedelta = timedelta(days=1)
    """How long a wallet that was unlinked keeps its place before a vault's other hot wallets."""
    mints: MintBook = field(default_factory=MintBook)
    views: ViewBook | None = None

    async def __call__(
        self,
        fan: FanId,
        *,
        why: str,
        waiting: Account | None = None,
        again: Account | None = None,
        taking: Taking = NOTHING_TAKEN,
    ) -> Standing:
        """`waiting`: the person looks at this screen. `again`: this account lost what we gave.

        `taking`: what may be taken now. By default nothing is: what should end gets its grace,
        and `gating.access.closing` takes it then.
        """
        await self._ask_views(fan)
        async with self.store() as tx:
            standing = await self.within(
                tx, fan, why=why, waiting=waiting, again=again, taking=taking
            )
        if standing.changes or waiting:
            await self.wake()
        return standing

    async def each(self, fans: Iterable[FanId], *, why: str) -> None:
        """The same for many, a few of them at a time."""
        await a_few_at_a_time(partial(self.unless_gone, fan, why=why) for fan in fans)

    async def unless_gone(self, fan: FanId, *, why: str, taking: Taking = NOTHING_TAKEN) -> None:
        """The same for somebody who was listed a while ago and may have been forgotten since."""
        try:
            await self(fan, why=why, taking=taking)
        except Refused as gone:
            if gone.code != NO_FAN:
                raise

    async def within(
        self,
        tx: Transaction,
        fan_id: FanId,
        *,
        why: str,
        waiting: Account | None = None,
        again: Account | None = None,
        taking: Taking = NOTHING_TAKEN,
    ) -> Standing:
        """The same inside a transaction that decides more than this; the caller wakes."""
        queue = waiting.platform if waiting else None
        known = await tx.access.known(fan_id, queue=queue, most=A_QUEUE)
        standing = await self._changes(tx, known, again, taking)
        turns = next_look(standing.verdicts, known.due)
        if turns != known.due:
            await tx.access.look_at({fan_id: turns})
        news = await self._news(tx, standing, waiting, given_up=taking.at_once)
        entries = (
            *_honest_wait(standing, waiting, known.ahead),
            *(entry for entry in news if _must_come_first(entry)),
            *_deliveries(standing, why, waiting),
            *(entry for entry in news if not _must_come_first(entry)),
        )
        await tx.access.decided(
            Decision(
                fan=fan_id,
                at=standing.reading.settled,
                why=why,
                changes=standing.changes,
                entries=entries,
            )
        )
        return standing

    async def look(self, fan_id: FanId) -> Standing:
        """Where the fan stands, without changing anything."""
        await self._ask_views(fan_id)
        async with self.store() as tx:
            return await self.look_within(tx, fan_id)

    async def look_within(self, tx: Transaction, fan_id: FanId) -> Standing:
        """The same inside a transaction that decides more than this."""
        return await self._changes(tx, await tx.access.seen(fan_id), None, NOTHING_TAKEN)

    async def _changes(
        self, tx: Transaction, known: Known, again: Account | None, taking: Taking
    ) -> Standing:
        gates = tuple(self.gates)  # what is looked up and what is judged must be of one moment
        reading = await read_holdings(tx, known.fan, self.asset, self._lending())
        looked = await look_up(tx, self._needs_of(gates), (known.fan,), self.mints, self.views)
        fan, (settled, final) = known.fan, self._evidence(known.fan, reading, looked)
        verdicts = judge(gates, settled, final)
        changes = plan(
            verdicts,
            fan.accounts,
            known.held,
            known.knocks,
            again=frozenset({again} if again else ()),
            taking=replace(taking, protected=self.protected),
        )
        changes += ways_back(verdicts, known)
        return Standing(fan, reading, verdicts, changes, known.held, settled)

    async def all_of(
        self, tx: Transaction, everyone: Sequence[Known], also: Iterable[Rule] = ()
    ) -> AsyncIterator[Glance]:
        """Where each of these fans stands, by few questions; the verdicts give no reasons.

        `also`: more rules to look up for.
        """
        gates = tuple(self.gates)
        book = _book_of(gates)
        fans = [known.fan for known in everyone]
        wanted = book.needs.union(*map(needs, also)) | {HeldNow(self.asset)}
        looked = await look_up(tx, wanted, fans, self.mints, self.views)
        marks = await tx.ledger.marks(self.asset) or (None, None)
        lent = await self._lent(tx, fans)
        sort_out = Sorting(gates, book, self.protected)
        for number, known in enumerate(everyone):
            settled, final = self._glanced(known.fan, looked, marks)
            if lent and not lent.isdisjoint(self._counted(known.fan)):
                reading = await read_holdings(tx, known.fan, self.asset, self._lending())
                settled, then = self._evidence(known.fan, reading, looked)
                final = partial(_same, then)
            verdicts, changes = sort_out(known, settled, final)
            yield Glance(known.fan, verdicts, changes, known.held, settled)
            if number % A_BREATH == 0:
                await asyncio.sleep(0)

    async def _lent(self, tx: Transaction, fans: Sequence[Fan]) -> set[Address]:
        """The wallets of these fans to which vaults lend, or which lend."""
        wallets = [wallet for fan in fans for wallet in self._counted(fan)]
        if not self.registry or not wallets:
            return set()
        return await tx.delegations.sharing_with(self.registry, wallets)

    async def ask_views(self, fans: Sequence[Fan], also: Iterable[Rule] = ()) -> None:
        """Ask contracts what no log tells; before a transaction, for nodes may take their time."""
        if self.views:
            wanted = self._needs_of(tuple(self.gates))
            await self.views.ask(wanted.union(*map(needs, also)), fans)

    async def _ask_views(self, fan_id: FanId) -> None:
        wanted = self._needs_of(tuple(self.gates))
        if self.views and any(isinstance(need, Asked) for need in wanted):
            async with self.store() as tx:
                known = await tx.access.seen(fan_id)
            await self.ask_views((known.fan,))

    def _needs_of(self, gates: tuple[Gate, ...]) -> frozenset[Need[Any]]:
        """What the gates ask, but for the album's holdings: those are read with the vaults'."""
        return _book_of(gates).needs - {HeldNow(self.asset)}

    def _evidence(self, fan: Fan, reading: Reading, looked: Looked) -> tuple[Evidence, Evidence]:
        if not self._counted(fan):  # who has no wallet there holds nothing, silent or not
            reading = replace(reading, silent=None)
        both = looked.now(fan), looked.final(fan)
        return evidence_of(reading, self.asset, self._others(fan), both)

    def _glanced(
        self, fan: Fan, looked: Looked, marks: tuple[Block | None, Block | None]
    ) -> tuple[Evidence, Callable[[], Evidence]]:
        """At the settled block, and at the final one if somebody asks."""
        others = self._others(fan)
        return (
            Evidence({**others, **looked.now(fan)}, marks[0]),
            lambda: Evidence({**others, **looked.final(fan)}, marks[1]),
        )

    def _others(self, fan: Fan) -> Pieces:
        return {**self.shared, **who(fan)}

    async def _news(
        self, tx: Transaction, standing: Standing, waiting: Account | None, *, given_up: bool
    ) -> tuple[Entry, ...]:
        closing = any(change.step in {Step.CLOSE, Step.END} for change in standing.changes)
        wallets = self._counted(standing.fan)
        sold = closing and not given_up
        sale = await tx.ledger.last_sale(self.asset, wallets) if sold else None
        urgency = Urgency.WAITING if waiting else Urgency.ADDITION
        if closing:
            urgency = Urgency.REMOVAL
        notices = news_for(standing, self.gates, sale=sale, waiting=waiting)
        return tuple(Entry(Tell(account, notice), urgency) for account, notice in notices)

    def _lending(self) -> Lending | None:
        return Lending(self.registry, self.rest) if self.registry else None

    def _counted(self, fan: Fan) -> Sequence[Address]:
        return counted_on(fan.wallets, self.asset.chain_id)


@lru_cache(maxsize=8)
def _book_of(gates: tuple[Gate, ...]) -> Rulebook:
    """The same gates ask the same; they change when a moderator changes a rule."""
    return Rulebook(gate.rule for gate in gates)


def _honest_wait(standing: Standing, waiting: Account | None, ahead: int) -> tuple[Entry, ...]:
    mine = any(
        change.account == waiting and change.step in DELIVERED for change in standing.changes
    )
    if waiting is None or not mine or ahead < A_QUEUE:
        return ()
    told = Tell(waiting, Notice("access.queue"), aside=True)
    return (Entry(told, Urgency.WAITING, wait=A_MOMENT),)


def _deliveries(standing: Standing, why: str, waiting: Account | None) -> tuple[Entry, ...]:
    return tuple(
        Entry(PassChange(change, why), _urgency(change, waiting))
        for change in standing.changes
        if change.step in DELIVERED
    )


def _must_come_first(entry: Entry) -> bool:
    """A Telegram bot may write to who knocks only until it has answered (ChatJoinRequest)."""
    return entry.platform is Platform.TELEGRAM and entry.urgency is not Urgency.REMOVAL


def _urgency(change: Change, waiting: Account | None) -> Urgency:
    if change.step is Step.CLOSE:
        return Urgency.REMOVAL
    return Urgency.WAITING if waiting else Urgency.ADDITION


def _same(evidence: Evidence) -> Evidence:
    return evidence
