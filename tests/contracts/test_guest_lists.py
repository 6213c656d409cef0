"""Guest lists on a real database: who gets in, who does not, and how it ends."""

import asyncio
import hmac
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import pytest

from gating.access.closing import CloseDue
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.adapters.sql.guessing import CODE_PAUSE, WRONG_CODES
from gating.errors import Refused, TryLater
from gating.identity.guests import (
    EnterGuestCode,
    MadeCode,
    MakeGuestCode,
    StopGuestCode,
    TakeOffGuest,
)
from gating.identity.joining import GiveCode, JoinByCode
from gating.model import Gate, GateId, Pass, Platform, Profile
from gating.model.ending import Limits
from gating.model.rule import AllOf, AnyOf, Code
from tests.contracts.access_kit import FAN, HOLDER, ROLE, TIDE, Town, account, block, history
from tests.rule_kit import holds

PRESS = Gate(
    GateId("press"),
    "Press",
    Code("press"),
    (Pass(GateId("press"), Platform.DISCORD, "5002", "Press"),),
    timedelta(hours=24),
)
BOTH = Gate(
    HOLDER,
    "Holder",
    AllOf((holds(TIDE), Code("press"))),
    (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),),
)
MODERATOR = account(900)


def seal(text: str) -> bytes:
    return hmac.digest(b"the club's", text.encode(), sha256)


async def nothing() -> None:
    return None


class List:
    """The guest list `press` of a town."""

    def __init__(self, town: Town, *gates: Gate) -> None:
        self.town = town
        store, self.gates = town.store, gates or (PRESS,)
        self.refresh = RefreshAccess(store=store, asset=TIDE, gates=self.gates, wake=nothing)
        self.enter = EnterGuestCode(store=store, refresh=self.refresh, seal=seal)
        self.stop = StopGuestCode(store=store, refresh=self.refresh)
        self.take_off = TakeOffGuest(store=store, refresh=self.refresh, gates=self.gates)

    async def code(self, *, places: int = 10, days: int = 14, list_: str = "press") -> MadeCode:
        make = MakeGuestCode(
            store=self.town.store,
            clock=self.town.clock,
            random=SystemRandomness(),
            seal=seal,
            gates=self.gates,
        )
        return await make(list_, places=places, days=days, by=MODERATOR)

    async def comes(self, number: int, code: str) -> bool:
        """Whether this account gets onto the list."""
        try:
            await self.enter(account(number), FAN, code)
        except Refused as refused:
            return refused.code != "E-GUESTCODE"
        return True

    async def inside(self) -> list[str]:
        return [user for (user,) in await self.town.rows("SELECT user_id FROM held_pass")]


@pytest.fixture
async def press(town: Town) -> List:
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    return List(town)


async def test_a_guest_without_any_wallet_is_let_in_at_once(press: List) -> None:
    made = await press.code()
    entered = await press.enter(account(1), FAN, made.letters.lower().replace("-", " "))
    assert entered.standing.fan.wallets == ()
    assert await press.inside() == ["1"]
    told = await press.town.rows("SELECT act #>> '{notice,key}' FROM outbox")
    assert ("access.granted.met",) in told


async def test_a_silent_chain_keeps_no_guest_out(press: List) -> None:
    async with press.town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    assert await press.comes(1, (await press.code()).letters)
    assert await press.inside() == ["1"]


async def test_a_code_alone_opens_nothing_that_asks_for_a_copy_as_well(town: Town) -> None:
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    both = List(town, BOTH)
    assert await both.comes(1, (await both.code()).letters)
    assert await both.inside() == []


async def test_of_two_who_take_the_last_place_exactly_one_gets_it(press: List) -> None:
    made = await press.code(places=3)
    came = await asyncio.gather(*(press.comes(each, made.letters) for each in range(1, 9)))
    assert sum(came) == 3
    assert len(await press.inside()) == 3
    fans = await press.town.rows("SELECT count(*) FROM fan")
    assert fans == [(3,)]  # of who was refused no trace stays but the counted try


async def test_who_enters_a_code_twice_takes_one_place(press: List) -> None:
    made = await press.code(places=1)
    assert await press.comes(1, made.letters)
    assert await press.comes(1, made.letters)
    assert await press.town.rows("SELECT used FROM guest_code") == [(1,)]


