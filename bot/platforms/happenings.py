"""What a door tells the core without being asked: somebody knocked, came in, or left."""

from collections.abc import Mapping
from typing import Protocol

from gating.model import Account, Profile
from gating.model.chats import Powers


class Happenings(Protocol):
    """Events on a platform that bear on access.

    `place` is a chat's id on Telegram, as Telegram calls it now, and a server's on Discord. Events
    may be lost or come twice: the periodic pass heals that.
    """

    async def knocked(self, account: Account, profile: Profile, target: str) -> None:
        """The account asks to enter (Telegram: `chat_join_request`)."""
        ...

    async def joined(self, account: Account, profile: Profile, place: str) -> None:
        """The account is a member now, by whatever way."""
        ...

    async def roles_seen(self, account: Account, server: str, roles: frozenset[str]) -> None:
        """The account has exactly these roles in this server now (Discord)."""
        ...

    async def roles_shown(self, account: Account, has: Mapping[str, bool]) -> None:
        """Which of the roles that the club's own server has the account has (Discord), told with
        whatever it does and when that changes. A role that is not there is neither."""
        ...

    async def moved(self, chat: str, now: str) -> None:
        """The chat has another number now (Telegram: a group became a supergroup)."""
        ...

    async def powers_changed(self, chat: str, powers: Powers) -> None:
        """From now on the bot may do this in the chat (Telegram: `my_chat_member`)."""
        ...

    async def left(self, account: Account, place: str) -> None:
        """The account is no member any more, by whatever way."""
        ...
