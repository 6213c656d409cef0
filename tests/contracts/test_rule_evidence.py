"""What rules ask is answered from the index, for one fan and for everybody alike."""

from collections.abc import Sequence

import pytest

from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.access.trying import TryRule
from gating.model import Address, Asset, FanId, Gate, No, Pass, Platform, TokenKind, Unknown
from gating.model.proof import WalletProof
from gating.model.rule import (
    AnyOf,
    Contract,
    ContractKind,
    Erc20,
    HeldAt,
    HeldContinuously,
    HeldThrough,
    Holds,
    Ids,
    MintedBefore,
    MintRank,
    RankOf,
    Rule,
    TokenIds,
    VotesAt,
    Wanted,
)
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    move,
    wallet,
)
from tests.rule_kit import album

STICKERS = Asset(8453, Address("0x" + "b2" * 20), "Stickers", TokenKind.ERC1155)
WAVE = Asset(31337, Address("0x" + "c3" * 20), "Wave", TokenKind.ERC20)
ALBUM = album(TIDE)
THINGS = Contract("stickers", ContractKind.ERC1155, STICKERS)
COINS = Contract("wave", ContractKind.ERC20, WAVE, decimals=18)
ONE, TWO, THREE, OTHER = wallet(11), wallet(12), wallet(13), wallet(14)
SETTLED, FINAL = block(10_000), block(9_990)
MOVES = {
    TIDE: [
        move(block(1), 1, NOBODY, ONE),
        move(block(2), 2, NOBODY, OTHER),
        move(block(3), 3, NOBODY, TWO),
        move(block(4), 3, TWO, ONE, log=1),
        move(block(500), 2, OTHER, TWO),
        move(block(900), 1, ONE, THREE),
        move(block(9_999), 4, NOBODY, THREE),
    ],
    STICKERS: [
        move(block(5), 7, NOBODY, ONE, asset=STICKERS, amount=3),
        move(block(6), 8, NOBODY, TWO, asset=STICKERS, amount=1),
        move(block(7), 7, ONE, TWO, asset=STICKERS, amount=2),
    ],
    WAVE: [move(block(8), 0, NOBODY, ONE, asset=WAVE, amount=2**255)],
}


def gate(rule: Rule) -> Gate:
    return Gate(HOLDER, "Holder", rule, ())


async def index(town: Town, **silent: str) -> None:
    async with town.store() as tx:
        for asset, moves in MOVES.items():
            await tx.ledger.append(asset, moves, SETTLED)
            await tx.ledger.settle(asset, settled=SETTLED, final=FINAL)


async def a_fan(town: Town, number: int, *wallets: Address) -> FanId:
    async with town.store() as tx:
        fan = await tx.people.enrol(account(number), FAN)
        for address in wallets:
            assert await tx.people.add_wallet(fan.id, address, WalletProof())
    return fan.id


async def stands(town: Town, fan: FanId, rule: Rule) -> Standing:
    """By the fan alone; and by everybody's pass, which must say the same."""
    refresh = RefreshAccess(store=town.store, asset=TIDE, gates=(gate(rule),), wake=nobody)
    alone = await refresh.look(fan)
    async with town.store() as tx:
        everyone = await tx.access.everyone()
        found = [one async for one in refresh.all_of(tx, everyone)]
    [together] = [one for one in found if one.fan.id == fan]
    assert together.evidence == alone.evidence
    assert [one.opens for one in together.verdicts] == [one.opens for one in alone.verdicts]
    return alone


async def nobody() -> None:
    """Nobody is woken."""


async def answers(town: Town, rule: Rule, *fans: FanId) -> list[str]:
    said = []
    for fan in fans:
        now = (await stands(town, fan, rule)).verdicts[0].now
        said.append(now.code if isinstance(now, Unknown) else type(now).__name__)
    return said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Holds(THINGS, Wanted(3)), ["No", "Yes", "No"]),
        (Holds(THINGS, Wanted(1)), ["Yes", "Yes", "No"]),
        (TokenIds(THINGS, Ids(((7, 7),)), Wanted(2)), ["No", "Yes", "No"]),
        (Erc20(COINS, Wanted(2**255)), ["Yes", "No", "No"]),
        (Erc20(COINS, Wanted(2**255 + 1)), ["No", "No", "No"]),
        (HeldAt(ALBUM, 3), ["Yes", "Yes", "No"]),
        (HeldAt(ALBUM, 4), ["Yes", "No", "No"]),
        (HeldAt(ALBUM, 600, Wanted(2)), ["Yes", "No", "No"]),
        (HeldAt(THINGS, 6, Wanted(3)), ["Yes", "No", "No"]),
        (HeldAt(ALBUM, 10_001), ["E-BLOCKAHEAD"] * 3),
        (HeldThrough(ALBUM, 4, 899, 2), ["Yes", "No", "No"]),
        (HeldThrough(ALBUM, 4, 900, 2), ["No", "No", "No"]),
        (HeldThrough(ALBUM, 3, 900), ["No", "No", "No"]),
        (HeldContinuously(ALBUM, 1), ["Yes", "Yes", "Yes"]),
        (HeldContinuously(ALBUM, 2), ["No", "No", "No"]),
        (MintRank(ALBUM, 1), ["No", "No", "Yes"]),
        (MintRank(ALBUM, 2), ["No", "Yes", "Yes"]),
        (MintRank(ALBUM, 1, RankOf.WALLETS), ["Yes", "No", "No"]),
        (MintRank(ALBUM, 3, RankOf.WALLETS), ["Yes", "Yes", "No"]),
        (MintedBefore(ALBUM, block=3), ["No", "Yes", "Yes"]),
        (MintedBefore(ALBUM, time=block(1).timestamp + 1), ["No", "No", "Yes"]),
        (VotesAt(COINS, 5), ["E-NOEVIDENCE"] * 3),
        (AnyOf((VotesAt(COINS, 5), Erc20(COINS, Wanted(1)))), ["Yes"] + ["E-NOEVIDENCE"] * 2),
    ],
    ids=str,
)
async def test_a_rule_is_answered_from_the_index_for_each_fan_by_itself(
    town: Town, rule: Rule, said: Sequence[str]
) -> None:
    await index(town)
    fans = [await a_fan(town, nth, address) for nth, address in enumerate((ONE, TWO, THREE))]
    assert await answers(town, rule, *fans) == list(said)


