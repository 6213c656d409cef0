"""Sign-in texts and who signed them: EIP-4361 by `siwe`, EIP-191 recovery by libsecp256k1."""

import re
import warnings

import coincurve
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from gating.model import Address
from gating.model.link import SignInText

with warnings.catch_warnings():
    # its grammar library warns at import of rules that it defines twice itself
    warnings.simplefilter("ignore")
    from siwe import SiweMessage

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""Half the order of secp256k1: of the two `s` that fit, only the lower is accepted (EIP-2)."""
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}\Z")
_RECOVERY = {0: 0, 1: 1, 27: 0, 28: 1}


class SiweMessages:
    """`gating.ports.Messages`: the customer's library writes the text."""

    def write(self, words: SignInText) -> bytes:
        message = SiweMessage(
            domain=words.domain,
            address=to_checksum_address(words.address),
            statement=words.statement,
            uri=words.uri,
            version="1",
            chain_id=words.chain_id,
            nonce=words.nonce,
            issued_at=words.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            expiration_time=words.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            request_id=words.request_id,
            resources=list(words.resources),
        )
        return str(message.prepare_message()).encode()


class EoaSignatures:
    """`gating.ports.Signatures` for accounts with a key; asks no node."""

    async def signer(self, text: bytes, signature: str) -> Address | None:
        raw = _parts(signature)
        if raw is None:
            return None
        try:
            key = coincurve.PublicKey.from_signature_and_message(raw, personal_hash(text), None)
        except ValueError:
            return None
        return Address("0x" + keccak(key.format(compressed=False)[1:])[-20:].hex())


def personal_hash(text: bytes) -> bytes:
    """What `personal_sign` signs: EIP-191 version 0x45."""
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text)


def _parts(signature: str) -> bytes | None:
    """r, s and recovery id as libsecp256k1 wants them; None for what no wallet of ours makes."""
    if not _SIGNATURE.match(signature):
        return None
    raw = bytes.fromhex(signature[2:])
    recovery = _RECOVERY.get(raw[64])
    if recovery is None or int.from_bytes(raw[32:64]) > HALF_ORDER:
        return None
    return raw[:64] + bytes([recovery])
