"""Wallets that are contracts, asked on a real chain: honest, hostile, and not yet there."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import web
from eth_abi.abi import encode
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount

from bot.sandbox.chain.wallets import HOLDER
from gating.adapters.contract_wallets import MAGIC_6492, unwrapped
from gating.model import Address, Block, WalletKind
from gating.model.proof import Invalid, SignatureAnswer, Valid, WalletProof
from tests.contracts.wallet_kit import (
    CHAIN,
    OWNER,
    STRANGER,
    Wallets,
    address_of,
    calldata,
    making,
    signed,
    wrapped,
)

NO = Invalid("contract")
YES_WORD = bytes.fromhex("1626ba7e").ljust(32, b"\0")
BOUND = 10.0
"""Seconds after which a hostile contract must have been refused (RP3)."""


def says_yes(answer: SignatureAnswer) -> bool:
    return isinstance(answer, Valid) and answer.proof.kind is WalletKind.CONTRACT


# --- EIP-1271 -----------------------------------------------------------------------------------


async def test_sw8_a_contract_that_says_yes_is_a_contract_wallet_on_this_chain(
    wallets: Wallets, mine: Address
) -> None:
    answer = await wallets.check(mine, signed())
    assert isinstance(answer, Valid)
    proof = answer.proof
    assert (proof.kind, proof.chain_id, proof.signature) == (
        WalletKind.CONTRACT,
        CHAIN,
        signed(),
    )
    assert len(proof.digest) == 32


@pytest.mark.parametrize(
    "signature",
    [
        signed(STRANGER),
        signed(OWNER, b"another text"),
        signed()[:64],
        signed() + b"\0",
        b"",
        bytes(65),
        bytes(16 * 1024),
    ],
    ids=["a stranger", "another text", "64 bytes", "66 bytes", "empty", "zeros", "16 KiB"],
)
async def test_sw8_a_contract_that_does_not_say_yes_is_refused(
    wallets: Wallets, mine: Address, signature: bytes
) -> None:
    assert await wallets.check(mine, signature) == NO


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (YES_WORD, True),
        (YES_WORD + b"and more", True),
        (YES_WORD[:4], False),
        (YES_WORD[:31], False),
        (YES_WORD[:4] + b"\1" + YES_WORD[5:], False),
        (YES_WORD[:31] + b"\1", False),
        (YES_WORD[::-1], False),
        ((1).to_bytes(32), False),
        (b"\xff" * 32, False),
        (bytes(32), False),
        (bytes(32) + YES_WORD, False),
        (b"", False),
    ],
    ids=[
        "yes",
        "yes and more",
        "4 bytes",
        "31 bytes",
        "dirt behind",
        "dirt at the end",
        "yes from the right",
        "true",
        "all ones",
        "zero",
        "yes in the second word",
        "nothing",
    ],
)
async def test_sw8_only_the_whole_first_word_of_an_answer_is_a_yes(
    wallets: Wallets, answer: bytes, accepted: bool
) -> None:
    contract = await wallets.deploy("Says", "bytes", answer)
    assert says_yes(await wallets.check(contract, b"any")) is accepted


async def test_sw8_an_address_without_code_is_refused(wallets: Wallets) -> None:
    nobody = Address("0x" + "77" * 20)
    for signature in (b"", signed(), bytes(130)):
        assert await wallets.check(nobody, signature) == Invalid("nocode")
    identity = Address("0x" + "4".zfill(40))  # the precompile that repeats what it is asked
    assert await wallets.check(identity, signed()) == Invalid("nocode")


async def test_sw8_a_key_that_has_code_of_its_own_signs_with_its_key_and_by_its_code(
    wallets: Wallets, mine: Address
) -> None:
    code = await wallets.deploy("Says", "bytes", YES_WORD)
    key = address_of(STRANGER)
    # EIP-7702: the account's code is 0xef0100 and the address of the contract that it uses
    await wallets.chain.call("anvil_setCode", key, "0xef0100" + code[2:])
    by_key = await wallets.check(key, signed(STRANGER))
    assert isinstance(by_key, Valid)
    assert by_key.proof.kind is WalletKind.EOA
    await wallets.chain.call("anvil_setCode", key, "0xef0100" + mine[2:])
    assert await wallets.check(key, signed(OWNER, b"other")) == NO
    await wallets.chain.call("anvil_setCode", key, "0x")


# --- EIP-6492 -----------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def factory(wallets: Wallets) -> Address:
    return await wallets.deploy("WalletFactory")


async def test_sw10_the_owner_of_a_wallet_that_is_not_deployed_yet_signs_for_it(
    wallets: Wallets, factory: Address
) -> None:
    promised = await wallets.promised(factory)
    assert says_yes(await wallets.check(promised, wrapped(factory, making(), signed())))
    code = await wallets.chain.call("eth_getCode", promised, "latest")
    assert code == "0x"  # the question has put nothing there


Wrapper = Callable[[Address], bytes]
WRONG: dict[str, Wrapper] = {
    "a stranger's signature": lambda f: wrapped(f, making(), signed(STRANGER)),
    "another text": lambda f: wrapped(f, making(), signed(OWNER, b"another")),
    "another owner's wallet": lambda f: wrapped(f, making(STRANGER.address), signed(STRANGER)),
    "a factory that is none": lambda f: wrapped(Address("0x" + "66" * 20), making(), signed()),
    "a call that fails": lambda f: wrapped(f, b"\1\2\3\4", signed()),
    "no call": lambda f: wrapped(f, b"", signed()),
    "no signature": lambda f: wrapped(f, making(), b""),
    "nothing inside": lambda _: MAGIC_6492,
    "garbage inside": lambda _: b"\xff" * 320 + MAGIC_6492,
    "a length without end": lambda f: encode(["address", "uint256"], [f, 2**255]) + MAGIC_6492,
    "not wrapped": lambda _: signed(),
}


@pytest.mark.parametrize("signature", WRONG.values(), ids=WRONG)
async def test_sw10_whatever_else_is_wrapped_is_refused(
    wallets: Wallets, factory: Address, signature: Wrapper
) -> None:
    promised = await wallets.promised(factory)
    assert isinstance(await wallets.check(promised, signature(factory)), Invalid)


async def test_sw10_nobody_wraps_a_signature_for_a_wallet_with_a_key(
    wallets: Wallets, factory: Address
) -> None:
    victim = Address(HOLDER.address.lower())
    for inner in (signed(), signed(STRANGER), b""):
        assert await wallets.check(victim, wrapped(factory, making(), inner)) == NO


async def test_sw10_a_wrapped_signature_still_holds_when_the_wallet_is_there(
    wallets: Wallets, factory: Address
) -> None:
    key: LocalAccount = STRANGER
    promised = await wallets.promised(factory, key.address)
    signature = wrapped(factory, making(key.address), signed(key))
    before = await wallets.check(promised, signature)
    await wallets.call(factory, "make(address,bytes32)", key.address, bytes(32))
    after = await wallets.check(promised, signature)
    assert isinstance(before, Valid)
    assert before == after
    assert await wallets.signatures.still_holds(promised, before.proof, await head(wallets))


async def test_sw10_a_call_that_prepares_a_wallet_is_made_at_sign_in_and_never_again(
    wallets: Wallets,
) -> None:
    """Whoever proved it could otherwise bring the wallet's state of then along for ever."""
    open_wallet = await wallets.deploy("OpenWallet")
    prepare = calldata("take(address)", OWNER.address)
    answer = await wallets.check(open_wallet, wrapped(open_wallet, prepare, signed()))
    assert isinstance(answer, Valid)
    assert not await wallets.signatures.still_holds(open_wallet, answer.proof, await head(wallets))
    await wallets.call(open_wallet, "take(address)", OWNER.address)
    assert await wallets.signatures.still_holds(open_wallet, answer.proof, await head(wallets))


