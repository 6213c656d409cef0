"""What nodes answer when they cannot say: the signature is left open, and never called wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from gating.adapters.rpc import RpcNode, contract_failed
from gating.adapters.wallets import WalletSignatures
from gating.errors import TryLater
from gating.model import Address, WalletKind
from gating.model.proof import Valid, WalletProof
from tests.contracts.test_chain_rpc import node_saying
from tests.contracts.wallet_kit import CHAIN, OWNER, TEXT, Wallets, address_of, signed, wrapped


def node(result: object, *, chain: int = CHAIN) -> Callable[[str], web.Response]:
    """A node that answers every call with this, and its chain's id as it should."""

    def say(method: str) -> web.Response:
        return web.json_response({"result": hex(chain) if method == "eth_chainId" else result})

    return say


def failing(code: int, message: str, *, status: int = 200) -> Callable[[str], web.Response]:
    def say(method: str) -> web.Response:
        if method == "eth_chainId":
            return web.json_response({"result": hex(CHAIN)})
        if method == "eth_getCode":
            return web.json_response({"result": "0x6001"})
        return web.json_response({"error": {"code": code, "message": message}}, status=status)

    return say


UNABLE: dict[str, Callable[[str], web.Response]] = {
    "too many requests": failing(-32005, "limit exceeded", status=429),
    "a limit": failing(-32005, "daily request count exceeded"),
    "no such block": failing(-32000, "header not found"),
    "no state": failing(-32000, "missing trie node"),
    "its own fault": failing(-32603, "internal error"),
    "too slow": failing(-32000, "execution aborted (timeout = 5s)"),
    "broken": failing(3, "execution reverted", status=502),
    "a page": lambda _: web.Response(text="<html>", content_type="text/html"),
    "bad json": lambda _: web.Response(text='{"result": ', content_type="application/json"),
    "deep json": lambda _: web.Response(text="[" * 100_000, content_type="application/json"),
    "nothing": node(None),
    "a list": node(["0x1626ba7e"]),
    "no hex": node("yes"),
    "endless code": node("0x" + "60" * 1024 * 1024),
}


@pytest.mark.parametrize("says", UNABLE.values(), ids=UNABLE)
async def test_sw8_a_node_that_cannot_say_leaves_it_open_and_never_wrong(
    wallets: Wallets, says: Callable[[str], web.Response]
) -> None:
    async with node_saying(says) as address:
        asked = WalletSignatures({CHAIN: RpcNode(wallets.http, [address], CHAIN)})
        for signature in (signed(), wrapped(Address("0x" + "1" * 40), b"", b"")):
            if says is UNABLE["endless code"] and signature != signed():
                continue  # there it is the contract's own answer
            with pytest.raises(TryLater, match="E-WALLETNODE"):
                await asked.check(Address("0x" + "22" * 20), TEXT, "0x" + signature.hex(), CHAIN)


async def test_sw8_a_node_that_is_not_there_leaves_it_open(wallets: Wallets) -> None:
    for endpoints in ([], ["http://127.0.0.1:9"]):
        asked = WalletSignatures({CHAIN: RpcNode(wallets.http, endpoints, CHAIN)})
        with pytest.raises(TryLater, match="E-WALLETNODE"):
            await asked.check(Address("0x" + "22" * 20), TEXT, "0x" + "00" * 65, CHAIN)


async def test_sw8_the_next_node_is_asked_where_the_first_cannot_say(
    wallets: Wallets, mine: Address
) -> None:
    async with node_saying(UNABLE["a limit"]) as broken:
        both = RpcNode(wallets.http, [broken, wallets.chain.rpc_url], CHAIN)
        answer = await WalletSignatures({CHAIN: both}).check(
            mine, TEXT, "0x" + signed().hex(), CHAIN
        )
    assert isinstance(answer, Valid)


async def test_sw12_a_node_of_another_chain_leaves_it_open_and_raises_an_alarm(
    wallets: Wallets, mine: Address
) -> None:
    """The same wallet would say yes on the chain that the node stands on."""
    asked = WalletSignatures({1: RpcNode(wallets.http, [wallets.chain.rpc_url], 1)})
    with capture_logs() as logs, pytest.raises(TryLater, match="E-WALLETNODE"):
        await asked.check(mine, TEXT, "0x" + signed().hex(), 1)
    [alarm] = [entry for entry in logs if entry["log_level"] == "error"]
    assert alarm["reason"] == "stands on chain 0x7a69, wanted 0x1"
    assert wallets.chain.rpc_url not in str(logs)


async def test_sw12_a_key_needs_no_node_whatever_chain_its_text_names(wallets: Wallets) -> None:
    for chain in (1, CHAIN):
        answer = await wallets.signatures.check(
            address_of(OWNER), TEXT, "0x" + signed().hex(), chain
        )
        assert answer == Valid(WalletProof(WalletKind.EOA, chain))


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        ({"code": 3, "message": "execution reverted"}, True),
        ({"code": -32000, "message": "execution reverted: no"}, True),
        ({"code": -32000, "message": "out of gas"}, True),
        ({"code": -32000, "message": "invalid opcode: INVALID"}, True),
        ({"code": -32015, "message": "VM execution error."}, True),
        ({"code": -32003, "message": "EVM error OutOfGas"}, True),
        ({"code": -32000, "message": "stack underflow (0 <=> 1)"}, True),
        ({"code": -32000, "message": "header not found"}, False),
        ({"code": -32005, "message": "limit exceeded"}, False),
        ({"code": -32601, "message": "the method does not exist"}, False),
        ({"code": -32000}, False),
        ({}, False),
    ],
)
def test_what_a_contract_did_is_told_from_what_a_node_cannot_do(
    error: dict[str, Any], ours: bool
) -> None:
    assert contract_failed(error) is ours
