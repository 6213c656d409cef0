"""Do what the outbox says, one platform at a time.

The row is the truth: a worker that dies between claim and answer lets its lease run out, and the
entry is done again. Opening and closing a pass may be repeated freely; a message may not be where
the platform cannot recognise it, so there a lapsed lease waits for a person (`E-UNSURE`).
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from gating.access.throughput import Throughput
from gating.errors import NeedsPerson, NotDone, Refused, TryLater
from gating.model import Account, Change, EntryId, Notice, Platform, Step
from gating.model.entries import Entry, PassChange, Post, Tell, Urgency
from gating.model.telling import OPS, stopped, told_backstage
from gating.ports import Store, Wake
from gating.ports.doors import Doorkeeper

LEASE = timedelta(seconds=180)
"""Patience, and a minute by which the clocks of two workers may differ, and half of one more."""
PATIENCE = 90
"""Seconds that a platform may take. Doors give up after 60 themselves; past the lease another
worker would start the entry too."""
LEFT = "E-LEFT"
"""The account is not in the server: what was to be given there waits until it comes."""
UNSURE = "E-UNSURE"
"""A message that may be there, on a platform that cannot recognise a repeat."""
BANNED = "E-TGBANNED"
"""A moderator put the fan out by hand: who was told to be let in is told otherwise."""
AT_ONCE = 4
"""Entries of one queue that are worked on side by side: enough for the pace of a platform, and few
enough that whoever comes to a screen goes before nearly everybody."""


@dataclass(frozen=True, kw_only=True)
class DeliverOutbox:
    """Work through one platform's due entries until none is left; how many were tried.

    Called again while it works, it adds no more than `AT_ONCE` to each queue in this process.
    """

    store: Store
    doors: Mapping[Platform, Doorkeeper]
    backstage: tuple[Platform, ...] = ()
    """Where moderators are told of what stops in their own place on another platform."""
    throughput: Throughput = field(default_factory=Throughput)
    busy: Counter[str] = field(default_factory=Counter)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_calls: asyncio.Event = field(default_factory=asyncio.Event)
    """The service stops: what is under way may end, and nothing more is begun."""

    async def __call__(self, platform: Platform) -> int:
        async with asyncio.TaskGroup() as group:
            turn = _Round(group)
            async with self.turn:
                async with self.store() as tx:
                    claimed = await tx.outbox.claim(
                        platform, limit=AT_ONCE, lease=LEASE, taken=self.busy
                    )
                for entry in claimed:
                    self._begin(entry, turn)
        if turn.failed:
            raise turn.failed[0]
        return turn.tried

    def _begin(self, entry: Entry, turn: "_Round") -> None:
        self.busy[entry.queue] += 1
        turn.group.create_task(self._work(entry, turn))

    async def _work(self, entry: Entry, turn: "_Round") -> None:
        """This entry, and then whatever is due in its queue, in the place that it leaves free."""
        claimed = [entry]
        try:
            while claimed:
                await self._settle(claimed[0])
                turn.tried += 1
                await self._say_so(entry, turn)
                claimed = await self._next(entry.platform, entry.queue)
        except NotDone as away:  # of the database; the others go on, and a lease brings this back
            turn.failed.append(away)
        finally:
            self.busy[entry.queue] -= 1

    async def _say_so(self, entry: Entry, turn: "_Round") -> None:
        """What was done in a server may be what words of the platform's own queue waited for."""
        if entry.queue != entry.platform and self.busy[entry.platform] < AT_ONCE:
            for word in await self._next(entry.platform, entry.platform):
                self._begin(word, turn)

    async def _next(self, platform: Platform, queue: str) -> list[Entry]:
        if self.last_calls.is_set():
            return []
        async with self.store() as tx:
            return list(await tx.outbox.claim_next(platform, queue, lease=LEASE))

    async def _settle(self, entry: Entry) -> None:
        number, done = entry.id or EntryId(0), False
        self.throughput.begins(entry.queue)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._act(entry, number)
            done = isinstance(entry.act, PassChange)
        except TimeoutError:
            await self._took_too_long(entry, number)
        except TryLater as busy:
            async with self.store() as tx:
                await tx.outbox.again(number, after=busy.after, code=busy.code)
        except (NeedsPerson, Refused) as stuck:
            await self._not_done(entry, number, stuck)
        else:
            await self._done(entry, number)
        finally:
            self.throughput.ends(entry.queue, done=done)

    async def _took_too_long(self, entry: Entry, number: EntryId) -> None:
        """It may have been done all the same."""
        if _would_show_twice(entry):
            unsure = NeedsPerson(UNSURE, subject=_subject(entry))
            await self._wait_for_person(entry, number, unsure)
            return
        async with self.store() as tx:
            await tx.outbox.again(number, after=5, code="E-SLOW")

    async def _done(self, entry: Entry, number: EntryId) -> None:
        async with self.store() as tx:
            await tx.outbox.done(number)

    async def _not_done(self, entry: Entry, number: EntryId, why: NeedsPerson | Refused) -> None:
        if _is_closed_anyway(entry, why):
            await self._done(entry, number)
        elif isinstance(why, NeedsPerson):
            await self._wait_for_person(entry, number, why)
        else:
            await self._drop(entry, number, why)

    async def _wait_for_person(self, entry: Entry, number: EntryId, stuck: NeedsPerson) -> None:
        async with self.store() as tx:
            await tx.outbox.stick(number, code=stuck.code)
            await tx.outbox.add(*_alarms(entry, stuck, self.backstage))

    async def _drop(self, entry: Entry, number: EntryId, never: Refused) -> None:
        async with self.store() as tx:
            await tx.outbox.drop(number, code=never.code)
            match entry.act:
                case PassChange(Change(Step.CLOSE, account, _, target)):
                    await tx.passes.forget(account, target)
                    # somebody stays inside who should not
                    await tx.outbox.add(*_alarms(entry, never, self.backstage))
                case PassChange(Change(_, account, _, target)) if _will_be_told(account, never):
                    await tx.passes.miss(account, target)
                case PassChange(Change(_, account, _, target)):
                    await tx.passes.forget(account, target)
                    if never.code == BANNED:
                        told = Tell(account, Notice(BANNED))
                        await tx.outbox.add(Entry(told, Urgency.WAITING))

    async def _act(self, entry: Entry, number: EntryId) -> None:
        if entry.in_doubt and _would_show_twice(entry):
            raise NeedsPerson(UNSURE, subject=_subject(entry))
        door = self.doors[entry.platform]
        match entry.act:
            case PassChange(Change(Step.OPEN, account, _, target), reason):
                await door.open(account, target, reason)
            case PassChange(Change(Step.CLOSE, account, _, target), reason):
                await door.close(account, target, reason)
            case Tell(account, notice):
                await door.tell(account, notice)
            case Post() as post:
                await door.post(post, key=f"entry-{number}")


