"""Roles that a platform manages itself: told, asked for, kept for a day, on a real database."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from gating.access.elsewhere import MISSES, RECENT, AskElsewhere, SeeElsewhere
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.errors import NeedsPerson, NotDone, Refused, TryLater
from gating.identity.joining import GiveCode
from gating.model import Account, Answer, FanId, Gate, GateId, No, Pass, Platform, Unknown, Yes
from gating.model.rule import RoleElsewhere
from tests.contracts.access_kit import FAN, TIDE, Town, account, block, history
from tests.fakes.recording_door import RecordingDoor

PATRON = "7001"
GATE = Gate(
    GateId("patrons"),
    "Patrons",
    RoleElsewhere(Platform.DISCORD, PATRON),
    (Pass(GateId("patrons"), Platform.DISCORD, "5009", "Patrons"),),
    timedelta(hours=24),
)
EVERY = {Platform.DISCORD: timedelta(hours=1)}
HAS, HAS_NOT = {PATRON: True}, {PATRON: False}


async def nothing() -> None:
    return None


class Server:
    """A club whose gate asks for a role of the server's own."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.refresh = RefreshAccess(store=town.store, asset=TIDE, gates=(GATE,), wake=nothing)
        self.see = SeeElsewhere(store=town.store, refresh=self.refresh, gates=(GATE,))
        self.door = RecordingDoor()
        self.ask = AskElsewhere(
            store=town.store, doors={Platform.DISCORD: self.door}, see=self.see, every=EVERY
        )

    async def a_fan(self, number: int) -> FanId:
        async with self.town.store() as tx:
            return (await tx.people.enrol(account(number), FAN)).id

    async def says(self, fan: FanId) -> Answer:
        return (await self.refresh.look(fan)).verdicts[0].now

    async def inside(self) -> list[tuple[str, bool]]:
        """Who has the gate's role from us, and whether it ends."""
        held = "SELECT user_id, ends_at IS NOT NULL FROM held_pass ORDER BY user_id"
        return [(user, ends) for user, ends in await self.town.rows(held)]

    @property
    def asked(self) -> list[str]:
        return [lane.removeprefix("discord:") for lane in self.door.done]


