"""To be forgotten beside what others do with the same wallets, and what one did before."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from config.database import Database
from gating.adapters.sql.sweep import SqlSweep
from gating.errors import NotDone
from gating.identity.binding import BindWallet
from gating.identity.forgetting import ForgetMe
from gating.identity.personal import ShowMine
from gating.model import Account, Change, EntryId, FanId, LinkId, Platform, Step
from gating.model.link import Link, LinkState
from gating.model.personal import Person
from gating.model.proof import WalletProof
from gating.ports import Transaction
from governance.model import PollId
from tests.contracts.access_kit import FAN, HOLDER, Town, block, closing, telling, wallet
from tests.contracts.moving_kit import (
    OURS,
    TELEGRAM,
    THEIRS,
    THIRD,
    W,
    hold_copies,
    join,
    no_workers,
    prove,
    refreshing,
    tried,
    unlinking,
)
from tests.contracts.personal_kit import VAULT, House, house_on, personal_store
from tests.contracts.poll_club import END, ended, failed_steps
from tests.contracts.registry_kit import heard, said

OTHER_WALLET = wallet(8)


async def forget(town: Town, who: Account) -> Person:
    store = personal_store(town.sessions, town.clock)
    return await ForgetMe(store=store, clock=town.clock, wake=no_workers)(who)


async def shown(town: Town, who: Account, section: str) -> list[Any]:
    mine = await ShowMine(store=personal_store(town.sessions, town.clock))(who)
    return list(mine.sections[section])


async def fan_of(town: Town, who: Account) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.of_account(who)
    assert fan is not None
    return fan.id


async def lines(town: Town) -> list[tuple[str, str | None, dict[str, str]]]:
    return [
        tuple(row) for row in await town.rows("SELECT what, fan_id, facts FROM audit ORDER BY id")
    ]  # type: ignore[misc]


# --- votes of a fan who was two


@pytest_asyncio.fixture(loop_scope="session")
async def house(town: Town, access_database: Database, tmp_path: Path) -> House:
    return house_on(access_database.engine, town.sessions, tmp_path)


async def two_ballots_of_one_fan(house: House) -> PollId:
    """Each chat voted before they were joined."""
    await house.club.link(OURS, 1)
    await house.club.link(TELEGRAM, 2)
    poll = await house.club.opened(title="Which song first?")
    await house.club.tap(OURS, poll, 1)
    await house.club.tap(TELEGRAM, poll, 2)
    await house.club.merge(TELEGRAM, into=OURS)
    return poll


async def private(house: House) -> set[tuple[Any, ...]]:
    async with house.sessions() as session:
        rows = await session.execute(
            text("SELECT fan_id, salt, receipt, counts FROM poll_ballot WHERE voter IS NOT NULL")
        )
        taps = await session.scalar(text("SELECT count(*) FROM poll_tap"))
    assert taps == 0
    return set(map(tuple, rows))


async def test_pr2_a_fan_who_was_two_sees_both_ballots_and_takes_both_back(house: House) -> None:
    poll = await two_ballots_of_one_fan(house)
    mine = await house.show(OURS)
    assert mine.count("poll_ballot") == mine.count("poll_tap") == 2
    await house.forget(OURS)
    assert await private(house) == {(None, None, None, False)}
    await house.club.link(OURS, 1, 2)
    assert (await house.club.tap(OURS, poll, 1)).power == 3  # both wallets are free again
    await ended(house.club, poll)
    assert await failed_steps(house.club, poll) == []


async def test_pr2_a_closed_vote_loses_the_way_to_a_fan_who_was_two(house: House) -> None:
    poll = await two_ballots_of_one_fan(house)
    house.club.at = END + timedelta(seconds=1)
    await house.club.close(poll)
    await house.forget(OURS)
    assert {row[:3] for row in await private(house)} == {(None, None, None)}
    assert await failed_steps(house.club, poll) == []


async def test_pr2_the_export_says_in_which_vote_a_vault_lent_to_the_fan(house: House) -> None:
    await house.club.link(OURS, 1)
    poll = await house.club.opened(title="Which song first?")
    async with house.sessions.begin() as session:
        for place, hot in enumerate((wallet(1), wallet(2))):
            lent = {"poll": poll, "vault": VAULT, "place": place, "hot": hot}
            await session.execute(
                text("INSERT INTO poll_delegate VALUES (:poll, :vault, :place, :hot)"), lent
            )
    mine = await house.show(OURS)
    hot = mine.person.addresses[0]
    assert mine.sections["poll_delegate"] == [{"poll_id": poll, "hot": hot, "place": 0}]


# --- wallets rest on


async def test_bd6_to_be_forgotten_is_no_way_round_the_rest_of_a_wallet(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS)
    await forget(town, THEIRS)
    assert await tried(town, THIRD) == "E-WALLETCOOL"
    assert await tried(town, THEIRS) == "E-WALLETCOOL"  # a newcomer now
    town.later(hours=24)
    assert await tried(town, THIRD) == ""


async def test_bd6_a_wallet_of_a_forgotten_fan_goes_once_as_after_unlinking(town: Town) -> None:
    await prove(town, OURS)
    await forget(town, OURS)
    assert await tried(town, THEIRS) == ""
    assert await tried(town, THIRD) == "E-WALLETCOOL"


async def test_bd6_a_former_fan_who_is_forgotten_ends_nobody_elses_rest(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, THEIRS)
    await forget(town, OURS)
    assert await tried(town, THIRD) == "E-WALLETCOOL"


async def test_pr2_while_it_rests_a_wallet_is_remembered_beside_nobodys_name(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, OURS, OTHER_WALLET)
    await prove(town, THEIRS)
    people = {await fan_of(town, OURS), await fan_of(town, THEIRS)}
    for each in (OURS, THEIRS):
        await forget(town, each)
    trails = await town.rows("SELECT last, taken_from FROM wallet_trail")
    names = [name for row in trails for name in row if name]
    assert len(names) == len(set(names)) == 3  # nor can two wallets be told to be of one hand
    assert not people & set(names)
    town.later(hours=24)
    await SqlSweep(town.sessions, town.clock)()
    assert await town.rows("SELECT * FROM wallet_trail") == []


async def test_pr2_the_export_says_only_what_the_fan_did_with_a_wallet(town: Town) -> None:
    await prove(town, OURS)
    town.later(minutes=1)
    moved = town.at
    await prove(town, THEIRS)
    town.later(minutes=1)
    await unlinking(town)(THEIRS, W)
    (former,) = await shown(town, OURS, "wallet_trail")
    assert former == {"address": W, "moved_at": moved.isoformat()}
    (latter,) = await shown(town, THEIRS, "wallet_trail")
    assert latter["freed_at"] == town.at.isoformat()


async def test_sw15_who_shares_the_vault_of_a_forgotten_fan_is_looked_at_again(town: Town) -> None:
    async with town.store() as tx:
        await heard(tx, said(block(5), VAULT, W))
    await prove(town, OURS)
    async with town.store() as tx:
        await tx.delegations.take_changed()
    await forget(town, OURS)
    async with town.store() as tx:
        assert await tx.delegations.take_changed() == {W}


# --- at the same moment


async def forgotten_during(
    town: Town, other: Callable[[Transaction], AsyncIterator[None]], who: Account
) -> str:
    """Ask for it once `other` has its first lock, and let that go on; the code, if refused."""
    begun = asyncio.Event()

    async def first() -> None:
        async with town.store() as tx:
            steps = other(tx)
            await anext(steps)
            begun.set()
            await asyncio.sleep(0.3)
            await anext(steps, None)

    async def second() -> str:
        await begun.wait()
        try:
            await forget(town, who)
        except NotDone as refusal:
            return refusal.code
        return ""

    _, code = await asyncio.gather(first(), second())
    return code


async def test_pr2_joined_at_that_moment_nobody_is_forgotten_by_half(town: Town) -> None:
    await hold_copies(town, W, OTHER_WALLET)
    await prove(town, OURS)
    await prove(town, TELEGRAM, OTHER_WALLET)
    await town.change(
        "INSERT INTO held_pass VALUES ('telegram', '1', 'holder', '-100', NULL, false, false)"
    )

    async def joined(tx: Transaction) -> AsyncIterator[None]:
        await tx.bonds.hold(await fan_of(town, TELEGRAM))
        yield
        await tx.bonds.merge(await fan_of(town, TELEGRAM), into=await fan_of(town, OURS))

    assert await forgotten_during(town, joined, TELEGRAM) == "E-FANBUSY"
    held = await town.rows("SELECT target FROM held_pass WHERE platform = 'telegram'")
    assert held == [("-100",)]


async def test_pr2_a_door_that_opened_unseen_is_closed_all_the_same(town: Town) -> None:
    """As where a stranger's first code is entered between the look and the deed."""
    await town.change(
        "INSERT INTO held_pass VALUES ('telegram', '1', 'holder', '-100', NULL, false, false)"
    )
    assert (await forget(town, TELEGRAM)).fan is None
    rows = await town.rows("SELECT act->>'step', act->>'target' FROM outbox")
    assert rows == [("close", "-100")]
    assert await town.rows("SELECT * FROM held_pass") == []


