"""A vault's copies in a vote: once, for one fan, whoever of vault and hot wallets comes first."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gating.errors import Refused
from governance.adapters.holders import LedgerHolders
from governance.model import WhyZero
from governance.preview import PreviewElectorate
from tests.contracts.access_kit import NOBODY, TIDE, Town, block, history, move
from tests.contracts.poll_club import Club, empty_club, ended, failed_steps, polls_database
from tests.contracts.registry_kit import REGISTRY, heard, said
from tests.unit.governance_kit import account, draft, wallet

VAULT, HOT, SECOND = 4, 11, 12  # the vault holds 5 copies of 11


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    async with polls_database(tmp_path_factory.mktemp("postgres")) as made:
        yield made


@pytest.fixture
async def club(engine: AsyncEngine, tmp_path: Path) -> Club:
    ours = await empty_club(engine, tmp_path)
    ours.holders.delegates = {wallet(VAULT): [wallet(HOT), wallet(SECOND)]}
    return ours


async def test_vt5_a_hot_wallet_votes_with_its_own_copies_and_the_vaults(club: Club) -> None:
    await club.link(account(1), 1, HOT)
    poll = await club.opened()
    assert (await club.tap(account(1), poll, 1)).weight == 3 + 5


async def test_vt5_vault_and_hot_wallet_of_one_fan_are_counted_once(club: Club) -> None:
    await club.link(account(1), VAULT, HOT, SECOND)
    poll = await club.opened()
    assert (await club.tap(account(1), poll, 1)).weight == 5


async def test_vt5_of_two_fans_of_one_vault_only_the_first_named_votes_with_it(
    club: Club,
) -> None:
    await club.link(account(1), HOT)
    await club.link(account(2), SECOND)
    poll = await club.opened()
    assert (await club.weight_of(poll, account(2))).reason is WhyZero.LENT_ELSEWHERE
    with pytest.raises(Refused, match="E-VAULTELSEWHERE"):
        await club.tap(account(2), poll, 1)
    assert (await club.tap(account(1), poll, 1)).weight == 5
    closed = await ended(club, poll)
    assert await failed_steps(club, closed.id) == []
    assert (await club.show(poll)).turnout.power == 5


async def test_vt5_who_comes_with_the_vault_itself_after_its_hot_wallet_voted_adds_nothing(
    club: Club,
) -> None:
    await club.link(account(1), HOT)
    poll = await club.opened()
    await club.tap(account(1), poll, 1)
    await club.link(account(2), VAULT)
    with pytest.raises(Refused, match="E-CLAIMED"):
        await club.tap(account(2), poll, 2)
    assert (await club.show(poll)).turnout.power == 5


async def test_vt5_a_linked_vault_votes_itself_and_not_through_a_hot_wallet(club: Club) -> None:
    await club.link(account(1), HOT)
    await club.link(account(2), VAULT)
    poll = await club.opened()
    with pytest.raises(Refused, match="E-VAULTELSEWHERE"):
        await club.tap(account(1), poll, 1)
    assert (await club.tap(account(2), poll, 2)).weight == 5


async def test_vt5_a_hot_wallet_that_changes_hands_in_the_vote_brings_the_vault_once(
    club: Club,
) -> None:
    await club.link(account(1), HOT)
    await club.link(account(2), 1)
    poll = await club.opened()
    assert (await club.tap(account(1), poll, 1)).weight == 5
    await club.relink(HOT, account(2))
    assert (await club.tap(account(2), poll, 2)).weight == 3
    assert (await club.show(poll)).turnout.power == 8


async def test_vt5_a_delegation_after_the_announcement_changes_no_vote(club: Club) -> None:
    club.holders.delegates = {}
    await club.link(account(1), HOT)
    poll = await club.opened()
    club.holders.delegates = {wallet(VAULT): [wallet(HOT)]}
    with pytest.raises(Refused, match="E-SNAPSHOT"):
        await club.tap(account(1), poll, 1)


async def test_the_preview_counts_a_vault_and_its_hot_wallet_as_one_person(club: Club) -> None:
    await club.link(account(1), 1, SECOND)
    preview = PreviewElectorate(store=club.store, holders=club.holders, asset=TIDE)
    assert (await preview()).people == 3
    poll = await club.announce(draft())
    assert (poll.electorate.wallets, poll.electorate.people) == (4, 3)


async def test_vt5_the_census_takes_what_vaults_had_said_at_its_block_and_not_what_they_said_later(
    town: Town,
) -> None:
    class Unasked:
        """The census asks no chain: what it needs is stored."""

    async with town.store() as tx:
        await history(tx, [move(block(3), 17, NOBODY, wallet(1))], until=block(10))
        await heard(tx, said(block(5), wallet(1), wallet(HOT)), until=10)
        await heard(tx, said(block(11), wallet(1), wallet(HOT), off=True), first=11, until=20)
    holders = LedgerHolders(town.store, Unasked(), TIDE, REGISTRY)
    snapshot = await holders.at_snapshot()
    assert (snapshot.block, snapshot.copies) == (block(10), {wallet(1): 1})
    assert snapshot.delegates == {wallet(1): [wallet(HOT)]}
    async with town.store() as tx:
        await history(tx, [], until=block(20))
    assert (await holders.at_snapshot()).delegates == {}
