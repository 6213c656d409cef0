"""What access needs of a chat platform."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from gating.model import Account, Notice
from gating.model.entries import Post
from gating.model.roll import Roll


class Doorkeeper(Protocol):
    """One platform's side of access and of news. Calls are safe to repeat unless said."""

    async def open(self, account: Account, target: str, reason: str) -> None: ...

    async def close(self, account: Account, target: str, reason: str) -> None: ...

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        """Who is inside. Where nobody can list them, each of the `known` accounts is asked for."""
        ...

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        """Whether the account has these roles (is in these chats), whoever gave them.

        What the platform does not tell is left out. Raises `TryLater` or `NeedsPerson`.
        """
        ...

    async def tell(self, account: Account, notice: Notice) -> None: ...

    async def post(self, post: Post, *, key: str) -> None:
        """Publish or redraw; `key` lets the platform drop a repeat where it can."""
        ...