@dataclass
class _Round:
    """What one call of `DeliverOutbox` works on, and how it went."""

    group: asyncio.TaskGroup
    tried: int = 0
    failed: list[NotDone] = field(default_factory=list)


def _alarms(
    entry: Entry, stuck: NeedsPerson | Refused, backstage: Sequence[Platform]
) -> list[Entry]:
    """Moderators learn what to mend; a fan who waits learns that they have been told."""
    subject, notice = stopped(stuck.code, stuck.facts), Notice(stuck.code, stuck.facts)
    alarms: list[Entry] = []
    if isinstance(stuck, Refused):  # it is dropped, so each is told of by itself
        subject = f"{subject}:{entry.lane}"
    if _subject(entry) != subject:
        alarms += told_backstage(_listeners(entry, backstage), subject, notice)
    if isinstance(entry.act, PassChange) and entry.act.change.step is Step.OPEN:
        told = Tell(entry.act.change.account, Notice("access.waits"), aside=True)
        alarms.append(Entry(told, Urgency.WAITING))
    return alarms


def _listeners(entry: Entry, backstage: Sequence[Platform]) -> tuple[Platform, ...]:
    """The entry's own platform; what stops in the moderators' place is told on the others too."""
    if not isinstance(entry.act, Post) or entry.act.place != OPS:
        return (entry.platform,)
    return (entry.platform, *(each for each in backstage if each is not entry.platform))


def _is_closed_anyway(entry: Entry, why: NeedsPerson | Refused) -> bool:
    """Who has left, or has lost the role with its deletion, holds the pass no more."""
    act = entry.act
    closing = isinstance(act, PassChange) and act.change.step is Step.CLOSE
    return closing and why.code in {LEFT, "E-ROLEGONE"}


def _will_be_told(account: Account, never: Refused) -> bool:
    """Discord says who joins a server, and what was to be given there is given then."""
    return never.code == LEFT and account.platform is Platform.DISCORD


def _would_show_twice(entry: Entry) -> bool:
    """Telegram cannot recognise a repeated message; Discord can, by its nonce."""
    return isinstance(entry.act, Post) and entry.platform is Platform.TELEGRAM


def _subject(entry: Entry) -> str:
    return entry.act.subject if isinstance(entry.act, Post) else ""


@dataclass(frozen=True, kw_only=True)
class SettleUnsure:
    """A moderator looked: the posts of which nobody could tell are there; how many."""

    store: Store
    wake: Wake

    async def __call__(self, platform: Platform) -> int:
        async with self.store() as tx:
            settled = await tx.outbox.settle(platform, code=UNSURE)
        await self.wake()
        return settled


@dataclass(frozen=True, kw_only=True)
class RetryStopped:
    """A moderator mended something: what had stopped on this platform is due again; how many."""

    store: Store
    wake: Wake

    async def __call__(self, platform: Platform) -> int:
        async with self.store() as tx:
            resumed = await tx.outbox.resume(platform)
        await self.wake()
        return resumed
