"""What is kept of the delegate registry, over a real PostgreSQL."""

import resource
import time
from dataclasses import replace

import pytest

from gating.access.refresh import RefreshAccess
from gating.holdings.beside import NOTHING, Beside
from gating.holdings.delegations import FollowDelegations
from gating.holdings.follow import FollowChain
from gating.identity.unlinking import UnlinkWallet
from gating.model import Address, FanId, Gate, Pass, Platform
from gating.model.delegation import Lent, Scope
from gating.model.proof import WalletProof
from gating.ports import Transaction
from tests.contracts.access_kit import (
    EBB,
    FAN,
    HOLDER,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
    wallet,
)
from tests.contracts.index_kit import following as follower
from tests.contracts.moving_kit import prove
from tests.contracts.registry_kit import FANCLUB, OTHER, REGISTRY, heard, said
from tests.fakes.told_chain import ToldChain
from tests.rule_kit import holds

VAULT, HOT, SECOND = wallet(1), wallet(11), wallet(12)
GATE = Gate(HOLDER, "Holder", holds(TIDE), (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),))


async def nothing() -> None:
    """Nobody is woken."""


def refreshing(town: Town) -> RefreshAccess:
    return RefreshAccess(
        store=town.store, asset=TIDE, gates=(GATE,), wake=nothing, registry=REGISTRY
    )


async def a_fan(town: Town, number: int, *wallets: Address) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(number), FAN)
        for each in wallets:
            assert await tx.people.add_wallet(fan.id, each, WalletProof())
    return fan.id


async def vault_holds(tx: Transaction, *copies: int, until: int = 100) -> None:
    moves = [move(block(3), copy, NOBODY, VAULT, log=copy) for copy in copies]
    await history(tx, moves, until=block(until))


async def copies_of(town: Town, fan: FanId) -> tuple[int, ...]:
    return (await refreshing(town).look(fan)).copies


async def test_sw15_the_hot_wallet_of_a_vault_gets_the_vaults_copies_and_it_says_through_whom(
    town: Town,
) -> None:
    fan = await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT))
    reading = (await refreshing(town).look(fan)).reading
    [lent] = [held for held in reading.at_settled if held.copies]
    assert (lent.wallet, lent.copies, lent.through) == (VAULT, {17}, HOT)
    assert [held.wallet for held in reading.at_final if held.copies] == [VAULT]


@pytest.mark.parametrize(
    ("words", "copies"),
    [
        ({}, (17, 18)),
        ({"scope": Scope.CONTRACT}, (17, 18)),
        ({"scope": Scope.CONTRACT, "contract": EBB.contract}, ()),
        ({"scope": Scope.TOKEN, "token": 18}, (18,)),
        ({"scope": Scope.TOKEN, "token": 18, "contract": EBB.contract}, ()),
        ({"scope": Scope.TOKEN, "token": 99}, ()),
        ({"rights": FANCLUB}, (17, 18)),
        ({"rights": OTHER}, ()),
        ({"off": True}, ()),
    ],
)
async def test_sw15_what_counts_of_each_scope_and_right(
    town: Town, words: dict[str, object], copies: tuple[int, ...]
) -> None:
    fan = await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17, 18)
        await heard(tx, said(block(5), VAULT, HOT, **words))
    assert await copies_of(town, fan) == copies


async def test_sw15_a_revoked_delegation_counts_up_to_its_block_and_no_further(
    town: Town,
) -> None:
    await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(9), VAULT, HOT, off=True))
        for number, lent in {
            4: [],
            5: [Lent(VAULT, 17, HOT)],
            8: [Lent(VAULT, 17, HOT)],
            9: [],
        }.items():
            assert await tx.delegations.lent_to(REGISTRY, TIDE, [HOT], at=number) == lent


async def test_sw15_revoking_one_right_leaves_another(town: Town) -> None:
    fan = await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(
            tx,
            said(block(5), VAULT, HOT),
            said(block(6), VAULT, HOT, rights=FANCLUB),
            said(block(9), VAULT, HOT, off=True),
        )
    assert await copies_of(town, fan) == (17,)