async def test_wallets_of_one_fan_are_one_holder_and_no_break(town: Town) -> None:
    await index(town)
    fan = await a_fan(town, 1, ONE, TWO, THREE)
    for rule in (
        HeldThrough(ALBUM, 3, 900),
        HeldThrough(ALBUM, 1, 900),
        HeldAt(ALBUM, 950, Wanted(3)),
        Holds(THINGS, Wanted(4)),
        MintRank(ALBUM, 1, RankOf.WALLETS),
    ):
        assert await answers(town, rule, fan) == ["Yes"]


async def test_a_silent_chain_hides_its_own_contracts_and_no_others(town: Town) -> None:
    await index(town)
    async with town.store() as tx:
        await tx.ledger.silence(STICKERS, "E-CHAINDOWN")
    fan = await a_fan(town, 1, ONE)
    assert await answers(town, Holds(THINGS), fan) == ["E-CHAINDOWN"]
    assert await answers(town, HeldAt(THINGS, 6), fan) == ["E-CHAINDOWN"]
    assert await answers(town, HeldAt(ALBUM, 6), fan) == ["Yes"]
    assert await answers(town, AnyOf((Holds(THINGS), Erc20(COINS, Wanted(1)))), fan) == ["Yes"]


async def test_a_contract_that_nobody_has_read_is_unknown_and_not_empty(town: Town) -> None:
    fan = await a_fan(town, 1, ONE)
    for rule in (Holds(THINGS), HeldAt(ALBUM, 1), HeldContinuously(ALBUM, 1), MintRank(ALBUM, 1)):
        assert await answers(town, rule, fan) == ["E-NOTREADY"]


async def test_nothing_is_final_while_something_moves_or_the_block_is_young(town: Town) -> None:
    await index(town)
    fan = await a_fan(town, 1, THREE)
    for rule in (
        HeldContinuously(ALBUM, 100),
        Holds(ALBUM, Wanted(9)),
        HeldAt(ALBUM, 9_995, Wanted(9)),
    ):
        [verdict] = (await stands(town, fan, rule)).verdicts
        assert isinstance(verdict.now, No)
        assert verdict.final == Unknown("E-NOTFINAL")
    [verdict] = (await stands(town, fan, HeldAt(ALBUM, 950, Wanted(9)))).verdicts
    assert verdict.closes


async def test_mints_after_those_in_memory_are_counted_behind_them(town: Town) -> None:
    await index(town)
    fan = await a_fan(town, 1, OTHER)
    last = Holds(ALBUM), MintRank(ALBUM, 5)
    refresh = RefreshAccess(
        store=town.store, asset=TIDE, gates=tuple(map(gate, last)), wake=nobody
    )
    assert [verdict.opens for verdict in (await refresh.look(fan)).verdicts] == [False, False]
    later, late = block(10_010), block(10_008)
    async with town.store() as tx:
        await tx.ledger.append(TIDE, [move(late, 5, NOBODY, OTHER)], later)
        await tx.ledger.settle(TIDE, settled=later, final=SETTLED)
    assert [verdict.opens for verdict in (await refresh.look(fan)).verdicts] == [True, True]
    async with town.store() as tx:
        await tx.ledger.rewind(TIDE, 10_005)
        again = [move(late, 6, NOBODY, ONE), move(late, 5, NOBODY, OTHER, log=1)]
        await tx.ledger.append(TIDE, again, later)
        await tx.ledger.settle(TIDE, settled=later, final=SETTLED)
    assert [verdict.opens for verdict in (await refresh.look(fan)).verdicts] == [True, False]


async def test_the_pass_over_everybody_changes_only_who_should_have_something_else(
    town: Town,
) -> None:
    await index(town)
    for nth, address in enumerate((ONE, TWO, THREE)):
        await a_fan(town, nth, address)
    opened = Pass(HOLDER, Platform.DISCORD, ROLE, "Holder")
    gates = (Gate(HOLDER, "Holder", Holds(THINGS, Wanted(3)), (opened,)),)
    refresh = RefreshAccess(store=town.store, asset=TIDE, gates=gates, wake=nobody)
    everyone = RefreshEveryone(store=town.store, refresh=refresh)
    assert await everyone() == 3
    changed = "SELECT lane, act->>'step' FROM outbox WHERE act->>'kind' = 'pass'"
    assert await town.rows(changed) == [(str(account(1)), "open")]
    assert await everyone() == 3
    assert await town.rows(changed) == [(str(account(1)), "open")]


async def test_a_rule_is_tried_on_everybody_and_names_who_would_change(town: Town) -> None:
    await index(town)
    for nth, address in enumerate((ONE, TWO, THREE)):
        await a_fan(town, nth, address)
    refresh = RefreshAccess(
        store=town.store, asset=TIDE, gates=(gate(MintRank(ALBUM, 2)),), wake=nobody
    )
    told = await TryRule(store=town.store, refresh=refresh)(refresh.gates[0], Holds(THINGS))
    names = [[one.name for one in part] for part in (told.gains, told.loses, told.unsure)]
    assert (names, told.keeps, told.stays_out) == ([["fan"], ["fan"], []], 1, 0)