@pytest.fixture
async def server(town: Town, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr("gating.access.elsewhere.PAUSE", 0.0)
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    return Server(town)


async def test_yes_no_and_not_known_are_three_answers(server: Server) -> None:
    fan = await server.a_fan(1)
    assert await server.says(fan) == Unknown("E-ROLEUNSEEN")
    await server.see(account(1), HAS)
    assert isinstance(await server.says(fan), Yes)
    assert await server.inside() == [("1", False)]
    server.town.later(hours=1)
    await server.see(account(1), HAS_NOT)
    assert isinstance(await server.says(fan), No)
    assert await server.inside() == [("1", True)]


async def test_what_was_said_more_than_a_day_ago_takes_nothing_and_opens_nothing(
    server: Server,
) -> None:
    fan = await server.a_fan(1)
    await server.see(account(1), HAS)
    server.town.later(hours=25)
    assert await server.says(fan) == Unknown("E-ROLEUNSEEN")
    await RefreshEveryone(store=server.town.store, refresh=server.refresh)()
    assert await server.inside() == [("1", False)]


async def test_who_has_no_account_there_does_not_have_the_role(server: Server) -> None:
    async with server.town.store() as tx:
        fan = await tx.people.enrol(account(1, Platform.TELEGRAM), FAN)
    assert isinstance(await server.says(fan.id), No)


async def test_while_a_slow_platform_is_asked_it_is_not_asked_once_more(server: Server) -> None:
    await server.a_fan(1)
    assert sorted(await asyncio.gather(server.ask(), server.ask())) == [0, 1]


async def test_a_role_that_no_gate_asks_for_is_not_kept(server: Server) -> None:
    await server.a_fan(1)
    await server.see(account(1), {"9999": True, PATRON: True})
    assert await server.town.rows("SELECT target FROM seen_role") == [(PATRON,)]


@pytest.mark.parametrize("said", [HAS, HAS_NOT])
async def test_of_a_stranger_nothing_is_kept(server: Server, said: Mapping[str, bool]) -> None:
    await server.see(account(5), said)
    for table in ("seen_role", "account", "fan"):
        assert await server.town.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608  - fixed names


async def test_a_stranger_who_asks_becomes_a_fan_only_with_the_role(server: Server) -> None:
    server.door.having = {PATRON: {account(5)}}
    await server.ask.about(account(5), FAN)
    await server.ask.about(account(6), FAN)
    assert await server.inside() == [("5", False)]
    assert await server.town.rows("SELECT user_id FROM account") == [("5",)]


async def test_the_same_word_is_not_written_down_again_within_minutes(server: Server) -> None:
    await server.a_fan(1)
    seen = "SELECT seen_at FROM seen_role"
    await server.see(account(1), HAS)
    [(first,)] = await server.town.rows(seen)
    server.town.later(minutes=9)
    await server.see(account(1), HAS)
    assert await server.town.rows(seen) == [(first,)]
    server.town.later(seconds=RECENT.total_seconds())
    await server.see(account(1), HAS)
    assert await server.town.rows(seen) == [(server.town.at,)]


async def test_who_was_never_asked_for_comes_first_and_nobody_twice_within_the_hour(
    server: Server,
) -> None:
    for number in (1, 2, 3):
        await server.a_fan(number)
    await server.see(account(2), HAS)
    server.town.later(minutes=1)
    await server.see(account(1), HAS)
    assert await server.ask() == 1
    assert server.asked == ["3"]
    assert await server.ask() == 0
    server.town.later(minutes=61)
    server.door.done.clear()
    assert await server.ask() == 3
    assert server.asked == ["2", "1", "3"]


async def test_a_busy_platform_is_left_alone_and_everybody_stays_unknown(server: Server) -> None:
    fans = [await server.a_fan(number) for number in range(1, 6)]
    asked: list[str] = []

    def busy(line: str) -> NotDone:
        asked.append(line)
        return TryLater("E-DISCORDBUSY")

    server.door.answer = busy
    assert await server.ask() == 0
    assert len(asked) == MISSES
    assert [await server.says(fan) for fan in fans] == [Unknown("E-ROLEUNSEEN")] * 5


async def test_one_account_that_cannot_be_asked_for_holds_up_nobody(server: Server) -> None:
    for number in (1, 2):
        await server.a_fan(number)
    server.door.having = {PATRON: {account(2)}}
    odd = str(account(1))
    server.door.answer = lambda line: NeedsPerson("E-DISCORD") if odd in line else None
    await server.ask()
    assert await server.inside() == [("2", False)]


async def test_the_role_that_was_found_by_asking_opens_at_once_and_its_loss_ends(
    server: Server,
) -> None:
    await server.a_fan(1)
    server.door.having = {PATRON: {account(1)}}
    await server.ask()
    assert await server.inside() == [("1", False)]
    server.door.having = {}
    server.town.later(minutes=61)
    await server.ask()
    assert await server.inside() == [("1", True)]


async def test_words_about_one_account_at_the_same_time_do_no_harm(server: Server) -> None:
    await server.a_fan(1)
    await asyncio.gather(*(server.see(account(1), HAS) for _ in range(5)))
    assert await server.inside() == [("1", False)]


async def test_who_is_let_in_without_a_wallet_may_add_the_other_chat(server: Server) -> None:
    await server.a_fan(1)
    give = GiveCode(store=server.town.store, clock=server.town.clock, random=SystemRandomness())
    with pytest.raises(Refused, match="E-NOTLINKED"):
        await give(account(1))
    await server.see(account(1), HAS)
    assert (await give(account(1))).code


async def test_one_of_two_accounts_is_enough_and_without_word_of_both_there_is_no_no(
    server: Server,
) -> None:
    fan = await server.a_fan(1)
    other = Account(Platform.DISCORD, "2")
    async with server.town.store() as tx:
        await tx.people.add_account(fan, other, FAN)
    await server.see(account(1), HAS_NOT)
    assert await server.says(fan) == Unknown("E-ROLEUNSEEN")
    await server.see(other, HAS)
    assert isinstance(await server.says(fan), Yes)