async def test_sw15_two_fans_of_one_vault_are_one_entitlement_and_the_first_named_has_it(
    town: Town,
) -> None:
    first, second = await a_fan(town, 1, HOT), await a_fan(town, 2, SECOND)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, SECOND, log=4), said(block(5), VAULT, HOT, log=2))
    assert await copies_of(town, first) == (17,)
    assert await copies_of(town, second) == ()
    assert (await refreshing(town).look(second)).reading.elsewhere == (VAULT,)


async def test_sw15_saying_it_again_changes_no_order_but_taking_it_back_does(town: Town) -> None:
    first, second = await a_fan(town, 1, HOT), await a_fan(town, 2, SECOND)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(6), VAULT, SECOND), until=6)
        await heard(tx, said(block(7), VAULT, HOT), first=7, until=7)
    assert (await copies_of(town, first), await copies_of(town, second)) == ((17,), ())
    async with town.store() as tx:
        back = said(block(8), VAULT, HOT, off=True), said(block(9), VAULT, HOT)
        await heard(tx, *back, first=8)
    assert (await copies_of(town, first), await copies_of(town, second)) == ((), (17,))


async def test_sw15_a_vault_that_is_linked_itself_serves_who_linked_it(town: Town) -> None:
    hot, cold = await a_fan(town, 1, HOT), await a_fan(town, 2, VAULT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT))
    assert (await copies_of(town, hot), await copies_of(town, cold)) == ((), (17,))


@pytest.mark.parametrize("first", [HOT, VAULT])
async def test_sw15_a_vaults_copy_does_not_go_to_and_fro_by_unlinking(
    town: Town, first: Address
) -> None:
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(6), VAULT, SECOND))
    await prove(town, account(1), first)
    await prove(town, account(2), SECOND)
    unlink = UnlinkWallet(store=town.store, clock=town.clock, refresh=refreshing(town))
    async with town.store() as tx:
        one = (await tx.people.of_account(account(1))).id
        two = (await tx.people.of_account(account(2))).id
    for _ in range(2):
        assert (await copies_of(town, one), await copies_of(town, two)) == ((17,), ())
        await unlink(account(1), first)
        assert (await copies_of(town, one), await copies_of(town, two)) == ((), ())
        town.later(hours=23)
        await prove(town, account(1), first)
    await unlink(account(1), first)
    town.later(hours=24)
    assert await copies_of(town, two) == (17,)


async def test_sw15_who_unlinks_one_of_two_hot_wallets_keeps_the_copy(town: Town) -> None:
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(6), VAULT, SECOND))
    await prove(town, account(1), HOT)
    fan = (await prove(town, account(1), SECOND)).standing.fan.id
    unlink = UnlinkWallet(store=town.store, clock=town.clock, refresh=refreshing(town))
    await unlink(account(1), HOT)
    assert await copies_of(town, fan) == (17,)


async def test_sw15_what_was_lent_cannot_be_lent_on(town: Town) -> None:
    fan = await a_fan(town, 1, SECOND)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(6), HOT, SECOND))
    assert await copies_of(town, fan) == ()


async def test_sw15_a_contract_wallet_is_a_hot_wallet_only_on_the_chain_where_it_was_proved(
    town: Town,
) -> None:
    fan = await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT))
    for chain, copies in ((TIDE.chain_id, (17,)), (1, ())):
        await town.change("UPDATE wallet SET kind = 'contract', proof_chain = :chain", chain=chain)
        assert await copies_of(town, fan) == copies


async def test_sw15_a_reorganisation_forgets_what_was_said_in_it(town: Town) -> None:
    fan = await a_fan(town, 1, HOT)
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, said(block(5), VAULT, HOT), said(block(60), VAULT, HOT, off=True))
    assert await copies_of(town, fan) == ()
    async with town.store() as tx:
        await tx.delegations.rewind(REGISTRY, 59)
        assert await tx.delegations.reached(REGISTRY) == 59
    assert await copies_of(town, fan) == (17,)


