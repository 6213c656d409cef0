"""The life of a poll: announced, opened, closed, recorded, or cancelled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Address, Block, Platform
from gating.ports import Clock, Wake
from governance import errors
from governance.census import census_lines, merge
from governance.definition import Frame, freeze
from governance.electorate import owners_of
from governance.labels import clean
from governance.model import (
    Cancelled,
    CensusLine,
    Definition,
    Draft,
    Electorate,
    LogHead,
    Poll,
    PollId,
    PollState,
    RecordId,
    Signed,
)
from governance.news import ANNOUNCED, CANCELLED, OPEN, news, results
from governance.ports import Holders, Records, Signing, Store, Transaction
from governance.record.documents import poll_id
from governance.record.log import close_line, genesis
from governance.record.merkle import census_root
from governance.record.writer import Publisher, Written, write_record
from governance.typed_data import hash_digest

LONGEST_REASON = 400


@dataclass(frozen=True, kw_only=True)
class AnnouncePoll:
    """Fix the rules, the snapshot block and the census. Nothing can be changed afterwards.

    The snapshot is the newest block that was final before the announcement. Announcing the same
    draft twice within one second gives one poll. Whether `by` may announce is the door's question.
    """

    store: Store
    holders: Holders
    signing: Signing
    clock: Clock
    wake: Wake
    frame: Frame
    platforms: tuple[Platform, ...]

    async def __call__(self, draft: Draft, *, by: Account) -> Poll:
        """Refused with the code of the rule that is not valid, or `E-NOHOLDERS`."""
        now = self.clock()
        snapshot = await self.holders.at_snapshot()
        proposer = self.signing.commit(by)
        rules = freeze(draft, self.frame, snapshot=snapshot.block, proposer=proposer, now=now)
        census = census_lines(snapshot.copies, rules.power.exclude)
        if not census:
            raise Refused(errors.NO_HOLDERS, block=snapshot.block.number)
        async with self.store() as tx:
            owners = await owners_of(
                tx.people,
                (line.address for line in census),
                chain_id=snapshot.block.chain_id,
                delegates=snapshot.delegates,
            )
            poll = self._poll(rules, census, draft.body, owners)
            if not await tx.polls.add(poll, census, snapshot.delegates):
                return await tx.polls.get(poll.id)
            if rules.window.opens > rules.created_at:
                await tx.outbox.add(*news(ANNOUNCED, poll.id, self.platforms))
        await self.wake()
        return poll

    def _poll(
        self,
        rules: Definition,
        census: list[CensusLine],
        body: str,
        owners: Mapping[Address, str],
    ) -> Poll:
        identity, root = poll_id(rules), census_root(census)
        held = merge(census, owners)
        signature = self.signing.sign(hash_digest(identity))
        return Poll(
            id=identity,
            definition=rules,
            signed=Signed("club", self.signing.address, signature),
            body=body,
            state=PollState.ANNOUNCED,
            electorate=Electorate(root, len(census), sum(held), len(held)),
            log=genesis(identity, root),
        )


@dataclass(frozen=True, kw_only=True)
class OpenPoll:
    """Take ballots from now on, if the snapshot block is still part of the chain."""

    store: Store
    holders: Holders
    clock: Clock
    wake: Wake
    platforms: tuple[Platform, ...]

    async def __call__(self, poll_id: PollId) -> Poll:
        """Refused (`E-POLLNOTYET`) before its time; `NeedsPerson` (`E-REORG`); `TryLater`."""
        async with self.store() as tx:
            announced = await tx.polls.get(poll_id)
        await must_be_final(self.holders, announced.definition.snapshot)
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id, lock=True)
            if poll.state is PollState.OPEN:
                return poll
            self._must_be_time(poll)
            opened = replace(poll, state=PollState.OPEN)
            await tx.polls.save(opened)
            await tx.outbox.add(*news(OPEN, poll_id, self.platforms))
        await self.wake()
        return opened

    def _must_be_time(self, poll: Poll) -> None:
        if poll.state is not PollState.ANNOUNCED:
            raise Refused(errors.POLL_STATE, state=poll.state.value)
        opens = poll.definition.window.opens
        if self.clock().timestamp() < opens:
            raise Refused(errors.NOT_YET, at=opens)


@dataclass(frozen=True, kw_only=True)
class ClosePoll:
    """End the voting, count, publish the record, tell the chats.

    Each step is kept before the next begins, so that calling again after a failure goes on where
    it stopped; the record has the same bytes however often it is written.
    """

    store: Store
    holders: Holders
    records: Records
    signing: Signing
    clock: Clock
    wake: Wake
    software: str
    platforms: tuple[Platform, ...]

    async def __call__(self, poll_id: PollId, *, early: bool = False) -> Poll:
        """Refused (`E-POLLNOTYET`) before its time; `NeedsPerson` (`E-REORG`); `TryLater`.

        `early` ends it now, where the poll's rules say that a moderator may.
        """
        poll = await self._closed(poll_id, early=early)
        if poll.state is PollState.RECORDED:
            return poll
        written = await self._written(poll)
        await self.records.write(poll_id, written.files)
        recorded = await self._published(poll_id, written.id)
        await self.wake()
        return recorded

    async def _closed(self, poll_id: PollId, *, early: bool) -> Poll:
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id)
        if poll.state in (PollState.CLOSED, PollState.RECORDED):
            return poll
        await must_be_final(self.holders, poll.definition.snapshot)
        async with self.store() as tx:
            return await self._ended(tx, await tx.polls.get(poll_id, lock=True), early=early)

    async def _ended(self, tx: Transaction, poll: Poll, *, early: bool) -> Poll:
        if poll.state in (PollState.CLOSED, PollState.RECORDED):
            return poll
        if poll.state is not PollState.OPEN:
            raise Refused(errors.POLL_STATE, state=poll.state.value)
        now, window = int(self.clock().timestamp()), poll.definition.window
        if now <= window.closes and not (early and window.early_close):
            raise Refused(errors.NOT_YET, at=window.closes)
        line = close_line(poll.log, closes=window.closes, received_at=now)
        await tx.polls.close(poll.id, line)
        log = LogHead(line.seq, line.head)
        ended = replace(poll, state=PollState.CLOSED, log=log, closed_at=now)
        await tx.polls.save(ended)
        return ended

    async def _written(self, poll: Poll) -> Written:
        async with self.store() as tx:
            census, log = await tx.polls.census(poll.id), await tx.polls.log(poll.id)
        publisher = Publisher(self.software, self.signing.sign)
        return await asyncio.to_thread(write_record, poll, census, log, publisher)

    async def _published(self, poll_id: PollId, record: RecordId) -> Poll:
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id, lock=True)
            if poll.state is PollState.RECORDED:
                return poll
            recorded = replace(poll, state=PollState.RECORDED, record=record)
            await tx.polls.save(recorded)
            await tx.outbox.add(*results(poll_id, self.platforms))
        return recorded


@dataclass(frozen=True, kw_only=True)
class CancelPoll:
    """Stop a poll before its end, for everybody to see who did it, when and why."""

    store: Store
    signing: Signing
    clock: Clock
    wake: Wake
    platforms: tuple[Platform, ...]

    async def __call__(self, poll_id: PollId, *, by: Account, reason: str) -> Poll:
        """Refused: `E-REASON` without a readable reason, `E-POLLSTATE` once it has ended."""
        why = _readable(reason)
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id, lock=True)
            if poll.state not in (PollState.ANNOUNCED, PollState.OPEN):
                raise Refused(errors.POLL_STATE, state=poll.state.value)
            note = Cancelled(self.signing.commit(by), int(self.clock().timestamp()), why)
            stopped = replace(poll, state=PollState.CANCELLED, cancelled=note)
            await tx.polls.save(stopped)
            await tx.outbox.add(*news(CANCELLED, poll_id, self.platforms))
        await self.wake()
        return stopped


async def must_be_final(holders: Holders, block: Block) -> None:
    """`NeedsPerson` (`E-REORG`) if the chain now has another block there; `TryLater` if silent."""
    found = await holders.hash_of(block.number)
    if found is None:
        raise TryLater(errors.CHAIN_SILENT, after=60)
    if found != block.hash:
        raise NeedsPerson(errors.REORG, block=block.number)


def _readable(reason: str) -> str:
    try:
        return clean(reason, longest=LONGEST_REASON)
    except Refused as refused:
        raise Refused(errors.REASON, most=LONGEST_REASON) from refused
