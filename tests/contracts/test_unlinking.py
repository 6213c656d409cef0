"""A fan lets go of a wallet, gives it a name, or finds that two fans are one."""

import asyncio
from datetime import timedelta

import pytest

from gating.errors import Refused
from gating.identity.labels import label_of
from gating.model import Account, Platform
from tests.contracts.access_kit import TIDE, Town, account, block, history, move, wallet
from tests.contracts.moving_kit import (
    OURS,
    TELEGRAM,
    THEIRS,
    W,
    hold_copies,
    join,
    labelling,
    owners,
    prove,
    refreshing,
    roles,
    told,
    tried,
    unlinking,
)


async def test_an_unlinked_wallet_closes_what_it_opened_at_once(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    standing = await unlinking(town)(OURS, W)
    assert [change.step for change in standing.changes] == ["close"]
    assert await roles(town) == set()
    assert (await told(town, OURS))[-1] == "access.over"


async def test_what_another_wallet_opens_stays(town: Town) -> None:
    await hold_copies(town, W, wallet(8))
    await prove(town, OURS)
    await prove(town, OURS, wallet(8))
    assert (await unlinking(town)(OURS, W)).changes == ()
    assert await roles(town) == {"1"}


async def test_unlinking_does_not_wait_for_a_silent_chain(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    await unlinking(town)(OURS, W)
    assert await roles(town) == set()


async def test_what_ends_by_unlinking_is_not_told_as_an_old_sale(town: Town) -> None:
    await hold_copies(town, W)
    sold = move(block(11), 1, W, wallet(9)), move(block(12), 5, wallet(9), wallet(8))
    async with town.store() as tx:
        await history(tx, sold, until=block(20))
    await prove(town, OURS)
    await prove(town, OURS, wallet(8))
    await unlinking(town)(OURS, wallet(8))
    assert (await told(town, OURS))[-1] == "access.over"


async def test_only_ones_own_wallet_can_be_unlinked_or_named(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS, wallet(8))
    for step in (unlinking(town)(THEIRS, W), labelling(town)(THEIRS, W, "Mine")):
        with pytest.raises(Refused, match="E-NOWALLET"):
            await step
    with pytest.raises(Refused, match="E-NOWALLET"):
        await unlinking(town)(account(404), W)
    assert await owners(town) == (OURS,)


async def test_a_wallet_keeps_its_name_until_it_goes(town: Town) -> None:
    await prove(town, OURS)
    named = await labelling(town)(OURS, W, "  Ledger \n upstairs ")
    assert named.label == "Ledger upstairs"
    await prove(town, OURS)
    assert await town.rows("SELECT label FROM wallet") == [("Ledger upstairs",)]
    await prove(town, THEIRS)
    assert await town.rows("SELECT label FROM wallet") == [("",)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>**Ledger**</b>", "<b>**Ledger**</b>"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("zero\u200bwidth\u0000", "zerowidth"),
        ("Cafe\u0301", "Café"),
        ("-", ""),
        ("   ", ""),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_name_keeps_what_shows_and_nothing_that_hides_or_turns(typed: str, kept: str) -> None:
    assert label_of(typed) == kept


def test_a_name_over_forty_letters_is_refused() -> None:
    with pytest.raises(Refused, match="E-WALLETLABEL"):
        label_of("x" * 41)


# --- two fans who are one ------------------------------------------------------------------------


async def test_two_fans_with_wallets_are_joined_by_a_code(town: Town) -> None:
    await hold_copies(town, wallet(8))
    await prove(town, OURS)
    await prove(town, TELEGRAM, wallet(8))
    assert await roles(town) == set()
    await join(town, OURS, TELEGRAM)
    assert await owners(town) == (OURS, TELEGRAM)
    assert await owners(town, wallet(8)) == (OURS, TELEGRAM)
    assert await roles(town) == {"1"}  # what the other wallet holds counts here now
    assert await town.rows("SELECT count(*) FROM fan WHERE merged_into IS NULL") == [(1,)]


async def test_two_fans_with_an_account_each_on_one_platform_stay_two(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS, wallet(8))
    with pytest.raises(Refused, match="E-SAMECHAT"):
        await join(town, OURS, THEIRS)
    await prove(town, TELEGRAM, wallet(9))
    await join(town, THEIRS, TELEGRAM)
    with pytest.raises(Refused, match="E-SAMECHAT"):
        await join(town, OURS, TELEGRAM)
    assert await owners(town) == (OURS,)


async def test_two_fans_with_too_many_wallets_together_stay_two(town: Town) -> None:
    for number in range(6):
        await prove(town, OURS, wallet(20 + number))
        await prove(town, TELEGRAM, wallet(40 + number))
    with pytest.raises(Refused, match="E-WALLETCAP"):
        await join(town, OURS, TELEGRAM)
    assert await owners(town, wallet(20)) == (OURS,)


async def test_a_joined_fan_takes_back_what_either_of_them_had(town: Town) -> None:
    await prove(town, TELEGRAM)
    await prove(town, TELEGRAM, wallet(8))
    await prove(town, THEIRS)
    await prove(town, OURS, wallet(9))
    await join(town, OURS, TELEGRAM)
    assert await tried(town, OURS) == ""


async def test_listening_goes_on_when_two_fans_become_one(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, TELEGRAM, wallet(8))
    async with town.store() as tx:
        was = await tx.people.of_account(TELEGRAM)
    await town.change(
        "INSERT INTO drop VALUES ('d', 'x', 'f', 'audio/wav', 1, 't', 'n', 'holder', now())"
    )
    for table in ("listen_ticket", "listen_session"):
        await town.change(
            f"INSERT INTO {table} VALUES ('h', 'd', :fan, :at)",  # noqa: S608  - fixed names
            fan=was.id,
            at=town.at + timedelta(minutes=5),
        )
    await join(town, OURS, TELEGRAM)
    async with town.store() as tx:
        now = await tx.people.of_account(TELEGRAM)
    for table in ("listen_ticket", "listen_session"):
        assert await town.rows(f"SELECT fan_id FROM {table}") == [(now.id,)]  # noqa: S608


async def test_joining_while_wallets_are_taken_loses_none_and_does_not_lock_up(
    town: Town,
) -> None:
    telegrams = [account(number, Platform.TELEGRAM) for number in range(1, 6)]
    for number, theirs in enumerate(telegrams, 1):
        await prove(town, account(number), wallet(number))
        await prove(town, theirs, wallet(50 + number))
    joins = (joined(town, account(n), theirs) for n, theirs in enumerate(telegrams, 1))
    takes = (tried(town, account(n % 5 + 1), wallet(50 + n)) for n in range(1, 6))
    looks = (looked_at(town, theirs) for theirs in telegrams)
    answers = await asyncio.wait_for(asyncio.gather(*joins, *takes, *looks), timeout=20)
    assert set(answers) <= {"", "E-FANBUSY"}
    assert await town.rows("SELECT count(*) FROM wallet") == [(10,)]
    dead = "SELECT count(*) FROM wallet JOIN fan ON id = fan_id WHERE merged_into IS NOT NULL"
    assert await town.rows(dead) == [(0,)]


async def joined(town: Town, known: Account, other: Account) -> str:
    try:
        await join(town, known, other)
    except Exception as refusal:  # noqa: BLE001  - whatever it is, it is told
        return str(getattr(refusal, "code", refusal))
    return ""


async def looked_at(town: Town, who: Account) -> str:
    """As a knock does: the name is brought up to date, then access."""
    async with town.store() as tx:
        fan = await tx.people.of_account(who)
        try:
            await refreshing(town).within(tx, fan.id, why="a look")
        except Refused as gone:
            return "" if gone.code == "E-NOFAN" else gone.code
    return ""