async def inside(town: Town) -> None:
    """The Telegram account has a pass of which the house knows nothing more."""
    async with town.store() as tx:
        await tx.passes.apply([Change(Step.OPEN, TELEGRAM, HOLDER, "-100")])


def link_of(town: Town, who: Account, number: int) -> Link:
    until = town.at + timedelta(minutes=10)
    return Link(LinkId(f"beside-{number}"), who, FAN, LinkState.OPENED, town.at, until)


@pytest.mark.parametrize("way", ["plainly", "__call__"])
async def test_pr4_a_sign_in_and_forgetting_wait_for_each_other_in_turn(
    town: Town, way: str
) -> None:
    """Links before accounts before fans, or each of them would wait for the other for ever."""
    await prove(town, OURS)
    link = link_of(town, OURS, 1)
    async with town.store() as tx:
        await tx.links.add(link, token="beside")
    bind = BindWallet(refresh=refreshing(town), clock=town.clock)

    async def signed(tx: Transaction) -> AsyncIterator[None]:
        await tx.links.by_token("beside", lock=True)
        yield
        assert await getattr(bind, way)(tx, link, OTHER_WALLET, WalletProof())

    # one wallet more than was looked at
    assert await forgotten_during(town, signed, OURS) == "E-FANBUSY"
    assert set((await forget(town, OURS)).addresses) == {W, OTHER_WALLET}
    assert await town.rows("SELECT * FROM wallet") == await town.rows("SELECT * FROM link") == []


