"""A wallet belongs to one fan; the newest proof wins, and then it rests for a day."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.adapters.sql.sweep import SqlSweep
from gating.errors import Refused, TryLater
from gating.identity.moving import MOST_WALLETS
from gating.model import FanId
from gating.ports import Transaction
from tests.contracts.access_kit import NOW, TIDE, Town, account, wallet
from tests.contracts.moving_kit import (
    HOURS_24,
    OURS,
    THEIRS,
    THIRD,
    W,
    hold_copies,
    owners,
    prove,
    refreshing,
    roles,
    told,
    tried,
    unlinking,
)


async def test_bd6_a_wallet_proved_by_another_account_moves_there_with_its_role(
    town: Town,
) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    assert await roles(town) == {"1"}
    await prove(town, THEIRS)
    assert await owners(town) == (THEIRS,)
    assert await roles(town) == {"2"}
    assert await town.rows("SELECT count(*) FROM wallet") == [(1,)]
    assert await told(town, OURS) == ["access.granted", "wallet.taken", "access.over"]
    assert await told(town, THEIRS) == ["wallet.came", "access.granted"]


async def test_bd6_the_former_fan_is_not_told_who_has_the_wallet_now(town: Town) -> None:
    await prove(town, account(1111))
    await prove(town, account(2222))
    said = await town.rows("SELECT act::text FROM outbox WHERE lane = 'discord:1111'")
    assert said
    assert "2222" not in str(said)


async def test_bd6_a_wallet_that_moved_rests_for_a_day_and_says_until_when(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS)
    town.later(hours=23, minutes=59)
    with pytest.raises(Refused, match="E-WALLETCOOL") as refusal:
        await prove(town, THIRD)
    assert refusal.value.facts == {"wallet": W, "at": int((NOW + HOURS_24).timestamp())}
    assert await owners(town) == (THEIRS,)
    town.later(minutes=1)
    assert await tried(town, THIRD) == ""


async def test_bd6_the_fan_it_was_taken_from_takes_it_back_at_once(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    await prove(town, THEIRS)
    town.later(hours=1)
    assert await tried(town, OURS) == ""
    assert await roles(town) == {"1"}
    # and whoever had lured the signature has to wait anew, however good the next one is
    town.later(hours=23, minutes=59)
    assert await tried(town, THEIRS) == "E-WALLETCOOL"


async def test_bd6_one_copy_does_not_serve_two_people_in_turns_by_unlinking(town: Town) -> None:
    await prove(town, OURS)
    await unlinking(town)(OURS, W)
    assert await tried(town, THEIRS) == ""  # as if it had been taken
    await unlinking(town)(THEIRS, W)
    assert await tried(town, THIRD) == "E-WALLETCOOL"
    assert await tried(town, OURS) == ""
    await unlinking(town)(OURS, W)
    assert await tried(town, THEIRS) == "E-WALLETCOOL"
    assert await tried(town, OURS) == ""


async def test_bd6_a_wallet_that_was_free_for_a_day_comes_from_nobody(town: Town) -> None:
    await prove(town, OURS)
    await unlinking(town)(OURS, W)
    town.later(hours=24)
    assert await tried(town, THEIRS) == ""
    assert await told(town, THEIRS) == ["E-NOTREADY"]
    assert await town.rows("SELECT moved_at FROM wallet_trail") == [(None,)]


async def test_bd6_of_twenty_who_take_one_wallet_at_once_one_wins(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, account(100))
    answers = await asyncio.gather(*(tried(town, account(number)) for number in range(20)))
    assert sorted(answers) == [""] + ["E-WALLETCOOL"] * 19
    won = answers.index("")
    assert await owners(town) == (account(won),)
    assert await roles(town) == {str(won)}
    assert (await told(town, account(100)))[-2:] == ["wallet.taken", "access.over"]


async def test_bd6_two_fans_who_take_each_others_wallets_at_once_do_not_lock_up(
    town: Town,
) -> None:
    pairs = [(account(n), wallet(n)) for n in range(1, 11)]
    for who, mine in pairs:
        await prove(town, who, mine)
    turned = zip(pairs, [*pairs[1:], pairs[0]], strict=True)
    swaps = [tried(town, who, other) for (who, _), (_, other) in turned]
    back = [tried(town, other, mine) for (_, mine), (other, _) in pairwise(pairs)]
    answers = await asyncio.wait_for(asyncio.gather(*swaps, *back), timeout=20)
    assert set(answers) <= {"", "E-WALLETCOOL"}
    assert await town.rows("SELECT count(*) FROM wallet") == [(10,)]


async def test_bd6_proving_ones_own_wallet_again_is_no_move(town: Town) -> None:
    await prove(town, OURS)
    assert await tried(town, OURS) == ""
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(0,)]
    assert "wallet.came" not in await told(town, OURS)


async def test_the_eleventh_wallet_of_one_fan_is_refused_and_nothing_moves(town: Town) -> None:
    for number in range(MOST_WALLETS):
        await prove(town, OURS, wallet(100 + number))
    await prove(town, THEIRS)
    assert await tried(town, OURS) == "E-WALLETCAP"
    assert await owners(town) == (THEIRS,)
    assert await tried(town, OURS, wallet(100)) == ""  # one that is among the ten


async def test_ten_wallets_proved_at_once_beside_one_stay_within_the_cap(town: Town) -> None:
    await prove(town, OURS, wallet(99))
    numbers = range(100, 110)
    answers = await asyncio.gather(*(tried(town, OURS, wallet(n)) for n in numbers))
    assert sorted(answers) == [""] * (MOST_WALLETS - 1) + ["E-WALLETCAP"]


class Dying(RefreshAccess):
    """The database's side of the connection is killed once the former fan was looked at."""

    async def within(self, tx: Transaction, fan_id: FanId, **more: Any) -> Standing:
        standing = await RefreshAccess.within(self, tx, fan_id, **more)
        await tx.people._session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return standing


async def test_a_house_killed_while_a_wallet_moves_has_moved_nothing(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    said = await told(town, OURS)
    sound = refreshing(town)
    dying = Dying(store=town.store, asset=TIDE, gates=sound.gates, wake=sound.wake)
    with pytest.raises(TryLater, match="E-DATABASE"):
        await prove(town, THEIRS, refresh=dying)
    assert await owners(town) == (OURS,)
    assert await roles(town) == {"1"}
    assert await told(town, OURS) == said
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(0,)]
    await prove(town, THEIRS)
    assert await owners(town) == (THEIRS,)


async def test_trails_are_swept_once_they_limit_nothing(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS)
    sweep = SqlSweep(town.sessions, town.clock)
    await sweep()
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(1,)]
    town.later(days=30, hours=1)
    await sweep()
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(0,)]
