"""Kinds of wallets in the store: where each counts, and when a contract is asked again."""

import asyncio
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from config.database import MIGRATIONS, Database, fresh_database, sqlalchemy_url
from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import TryLater
from gating.identity.reproving import ASK_EVERY, ASK_SOON, ReproveWallets
from gating.model import Address, Block, FanId, Gate, Pass, Platform, Wallet, WalletKind
from gating.model.proof import ProvedWallet, SignatureAnswer, WalletProof
from gating.rules.wallets import counted_on
from governance.electorate import owners_of
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    NOW,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
    wallet,
)
from tests.contracts.moving_kit import prove, tried
from tests.rule_kit import holds

HERE, ELSEWHERE = TIDE.chain_id, 1
ONE = account(1)
GATE = Gate(HOLDER, "Holder", holds(TIDE), (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),))


def contract(chain_id: int = HERE, digest: bytes = b"\1" * 32) -> WalletProof:
    return WalletProof(WalletKind.CONTRACT, chain_id, digest, b"signature")


async def linked(town: Town, proof: WalletProof, number: int = 7) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.enrol(ONE, FAN)
        assert await tx.people.add_wallet(fan.id, wallet(number), proof)
        await history(tx, [move(block(1), 17, NOBODY, wallet(number))], until=block(2))
    return fan.id


async def nothing() -> None:
    return None


def refresher(town: Town) -> RefreshAccess:
    return RefreshAccess(store=town.store, asset=TIDE, gates=(GATE,), wake=nothing)


async def refreshed(town: Town, fan: FanId) -> Standing:
    return await refresher(town)(fan, why="a test")


# --- where a wallet counts ----------------------------------------------------------------------


async def test_sw11_a_contract_proved_elsewhere_gets_nothing_for_a_copy_here(town: Town) -> None:
    standing = await refreshed(town, await linked(town, contract(ELSEWHERE)))
    assert (standing.copies, standing.changes) == ((), ())


@pytest.mark.parametrize(
    "proof",
    [contract(HERE), WalletProof(WalletKind.EOA, HERE), WalletProof(WalletKind.EOA, ELSEWHERE)],
    ids=["a contract proved here", "a key proved here", "a key proved elsewhere"],
)
async def test_sw11_a_contract_proved_here_and_a_key_get_what_they_hold(
    town: Town, proof: WalletProof
) -> None:
    standing = await refreshed(town, await linked(town, proof))
    assert standing.copies == (17,)
    assert [change.target for change in standing.changes] == [ROLE]


async def test_sw11_a_contract_proved_elsewhere_has_no_weight_here_either(town: Town) -> None:
    fan = await linked(town, contract(ELSEWHERE))
    async with town.store() as tx:
        assert await owners_of(tx.people, [wallet(7)], chain_id=HERE) == {}
        assert await owners_of(tx.people, [wallet(7)], chain_id=ELSEWHERE) == {wallet(7): fan}


def test_sw11_of_several_wallets_each_counts_where_it_may() -> None:
    key = Wallet(wallet(1), NOW)
    here = Wallet(wallet(2), NOW, WalletKind.CONTRACT, HERE)
    elsewhere = Wallet(wallet(3), NOW, WalletKind.CONTRACT, ELSEWHERE)
    unsaid = Wallet(wallet(4), NOW, WalletKind.CONTRACT, None)
    everything = (key, here, elsewhere, unsaid)
    assert counted_on(everything, HERE) == (wallet(1), wallet(2))
    assert counted_on(everything, ELSEWHERE) == (wallet(1), wallet(3))
    assert counted_on(everything, 5) == (wallet(1),)


# --- when it is asked again ---------------------------------------------------------------------


