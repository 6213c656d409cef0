"""Who used the bot a moment ago, so that news can reach them where they are looking."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import discord

from gating.model import Account
from gating.ports import Clock

TOKEN_LIFE = timedelta(minutes=14)
"""An interaction can be followed up for 15 minutes (Discord: Receiving and Responding)."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One answered interaction: how to follow it up, and whether others read along there."""

    followup: discord.Webhook
    public: bool
    locale: str
    at: datetime


@dataclass
class Recent:
    """The last touch of each of the last `limit` accounts; a restart forgets them."""

    clock: Clock
    limit: int = 10_000
    _touches: OrderedDict[Account, Touch] = field(default_factory=OrderedDict)

    def note(
        self, account: Account, followup: discord.Webhook, *, public: bool, locale: str
    ) -> None:
        self._touches[account] = Touch(followup, public, locale, self.clock())
        self._touches.move_to_end(account)
        while len(self._touches) > self.limit:
            self._touches.popitem(last=False)

    def forget(self) -> None:
        """A new connection cannot use what belongs to the one before."""
        self._touches.clear()

    def usable(self, account: Account) -> Touch | None:
        """The last touch while it can still be followed up."""
        touch = self._touches.get(account)
        if touch is None or self.clock() - touch.at >= TOKEN_LIFE:
            return None
        return touch

    def locale(self, account: Account) -> str:
        """The language in which the account last used the bot; messages carry none."""
        touch = self._touches.get(account)
        return touch.locale if touch else "en"
