"""What access needs to know and to keep of the chats that gates open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from gating.model import Account
from gating.model.chats import Invitation


class Chats(Protocol):
    """Chats that got another number, and rights that the bot has lost in one."""

    async def moved(self, chat: str, now: str) -> bool:
        """Keep where the chat is now; False if that was known."""
        ...

    async def now(self, chat: str) -> str:
        """The number outside, of a chat that the club file calls so."""
        ...

    async def before(self, chat: str) -> str:
        """The number that the club file gives to the chat that is called so outside."""
        ...

    async def settle(self, doors: Collection[str], posts: Collection[str]) -> int:
        """The club file names these chats: what it calls by the new number is ours under that
        number from now on, whatever was kept or is to be done; how many chats.

        A chat that gates open goes by what `doors` calls it, whatever the place is called.
        """
        ...

    async def lose(self, chat: str, code: str) -> bool:
        """Note that a right is gone; False if that was known. `code` names which."""
        ...

    async def regain(self, chat: str, code: str) -> bool:
        """Note that it is back; False if it was never noted as gone."""
        ...


class Invitations(Protocol):
    """Links by which one account asks to join one chat: one for each at most."""

    async def of(self, account: Account, target: str) -> Invitation | None:
        """The one that is not over."""
        ...

    async def keep(self, account: Account, target: str, made: Invitation) -> Invitation:
        """The one that counts: this, or one that was kept in the same moment."""
        ...

    async def use(self, account: Account, target: str) -> bool:
        """The account is inside: its link is over. False if there is none."""
        ...

    async def over(self) -> Sequence[tuple[Account, str, str]]:
        """Account, chat and address of every link that is over and still kept."""
        ...

    async def drop(self, account: Account, target: str, url: str) -> None:
        """Nothing is kept of this link; that the account is owed a way back stays."""
        ...


class Inviter(Protocol):
    """A platform on which who may come back needs a link. Calls are safe to repeat."""

    async def invite(self, account: Account, target: str, until: datetime) -> Invitation | None:
        """A link for this account; None for who is inside already.

        Raises `Refused` E-TGBANNED where a moderator put the person out by hand.
        """
        ...

    async def revoke(self, target: str, url: str) -> None: ...