async def test_pr4_a_code_that_is_entered_and_forgetting_wait_in_turn(town: Town) -> None:
    await prove(town, OURS)
    fan = await fan_of(town, OURS)
    async with town.store() as tx:
        await tx.people.save_code("4F7K2QX", fan, until=town.at + timedelta(minutes=5))

    async def entered(tx: Transaction) -> AsyncIterator[None]:
        assert await tx.people.take_code("4F7K2QX", by=TELEGRAM) == fan
        yield
        await tx.bonds.hold(fan)
        await tx.people.add_account(fan, TELEGRAM, FAN)

    assert await forgotten_during(town, entered, OURS) == "E-FANBUSY"
    assert set((await forget(town, OURS)).accounts) == {OURS, TELEGRAM}


# --- the audit trail, and what waits


async def test_pr2_no_line_of_a_forgotten_fan_says_a_wallet_that_was_unlinked(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, OURS, OTHER_WALLET)
    await unlinking(town)(OURS, W)
    await forget(town, OURS)
    (unlinked,) = [facts for what, _, facts in await lines(town) if what == "wallet.unlinked"]
    assert unlinked == {"wallet": "forgotten"}


async def test_pr2_lines_of_a_fan_who_joined_are_shown_and_forgotten_too(town: Town) -> None:
    await prove(town, OURS)
    await prove(town, TELEGRAM, OTHER_WALLET)
    await prove(town, TELEGRAM, wallet(9))
    await unlinking(town)(TELEGRAM, wallet(9))
    was = await fan_of(town, TELEGRAM)
    await join(town, OURS, TELEGRAM)
    assert wallet(9) in str(await shown(town, OURS, "audit"))
    assert was not in str(await shown(town, OURS, "audit"))
    await forget(town, OURS)
    assert wallet(9) not in str(await lines(town))
    assert was not in str(await lines(town))
    assert {len(await town.rows("SELECT * FROM fan")), len(await shown(town, OURS, "fan"))} == {0}


async def test_pr2_lines_of_another_fan_stay_theirs_without_the_wallet(town: Town) -> None:
    await hold_copies(town, W)
    await prove(town, OURS)
    await prove(town, THEIRS)
    former = await fan_of(town, OURS)
    before = [what for what, fan, _ in await lines(town) if fan == former]
    await forget(town, THEIRS)
    after = [(what, facts) for what, fan, facts in await lines(town) if fan == former]
    assert [what for what, _ in after] == before
    assert dict(after)["wallet.taken"] == {"wallet": "forgotten"}
    assert dict(after)["pass.open"]["account"] == str(OURS)


async def test_pr2_the_export_names_no_account_that_was_parted(town: Town) -> None:
    await prove(town, OURS)
    await join(town, OURS, TELEGRAM)
    async with town.store() as tx:
        fan = await tx.people.of_account(OURS)
        assert fan is not None
        await tx.bonds.part(TELEGRAM)
        facts = {"account": str(TELEGRAM)}
        await tx.audit.note("account.parted", fan=fan.id, at=None, facts=facts)
    ours = await shown(town, OURS, "audit")
    assert str(TELEGRAM) not in str(ours)
    assert ours[-1]["what"] == "account.parted"
    assert str(TELEGRAM) in str(await shown(town, TELEGRAM, "audit"))


@pytest.mark.parametrize("ends", ["settle", "drop"])
async def test_pr2_what_ends_otherwise_than_done_leaves_no_row_either(
    town: Town, ends: str
) -> None:
    async with town.store() as tx:
        await tx.outbox.add(closing(OURS), telling(OURS))
    await town.change("UPDATE outbox SET erase = true")
    (entry,) = await town.claim()
    async with town.store() as tx:
        number = entry.id or EntryId(0)
        if ends == "drop":
            await tx.outbox.drop(number, code="E-GONE")
        else:
            await tx.outbox.stick(number, code="E-UNSURE")
            assert await tx.outbox.settle(Platform.DISCORD, code="E-UNSURE") == 1
    left = await town.rows("SELECT act->>'kind' FROM outbox")
    assert left == ([] if ends == "drop" else [("tell",)])
