"""Contract wallets on the local chain, and the signatures that they are asked about."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from eth_abi.abi import encode
from eth_account import Account as Key
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_utils.abi import function_signature_to_4byte_selector

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.wallets import ARTIST
from gating.adapters.contract_wallets import MAGIC_6492
from gating.adapters.rpc import RpcNode
from gating.adapters.wallets import WalletSignatures
from gating.model import Address
from gating.model.proof import SignatureAnswer

CHAIN = 31337
TEXT = b"club.example wants you to sign in"
OWNER: LocalAccount = Key.from_key("0x" + "a1" * 32)
STRANGER: LocalAccount = Key.from_key("0x" + "b2" * 32)
SALT = bytes(32)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_GAS = 12_000_000
_ARTEFACTS = Path(__file__).parent / "artefacts"


@dataclass
class Wallets:
    """The chain, a node's address, and the check that is tested."""

    chain: LocalChain
    http: aiohttp.ClientSession

    @property
    def node(self) -> RpcNode:
        return RpcNode(self.http, [self.chain.rpc_url], CHAIN)

    @property
    def signatures(self) -> WalletSignatures:
        return WalletSignatures({CHAIN: self.node})

    async def check(
        self, wallet: Address, signature: bytes, text: bytes = TEXT
    ) -> SignatureAnswer:
        return await self.signatures.check(wallet, text, "0x" + signature.hex(), CHAIN)

    async def deploy(self, name: str, types: str = "", *values: object) -> Address:
        receipt = await self.send(None, code_of(name) + _arguments(types, values))
        return Address(receipt["contractAddress"].lower())

    async def call(self, to: Address, signature: str, *values: object) -> dict[str, Any]:
        """A transaction of the artist, who pays for everything here."""
        return await self.send(to, calldata(signature, *values))

    async def read(self, to: Address, signature: str, *values: object) -> bytes:
        asked = {"to": to, "data": "0x" + calldata(signature, *values).hex()}
        return bytes.fromhex((await self.chain.call("eth_call", asked, "latest"))[2:])

    async def send(
        self, to: Address | None, data: bytes, *, frm: str = ARTIST.address
    ) -> dict[str, Any]:
        sent = {"from": frm, "data": "0x" + data.hex(), "gas": hex(_GAS)}
        tx = await self.chain.call("eth_sendTransaction", sent | ({"to": to} if to else {}))
        await self.chain.mine()
        receipt: dict[str, Any] = await self.chain.call("eth_getTransactionReceipt", tx)
        assert receipt["status"] == "0x1", receipt
        return receipt

    async def owned(self, owner: str = OWNER.address) -> Address:
        return await self.deploy("OwnedWallet", "address", owner)

    async def promised(self, factory: Address, owner: str = OWNER.address) -> Address:
        """Where the factory would put the owner's wallet."""
        there = await self.read(factory, "where(address,bytes32)", owner, SALT)
        return Address("0x" + there[-20:].hex())


@cache
def code_of(name: str) -> bytes:
    artefact = json.loads((_ARTEFACTS / f"{name}.json").read_text())
    return bytes.fromhex(artefact["bytecode"].removeprefix("0x"))


def calldata(signature: str, *values: object) -> bytes:
    types = signature.partition("(")[2].rstrip(")")
    return function_signature_to_4byte_selector(signature) + _arguments(types, values)


def signed(key: LocalAccount = OWNER, text: bytes = TEXT) -> bytes:
    """What `personal_sign` gives: 65 bytes."""
    return bytes(key.sign_message(encode_defunct(primitive=text)).signature)


def wrapped(factory: Address, data: bytes, inner: bytes) -> bytes:
    """A signature of a wallet that is not deployed yet (EIP-6492)."""
    return encode(["address", "bytes", "bytes"], [factory, data, inner]) + MAGIC_6492


def making(owner: str = OWNER.address) -> bytes:
    return calldata("make(address,bytes32)", owner, SALT)


def address_of(key: LocalAccount) -> Address:
    return Address(key.address.lower())


def _arguments(types: str, values: tuple[object, ...]) -> bytes:
    return encode(types.split(",") if types else [], values)
