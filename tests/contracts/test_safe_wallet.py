"""A real Safe of two owners signs in, in each of the ways in which Safes sign."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from eth_account import Account as Key
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from bot.sandbox.chain.wallets import HOLDER, SECOND_HOLDER
from gating.adapters.recovery import personal_hash
from gating.model import Address, WalletKind
from gating.model.proof import Invalid, SignatureAnswer, Valid
from tests.contracts.safe_kit import (
    SafeClub,
    approved,
    fetch_safe,
    in_order,
    safe_club,
    safe_signature,
    together,
)
from tests.contracts.wallet_kit import STRANGER, TEXT, Wallets, calldata, signed, wrapped

ONE: LocalAccount = Key.from_key(HOLDER.private_key)
TWO: LocalAccount = Key.from_key(SECOND_HOLDER.private_key)
OWNERS = [ONE, TWO]
NO = Invalid("contract")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def club(wallets: Wallets) -> AsyncIterator[SafeClub]:
    fetch_safe()
    yield await safe_club(wallets)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def safe(club: SafeClub) -> Address:
    return await club.safe(OWNERS)


def by_contract(answer: SignatureAnswer) -> bool:
    return isinstance(answer, Valid) and answer.proof.kind is WalletKind.CONTRACT


async def test_sw9_both_owners_together_sign_for_their_safe(club: SafeClub, safe: Address) -> None:
    both = together(safe, OWNERS)
    assert len(both) == 130
    assert by_contract(await club.wallets.check(safe, both))


@pytest.mark.parametrize("last", [27, 28])
async def test_sw9_neither_end_of_130_bytes_is_taken_for_a_key_s(
    club: SafeClub, safe: Address, last: int
) -> None:
    text = next(
        text
        for text in (TEXT + b" %d" % number for number in range(64))
        if together(safe, OWNERS, text)[-1] == last
    )
    assert by_contract(await club.wallets.check(safe, together(safe, OWNERS, text), text))


async def test_sw9_one_owner_of_two_is_not_enough(club: SafeClub, safe: Address) -> None:
    for alone in (
        safe_signature(safe, ONE),
        safe_signature(safe, TWO),
        safe_signature(safe, ONE) * 2,
        signed(ONE),
        signed(ONE) + signed(TWO),
        together(safe, [ONE, STRANGER]),
        together(safe, OWNERS, b"another text"),
        b"".join(safe_signature(safe, owner) for owner in reversed(in_order(OWNERS))),
        b"",
    ):
        assert await club.wallets.check(safe, alone) == NO


async def test_sw9_a_signature_for_one_safe_is_nothing_to_another_of_the_same_owners(
    club: SafeClub, safe: Address
) -> None:
    other = await club.safe(OWNERS, salt=7)
    assert other != safe
    assert await club.wallets.check(other, together(safe, OWNERS)) == NO


async def test_sw9_owners_may_sign_as_hardware_wallets_do(club: SafeClub, safe: Address) -> None:
    """`eth_sign` over the Safe's hash: v is raised by 4."""
    digest = await club.wallets.read(safe, "getMessageHash(bytes)", personal_hash(TEXT))
    parts = []
    for owner in in_order(OWNERS):
        raw = bytes(owner.sign_message(encode_defunct(primitive=digest)).signature)
        parts.append(raw[:64] + bytes([raw[64] + 4]))
    assert by_contract(await club.wallets.check(safe, b"".join(parts)))


async def test_sw9_owners_may_approve_on_the_chain(club: SafeClub, safe: Address) -> None:
    assert await club.wallets.check(safe, approved(OWNERS)) == NO
    digest = await club.wallets.read(safe, "getMessageHash(bytes)", personal_hash(TEXT))
    for owner in OWNERS:
        approve = calldata("approveHash(bytes32)", digest)
        await club.wallets.send(safe, approve, frm=owner.address)
    assert by_contract(await club.wallets.check(safe, approved(OWNERS)))
    assert await club.wallets.check(safe, approved(OWNERS), b"another text") == NO


async def test_sw9_a_safe_that_signed_on_the_chain_needs_no_signature(
    club: SafeClub, safe: Address
) -> None:
    text = b"signed inside"
    assert await club.wallets.check(safe, b"", text) == NO
    await club.sign_inside(safe, OWNERS, personal_hash(text))
    assert by_contract(await club.wallets.check(safe, b"", text))


async def test_sw10_a_safe_signs_before_it_is_deployed(club: SafeClub) -> None:
    creation = club.creation(OWNERS, 2, salt=10)
    promised = await club.promised(creation)
    both = wrapped(club.factory, creation, together(promised, OWNERS))
    assert by_contract(await club.wallets.check(promised, both))
    alone = wrapped(club.factory, creation, safe_signature(promised, ONE))
    assert await club.wallets.check(promised, alone) == NO
