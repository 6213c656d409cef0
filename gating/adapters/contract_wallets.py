"""Asking a wallet's contract whether it signed: EIP-1271, and EIP-6492 where it is not yet there.

Plain `eth_call`s with a cap on gas and on the answer, of which only the first 32 bytes are looked
at. An `OffchainLookup` (EIP-3668) is a refusal like any other: no address is ever fetched.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from gating.adapters.rpc import CallFailed, RpcFault, RpcNode
from gating.model import Address
from gating.model.proof import WalletProof

LATEST = "latest"
GAS = 3_000_000
MOST_ANSWER = 256 * 1024
MOST_CODE = 1024 * 1024
MAGIC_6492 = bytes.fromhex("6492" * 16)
"""What a signature ends with that was made before its contract was deployed."""
_DELEGATED = "0xef0100"
_WORD = 32
_FIRST_WORD = 2 + 2 * _WORD
_IS_VALID = bytes.fromhex("1626ba7e")
"""Selector of `isValidSignature(bytes32,bytes)`, and its answer for yes (EIP-1271)."""
_YES = "0x1626ba7e" + "00" * 28
_VALIDATOR = bytes.fromhex(
    json.loads((Path(__file__).parent / "erc6492.json").read_text())["bytecode"][2:]
)
_VALIDATOR_YES = frozenset({"0x01", "0x" + "01".zfill(64)})
_HEX = re.compile(r"0x[0-9a-fA-F]*")


async def refusal(
    node: RpcNode, wallet: Address, proof: WalletProof, at: str = LATEST
) -> str | None:
    """None if the wallet's contract stands by the signature, otherwise why not.

    `at` is a block as JSON-RPC names it. Raises `RpcFault` where no node can say.
    """
    if proof.signature.endswith(MAGIC_6492):
        return None if await _validated(node, wallet, proof, at) else "contract"
    if not await _has_code(node, wallet, at):
        return "nocode"
    return None if await _says_yes(node, wallet, proof, at) else "contract"


async def refusal_again(node: RpcNode, wallet: Address, proof: WalletProof, at: str) -> str | None:
    """The same for a proof of earlier: of a wallet deployed meanwhile, only the inner part counts.

    Otherwise whoever proved it could bring the wallet's state of then along for ever.
    """
    inner = unwrapped(proof.signature)
    if inner is not None and await _has_code(node, wallet, at):
        proof = replace(proof, signature=inner)
    return await refusal(node, wallet, proof, at)


def unwrapped(signature: bytes) -> bytes | None:
    """The inner signature of `abi.encode(factory, calldata, signature) ++ magic` (EIP-6492)."""
    if not signature.endswith(MAGIC_6492):
        return None
    body = signature[:-_WORD]
    start = int.from_bytes(body[2 * _WORD : 3 * _WORD])
    length = int.from_bytes(body[start : start + _WORD])
    inner = body[start + _WORD : start + _WORD + length]
    whole = 3 * _WORD <= start <= len(body) - _WORD and len(inner) == length
    return inner if whole else None


async def is_contract(node: RpcNode, wallet: Address) -> bool:
    """Whether there is code and no key: an account with both signs with its key (EIP-7702)."""
    code = await _code(node, wallet, LATEST)
    return code != "0x" and not code.startswith(_DELEGATED)


async def _has_code(node: RpcNode, wallet: Address, at: str) -> bool:
    return await _code(node, wallet, at) != "0x"


async def _code(node: RpcNode, wallet: Address, at: str) -> str:
    return _hex(await node.ask("eth_getCode", [wallet, at], str, most=MOST_CODE))


async def _says_yes(node: RpcNode, wallet: Address, proof: WalletProof, at: str) -> bool:
    data = _IS_VALID + proof.digest + _word(2 * _WORD) + _bytes(proof.signature)
    return await _first_word(node, {"to": wallet, "data": "0x" + data.hex()}, at) == _YES


async def _validated(node: RpcNode, wallet: Address, proof: WalletProof, at: str) -> bool:
    who = bytes.fromhex(wallet[2:]).rjust(_WORD, b"\0")
    data = _VALIDATOR + who + proof.digest + _word(3 * _WORD) + _bytes(proof.signature)
    return await _first_word(node, {"data": "0x" + data.hex()}, at) in _VALIDATOR_YES


async def _first_word(node: RpcNode, call: dict[str, Any], at: str) -> str | None:
    """The first 32 bytes of the answer; None where the contract fails."""
    asked = [{**call, "gas": hex(GAS)}, at]
    try:
        answer = await node.ask("eth_call", asked, str, most=MOST_ANSWER)
    except CallFailed:
        return None
    return _hex(answer[:_FIRST_WORD])


def _hex(answer: str) -> str:
    if not _HEX.fullmatch(answer):
        raise RpcFault("answered no hex")
    return answer.lower()


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD)


def _bytes(data: bytes) -> bytes:
    """`bytes` as the last argument: its length, then itself filled up to whole words."""
    return _word(len(data)) + data + bytes(-len(data) % _WORD)
