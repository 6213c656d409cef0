"""However accounts join and leave, within one rest a copy opens doors for one set of people."""

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from gating.errors import NotDone, Refused, TryLater
from gating.identity.binding import BindWallet
from gating.model import Account, Address, Platform
from gating.model.proof import WalletProof
from tests.contracts.access_kit import NOW, Town, account, wallet
from tests.contracts.moving_kit import (
    HOURS_24,
    OURS,
    TELEGRAM,
    THEIRS,
    W,
    a_link,
    hold_copies,
    join,
    owners,
    prove,
    refreshing,
    roles,
    thrown_out,
    told,
    tried,
    unlinking,
)

OTHER_TELEGRAM = account(2, Platform.TELEGRAM)


async def test_bd6_nobody_takes_the_place_of_an_account_that_left_for_a_day(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    town.later(hours=1)
    await thrown_out(town, OURS)
    assert await owners(town) == (TELEGRAM,)
    town.later(hours=23, minutes=59)
    with pytest.raises(Refused, match="E-JOINCOOL") as refusal:
        await join(town, TELEGRAM, THEIRS)
    ends = NOW + timedelta(hours=1) + HOURS_24
    assert refusal.value.facts == {"at": int(ends.timestamp())}
    assert await roles(town) == set()
    town.later(minutes=1)
    await join(town, TELEGRAM, THEIRS)
    assert await roles(town) == {"2"}


async def test_bd6_nor_by_asking_for_the_code_themselves(town: Town) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    await thrown_out(town, OURS)
    await prove(town, THEIRS, wallet(8))
    with pytest.raises(Refused, match="E-JOINCOOL"):
        await join(town, THEIRS, TELEGRAM)
    assert await owners(town) == (TELEGRAM,)


async def test_bd6_nor_where_the_wallet_is_unlinked_before_the_account_leaves(town: Town) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    await unlinking(town)(OURS, W)
    await prove(town, THEIRS, wallet(8))
    await join(town, THEIRS, TELEGRAM)
    await prove(town, OURS)
    with pytest.raises(Refused, match="E-JOINCOOL"):
        await join(town, OURS, OTHER_TELEGRAM)


async def test_bd8_who_was_thrown_out_may_join_elsewhere_at_once(town: Town) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    await thrown_out(town, TELEGRAM)
    await prove(town, THEIRS, wallet(8))
    await join(town, THEIRS, TELEGRAM)
    assert await owners(town, wallet(8)) == (THEIRS, TELEGRAM)


async def test_bd6_who_was_lured_and_then_joins_the_other_chat_takes_the_wallet_back(
    town: Town,
) -> None:
    await prove(town, OURS)
    await prove(town, TELEGRAM, wallet(8))
    await prove(town, THEIRS)
    await join(town, TELEGRAM, OURS)
    assert await tried(town, OURS) == ""
    assert await owners(town) == (OURS, TELEGRAM)


# --- whatever they do ----------------------------------------------------------------------------

PEOPLE = [account(n, chat) for n in range(1, 5) for chat in Platform]
Spell = tuple[Account, datetime, datetime]
"""An account, and from when until when the wallet counted for it."""


@pytest.mark.parametrize("seed", range(6))
async def test_bd6_within_one_rest_a_copy_serves_one_set_of_people_and_whom_it_was_taken_from(
    town: Town, seed: int
) -> None:
    """A set of people is one account in each chat."""
    chance, spells = random.Random(seed), list[Spell]()  # noqa: S311  - steps of a test
    since: dict[Account, datetime] = {}
    for _ in range(80):
        town.later(hours=chance.choice((0,) * 12 + (1, 5, 20)))
        await something(town, chance)
        now = set(await owners(town))
        spells += [(gone, since.pop(gone), town.at) for gone in set(since) - now]
        since.update(dict.fromkeys(now - set(since), town.at))
    spells += [(who, start, town.at) for who, start in since.items()]
    for _, begins, _ in spells:
        within = {who for who, start, end in spells if start < begins + HOURS_24 and end >= begins}
        assert most_in_one_chat(within) <= 2, (begins, spells)


async def something(town: Town, chance: random.Random) -> None:
    """One step of a person who would share the copy, or of somebody honest."""
    held = await owners(town)
    holder, anybody = chance.choice(held or PEOPLE), chance.choice(PEOPLE)
    other = chance.choice([each for each in PEOPLE if each.platform is not holder.platform])
    own = wallet(50 + chance.randrange(4))
    steps = {
        lambda: join(town, holder, other): 6,
        lambda: join(town, other, holder): 2,
        lambda: thrown_out(town, holder): 6 if len(held) > 1 else 0,
        lambda: prove(town, anybody): 1,
        lambda: prove(town, other, own): 1,
        lambda: unlinking(town)(holder, W): 1,
        lambda: unlinking(town)(other, own): 1,
    }
    [step] = chance.choices(list(steps), list(steps.values()))
    with suppress(NotDone):
        await step()


def most_in_one_chat(people: set[Account]) -> int:
    return max(sum(who.platform is chat for who in people) for chat in Platform)


# --- who hears of it -----------------------------------------------------------------------------


async def test_bd6_every_other_account_is_told_that_one_joined_and_the_joined_one_is_not(
    town: Town,
) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    assert "account.joined" in await told(town, OURS)
    assert "account.joined" not in await told(town, TELEGRAM)
    facts = "SELECT act->'notice'->'facts' FROM outbox WHERE act->'notice'->>'key' = :key"
    assert await town.rows(facts, key="account.joined") == [
        ({"platform": "Telegram", "name": "fan"},)
    ]


async def listening(town: Town, who: Account) -> None:
    """A player that runs, and a ticket for another."""
    async with town.store() as tx:
        fan = await tx.people.of_account(who)
    drop = "INSERT INTO drop VALUES ('d', 'x', 'f', 'audio/wav', 1, 't', 'n', 'holder', now())"
    await town.change(drop)
    for table in ("listen_ticket", "listen_session"):
        await town.change(
            f"INSERT INTO {table} VALUES ('h', 'd', :fan, :at)",  # noqa: S608  - fixed names
            fan=fan.id,
            at=town.at + timedelta(minutes=5),
        )


async def test_who_was_thrown_out_listens_no_more_and_has_no_code(town: Town) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    await listening(town, TELEGRAM)
    await town.change(
        "INSERT INTO join_code SELECT 'c', fan_id, :at FROM wallet",
        at=town.at + timedelta(minutes=5),
    )
    await thrown_out(town, TELEGRAM)
    for table in ("listen_ticket", "listen_session", "join_code"):
        assert await town.rows(f"SELECT * FROM {table}") == []  # noqa: S608  - fixed names


async def test_who_lost_a_wallet_is_asked_again_at_the_next_sound(town: Town) -> None:
    await prove(town, OURS)
    await listening(town, OURS)
    await unlinking(town)(OURS, W)
    assert await town.rows("SELECT expires_at FROM listen_session") == [(town.at,)]


# --- two at once ---------------------------------------------------------------------------------


async def test_a_first_sign_in_beside_a_join_leaves_no_wallet_with_nobody(town: Town) -> None:
    await prove(town, OURS)
    await beside_a_sign_in(town, TELEGRAM, wallet(8), join(town, OURS, TELEGRAM))
    assert await owners(town, wallet(8)) == (OURS, TELEGRAM)


async def test_bd6_who_signs_a_moment_after_another_is_not_told_that_it_is_linked(
    town: Town,
) -> None:
    with pytest.raises(TryLater, match="E-FANBUSY"):
        await beside_a_sign_in(town, OURS, W, prove(town, THEIRS))
    assert await owners(town) == (OURS,)
    states = await town.rows("SELECT user_id, state FROM link ORDER BY user_id")
    assert states == [("1", "bound"), ("2", "opened")]


async def beside_a_sign_in(
    town: Town, who: Account, address: Address, other: Coroutine[Any, Any, object]
) -> None:
    """What happens when `other` begins after this short sign-in has written, before it is kept."""
    link, written = await a_link(town, who), asyncio.Event()

    async def sign_in() -> None:
        bind = BindWallet(refresh=refreshing(town), clock=town.clock)
        async with town.store() as tx:
            assert await bind.plainly(tx, link, address, WalletProof())
            written.set()
            await asyncio.sleep(0.3)

    async def meanwhile() -> None:
        await written.wait()
        await other

    await asyncio.gather(sign_in(), meanwhile())
