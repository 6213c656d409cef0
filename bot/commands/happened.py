"""What a platform tells of its own accord, passed on to the use case that it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services import Services
from gating.model import Account, Platform, Profile
from gating.model.chats import Powers


@dataclass(frozen=True)
class Happened:
    """Somebody knocked, came or left; a chat moved, or the bot's rights in it changed."""

    services: Services

    async def knocked(self, account: Account, profile: Profile, target: str) -> None:
        await self.services.elsewhere.ask.about(account, profile)
        target = await self.services.ways.follow.before(target)
        await self.services.answer_knock(account, profile, target)

    async def joined(self, account: Account, profile: Profile, place: str) -> None:
        """On Telegram joining is what a knock was answered with; on Discord roles are due."""
        if account.platform is Platform.DISCORD:
            await self.services.account_came(account, place)
            return
        inside = await self.services.ways.follow.before(place)
        await self.services.ways.retire.used(account, inside)
        await self.services.elsewhere.see(account, {inside: True})

    async def roles_seen(self, account: Account, server: str, roles: frozenset[str]) -> None:
        await self.services.backstage.see_roles(account, server, roles)

    async def roles_shown(self, account: Account, has: Mapping[str, bool]) -> None:
        await self.services.elsewhere.see(account, has)

    async def moved(self, chat: str, now: str) -> None:
        await self.services.ways.follow(chat, now)

    async def powers_changed(self, chat: str, powers: Powers) -> None:
        """What a group lost that became a supergroup, it has under its other number."""
        ways = self.services.ways
        if not await ways.follow.is_past(chat):
            await ways.see_powers(await ways.follow.before(chat), powers)

    async def left(self, account: Account, place: str) -> None:
        if account.platform is not Platform.DISCORD:
            place = await self.services.ways.follow.before(place)
        await self.services.account_left(account, place)
        if account.platform is not Platform.DISCORD:
            await self.services.elsewhere.see(account, {place: False})
        elif self._is_first(place):
            await self.services.elsewhere.see.gone(account)

    def _is_first(self, server: str) -> bool:
        """Rules ask for roles of the club's own server only."""
        return server == self.services.account_left.servers.first
