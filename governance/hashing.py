"""Hashes and byte forms that several parts share.

keccak-256 comes from `eth_hash` (Ethereum's thin wrapper, over pycryptodome): no I/O, no keys.
"""

from eth_hash.auto import keccak as _keccak

from governance.model import Hash

WORD = 32
NOTHING = Hash("0x" + "00" * WORD)
"""The root of a tree without leaves, which OpenZeppelin's trees do not have."""


def keccak(data: bytes) -> bytes:
    """Ethereum's keccak-256, which is not NIST SHA3-256."""
    return bytes(_keccak(data))


def to_hash(data: bytes) -> Hash:
    """32 bytes as they are written in records."""
    return Hash("0x" + data.hex())


def from_hex(text: str) -> bytes:
    """The bytes of a `0x` text; `ValueError` if it is none."""
    if not text.startswith("0x"):
        raise ValueError(f"{text[:10]} does not start with 0x")
    return bytes.fromhex(text[2:])


def word(number: int) -> bytes:
    """A number as the 32-byte big-endian word of the contract ABI."""
    return number.to_bytes(WORD, "big")


def padded(text: str) -> bytes:
    """A `0x` text (address, bytes32) as a left-padded ABI word."""
    return from_hex(text).rjust(WORD, b"\0")
