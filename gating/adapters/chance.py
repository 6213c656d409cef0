"""Secrets, nonces, codes and ids from the operating system's source of randomness."""

import secrets
import uuid

from gating.model.guests import GUEST_CODE_LENGTH

_LEGIBLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""31 letters and digits that cannot be taken for one another."""
_CODE_LENGTH = 7
_PROOF_CODE_LENGTH = 6
_GROUP = 4


class SystemRandomness:
    """`gating.ports.Randomness`."""

    def token(self) -> str:
        return secrets.token_urlsafe(24)

    def nonce(self) -> str:
        return secrets.token_hex(16)

    def code(self) -> str:
        return _typed(_CODE_LENGTH)

    def proof_code(self) -> str:
        return _typed(_PROOF_CODE_LENGTH)

    def guest_code(self) -> str:
        letters = _letters(GUEST_CODE_LENGTH)
        groups = range(0, GUEST_CODE_LENGTH, _GROUP)
        return "-".join(letters[at : at + _GROUP] for at in groups)

    def new_id(self) -> str:
        return uuid.uuid4().hex


def _typed(length: int) -> str:
    letters = _letters(length)
    return f"{letters[:3]}-{letters[3:]}"


def _letters(length: int) -> str:
    """Letters with a digit among them, so that no word is ever taken for a code."""
    letters = ""
    while not any(letter.isdigit() for letter in letters):
        letters = "".join(secrets.choice(_LEGIBLE) for _ in range(length))
    return letters
