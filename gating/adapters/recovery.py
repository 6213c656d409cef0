"""Who signed, for accounts with a key: EIP-191 and EIP-2098, recovered by libsecp256k1."""

import coincurve
from eth_keys.backends.coincurve import CoinCurveECCBackend
from eth_keys.main import lazy_key_api
from eth_utils.crypto import keccak

from gating.errors import NeedsPerson
from gating.model import Address

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""Half the order of secp256k1: of the two `s` that fit, only the lower is accepted (EIP-2)."""
FULL, COMPACT = 65, 64
_RECOVERY = {0: 0, 1: 1, 27: 0, 28: 1}
_TOP_BIT = 0x80


def recovered(digest: bytes, signature: bytes) -> Address | None:
    """The address whose key made this signature over `digest`; None if none of ours could."""
    raw = _parts(signature)
    if raw is None:
        return None
    try:
        key = coincurve.PublicKey.from_signature_and_message(raw, digest, None)
    except ValueError:
        return None
    return Address("0x" + keccak(key.format(compressed=False)[1:])[-20:].hex())


def personal_hash(text: bytes) -> bytes:
    """What `personal_sign` signs: EIP-191 version 0x45."""
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text)


def must_be_fast() -> None:
    """Refuse to start where `eth_keys` would do without libsecp256k1, 150 times as slowly.

    Raises `NeedsPerson("E-SLOWKEYS")`.
    """
    backend = lazy_key_api.backend
    if not isinstance(backend, CoinCurveECCBackend):
        raise NeedsPerson("E-SLOWKEYS", backend=type(backend).__name__)


def _parts(signature: bytes) -> bytes | None:
    """r, s and recovery id as libsecp256k1 wants them; None for what no wallet of ours makes."""
    if len(signature) == COMPACT:  # EIP-2098: the recovery id is the top bit of s
        top, rest = signature[32] & _TOP_BIT, signature[32] & ~_TOP_BIT
        signature = signature[:32] + bytes([rest]) + signature[33:] + bytes([top >> 7])
    if len(signature) != FULL:
        return None
    recovery = _RECOVERY.get(signature[64])
    if recovery is None or int.from_bytes(signature[32:64]) > HALF_ORDER:
        return None
    return signature[:64] + bytes([recovery])