class Answers:
    """`gating.ports.Signatures` whose contracts say what they are told, and are counted."""

    def __init__(self) -> None:
        self.says: bool | TryLater = True
        self.asked: list[tuple[Address, bytes, int]] = []

    async def check(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> SignatureAnswer:
        raise NotImplementedError

    async def may_take_days(self, wallet: Address, chain_id: int) -> bool:
        raise NotImplementedError

    async def still_holds(self, wallet: Address, proof: WalletProof, at: Block) -> bool:
        self.asked.append((wallet, proof.digest, at.number))
        if isinstance(self.says, TryLater):
            raise self.says
        return self.says


@pytest.fixture
def answers() -> Answers:
    return Answers()


def reproving(town: Town, answers: Answers) -> ReproveWallets:
    return ReproveWallets(
        store=town.store,
        clock=town.clock,
        signatures=answers,
        refresh=refresher(town),
        asset=TIDE,
    )


def pass_(town: Town, span: timedelta) -> None:
    town.at += span


async def test_sw13_a_contract_is_asked_once_in_six_hours_at_a_settled_block(
    town: Town, answers: Answers
) -> None:
    await linked(town, contract())
    for _ in range(3):
        assert await reproving(town, answers)() == 0
        assert answers.asked == []
        pass_(town, ASK_EVERY / 3)
    for _ in range(3):
        assert await reproving(town, answers)() == 0
    assert answers.asked == [(wallet(7), b"\1" * 32, 2)]


async def test_sw13_a_key_and_a_contract_of_another_chain_are_never_asked(
    town: Town, answers: Answers
) -> None:
    await linked(town, WalletProof(WalletKind.EOA, HERE), 7)
    await linked(town, contract(ELSEWHERE), 8)
    pass_(town, 10 * ASK_EVERY)
    assert await reproving(town, answers)() == 0
    assert answers.asked == []


async def test_sw13_a_contract_that_says_no_is_unlinked_and_its_pass_is_taken(
    town: Town, answers: Answers
) -> None:
    fan = await linked(town, contract())
    await refreshed(town, fan)
    pass_(town, ASK_EVERY)
    answers.says = False
    assert await reproving(town, answers)() == 1
    async with town.store() as tx:
        assert (await tx.people.get(fan)).wallets == ()
        assert await tx.passes.of_fan(await tx.people.get(fan)) == []
    noted = await town.rows("SELECT what, block_number FROM audit ORDER BY id DESC LIMIT 2")
    assert noted == [("pass.close", 2), ("wallet.unproved", 2)]


async def test_sw13_a_contract_that_said_no_goes_no_sooner_to_a_third_fan(
    town: Town, answers: Answers
) -> None:
    async with town.store() as tx:
        await history(tx, [], until=block(2))
    await prove(town, account(2), wallet(7), proof=contract(digest=b"\2" * 32))
    pass_(town, ASK_EVERY)
    await prove(town, ONE, wallet(7), proof=contract())
    pass_(town, ASK_EVERY)
    answers.says = False
    assert await reproving(town, answers)() == 1
    assert await tried(town, account(3), wallet(7)) == "E-WALLETCOOL"
    assert await tried(town, ONE, wallet(7)) == ""


async def test_sw13_a_silent_node_changes_nothing_and_is_asked_again_soon(
    town: Town, answers: Answers
) -> None:
    fan = await linked(town, contract())
    await refreshed(town, fan)
    pass_(town, ASK_EVERY)
    answers.says = TryLater("E-WALLETNODE")
    for _ in range(3):
        assert await reproving(town, answers)() == 0
    assert len(answers.asked) == 1
    pass_(town, ASK_SOON)
    answers.says = True
    assert await reproving(town, answers)() == 0
    assert len(answers.asked) == 2
    async with town.store() as tx:
        assert (await tx.people.get(fan)).addresses == (wallet(7),)


async def test_sw13_while_the_chain_is_silent_nobody_is_asked(
    town: Town, answers: Answers
) -> None:
    await linked(town, contract())
    pass_(town, ASK_EVERY)
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    answers.says = False
    assert await reproving(town, answers)() == 0
    assert answers.asked == []


async def test_sw13_who_proves_the_wallet_anew_meanwhile_keeps_it(town: Town) -> None:
    fan = await linked(town, contract())
    old = ProvedWallet(fan, wallet(7), contract())
    await linked(town, contract(digest=b"\2" * 32))
    async with town.store() as tx:
        assert not await tx.people.drop_unproved(old)
        await tx.people.look_again(old, at=NOW)
        assert await tx.people.due_for_proof(HERE, most=5) == []
        assert await tx.people.drop_unproved(
            ProvedWallet(fan, wallet(7), contract(digest=b"\2" * 32))
        )


async def test_a_pass_whose_last_wallet_went_while_the_chain_was_silent_is_still_looked_at(
    town: Town, answers: Answers
) -> None:
    fan = await linked(town, contract())
    await refreshed(town, fan)
    async with town.store() as tx:
        assert await tx.people.drop_unproved(ProvedWallet(fan, wallet(7), contract()))
    async with town.store() as tx:
        assert [known.fan.id for known in await tx.access.everyone()] == [fan]


async def test_nobody_overwrites_the_proof_of_somebody_else_s_wallet(town: Town) -> None:
    await linked(town, contract())
    async with town.store() as tx:
        other = await tx.people.enrol(account(2), FAN)
        assert not await tx.people.add_wallet(other.id, wallet(7), WalletProof())
    assert await town.rows("SELECT kind, proof_chain FROM wallet") == [("contract", HERE)]


async def test_a_wallet_that_was_linked_before_there_were_kinds_counts_as_a_key(
    access_database: Database,
) -> None:
    url = await asyncio.to_thread(fresh_database, access_database.url, "older")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sqlalchemy_url(url)
    await asyncio.to_thread(command.upgrade, config, "0001")
    engine = create_async_engine(sqlalchemy_url(url))
    try:
        async with engine.begin() as link:
            await link.execute(text("INSERT INTO fan VALUES ('f', now())"))
            await link.execute(text("INSERT INTO wallet VALUES ('0x1', 'f', now())"))
        await asyncio.to_thread(command.upgrade, config, "head")
        async with engine.connect() as link:
            [row] = await link.execute(text("SELECT kind, proof_chain, proof_due FROM wallet"))
        assert tuple(row) == ("eoa", None, None)
    finally:
        await engine.dispose()
