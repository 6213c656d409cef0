"""What has had its time is swept away, and nothing else is."""

from datetime import timedelta

from gating.adapters.sql.sweep import SqlSweep
from gating.model import Address, LinkId, Platform, Profile
from gating.model.link import Link, LinkState
from gating.model.proof import WalletProof
from gating.model.trail import Trail
from tests.contracts.access_kit import FAN, TIDE, Town, account, block, closing, history, posting


async def swept(town: Town) -> None:
    await SqlSweep(town.sessions, town.clock)()


async def test_a_link_is_swept_a_day_after_its_time_and_not_before(town: Town) -> None:
    until = town.clock() + timedelta(minutes=10)
    link = Link(LinkId("1"), account(1), FAN, LinkState.ISSUED, town.clock(), until)
    async with town.store() as tx:
        await tx.links.add(link, token="secret")
    town.later(hours=24)
    await swept(town)
    assert await town.rows("SELECT count(*) FROM link") == [(1,)]
    town.later(hours=1)
    await swept(town)
    assert await town.rows("SELECT count(*) FROM link") == [(0,)]


async def test_codes_tickets_and_sessions_go_and_fans_with_their_wallets_stay(town: Town) -> None:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(1), Profile("fan", "Fan"))
        await tx.people.add_wallet(fan.id, Address("0x" + "1" * 40), WalletProof())
        await tx.people.save_code("4F7K2QX", fan.id, until=town.clock())
        assert await tx.people.take_code("WRONGONE", by=account(2)) is None
    town.later(days=2)
    await swept(town)
    counts = await town.rows(
        "SELECT (SELECT count(*) FROM join_code), (SELECT count(*) FROM code_try),"
        " (SELECT count(*) FROM fan), (SELECT count(*) FROM wallet)"
    )
    assert counts == [(0, 0, 1, 1)]


async def test_done_deliveries_go_after_a_month_and_waiting_ones_never(town: Town) -> None:
    await town.add(closing(account(1)), posting("drop:1"))
    (claimed,) = await town.claim()
    assert claimed.id is not None
    async with town.store() as tx:
        await tx.outbox.done(claimed.id)
    town.later(days=31)
    await swept(town)
    assert await town.states() == {f"{Platform.DISCORD}:drop:1": ["due"]}


async def test_old_block_hashes_go_and_those_that_a_reorg_could_need_stay(town: Town) -> None:
    async with town.store() as tx:
        for number in (1, 99_000, 100_000):
            await history(tx, [], until=block(number))
    await swept(town)
    async with town.store() as tx:
        assert await tx.ledger.seen(TIDE, at_most=98_999) is None
        assert await tx.ledger.tip(TIDE) == block(100_000)


async def test_a_trail_goes_once_the_wallet_rests_no_more_and_not_before(town: Town) -> None:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(1), FAN)
        await tx.bonds.note(Trail(Address("0x" + "1" * 40), fan.id, moved_at=town.at))
    sweep = SqlSweep(town.sessions, town.clock, timedelta(hours=48))
    town.later(hours=47)
    await sweep()
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(1,)]
    town.later(hours=1)
    await sweep()
    assert await town.rows("SELECT count(*) FROM wallet_trail") == [(0,)]
