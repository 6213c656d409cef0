"""A club with people, polls and outbox on one migrated PostgreSQL, to look, export and forget."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.notes import SqlForms
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.people import SqlPeople
from gating.adapters.sql.personal_store import SqlPersonalStore
from gating.adapters.sql.store import SqlStore
from gating.identity.forgetting import ForgetMe
from gating.identity.personal import ShowMine
from gating.model import (
    Account,
    Change,
    DropId,
    FanId,
    LinkId,
    Platform,
    Profile,
    Step,
)
from gating.model.chats import Invitation
from gating.model.drop import Draft, Drop, ListenSession, Track
from gating.model.link import Challenge, Link, LinkState
from gating.model.proof import WalletProof
from gating.model.rule_change import RuleChange
from gating.model.trail import Trail
from gating.ports import Clock
from governance.adapters.folder import FolderRecords
from governance.adapters.personal import SqlOwnBallots
from governance.adapters.poll_store import SqlPollStore
from governance.withdrawing import WithdrawBallots
from tests.contracts.access_kit import HOLDER, ROLE, block, opening, telling
from tests.contracts.poll_club import Club
from tests.contracts.registry_kit import heard, said
from tests.flows.scan import hits
from tests.unit.governance_kit import KEY, NOW, wallet

TRACK = Track("d" * 64, "tide.wav", "audio/wav", 10)
MINUTES = timedelta(minutes=10)
VAULT = wallet(66)
"""Whose it is nobody in the club knows."""


@dataclass
class Someone:
    """A person whose every trace can be told from anybody else's."""

    number: int
    wallets: tuple[int, ...]
    here: Account = field(init=False)
    there: Account = field(init=False)
    profile: Profile = field(init=False)

    def __post_init__(self) -> None:
        self.here = Account(Platform.DISCORD, f"88{self.number}001122334455")
        self.there = Account(Platform.TELEGRAM, f"77{self.number}6655443322")
        name = f"tidewalker{self.number}q"
        self.profile = Profile(name, f"Walker {name}", f"https://cdn.example/{name}.png")

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(map(wallet, self.wallets))

    @property
    def traces(self) -> tuple[str, ...]:
        """Everything that must not be found afterwards."""
        return (self.here.user_id, self.there.user_id, self.profile.username, *self.tokens)

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(f"{kind}-secret-{self.number}zz" for kind in ("link", "ticket", "session"))


@dataclass
class House:
    """The use cases of privacy over one database, beside everything that fills it."""

    engine: AsyncEngine
    club: Club
    woken: int = 0

    @property
    def sessions(self) -> async_sessionmaker[AsyncSession]:
        return self.club.store.session_factory

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.sessions, self.club.clock)

    @property
    def personal(self) -> SqlPersonalStore:
        return personal_store(self.sessions, self.club.clock)

    @property
    def show(self) -> ShowMine:
        return ShowMine(store=self.personal)

    @property
    def forget(self) -> ForgetMe:
        return ForgetMe(store=self.personal, clock=self.club.clock, wake=self.wake)

    async def wake(self) -> None:
        self.woken += 1

    async def hits(self, words: Iterable[str]) -> set[tuple[str, str, str]]:
        return await hits(self.engine, words)

    async def lives(self, one: Someone) -> FanId:
        """The person has a row in every table in which a person can have one."""
        async with self.store() as tx:
            fan = await tx.people.enrol(one.here, one.profile)
            await tx.people.add_account(fan.id, one.there, one.profile)
            for number in one.wallets:
                await tx.people.add_wallet(fan.id, wallet(number), WalletProof())
            await tx.people.save_code(f"CODE{one.number}XX", fan.id, until=NOW + MINUTES)
            assert await tx.people.take_code("WRONG00", by=one.there) is None
            seal = f"seal-{one.number}".encode()
            code = await tx.guests.add("press", seal, places=3, until=NOW + MINUTES)
            assert await tx.guests.put(fan.id, code)
            await tx.elsewhere.keep(one.here, {"5009": True})
            link = Link(
                LinkId(f"link-{one.number}"),
                one.here,
                one.profile,
                LinkState.CHALLENGED,
                NOW,
                NOW + MINUTES,
                challenge=Challenge(wallet(one.wallets[0]), "nonce", b"the text to sign"),
            )
            await tx.links.add(link, token=one.tokens[0])
        await self._holds(one, fan.id)
        await self._hears(one, fan.id)
        form = {"step": 1, "said": one.profile.username}
        await SqlForms(self.sessions).put(one.there, form)
        return fan.id

    async def _holds(self, one: Someone, fan: FanId) -> None:
        async with self.store() as tx:
            opens = (Change(Step.OPEN, each, HOLDER, ROLE) for each in (one.here, one.there))
            await tx.passes.apply(tuple(opens))
            await tx.passes.knock(one.there, "-100200300")
            link = Invitation("https://t.me/+one", "Tide Club", NOW + MINUTES)
            await tx.invitations.keep(one.there, "-100200300", link)
            await tx.outbox.add(opening(one.here), telling(one.here), telling(one.there))
            await tx.outbox.add(telling(one.there, aside=True))
            facts = {"gate": HOLDER, "account": str(one.here), "why": "a test"}
            await tx.audit.note("pass.open", fan=fan, at=None, facts=facts)
            address = one.addresses[0]
            await tx.bonds.note(Trail(address, fan, moved_at=NOW))
            await tx.visits.enter(f"visit-{one.number}", address, until=NOW + MINUTES)
            await heard(tx, said(block(one.number), VAULT, address))
            await tx.delegations.changed_hands((address,))
            facts = {"wallet": address}
            await tx.audit.note("wallet.unproved", fan=fan, at=None, facts=facts)
            await tx.rules.add(_set_by(one))

    async def _hears(self, one: Someone, fan: FanId) -> None:
        drop = DropId(f"drop-{one.number}")
        async with self.store() as tx:
            await tx.drops.publish(Drop(drop, "Tide", "A note", TRACK, HOLDER, NOW))
            await tx.drops.add_ticket(one.tokens[1], drop, fan, NOW + MINUTES)
            await tx.drops.open_session(one.tokens[2], ListenSession(drop, fan, NOW + MINUTES))
            await tx.drops.save_draft(Draft(one.here, TRACK, "Draft", one.profile.username))


def _set_by(one: Someone) -> RuleChange:
    rule = '{ holds = "album", min = 1 }'
    return RuleChange(
        gate=HOLDER,
        number=one.number,
        rule=rule,
        filed=rule,
        previous=rule,
        by=one.here,
        who=one.profile.username,
        at=NOW,
    )


def personal_store(sessions: async_sessionmaker[AsyncSession], clock: Clock) -> SqlPersonalStore:
    withdraw = WithdrawBallots(signing=KEY, clock=clock)
    return SqlPersonalStore(
        sessions=sessions,
        clock=clock,
        ballots_of=lambda session: SqlOwnBallots(session, withdraw),
    )


def house_on(
    engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession], folder: Path
) -> House:
    club = Club(
        SqlPollStore(
            session_factory=sessions,
            outbox_of=lambda session: SqlOutbox(Conversation(session=session), club.clock),
            people_of=lambda session: SqlPeople(Conversation(session=session), club.clock),
        ),
        FolderRecords(folder / "records"),
    )
    club.holders.copies = {wallet(number): number for number in range(1, 7)}
    return House(engine, club)
