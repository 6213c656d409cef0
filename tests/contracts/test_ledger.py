"""The ledger: exact for any copy number and any past block, and the same again after a rewind."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gating.model import Address, Transfer
from tests.contracts.access_kit import (
    EBB,
    NOBODY,
    TIDE,
    Town,
    block,
    history,
    move,
    owned,
    wallet,
)

GREATEST = 2**256 - 1
ONE, TWO, THREE = wallet(1), wallet(2), wallet(3)
Owners = dict[Address, frozenset[int]]
SLOWLY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def test_copy_numbers_are_exact_up_to_the_greatest_uint256(town: Town) -> None:
    numbers = [GREATEST, GREATEST - 1, 2**255, 10**77, 2**64, 1, 0]
    pressed = [
        move(block(5), number, NOBODY, ONE, log=place) for place, number in enumerate(numbers)
    ]
    async with town.store() as tx:
        await history(tx, pressed, until=block(5))
    async with town.store() as tx:
        reading = await tx.ledger.reading(TIDE, (ONE,))
        assert await owned(tx, TIDE, 5) == {ONE: frozenset(numbers)}
    assert reading.at_settled[0].copies == frozenset(numbers)
    async with town.store() as tx:
        await history(tx, [move(block(6), GREATEST, ONE, TWO)], until=block(6))
    async with town.store() as tx:
        sale = await tx.ledger.last_sale(TIDE, (ONE,))
    assert sale is not None
    assert (sale.token_id, sale.receiver, sale.asset) == (GREATEST, TWO, TIDE)


async def test_a_past_block_answers_as_it_was_then(town: Town) -> None:
    moves = [
        move(block(1), 7, NOBODY, ONE),
        move(block(2), 7, ONE, TWO),
        move(block(4), 7, TWO, THREE, log=0),
        move(block(4), 7, THREE, ONE, log=1),
        move(block(6), 7, ONE, NOBODY),
    ]
    async with town.store() as tx:
        await history(tx, moves, until=block(6))
    async with town.store() as tx:
        then = [await owned(tx, TIDE, number) for number in range(7)]
    mine = frozenset({7})
    assert then == [{}, {ONE: mine}, {TWO: mine}, {TWO: mine}, {ONE: mine}, {ONE: mine}, {}]


async def test_additions_and_removals_look_at_different_blocks(town: Town) -> None:
    async with town.store() as tx:
        await tx.ledger.append(TIDE, [move(block(1), 7, NOBODY, ONE)], block(1))
        await tx.ledger.append(TIDE, [move(block(3), 7, ONE, TWO)], block(3))
        await tx.ledger.settle(TIDE, settled=block(3), final=block(2))
    async with town.store() as tx:
        reading = await tx.ledger.reading(TIDE, (ONE, TWO))
        sold = await tx.ledger.last_sale(TIDE, (ONE,))
    assert [holding.copies for holding in reading.at_settled] == [frozenset(), frozenset({7})]
    assert [holding.copies for holding in reading.at_final] == [frozenset({7}), frozenset()]
    assert sold is None  # it is not final yet


async def test_nothing_is_known_before_the_first_step_and_all_of_it_after(town: Town) -> None:
    async with town.store() as tx:
        reading = await tx.ledger.reading(TIDE, (ONE,))
        assert (reading.settled, reading.final, reading.at_settled) == (None, None, ())
        assert (await tx.ledger.tip(TIDE), await tx.ledger.marks(TIDE)) == (None, None)
        await history(tx, [], until=block(9))
        assert await tx.ledger.marks(TIDE) == (block(9), block(9))
        assert await tx.ledger.tip(TIDE) == block(9)


async def test_a_silence_is_remembered_until_the_chain_speaks_and_forgets_nothing(
    town: Town,
) -> None:
    async with town.store() as tx:
        await history(tx, [move(block(1), 7, NOBODY, ONE)], until=block(1))
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    async with town.store() as tx:
        silent = await tx.ledger.reading(TIDE, (ONE,))
        assert (silent.silent, silent.settled) == ("E-CHAINDOWN", block(1))
        await tx.ledger.settle(TIDE, settled=block(2), final=block(1))
        assert (await tx.ledger.reading(TIDE, (ONE,))).silent is None


async def test_the_same_logs_read_twice_count_once(town: Town) -> None:
    moves = [move(block(1), 7, NOBODY, ONE), move(block(2), 7, ONE, TWO)]
    for _ in range(2):
        async with town.store() as tx:
            await history(tx, moves, until=block(2))
    assert await town.rows("SELECT count(*) FROM transfer") == [(2,)]


async def test_one_album_knows_nothing_of_another(town: Town) -> None:
    async with town.store() as tx:
        await tx.ledger.append(EBB, [move(block(1), 7, NOBODY, ONE, asset=EBB)], block(1))
        await history(tx, [move(block(1), 7, NOBODY, TWO)], until=block(1))
        await tx.ledger.rewind(EBB, 0)
    async with town.store() as tx:
        assert await owned(tx, TIDE, 1) == {TWO: frozenset({7})}
        assert await owned(tx, EBB, 1) == {}
        assert (await tx.ledger.tip(EBB), await tx.ledger.tip(TIDE)) == (None, block(1))


async def test_after_a_reorganisation_the_ledger_is_that_of_the_new_chain(town: Town) -> None:
    async with town.store() as tx:
        await tx.ledger.append(TIDE, [move(block(1), 7, NOBODY, ONE)], block(1))
        await tx.ledger.append(TIDE, [move(block(2), 7, ONE, TWO)], block(2))
        await tx.ledger.append(TIDE, [move(block(3), 7, TWO, THREE)], block(3))
    async with town.store() as tx:
        assert await tx.ledger.moved_between(TIDE, 2, 3) == {ONE, TWO, THREE}
        await tx.ledger.rewind(TIDE, 1)
        assert await tx.ledger.tip(TIDE) == block(1)
        other = block(2, "b")
        await tx.ledger.append(TIDE, [move(other, 7, ONE, THREE)], other)
    async with town.store() as tx:
        assert await owned(tx, TIDE, 3) == {THREE: frozenset({7})}
        assert await tx.ledger.seen(TIDE, 2) == block(2, "b")
        assert await tx.ledger.moved_between(TIDE, 2, 3) == {ONE, THREE}


async def test_a_fans_history_is_every_transfer_of_theirs_in_order(town: Town) -> None:
    moves = [
        move(block(1), 7, NOBODY, ONE),
        move(block(2), 7, ONE, TWO),
        move(block(2), 8, NOBODY, THREE, log=1),
        move(block(3), 7, TWO, ONE),
    ]
    async with town.store() as tx:
        await history(tx, moves, until=block(3))
    async with town.store() as tx:
        assert await tx.ledger.history(TIDE, (ONE,)) == [moves[0], moves[1], moves[3]]
        assert await tx.ledger.history(TIDE, (ONE, THREE), at=2) == moves[:3]
        assert await tx.ledger.history(TIDE, ()) == ()


COPIES = some.sampled_from([0, 1, 2, 17, 2**128, GREATEST])
PEOPLE = some.sampled_from([NOBODY, ONE, TWO, THREE])
STEPS = some.lists(some.tuples(some.integers(1, 8), COPIES, PEOPLE), max_size=30)


@SLOWLY
@given(STEPS, some.integers(0, 9))
async def test_any_history_answers_as_a_plain_dictionary_would_and_a_rewind_is_a_replay(
    town: Town, steps: list[tuple[int, int, Address]], cut: int
) -> None:
    transfers = chain_of(steps)
    async with town.store() as tx:
        await tx.ledger.rewind(TIDE, -1)
        await history(tx, transfers, until=block(9))
        for number in range(10):
            assert await owned(tx, TIDE, number) == replayed(transfers, number)
        await tx.ledger.rewind(TIDE, cut)
        kept = [transfer for transfer in transfers if transfer.block_number <= cut]
        assert await owned(tx, TIDE, 9) == replayed(kept, 9)
        await tx.ledger.append(TIDE, transfers[len(kept) :], block(9))
        assert await owned(tx, TIDE, 9) == replayed(transfers, 9)


@SLOWLY
@given(STEPS, some.sets(some.sampled_from([ONE, TWO, THREE])), some.integers(0, 9))
async def test_a_fans_reading_is_the_part_of_it_that_is_theirs(
    town: Town, steps: list[tuple[int, int, Address]], theirs: set[Address], final: int
) -> None:
    transfers = chain_of(steps)
    wallets = tuple(sorted(theirs))
    async with town.store() as tx:
        await tx.ledger.rewind(TIDE, -1)
        await history(tx, transfers, until=block(9))
        await tx.ledger.settle(TIDE, settled=block(9), final=block(final))
        reading = await tx.ledger.reading(TIDE, wallets)
    for holdings, number in ((reading.at_settled, 9), (reading.at_final, final)):
        owned = replayed(transfers, number)
        assert {h.wallet: h.copies for h in holdings} == {
            each: owned.get(each, frozenset()) for each in wallets
        }


def chain_of(steps: Sequence[tuple[int, int, Address]]) -> list[Transfer]:
    """Transfers in chain order; the sender is whoever holds the copy then."""
    owner: dict[int, Address] = {}
    transfers = []
    for log, (number, copy, receiver) in enumerate(sorted(steps, key=lambda step: step[0])):
        sender = owner.get(copy, NOBODY)
        transfers.append(move(block(number), copy, sender, receiver, log=log))
        owner[copy] = receiver
    return transfers


def replayed(transfers: Sequence[Transfer], number: int) -> Owners:
    """Who holds what at this block, by the simplest means."""
    owner = {t.token_id: t.receiver for t in transfers if t.block_number <= number}
    holders = set(owner.values()) - {NOBODY}
    return {
        each: frozenset(copy for copy, who in owner.items() if who == each) for each in holders
    }


@pytest.mark.parametrize("at_most", [0, 4, 5, 6, 9])
async def test_the_last_followed_block_up_to_a_number_is_found(town: Town, at_most: int) -> None:
    async with town.store() as tx:
        for number in (2, 5, 8):
            await tx.ledger.append(TIDE, [], block(number))
        found = await tx.ledger.seen(TIDE, at_most)
    expected = {0: None, 4: block(2), 5: block(5), 6: block(5), 9: block(8)}
    assert found == expected[at_most]
