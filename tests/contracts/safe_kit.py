"""A real Safe of two owners on the local chain.

Safe is LGPL-3.0 and not kept here: npm brings it into `.cache/safe` when it is first needed, by
the hash in `safe/package-lock.json`. Without it the tests are skipped, and say so.
"""

import json
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from bootstrap import CannotSetUp, _npm_on_path, _run
from gating.adapters.recovery import personal_hash
from gating.model import Address
from tests.contracts.wallet_kit import CHAIN, TEXT, Wallets, calldata

PINS = Path(__file__).parent / "safe"
FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "safe"
PACKAGE = FOLDER / "node_modules" / "@safe-global" / "safe-smart-account"
BUILT = PACKAGE / "build" / "artifacts" / "contracts"
NOBODY = "0x" + "0" * 40
_PATHS = {
    "Safe": "Safe.sol/Safe.json",
    "Factory": "proxies/SafeProxyFactory.sol/SafeProxyFactory.json",
    "Handler": "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json",
    "SignMessageLib": "libraries/SignMessageLib.sol/SignMessageLib.json",
}
_SETUP = "setup(address[],uint256,address,bytes,address,address,uint256,address)"
_CREATE = "createProxyWithNonce(address,bytes,uint256)"
_HASH = (
    "getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,"
    "uint256)"
)
_EXECUTE = (
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
)
DELEGATECALL = 1


def fetch_safe() -> None:
    """Bring Safe's package, or skip with the reason."""
    if (BUILT / _PATHS["Safe"]).is_file():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for pin in ("package.json", "package-lock.json"):
        shutil.copy(PINS / pin, FOLDER)
    try:
        npm = [*_npm_on_path(), "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        _run([*npm, "--fetch-retries=1", "--prefix", str(FOLDER)], quiet=True, timeout=120)
    except CannotSetUp as failure:
        pytest.skip(f"the real Safe could not be fetched: {failure}")


@dataclass(frozen=True)
class SafeClub:
    """The contracts that Safes are made of."""

    wallets: Wallets
    singleton: Address
    factory: Address
    handler: Address
    library: Address

    def creation(self, owners: list[LocalAccount], threshold: int, salt: int) -> bytes:
        who = [owner.address for owner in owners]
        setup = calldata(_SETUP, who, threshold, NOBODY, b"", self.handler, NOBODY, 0, NOBODY)
        return calldata(_CREATE, self.singleton, setup, salt)

    async def promised(self, creation: bytes) -> Address:
        asked = {"to": self.factory, "data": "0x" + creation.hex()}
        answer = await self.wallets.chain.call("eth_call", asked, "latest")
        return Address("0x" + answer[-40:])

    async def safe(self, owners: list[LocalAccount], threshold: int = 2, salt: int = 0) -> Address:
        creation = self.creation(owners, threshold, salt)
        address = await self.promised(creation)
        await self.wallets.send(self.factory, creation)
        return address

    async def sign_inside(self, safe: Address, owners: list[LocalAccount], data: bytes) -> None:
        """All owners sign a transaction by which the Safe itself remembers `data` as signed."""
        sign = calldata("signMessage(bytes)", data)
        task = (self.library, 0, sign, DELEGATECALL, 0, 0, 0, NOBODY, NOBODY)
        digest = await self.wallets.read(safe, _HASH, *task, 0)
        together = b"".join(_by_key(owner, digest) for owner in in_order(owners))
        await self.wallets.call(safe, _EXECUTE, *task, together)


async def safe_club(wallets: Wallets) -> SafeClub:
    made = {
        name: (await wallets.send(None, _code(name)))["contractAddress"].lower() for name in _PATHS
    }
    return SafeClub(
        wallets, made["Safe"], made["Factory"], made["Handler"], made["SignMessageLib"]
    )


def safe_signature(safe: Address, owner: LocalAccount, text: bytes = TEXT) -> bytes:
    """An owner's part of the Safe's signature: EIP-712 over the digest, in the Safe's domain."""
    made = owner.sign_typed_data(
        {"chainId": CHAIN, "verifyingContract": safe},
        {"SafeMessage": [{"name": "message", "type": "bytes"}]},
        {"message": personal_hash(text)},
    )
    return bytes(made.signature)


def in_order(owners: list[LocalAccount]) -> list[LocalAccount]:
    """Safe wants signatures in the order of their owners' addresses."""
    return sorted(owners, key=lambda owner: int(owner.address, 16))


def together(safe: Address, owners: list[LocalAccount], text: bytes = TEXT) -> bytes:
    return b"".join(safe_signature(safe, owner, text) for owner in in_order(owners))


def approved(owners: list[LocalAccount]) -> bytes:
    """For owners who approved the digest on the chain: their addresses, and 1 for v."""
    return b"".join(
        bytes.fromhex(owner.address[2:]).rjust(32, b"\0") + bytes(32) + b"\1"
        for owner in in_order(owners)
    )


def _by_key(owner: LocalAccount, digest: bytes) -> bytes:
    return bytes(owner.unsafe_sign_hash(digest).signature)


@cache
def _code(name: str) -> bytes:
    return bytes.fromhex(json.loads((BUILT / _PATHS[name]).read_text())["bytecode"][2:])
