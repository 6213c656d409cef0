"""A real Safe of two owners signs in, in each of the ways in which Safes sign."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from eth_account import Account as Key
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from bot.sandbox.chain.wallets import HOLDER, SECOND_HOLDER
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.adapters.recovery import personal_hash
from gating.adapters.signatures import SiweMessages
from gating.adapters.wallets import WalletSignatures
from gating.errors import Refused
from gating.identity.binding import BindWallet, Linked
from gating.identity.lanes import WEEK
from gating.identity.linking import AskSignature, FinishLink
from gating.identity.sign_in import LINK_LIFETIME, Site
from gating.model import Address, Gate, LinkId, WalletKind
from gating.model.link import Link, LinkState, Proof
from gating.model.proof import Invalid, SignatureAnswer, Valid
from tests.contracts.access_kit import FAN, TIDE, Town, account
from tests.contracts.access_kit import HOLDER as HOLDER_GATE
from tests.contracts.safe_kit import (
    SafeClub,
    approved,
    fetch_safe,
    in_order,
    safe_club,
    safe_signature,
    together,
)
from tests.contracts.wallet_kit import (
    CHAIN,
    STRANGER,
    TEXT,
    Wallets,
    address_of,
    calldata,
    signed,
    wrapped,
)
from tests.rule_kit import holds

ONE: LocalAccount = Key.from_key(HOLDER.private_key)
TWO: LocalAccount = Key.from_key(SECOND_HOLDER.private_key)
OWNERS = [ONE, TWO]
NO = Invalid("contract")
GATE = Gate(HOLDER_GATE, "Holder", holds(TIDE), ())


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


async def test_bd10_a_safe_signs_over_three_days_and_a_restart(club: SafeClub, town: Town) -> None:
    third = STRANGER
    safe = await club.safe([*OWNERS, third], threshold=3)
    token = await proved_link(town, 1)
    asked = await asking(town, club)(token, "browser", safe, CHAIN)
    assert asked.lasts == WEEK
    assert b"Expiration Time: 2026-06-08T12:00:00Z" in asked.text
    collected = [safe_signature(safe, owner, asked.text) for owner in OWNERS]
    town.later(days=3)
    # a new process, which knows only what the database kept; the page is looked at again
    again = await asking(town, club)(token, "browser", safe, CHAIN)
    assert (again.text, again.lasts) == (asked.text, WEEK - timedelta(days=3))
    collected.append(safe_signature(safe, third, asked.text))
    order = in_order([*OWNERS, third])
    whole = b"".join(collected[[*OWNERS, third].index(owner)] for owner in order)
    refresh = RefreshAccess(store=town.store, asset=TIDE, gates=(GATE,), wake=nothing)
    finish = FinishLink(
        store=town.store,
        clock=town.clock,
        random=SystemRandomness(),
        signatures=club.wallets.signatures,
        bind=BindWallet(refresh=refresh, clock=town.clock),
        refresh=refresh,
    )
    linked = await finish(token, "browser", asked.text, "0x" + whole.hex())
    assert isinstance(linked, Linked)
    assert linked.address == safe
    assert await town.rows("SELECT kind, proof_chain FROM wallet") == [("contract", CHAIN)]


async def test_bd10_after_a_week_it_is_over_and_a_key_has_ten_minutes_as_ever(
    club: SafeClub, town: Town, safe: Address
) -> None:
    shared, alone = await proved_link(town, 1), await proved_link(town, 2)
    ask = asking(town, club)
    await ask(shared, "browser", safe, CHAIN)
    by_key = await ask(alone, "browser", address_of(ONE), CHAIN)
    assert by_key.lasts == LINK_LIFETIME
    other = await club.safe(OWNERS, salt=11)
    first = await ask(shared, "browser", safe, CHAIN)
    assert other.encode() in (await ask(shared, "browser", other, CHAIN)).text.lower()
    assert (await ask(shared, "browser", safe, CHAIN)).text != first.text
    # who turns from the Safe to a key on the same page has minutes again
    swapped = await ask(shared, "browser", address_of(ONE), CHAIN)
    assert swapped.lasts == LINK_LIFETIME
    await ask(shared, "browser", safe, CHAIN)
    town.later(days=7)
    with pytest.raises(Refused, match="E-EXPIRED"):
        await ask(shared, "browser", safe, CHAIN)


async def test_bd10_an_account_with_a_key_and_code_is_nobody_s_shared_wallet(
    club: SafeClub, safe: Address
) -> None:
    signatures = club.wallets.signatures
    assert await signatures.may_take_days(safe, CHAIN)
    assert not await signatures.may_take_days(address_of(TWO), CHAIN)
    await club.wallets.chain.call("anvil_setCode", address_of(TWO), "0xef0100" + safe[2:])
    assert not await signatures.may_take_days(address_of(TWO), CHAIN)
    await club.wallets.chain.call("anvil_setCode", address_of(TWO), "0x")
    assert not await signatures.may_take_days(safe, 1)
    assert not await WalletSignatures({}).may_take_days(safe, CHAIN)


async def proved_link(town: Town, who: int) -> str:
    """A link whose browser was shown to be the account's own; its token."""
    link = Link(
        id=LinkId(f"link-{who}"),
        account=account(who),
        profile=FAN,
        state=LinkState.ACCOUNT_PROVED,
        issued_at=town.clock(),
        expires_at=town.clock() + LINK_LIFETIME,
        proof=Proof.OAUTH,
        proved=True,
        browser="browser",
    )
    async with town.store() as tx:
        await tx.links.add(link, token=f"token-{who}")
    return f"token-{who}"


def asking(town: Town, club: SafeClub) -> AskSignature:
    return AskSignature(
        store=town.store,
        clock=town.clock,
        random=SystemRandomness(),
        messages=SiweMessages(),
        signatures=club.wallets.signatures,
        site=Site("https://club.example", "Tide Club"),
        chain_id=CHAIN,
    )


async def nothing() -> None:
    return None


async def test_sw10_a_safe_signs_before_it_is_deployed(club: SafeClub) -> None:
    creation = club.creation(OWNERS, 2, salt=10)
    promised = await club.promised(creation)
    both = wrapped(club.factory, creation, together(promised, OWNERS))
    assert by_contract(await club.wallets.check(promised, both))
    alone = wrapped(club.factory, creation, safe_signature(promised, ONE))
    assert await club.wallets.check(promised, alone) == NO
