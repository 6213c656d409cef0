"""Secrets at rest: only their SHA-256 is stored, which is enough to recognise them."""

from hashlib import sha256


def hashed(secret: str) -> str:
    """The form in which a secret of at least 128 random bits is kept."""
    return sha256(secret.encode()).hexdigest()