@pytest.mark.parametrize("true_one_comes", [1, 90])
async def test_sw15_ten_thousand_spam_delegations_are_answered_in_time_and_push_nobody_out(
    town: Town, true_one_comes: int
) -> None:
    fan = await a_fan(town, 1, HOT)
    spam = [said(block(50), wallet(100_000 + n), HOT, log=n) for n in range(10_000)]
    async with town.store() as tx:
        await vault_holds(tx, 17)
        await heard(tx, *spam, said(block(true_one_comes), VAULT, HOT))
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    standing = await refreshing(town)(fan, why="spam")
    took = time.perf_counter() - started
    assert standing.copies == (17,)
    assert took < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


async def test_sw15_who_shares_a_vault_is_found_from_vault_and_hot_wallet_alike(
    town: Town,
) -> None:
    await a_fan(town, 1, HOT)
    await a_fan(town, 2, SECOND)
    async with town.store() as tx:
        await heard(
            tx,
            said(block(5), VAULT, HOT),
            said(block(5), VAULT, SECOND, log=1),
            said(block(5), VAULT, wallet(13), log=2),
        )
        for those in ([VAULT], [HOT], [SECOND]):
            assert await tx.delegations.sharing_with(REGISTRY, those) == {HOT, SECOND}
        await tx.delegations.changed_hands([HOT, wallet(99)])
        assert await tx.delegations.take_changed() == {HOT}
        assert await tx.delegations.take_changed() == set()


async def test_sw15_a_vault_speaks_in_a_vote_only_through_who_it_lent_everything_to(
    town: Town,
) -> None:
    async with town.store() as tx:
        await vault_holds(tx, 17, 18)
        words = [
            said(block(5), VAULT, wallet(11), scope=Scope.TOKEN, token=17),
            said(block(6), VAULT, wallet(12), scope=Scope.CONTRACT),
            said(block(7), VAULT, wallet(11), scope=Scope.TOKEN, token=18),
            said(block(8), VAULT, wallet(13), scope=Scope.TOKEN, token=17),
            said(block(8), wallet(2), wallet(13), log=1),
        ]
        await heard(tx, *words)
        whole = await tx.delegations.lent_whole(REGISTRY, TIDE, at=100)
        assert whole == {VAULT: [wallet(12), wallet(11)]}
        assert await tx.delegations.lent_whole(REGISTRY, TIDE, at=6) == {VAULT: [wallet(12)]}


async def test_a_registry_whose_first_block_is_set_lower_is_read_again(town: Town) -> None:
    async with town.store() as tx:
        later = REGISTRY.__class__(REGISTRY.chain_id, REGISTRY.contract, FANCLUB, 50)
        await tx.delegations.append(later, (), first=50, reached=100)
        assert await tx.delegations.reached(later) == 100
        assert await tx.delegations.reached(REGISTRY) is None


def following(town: Town, chain: ToldChain, beside: Beside) -> FollowChain:
    step = follower(town, chain, {TIDE: 0})
    return replace(step, depth=2, refresh=refreshing(town), beside=beside)


async def test_sw15_a_registry_switched_on_later_is_read_whole_before_anything_counts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gating.holdings.follow.PIECES", 1)  # a step that ends in the middle
    chain = ToldChain(final=2_990)
    chain.grow(3_000)
    chain.moves.append(move(block(3), 17, NOBODY, VAULT))
    chain.said.append(said(block(5), VAULT, HOT))
    fan = await a_fan(town, 1, HOT)
    alone = following(town, chain, NOTHING)
    while (await alone()).behind:
        pass
    assert await copies_of(town, fan) == ()
    beside = FollowDelegations(chain=chain, store=town.store, registry=REGISTRY)
    together = following(town, chain, beside)
    chain.grow(3_001)
    assert (await together()).behind
    assert (await refreshing(town).look(fan)).reading.silent == "E-NOTREADY"
    while (await together()).behind:
        chain.grow(chain.top + 1)
    assert await copies_of(town, fan) == (17,)
