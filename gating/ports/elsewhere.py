"""What the platforms said of roles and chats that they manage themselves, as it is kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from gating.model import Account, Platform


class Elsewhere(Protocol):
    """The last word of each platform about each account, with its time."""

    async def keep(self, account: Account, words: Mapping[str, bool]) -> None:
        """Whether the account has each of these roles (Telegram: is in these chats) now."""
        ...

    async def told(
        self, accounts: Iterable[Account], targets: Collection[str], *, within: timedelta
    ) -> Mapping[tuple[Account, str], bool]:
        """What was said within this time; what was not is left out."""
        ...

    async def oldest(
        self,
        platform: Platform,
        targets: Collection[str],
        *,
        told: timedelta,
        untold: timedelta,
        most: int,
    ) -> Sequence[Account]:
        """Fans' accounts there with a word older than `told`, or with some word missing.

        Those who miss one come first; they are left alone for `untold` after their last word.
        """
        ...
