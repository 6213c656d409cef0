"""Discord's side of access and news: roles given and taken, people told, posts redrawn.

Calls are carried in the background and waited for with a limit: discord.py must never be
cancelled while it sleeps out a global rate limit (it would hold back every later request), so
a call that takes too long goes on, and the caller is told to try later.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import discord

from bot import tasks
from bot.dialogue import Reply
from bot.platforms.discord_draw import changed_message, is_blank, new_message
from bot.platforms.discord_errors import (
    BUSY,
    LIBRARY_ERRORS,
    NO_SERVER,
    OF_MEMBER,
    OF_MEMBERS,
    OF_PEOPLE,
    OF_PLACES,
    OF_ROLES,
    Meaning,
    ours,
)
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_recent import Recent, Touch
from bot.platforms.discord_roles import home_of, roles_in, sees_all, unfit_in
from bot.platforms.discord_roll import roles_of, who_has
from bot.platforms.inside import Inside
from gating.errors import Fact, NeedsPerson, NotDone, Refused, TryLater
from gating.model import Account, Notice, Platform
from gating.model.entries import Post
from gating.model.roll import Roll

T = TypeVar("T")
UNASKED = "access.ended"
"""How the keys begin of news that nobody waits for where they used the bot last."""
IN_FLIGHT = 20
"""Calls at once in one server, and for everything else; more would only wait within discord.py.
A server at its limit holds its own slots, and nobody else's."""
EVERYTHING_ELSE = 0