async def test_sw10_once_deployed_it_is_the_wallet_of_now_that_is_asked(wallets: Wallets) -> None:
    owner = Key.from_key(HOLDER.private_key)  # whose transactions this node may send
    factory = await wallets.deploy("WalletFactory")
    promised = await wallets.promised(factory, owner.address)
    answer = await wallets.check(promised, wrapped(factory, making(owner.address), signed(owner)))
    assert isinstance(answer, Valid)
    await wallets.call(factory, "make(address,bytes32)", owner.address, bytes(32))
    assert await wallets.signatures.still_holds(promised, answer.proof, await head(wallets))
    change = calldata("setOwner(address)", STRANGER.address)
    await wallets.send(promised, change, frm=owner.address)
    assert not await wallets.signatures.still_holds(promised, answer.proof, await head(wallets))


@pytest.mark.parametrize(
    ("signature", "inner"),
    [
        (wrapped(Address("0x" + "1" * 40), b"abc", b"inner"), b"inner"),
        (wrapped(Address("0x" + "1" * 40), b"", b""), b""),
        (b"inner", None),
        (MAGIC_6492, None),
        (b"\xff" * 96 + MAGIC_6492, None),
    ],
)
def test_what_is_wrapped_is_found_and_garbage_is_not(
    signature: bytes, inner: bytes | None
) -> None:
    assert unwrapped(signature) == inner


async def head(wallets: Wallets) -> Block:
    found = await wallets.chain.call("eth_getBlockByNumber", "latest", False)
    return Block(CHAIN, int(found["number"], 16), found["hash"], int(found["timestamp"], 16))


# --- hostile contracts --------------------------------------------------------------------------

HOSTILE = ("GasBurner", "ReturnBomb", "RevertBomb", "Reverting", "InvalidInstruction")


@pytest.mark.parametrize("name", HOSTILE)
async def test_rp3_a_hostile_contract_is_refused_in_bounded_time(
    wallets: Wallets, name: str
) -> None:
    contract = await wallets.deploy(name)
    started = time.perf_counter()
    assert await wallets.check(contract, signed()) == NO
    wrapped_too = wrapped(contract, making(), signed())
    assert await wallets.check(contract, wrapped_too) == NO
    assert time.perf_counter() - started < BOUND


async def test_rp3_a_contract_that_destroyed_itself_is_refused(wallets: Wallets) -> None:
    gone = await wallets.owned()
    assert says_yes(await wallets.check(gone, signed()))
    await wallets.chain.call("anvil_setCode", gone, "0x")
    assert await wallets.check(gone, signed()) == Invalid("nocode")


async def test_wb7_an_offchain_lookup_is_refused_and_no_address_is_fetched(
    wallets: Wallets,
) -> None:
    fetched: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        fetched.append(request.path_qs)
        return web.json_response({"data": "0x" + YES_WORD.hex()})

    async with listening(answer) as address:
        contract = await wallets.deploy(
            "OffchainWallet", "string", f"{address}/{{sender}}/{{data}}"
        )
        assert await wallets.check(contract, signed()) == NO
        assert await wallets.check(contract, wrapped(contract, making(), signed())) == NO
        proof = WalletProof(WalletKind.CONTRACT, CHAIN, bytes(32), signed())
        assert not await wallets.signatures.still_holds(contract, proof, await head(wallets))
        await asyncio.sleep(0.1)
    assert fetched == []


class listening:  # noqa: N801 - reads as a phrase where it is used
    """A web server on this machine that answers every request."""

    def __init__(self, answer: Callable[[web.Request], Awaitable[web.Response]]) -> None:
        self._answer = answer

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