async def test_two_chats_of_one_fan_at_once_take_one_place(press: List) -> None:
    made = await press.code(places=5)
    async with press.town.store() as tx:
        fan = await tx.people.enrol(account(1), FAN)
        await tx.people.add_account(fan.id, account(1, Platform.TELEGRAM), FAN)

    async def come(platform: Platform) -> None:
        with suppress(TryLater):
            await press.enter(account(1, platform), FAN, made.letters)

    await asyncio.gather(*map(come, Platform))
    assert await press.town.rows("SELECT used FROM guest_code") == [(1,)]
    assert await press.town.rows("SELECT count(*) FROM guest") == [(1,)]


@pytest.mark.parametrize("how", ["wrong", "over", "stopped", "used up", "taken off"])
async def test_every_code_that_lets_nobody_in_is_answered_alike(press: List, how: str) -> None:
    made = await press.code(places=1)
    letters = made.letters
    if how == "wrong":
        letters = SystemRandomness().guest_code()
    elif how == "over":
        press.town.later(days=14)
    elif how == "stopped":
        await press.stop(made.kept.number, by=MODERATOR)
    else:
        assert await press.comes(1 if how == "taken off" else 2, letters)
    if how == "taken off":
        await press.take_off(account(1), by=MODERATOR)
    with pytest.raises(Refused, match="E-GUESTCODE") as refused:
        await press.enter(account(1), FAN, letters)
    assert refused.value.facts == {}
    assert await press.town.rows("SELECT user_id FROM code_try") == [("1",)]


async def test_who_guesses_must_wait_also_with_the_right_code(press: List) -> None:
    made = await press.code()
    for _ in range(WRONG_CODES):
        assert not await press.comes(1, "AAAA-BBBB-CCCC-DDD2")
    with pytest.raises(Refused, match="E-CODETRIES"):
        await press.enter(account(1), FAN, made.letters)
    assert await press.comes(2, made.letters)
    press.town.later(seconds=CODE_PAUSE.total_seconds())
    assert await press.comes(1, made.letters)


async def test_no_table_knows_the_letters_of_a_code(press: List) -> None:
    made = await press.code()
    plain = made.letters.replace("-", "")
    for table in ("guest_code", "audit"):
        for row in await press.town.rows(f"SELECT * FROM {table}"):  # noqa: S608  - fixed names
            assert plain not in str(row)
            assert sha256(plain.encode()).digest() not in row  # the key is not in the database
    assert plain not in repr(made)
    assert not set("01IOL") & set(plain)


async def test_who_is_taken_off_loses_it_by_the_gate_s_grace_and_is_told(press: List) -> None:
    made = await press.code()
    assert await press.comes(1, made.letters)
    await press.take_off(account(1), "press", by=MODERATOR)
    assert await press.inside() == ["1"]
    press.town.later(hours=25)
    limits = Limits(fans=20, percent=5, few=3)
    close = CloseDue(
        store=press.town.store,
        refresh=press.refresh,
        limits=limits,
        platforms=(),
        clock=press.town.clock,
    )
    assert await close() == 1
    assert await press.inside() == []
    keys = await press.town.rows(
        "SELECT act #>> '{notice,key}' FROM outbox WHERE act->>'kind' = 'tell' ORDER BY id"
    )
    assert [key for (key,) in keys][1:] == ["access.ending.unmet", "access.unmet"]


async def test_a_whole_code_is_taken_off_with_everybody_it_let_in_and_nobody_else(
    press: List,
) -> None:
    one, other = await press.code(), await press.code()
    assert await press.comes(1, one.letters)
    assert await press.comes(2, one.letters)
    assert await press.comes(3, other.letters)
    _, gone = await press.stop(one.kept.number, by=MODERATOR, everybody=True)
    assert len(gone) == 2
    ending = await press.town.rows("SELECT user_id FROM held_pass WHERE ends_at IS NOT NULL")
    assert sorted(user for (user,) in ending) == ["1", "2"]
    assert not await press.comes(4, one.letters)


async def test_who_was_taken_off_comes_back_only_with_a_newer_code(press: List) -> None:
    old, spare = await press.code(), await press.code()
    assert await press.comes(1, old.letters)
    press.town.later(minutes=1)
    await press.take_off(account(1), by=MODERATOR)
    assert not await press.comes(1, spare.letters)
    press.town.later(minutes=1)
    assert await press.comes(1, (await press.code()).letters)
    assert await press.town.rows("SELECT ends_at FROM held_pass") == [(None,)]