@dataclass(frozen=True, slots=True)
class DiscordKeeper:
    """`gating.ports.doors.Doorkeeper` of the club's Discord servers; a target is a role's id."""

    place: DiscordPlace
    inside: Inside
    recent: Recent
    connected: Callable[[], discord.Client]
    """The client that is logged in; raises `TryLater` while there is none."""
    _slots: defaultdict[int, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(IN_FLIGHT))
    )

    async def open(self, account: Account, target: str, reason: str) -> None:
        """Give the role, if it is still one that a gate may open. Repeating it changes nothing.

        Raises `Refused` E-LEFT, `NeedsPerson` for a role that cannot or must not be given
        (E-ROLE...) or a server without the bot (E-DISCORDGUILD), `TryLater` E-DISCORDBUSY.
        """
        client = self.connected()
        if why := unfit_in(client, self.place, target):
            raise why
        await self._change_role(client, client.http.add_role, (account, target), reason)

    async def close(self, account: Account, target: str, reason: str) -> None:
        """Take the role, whatever it has become. Repeating it changes nothing.

        Raises `Refused` E-LEFT, `NeedsPerson` E-ROLEPOS or E-ROLEGONE, `TryLater` E-DISCORDBUSY.
        """
        client = self.connected()
        await self._change_role(client, client.http.remove_role, (account, target), reason)

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        """Who has the role. Raises `NeedsPerson` E-DISCORDINTENTS without the right to ask."""
        client = self.connected()
        return await self._carry(who_has(client, self._home(client, target), target), OF_MEMBERS)

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        """Which of these roles the member has; who is not in the server has none.

        A role that the server does not have is left out: nothing is known of it. Raises
        `NeedsPerson` E-DISCORDGUILD, or `TryLater`.
        """
        own, client = self.place.guild_id, self.connected()
        there = roles_in(client, own)
        work = roles_of(client, own, int(account.user_id))
        try:
            roles = await self._carry(work, OF_MEMBER, server=self.place.called(own))
        except Refused:
            roles = frozenset()
        return {target: target in roles for target in targets if target in there}

    async def tell(self, account: Account, notice: Notice) -> None:
        """Write to one person: below what they did last if they are still there, else by DM.

        What they lost comes by DM first: they have not asked, and it should still be there later.
        Repeating it writes again, also after a `TryLater` for a call that only took too long; the
        outbox decides. Raises `Refused` E-DMCLOSED or E-LEFT, or `TryLater`.
        """
        client = self.connected()
        reply = await self.inside.present(notice, account)
        if is_blank(reply):
            return
        if notice.key.startswith(UNASKED):
            await self._tell_unasked(client, account, reply)
        elif not await self._follow_up(account, reply):
            await self._carry(_write(client, account, reply), OF_PEOPLE)

    async def post(self, post: Post, *, key: str) -> None:
        """Publish in the place's channel, or redraw the message that shows the subject.

        A repeat with the same key within minutes is dropped by Discord (`enforce_nonce`); a
        message that was deleted is published again. Raises `NeedsPerson` E-PLACE, or `TryLater`.
        """
        client = self.connected()
        reply = await self.inside.present(post.notice, None)
        ref = await self.inside.posted.get(Platform.DISCORD, post.subject)
        if ref is not None:
            work = _redraw(client, ref, reply)
            if await self._carry(work, OF_PLACES, place=post.place):
                return
        channel = self.place.channels.get(post.place)
        if channel is None:
            raise NeedsPerson("E-PLACE", place=post.place)
        publication = _publish(client, channel, reply, key)
        new_ref = await self._carry(publication, OF_PLACES, place=post.place)
        await self.inside.posted.put(Platform.DISCORD, post.subject, new_ref)

    async def _change_role(
        self,
        client: discord.Client,
        change: Callable[..., Any],
        whose: tuple[Account, str],
        reason: str,
    ) -> None:
        account, target = whose
        home = self._home(client, target)
        if target not in self.place.homes and not sees_all(client, self.place.guilds):
            raise TryLater(BUSY)  # of a gate that was taken out: its server is known by its roles
        if client.is_ready() and client.get_guild(home) is None:
            raise NeedsPerson(NO_SERVER, server=self.place.called(home))
        work = _role_call(change, (home, int(account.user_id), int(target)), reason)
        facts = {"role": target, "server": self.place.called(home)}
        await self._carry(work, OF_ROLES, slots=home, **facts)

    def _home(self, client: discord.Client, target: str) -> int:
        if not (target.isascii() and target.isdigit()):
            raise NeedsPerson("E-ROLEGONE", role=target)
        return home_of(client, self.place, target)

    async def _tell_unasked(self, client: discord.Client, account: Account, reply: Reply) -> None:
        try:
            await self._carry(_write(client, account, reply), OF_PEOPLE)
        except Refused:
            if not await self._follow_up(account, reply):
                raise

    async def _follow_up(self, account: Account, reply: Reply) -> bool:
        """Whether the person could be reached by the token of their last interaction."""
        touch = self.recent.usable(account)
        if touch is None:
            return False
        try:
            return await self._carry(_write_below(touch, reply), {})
        except NeedsPerson:  # the token has ended before its time: there is still the DM
            return False

    async def _carry(
        self,
        work: Coroutine[Any, Any, T],
        meanings: Mapping[int, Meaning],
        *,
        slots: int = EVERYTHING_ELSE,
        **facts: Fact,
    ) -> T:
        """Do `work` in a free slot, with Discord's errors made ours."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_seen)
        held = self._slots[slots]
        tasks.start("discord call", self._do(work, held, done, (meanings, facts)))
        await asyncio.wait({done}, timeout=self.place.patience)
        if not done.done():
            raise TryLater(BUSY)
        return done.result()

    async def _do(
        self,
        work: Coroutine[Any, Any, T],
        slots: asyncio.Semaphore,
        done: asyncio.Future[T],
        meaning: tuple[Mapping[int, Meaning], Mapping[str, Fact]],
    ) -> None:
        try:
            async with slots:
                result = await work
        except LIBRARY_ERRORS as error:
            _fail(done, ours(error, *meaning), error)
        except RuntimeError as error:  # aiohttp's only word for a session that was closed
            _fail(done, TryLater(BUSY), error)
        except asyncio.CancelledError:
            done.cancel()
            raise
        else:
            if not done.done():
                done.set_result(result)
        finally:
            _fail(done, NeedsPerson("E-INTERNAL", reference="discord call"), None)


def _fail(done: asyncio.Future[Any], error: NotDone, cause: Exception | None) -> None:
    if not done.done():
        error.__cause__ = cause
        done.set_exception(error)


def _seen(done: asyncio.Future[Any]) -> None:
    """Look at the outcome of a call that nobody waits for any more, so that it is no warning."""
    if not done.cancelled():
        done.exception()


async def _role_call(change: Callable[..., Any], ids: tuple[int, int, int], reason: str) -> None:
    await change(*ids, reason=reason[:512])  # the audit log's limit


async def _write(client: discord.Client, account: Account, reply: Reply) -> None:
    channel = await client.create_dm(discord.Object(int(account.user_id)))
    await channel.send(**new_message(reply))


async def _write_below(touch: Touch, reply: Reply) -> bool:
    await touch.followup.send(ephemeral=touch.public, **new_message(reply))
    return True


async def _publish(client: discord.Client, channel_id: int, reply: Reply, key: str) -> str:
    channel = client.get_partial_messageable(channel_id)
    nonce = hashlib.sha256(key.encode()).hexdigest()[:25]  # Discord's longest
    message = await channel.send(nonce=nonce, **new_message(reply))
    return f"{channel_id}:{message.id}"


async def _redraw(client: discord.Client, ref: str, reply: Reply) -> bool:
    """False if the message or its channel is gone."""
    channel_id, _, message_id = ref.partition(":")
    message = client.get_partial_messageable(int(channel_id)).get_partial_message(int(message_id))
    try:
        await message.edit(**changed_message(reply))
    except discord.NotFound:
        return False
    return True
