"""Whether a wallet signed, whatever kind it is: by key, by contract, or by one not yet there.

A key is tried first and needs no node. That is safe, because what is recovered must be the very
address that was claimed; and it covers EIP-7702, where an account with a key has code as well.
"""

import asyncio
import re
from collections.abc import Awaitable, Mapping

from gating.adapters.contract_wallets import is_contract, refusal, refusal_again
from gating.adapters.recovery import FULL, personal_hash, recovered
from gating.adapters.rpc import RpcFault, RpcNode
from gating.errors import TryLater
from gating.model import Address, Block, WalletKind
from gating.model.proof import Invalid, SignatureAnswer, Valid, WalletProof

MOST_BYTES = 16 * 1024
"""Of a signature; one of ten owners with passkeys takes under 8 KiB."""
PATIENCE = 15.0
"""Seconds for all questions to all endpoints together; the page waits 20."""
GLANCE = 1.5
"""Seconds for a question that may go unanswered."""
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*\Z")


class WalletSignatures:
    """`gating.ports.Signatures`, with a node for each chain on which contracts may be asked."""

    def __init__(self, nodes: Mapping[int, RpcNode]) -> None:
        self._nodes = nodes

    async def check(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> SignatureAnswer:
        raw = decoded(signature)
        if raw is None:
            return Invalid("shape")
        digest = personal_hash(text)
        if proof := self.by_key(claimed, text, signature, chain_id):
            return Valid(proof)
        if chain_id not in self._nodes and len(raw) == FULL:
            return Invalid("key")
        proof = WalletProof(WalletKind.CONTRACT, chain_id, digest, raw)
        reason = await _patiently(refusal(self._node(chain_id), claimed, proof))
        return Invalid(reason) if reason else Valid(proof)

    def by_key(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> WalletProof | None:
        raw = decoded(signature)
        if raw is None or recovered(personal_hash(text), raw) != claimed:
            return None
        return WalletProof(WalletKind.EOA, chain_id)

    async def may_take_days(self, wallet: Address, chain_id: int) -> bool:
        node = self._nodes.get(chain_id)
        if node is None:
            return False
        try:
            async with asyncio.timeout(GLANCE):
                return await is_contract(node, wallet)
        except (RpcFault, TimeoutError):
            return False

    async def still_holds(self, wallet: Address, proof: WalletProof, at: Block) -> bool:
        node = self._node(at.chain_id)
        return await _patiently(refusal_again(node, wallet, proof, hex(at.number))) is None

    def _node(self, chain_id: int) -> RpcNode:
        node = self._nodes.get(chain_id)
        if node is None:
            raise TryLater("E-WALLETNODE", after=60)
        return node


def decoded(signature: str) -> bytes | None:
    """The bytes of a signature written as `0x` and hex; None if it is not, or is too long."""
    if len(signature) > 2 + 2 * MOST_BYTES or not _HEX.match(signature):
        return None
    return bytes.fromhex(signature[2:])


async def _patiently(asking: Awaitable[str | None]) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asking
    except (RpcFault, TimeoutError) as silent:
        raise TryLater("E-WALLETNODE", after=10) from silent
