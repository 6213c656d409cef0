"""The club's key, in a file that only this program reads, and who signed what (libsecp256k1)."""

import asyncio
import hmac
import os
import re
import secrets
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from coincurve import PrivateKey, PublicKey

from gating.errors import NeedsPerson
from gating.model import Account, Address
from governance.errors import KEY_FILE
from governance.hashing import from_hex, keccak
from governance.model import Blind, Commit

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_SIGNATURE = re.compile(r"0x[0-9a-f]{130}")
_KEY = re.compile(r"0x[0-9a-f]{64}\n?")
_V_OFFSET = 27
_PRIVATE = 0o600
_SALT = 32
_COMMITS = b"stagedoor account commit v1"


class ClubKey:
    """`governance.ports.Signing` over one secp256k1 key."""

    def __init__(self, secret: bytes) -> None:
        self._key = PrivateKey(secret)
        self._commits = hmac.digest(secret, _COMMITS, sha256)
        self.address = _address(self._key.public_key)

    def __repr__(self) -> str:
        return f"ClubKey({self.address})"

    def sign(self, digest: bytes) -> str:
        """r, s and v (27 or 28) over 32 bytes, deterministic (RFC 6979) and with low s."""
        raw = self._key.sign_recoverable(digest, hasher=None)
        return "0x" + (raw[:64] + bytes((raw[64] + _V_OFFSET,))).hex()

    def seal(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA256 of a text under a secret derived from the key, another for each purpose."""
        secret = hmac.digest(self._key.secret, f"stagedoor {purpose} v1".encode(), sha256)
        return hmac.digest(secret, text.encode(), sha256)

    def commit(self, account: Account) -> Commit:
        """HMAC-SHA256 of `platform:user id` under a secret derived from the key."""
        return Commit("0x" + hmac.digest(self._commits, str(account).encode(), sha256).hex())

    def blind(self, account: Account) -> Blind:
        """HMAC-SHA256 of `platform:user id` under 32 random bytes of this ballot alone."""
        salt = secrets.token_bytes(_SALT)
        return Blind(Commit("0x" + hmac.digest(salt, str(account).encode(), sha256).hex()), salt)


async def club_key(path: Path) -> ClubKey:
    """The key in this file, made now (mode 0600) if there is no file.

    `NeedsPerson` (`E-KEYFILE`) when the file is damaged or open to others.
    """
    return ClubKey(await asyncio.to_thread(_secret, path))


def recover(digest: bytes, signature: str) -> Address | None:
    """`governance.ports.Recover`: strict in form, so that one signature has one text.

    High s is refused (EIP-2), as is any v but 27 and 28.
    """
    if not _SIGNATURE.fullmatch(signature):
        return None
    raw = from_hex(signature)
    s = int.from_bytes(raw[32:64], "big")
    if raw[64] - _V_OFFSET not in (0, 1) or s > _ORDER // 2:
        return None
    compact = raw[:64] + bytes((raw[64] - _V_OFFSET,))
    try:
        return _address(PublicKey.from_signature_and_message(compact, digest, hasher=None))
    except ValueError:
        return None


def _address(key: PublicKey) -> Address:
    return Address("0x" + keccak(key.format(compressed=False)[1:])[-20:].hex())


def _secret(path: Path) -> bytes:
    _create_once(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise NeedsPerson(KEY_FILE, file=str(path), why="open to others: chmod 600 it")
    text = path.read_text("ascii", errors="replace")
    if not _KEY.fullmatch(text):
        raise NeedsPerson(KEY_FILE, file=str(path), why="not 0x and 64 hex digits")
    return from_hex(text.strip())


def _create_once(path: Path) -> None:
    """Complete or absent: of two starts at once, both read the key of the one that was first."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(handle, "w") as file:
        file.write("0x" + PrivateKey().secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