async def test_a_code_is_made_only_for_a_list_that_a_gate_asks_for_and_within_bounds(
    press: List,
) -> None:
    with pytest.raises(Refused, match="E-GUESTLIST"):
        await press.code(list_="crew")
    for places, days in ((0, 1), (1, 0), (1_001, 1), (1, 366)):
        with pytest.raises(Refused, match="E-GUESTNUMBER"):
            await press.code(places=places, days=days)
    with pytest.raises(Refused, match="E-GUESTNONE"):
        await press.stop(77, by=MODERATOR)
    with pytest.raises(Refused, match="E-GUESTNONE"):
        await press.take_off(account(5), by=MODERATOR)


async def test_the_trail_says_who_made_entered_and_took_off(press: List) -> None:
    made = await press.code(places=2)
    assert await press.comes(1, made.letters)
    await press.take_off(account(1), by=MODERATOR)
    await press.stop(made.kept.number, by=MODERATOR)
    lines = await press.town.rows("SELECT what, facts FROM audit ORDER BY id")
    told = [(what, facts.get("by")) for what, facts in lines if what.startswith("guest")]
    by = str(MODERATOR)
    assert told == [("guest.code", by), ("guest.in", None), ("guest.off", by), ("guest.stop", by)]


async def test_the_pass_over_everybody_looks_at_guests_without_wallets(press: List) -> None:
    made = await press.code()
    assert await press.comes(1, made.letters)
    await press.town.change("DELETE FROM held_pass")
    await RefreshEveryone(store=press.town.store, refresh=press.refresh)()
    assert await press.inside() == ["1"]


async def test_a_guest_adds_the_other_chat_and_two_places_become_one(town: Town) -> None:
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    press = List(town, PRESS, BOTH)
    made = await press.code()
    other = account(7, Platform.TELEGRAM)
    assert await press.comes(1, made.letters)
    await press.enter(other, FAN, made.letters)
    give = GiveCode(store=town.store, clock=town.clock, random=SystemRandomness())
    join = JoinByCode(store=town.store, clock=town.clock, refresh=press.refresh)
    await join(other, Profile("fan", "Fan"), (await give(account(1))).code)
    assert await town.rows("SELECT count(*) FROM guest") == [(1,)]


async def test_who_was_taken_off_does_not_come_back_by_another_chat(press: List) -> None:
    made, other = await press.code(), account(7, Platform.TELEGRAM)
    town = press.town
    assert await press.comes(1, made.letters)
    await press.take_off(account(1), by=MODERATOR)
    await press.enter(other, FAN, made.letters)
    give = GiveCode(store=town.store, clock=town.clock, random=SystemRandomness())
    join = JoinByCode(store=town.store, clock=town.clock, refresh=press.refresh)
    await join(account(1), Profile("fan", "Fan"), (await give(other)).code)
    assert await town.rows("SELECT off_at IS NULL FROM guest") == [(False,)]


async def test_who_was_taken_off_with_others_stays_off_alone(press: List) -> None:
    made = await press.code()
    assert await press.comes(1, made.letters)
    await press.take_off(account(1), by=MODERATOR)
    async with press.town.store() as tx:
        await tx.bonds.part(account(1))
    assert not await press.comes(1, made.letters)


async def test_a_fan_is_taken_off_lists_too_that_no_gate_asks_for_at_the_moment(
    press: List,
) -> None:
    assert await press.comes(1, (await press.code()).letters)
    press.take_off = TakeOffGuest(store=press.town.store, refresh=press.refresh, gates=(BOTH,))
    await press.take_off(account(1), by=MODERATOR)
    assert await press.town.rows("SELECT off_at IS NULL FROM guest") == [(False,)]


async def test_an_any_with_a_guest_list_opens_to_guests_and_to_holders(town: Town) -> None:
    either = Gate(HOLDER, "Holder", AnyOf((holds(TIDE), Code("press"))), BOTH.passes)
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    door = List(town, either)
    assert await door.comes(1, (await door.code()).letters)
    assert await door.inside() == ["1"]
