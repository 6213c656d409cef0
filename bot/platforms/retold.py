"""What happened while the core could not take it in, told again until it can."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot import tasks
from bot.platforms.happenings import Happenings
from gating.errors import TryLater
from gating.model import Account, Profile
from gating.model.chats import Powers

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
GIVE_UP = 600.0
"""Seconds after which the periodic pass has to heal what was lost."""

ROLES, SHOWN, POWERS = "roles", "shown", "powers"
Tell = Callable[[], Awaitable[None]]
Where = tuple[Account | str, str]


@dataclass
class Retold:
    """`Happenings` that survive an outage of the core: no platform tells anything twice.

    Each returns at once where it has to wait. What happens later to the same person at the same
    place takes the place of what still waits, so that nothing old is told after something new.
    """

    happenings: Happenings
    _newest: dict[Where, object] = field(default_factory=dict)

    async def knocked(self, account: Account, profile: Profile, target: str) -> None:
        await self._tell(
            (account, target), lambda: self.happenings.knocked(account, profile, target)
        )

    async def joined(self, account: Account, profile: Profile, place: str) -> None:
        await self._tell((account, place), lambda: self.happenings.joined(account, profile, place))

    async def roles_seen(self, account: Account, server: str, roles: frozenset[str]) -> None:
        await self._tell(
            (account, f"{ROLES}:{server}"),
            lambda: self.happenings.roles_seen(account, server, roles),
        )

    async def roles_shown(self, account: Account, has: Mapping[str, bool]) -> None:
        await self._tell((account, SHOWN), lambda: self.happenings.roles_shown(account, has))

    async def moved(self, chat: str, now: str) -> None:
        """Told by every call to the old number, so nothing is lost by not telling it again."""
        await self.happenings.moved(chat, now)

    async def powers_changed(self, chat: str, powers: Powers) -> None:
        await self._tell((chat, POWERS), lambda: self.happenings.powers_changed(chat, powers))

    async def left(self, account: Account, place: str) -> None:
        await self._tell((account, place), lambda: self.happenings.left(account, place))

    async def _tell(self, where: Where, tell: Tell) -> None:
        self._newest.pop(where, None)
        try:
            await tell()
        except TryLater as error:
            log.warning("what happened could not be taken in, trying again", reason=error.code)
            mark = self._newest[where] = object()
            tasks.start("tell what happened", self._again(where, tell, mark))

    async def _again(self, where: Where, tell: Tell, mark: object) -> None:
        try:
            await _until_told(tell, lambda: self._newest.get(where) is mark)
        finally:
            if self._newest.get(where) is mark:
                del self._newest[where]


async def _until_told(tell: Tell, is_newest: Callable[[], bool]) -> None:
    pause, waited = FIRST_PAUSE, 0.0
    while waited < GIVE_UP:
        await asyncio.sleep(pause)
        if not is_newest():
            return
        try:
            await tell()
        except TryLater:
            waited, pause = waited + pause, min(pause * 2, LONGEST_PAUSE)
        else:
            return
    log.error("what happened was not taken in")
