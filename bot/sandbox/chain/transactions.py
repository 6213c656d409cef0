"""Transactions of the demo's wallets, and the contracts that are kept compiled."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import function_signature_to_4byte_selector

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.wallets import DemoWallet

_ARTEFACTS = Path(__file__).parent / "contracts"
# A ceiling, given so that the node need not estimate a move of a copy that is not pressed yet.
_GAS = 8_000_000


class TransactionFailed(Exception):
    """A transaction was mined but the contract refused it."""


async def send(
    chain: LocalChain,
    frm: DemoWallet,
    data: bytes,
    *,
    to: str | None = None,
    value: int = 0,
    gas: int = _GAS,
) -> str:
    """Hand a transaction to the node; its hash."""
    sent = {"from": frm.address, "data": as_hex(data), "value": hex(value), "gas": hex(gas)}
    return str(await chain.call("eth_sendTransaction", sent | ({"to": to} if to else {})))


async def settle(chain: LocalChain, *hashes: str) -> list[dict[str, Any]]:
    """Mine what was sent; its receipts, or TransactionFailed if the contract refused one."""
    await chain.mine()
    receipts = [await chain.call("eth_getTransactionReceipt", sent) for sent in hashes]
    for receipt in receipts:
        if not receipt or receipt["status"] != "0x1":
            raise TransactionFailed(f"a contract refused the transaction: {receipt}")
    return receipts


async def settle_one(chain: LocalChain, sent: str) -> int:
    """The same for one transaction; the number of its block."""
    [receipt] = await settle(chain, sent)
    return int(receipt["blockNumber"], 16)


def call_data(signature: str, *values: object) -> bytes:
    """Call data of a contract function, e.g. `balanceOf(address)`."""
    types = signature.partition("(")[2].rstrip(")")
    selector = function_signature_to_4byte_selector(signature)
    return selector + encode(types.split(",") if types else [], values)


def as_hex(data: bytes) -> str:
    """Bytes as JSON-RPC takes them."""
    return "0x" + data.hex()


@cache
def code_of(name: str, kind: str = "bytecode") -> bytes:
    """What is kept of a contract: the `bytecode` that makes it, or its `runtime` code."""
    artefact = json.loads((_ARTEFACTS / f"{name}.json").read_text())
    return bytes.fromhex(artefact[kind].removeprefix("0x"))
