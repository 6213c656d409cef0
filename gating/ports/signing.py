"""What a sign-in needs from the outside besides the signature: its text, and a platform's word."""

from typing import Protocol

from gating.model import Account
from gating.model.link import SignInText


class AccountSignIn(Protocol):
    """A chat platform's own sign-in (OAuth 2.0, code grant with PKCE)."""

    def address(self, state: str, challenge: str) -> str:
        """Where a browser goes to say who it is; `challenge` is RFC 7636's, by S256."""
        ...

    async def account(self, code: str, verifier: str) -> Account:
        """Whose browser it was. Keeps no token. Raises `Refused("E-OAUTH")` and `TryLater`."""
        ...


class Messages(Protocol):
    """Writes a sign-in text as EIP-4361 says."""

    def write(self, words: SignInText) -> bytes: ...
