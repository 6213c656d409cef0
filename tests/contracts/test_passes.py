"""Passes: exactly what we granted, per account and place; knocks; and the audit trail."""

import pytest

from gating.model import Account, Change, Fan, FanId, HeldPass, Platform, Step
from gating.model.entries import Decision
from tests.contracts.access_kit import FAN, HOLDER, ROLE, Town, account, block

HERE, THERE = account(1), account(1, Platform.TELEGRAM)
STRANGER = account(2)
CHAT, OTHER_CHAT = "-1001", "-1002"


@pytest.fixture
async def fan(town: Town) -> Fan:
    async with town.store() as tx:
        made = await tx.people.enrol(HERE, FAN)
        await tx.people.add_account(made.id, THERE, FAN)
    async with town.store() as tx:
        return await tx.people.get(made.id)


async def test_a_pass_is_held_from_its_opening_to_its_closing(town: Town, fan: Fan) -> None:
    await apply(town, opened(HERE, ROLE), opened(THERE, CHAT))
    assert await held(town, fan) == {mine(HERE, ROLE), mine(THERE, CHAT)}
    await apply(town, closed(HERE, ROLE))
    assert await held(town, fan) == {mine(THERE, CHAT)}


async def test_of_two_roles_of_one_gate_only_the_closed_one_goes(town: Town, fan: Fan) -> None:
    await apply(town, opened(HERE, ROLE), opened(HERE, "5002"))
    await apply(town, closed(HERE, ROLE))
    assert await held(town, fan) == {mine(HERE, "5002")}


async def test_opening_or_closing_twice_is_the_same_as_once(town: Town, fan: Fan) -> None:
    await apply(town, opened(HERE, ROLE), opened(HERE, ROLE))
    assert await held(town, fan) == {mine(HERE, ROLE)}
    await apply(town, closed(HERE, ROLE), closed(HERE, ROLE))
    assert await held(town, fan) == set()


async def test_what_somebody_else_holds_is_not_mine(town: Town, fan: Fan) -> None:
    await apply(town, opened(STRANGER, ROLE), opened(Account(Platform.TELEGRAM, "2"), CHAT))
    assert await held(town, fan) == set()
    await apply(town, opened(HERE, ROLE), closed(STRANGER, ROLE))
    assert await held(town, fan) == {mine(HERE, ROLE)}


async def test_who_left_one_chat_keeps_what_was_granted_elsewhere(town: Town, fan: Fan) -> None:
    await apply(town, opened(THERE, CHAT), opened(THERE, OTHER_CHAT), opened(HERE, ROLE))
    async with town.store() as tx:
        await tx.passes.forget(THERE, CHAT)
    assert await held(town, fan) == {mine(THERE, OTHER_CHAT), mine(HERE, ROLE)}
    async with town.store() as tx:
        await tx.passes.forget(HERE)
    assert await held(town, fan) == {mine(THERE, OTHER_CHAT)}


async def test_a_knock_waits_until_it_is_answered(town: Town, fan: Fan) -> None:
    async with town.store() as tx:
        await tx.passes.knock(THERE, CHAT)
        await tx.passes.knock(THERE, CHAT)
        await tx.passes.knock(THERE, OTHER_CHAT)
        known = await tx.access.seen(fan.id)
        assert known.knocks[THERE] == {CHAT, OTHER_CHAT}
        assert known.knocks[HERE] == frozenset()
        answer = Decision(fan=fan.id, at=None, why="a test", changes=(opened(THERE, CHAT),))
        await tx.access.decided(answer)
        assert (await tx.access.seen(fan.id)).knocks[THERE] == {OTHER_CHAT}


async def test_who_goes_away_knocks_no_longer(town: Town, fan: Fan) -> None:
    async with town.store() as tx:
        await tx.passes.knock(THERE, CHAT)
        await tx.passes.knock(THERE, OTHER_CHAT)
        await tx.passes.forget(THERE, CHAT)
        assert (await tx.access.seen(fan.id)).knocks[THERE] == {OTHER_CHAT}


async def test_the_audit_says_what_changed_when_and_at_which_block(town: Town, fan: Fan) -> None:
    async with town.store() as tx:
        await tx.audit.note("pass.open", fan=fan.id, at=block(9), facts={"gate": HOLDER})
        await tx.audit.note("start", fan=None, at=None, facts={})
    noted = await town.rows(
        "SELECT at, what, fan_id, block_number, block_hash, facts FROM audit ORDER BY id"
    )
    assert noted == [
        (town.at, "pass.open", fan.id, 9, block(9).hash, {"gate": "holder"}),
        (town.at, "start", None, None, None, {}),
    ]


async def test_what_was_decided_in_a_transaction_that_fails_never_was(
    town: Town, fan: Fan
) -> None:
    async def fails() -> None:
        async with town.store() as tx:
            await tx.passes.apply([opened(HERE, ROLE)])
            await tx.audit.note("pass.open", fan=fan.id, at=None, facts={})
            await tx.people.get(FanId("nobody"))

    with pytest.raises(Exception, match="E-NOFAN"):
        await fails()
    assert await held(town, fan) == set()
    assert await town.rows("SELECT count(*) FROM audit") == [(0,)]


def opened(who: Account, target: str) -> Change:
    return Change(Step.OPEN, who, HOLDER, target)


def closed(who: Account, target: str) -> Change:
    return Change(Step.CLOSE, who, HOLDER, target)


def mine(who: Account, target: str) -> HeldPass:
    return HeldPass(who, HOLDER, target)


async def apply(town: Town, *changes: Change) -> None:
    async with town.store() as tx:
        await tx.passes.apply(changes)


async def held(town: Town, fan: Fan) -> set[HeldPass]:
    async with town.store() as tx:
        return set(await tx.passes.of_fan(fan))
