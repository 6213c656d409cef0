"""A sign-in's few statements keep what many small ones kept: one fan, one owner, nothing stale."""

import asyncio

from gating.model import Account, FanId, Known, Platform, Step, Wallet
from gating.model.entries import Decision
from gating.model.proof import WalletProof
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    ROLE,
    Town,
    account,
    block,
    opening,
    telling,
    wallet,
)

HERE, THERE = account(1), account(1, Platform.TELEGRAM)
CHAT = "-1001"


async def test_first_sign_ins_at_once_give_one_fan_with_all_wallets(town: Town) -> None:
    admitted = await asyncio.gather(*(admit(town, HERE, number) for number in range(8)))
    assert {linked for _, linked in admitted} == {True}
    assert len({fan for fan, _ in admitted}) == 1
    assert await town.rows("SELECT count(*) FROM fan") == [(1,)]
    assert len(wallets_of(await seen(town, admitted[0][0]))) == 8


async def test_a_wallet_of_somebody_else_is_left_where_it_is(town: Town) -> None:
    owner, _ = await admit(town, HERE, 7)
    _, linked = await admit(town, account(2), 7)
    assert not linked
    assert wallets_of(await seen(town, owner)) == (wallet(7),)


async def test_who_waits_for_a_fan_sees_what_was_linked_meanwhile(town: Town) -> None:
    fan, _ = await admit(town, HERE, 1)
    async with town.store() as tx:
        await tx.people.add_account(fan, THERE, FAN)
    inside = asyncio.Event()

    async def first() -> None:
        async with town.store() as tx:
            await tx.people.admit(HERE, FAN, wallet(2), WalletProof())
            inside.set()
            await asyncio.sleep(0.3)

    async def second() -> Known:
        await inside.wait()
        async with town.store() as tx:
            await tx.people.admit(THERE, FAN, wallet(3), WalletProof())
            return await tx.access.known(fan, queue=None, most=0)

    _, known = await asyncio.gather(first(), second())
    assert set(wallets_of(known)) == {wallet(1), wallet(2), wallet(3)}


async def test_a_decision_is_kept_noted_and_put_out_in_its_order(town: Town) -> None:
    fan, _ = await admit(town, HERE, 1)
    async with town.store() as tx:
        await tx.people.add_account(fan, THERE, FAN)
        await tx.passes.knock(THERE, CHAT)
    changes = (opening(HERE).act.change, opening(THERE, target=CHAT).act.change)
    entries = (telling(THERE), opening(HERE), opening(THERE, target=CHAT), telling(HERE))
    await decide(
        town, Decision(fan=fan, at=block(9), why="a test", changes=changes, entries=entries)
    )
    known = await seen(town, fan)
    assert {(held.account, held.gate, held.target) for held in known.held} == {
        (HERE, HOLDER, ROLE),
        (THERE, HOLDER, CHAT),
    }
    assert known.knocks == {HERE: frozenset(), THERE: frozenset()}
    noted = await town.rows("SELECT at, what, fan_id, block_number, facts FROM audit ORDER BY id")
    assert noted[0] == (
        town.at,
        "pass.open",
        fan,
        9,
        {"gate": HOLDER, "account": str(HERE), "target": ROLE, "why": "a test"},
    )
    lanes = await town.rows("SELECT lane, act->>'kind' FROM outbox ORDER BY id")
    assert lanes == [
        (str(THERE), "tell"),
        (str(HERE), "pass"),
        (str(THERE), "pass"),
        (str(HERE), "tell"),
    ]


async def test_what_is_closed_is_held_no_more_and_its_knock_stays(town: Town) -> None:
    fan, _ = await admit(town, HERE, 1)
    opened = opening(HERE).act.change
    async with town.store() as tx:
        await tx.passes.apply([opened])
        await tx.passes.knock(HERE, CHAT)
    closed = type(opened)(Step.CLOSE, HERE, opened.gate, opened.target)
    await decide(town, Decision(fan=fan, at=None, why="a test", changes=(closed,)))
    known = await seen(town, fan)
    assert (known.held, known.knocks[HERE]) == ((), frozenset({CHAT}))


async def test_passes_ahead_are_counted_as_far_as_it_matters(town: Town) -> None:
    fan, _ = await admit(town, HERE, 1)
    await town.add(*(opening(account(number)) for number in range(2, 7)), telling(HERE))
    async with town.store() as tx:
        assert (await tx.access.known(fan, queue=Platform.DISCORD, most=3)).ahead == 3
        assert (await tx.access.known(fan, queue=Platform.DISCORD, most=9)).ahead == 5
        assert (await tx.access.known(fan, queue=Platform.TELEGRAM, most=3)).ahead == 0


async def admit(town: Town, who: Account, number: int) -> tuple[FanId, bool]:
    async with town.store() as tx:
        return await tx.people.admit(who, FAN, wallet(number), WalletProof())


async def seen(town: Town, fan: FanId) -> Known:
    async with town.store() as tx:
        return await tx.access.seen(fan)


async def decide(town: Town, decision: Decision) -> None:
    async with town.store() as tx:
        await tx.access.decided(decision)


def wallets_of(known: Known) -> tuple[str, ...]:
    kept: tuple[Wallet, ...] = known.fan.wallets
    return tuple(each.address for each in kept)
