"""The Discord door: the club's servers, heard over the gateway and answered over REST."""

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.platforms.discord_answer import Answers
from bot.platforms.discord_draw import NO_MENTIONS
from bot.platforms.discord_errors import BUSY, LIBRARY_ERRORS
from bot.platforms.discord_hear import (
    Event,
    account_of,
    profile_of,
    read_interaction,
    read_message,
    read_roles,
    read_shown,
)
from bot.platforms.discord_keeper import DiscordKeeper
from bot.platforms.discord_pace import spaced
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_recent import Recent
from bot.platforms.discord_roles import roles_in, unfit_in
from bot.platforms.inside import Inside
from bot.platforms.retold import Retold
from bot.platforms.words import CommandWord
from gating.errors import NeedsPerson, TryLater
from gating.model import Account, Notice
from gating.model.entries import Post
from gating.model.roll import Roll

log = structlog.get_logger(__name__)

OFFICIAL_API = Route.BASE
OFFICIAL_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY
AUTHENTICATION_FAILED = 4004
DISALLOWED_INTENTS = 4014
TEXT_OPTION = discord.AppCommandOptionType.string.value
LONGEST_WAIT = 60.0
GUILD_PAUSE = 0.2  # seconds without another server coming in


class DiscordDoor:
    """`gating.ports.doors.Doorkeeper` of the servers, and the ears and mouth of the bot there."""

    def __init__(self, place: DiscordPlace, inside: Inside) -> None:
        self.ready = asyncio.Event()
        self._place = place
        self._inside = inside = replace(inside, happenings=Retold(inside.happenings))
        self._recent = Recent(inside.clock)
        self._client: discord.Client | None = None
        self._keeper = DiscordKeeper(place, inside, self._recent, self._connected)

    async def run(self) -> None:
        """Serve until cancelled; a lost or refused connection is tried again, ever more slowly.

        Raises `NeedsPerson` E-DISCORDTOKEN or E-DISCORDINTENTS: no retry would help then.
        """
        wait = 1.0
        while True:
            try:
                await self._serve()
                reason = "closed"
            except (*LIBRARY_ERRORS, TimeoutError, AttributeError) as error:
                # discord.py itself fails with AttributeError if its first connection does
                _stop_if_hopeless(error)
                reason = repr(error)
            wait = 1.0 if self.ready.is_set() else min(wait * 2, LONGEST_WAIT)
            self.ready.clear()
            log.warning("discord connection ended, trying again", reason=reason, after=wait)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  - jitter

    async def open(self, account: Account, target: str, reason: str) -> None:
        await self._keeper.open(account, target, reason)

    async def close(self, account: Account, target: str, reason: str) -> None:
        await self._keeper.close(account, target, reason)

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        return await self._keeper.roll(target, known)

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        return await self._keeper.has(account, targets)

    async def tell(self, account: Account, notice: Notice) -> None:
        await self._keeper.tell(account, notice)

    async def post(self, post: Post, *, key: str) -> None:
        await self._keeper.post(post, key=key)

    async def _serve(self) -> None:
        point_library_at(self._place)
        self._recent.forget()
        client = _Ears(self._place, self._inside, self._recent, self.ready)
        try:
            async with client:
                await client.login(self._place.token)
                self._client = client
                await client.connect()
        finally:
            self._client = None

    def _connected(self) -> discord.Client:
        if self._client is None:
            raise TryLater(BUSY)
        return self._client


class _Ears(discord.Client):
    """discord.py's client with as little to hear and to remember as the door needs."""

    def __init__(
        self, place: DiscordPlace, inside: Inside, recent: Recent, ready: asyncio.Event
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True, members=place.members),
            allowed_mentions=NO_MENTIONS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=GUILD_PAUSE,
            http_trace=spaced(),
            enable_debug_events=True,  # without a cache of members it tells of no change of theirs
        )
        self._place = place
        self._inside = inside
        self._recent = recent
        self._heard = ready
        self._answers = Answers(inside, recent)
        self._taught: set[int] = set()

    async def setup_hook(self) -> None:
        await self._teach(self._place.guild_id)
        for guild in self._place.further.values():
            try:
                await self._teach(guild)
            except (discord.Forbidden, discord.NotFound):
                # who is to get a role there is told of it by the outbox (E-DISCORDGUILD)
                log.error("not in this server", server=self._place.called(guild))

    async def _teach(self, guild: int) -> None:
        """Register the slash commands in this server."""
        application = self.application_id
        if application is None:
            raise NeedsPerson("E-DISCORDTOKEN")
        commands = [_slash_command(word) for word in self._inside.words]
        await self.http.bulk_upsert_guild_commands(application, guild, commands)
        self._taught.add(guild)

    async def on_ready(self) -> None:
        for target in self._place.roles:
            if why := unfit_in(self, self._place, target):
                log.error("a gate cannot open this role", role=target, code=why.code)
        self._heard.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if guild.id in self._place.further.values() and guild.id not in self._taught:
            await self._teach(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Discord leaves it open which of the two a server is for a bot that was just invited."""
        await self.on_guild_join(guild)

    async def on_interaction(self, event: Event) -> None:
        if event.guild_id not in (None, *self._place.guilds):
            return
        request = read_interaction(event, self._inside.words)
        if request is not None:
            await self._answers.answer(event, request)

    async def on_message(self, message: discord.Message) -> None:
        if message.guild is not None or message.author.bot:
            return
        locale = self._recent.locale(account_of(message.author))
        requests = await read_message(
            message, self._inside.words, locale=locale, may_send=self._inside.may_send
        )
        for request in requests:
            await self._answers.say(message.channel, request)

    async def on_member_join(self, member: discord.Member) -> None:
        if member.guild.id in self._place.guilds and not member.bot:
            account, profile = account_of(member), profile_of(member)
            await self._inside.happenings.joined(account, profile, str(member.guild.id))

    async def on_raw_member_remove(self, gone: discord.RawMemberRemoveEvent) -> None:
        if gone.guild_id in self._place.guilds and not gone.user.bot:
            await self._inside.happenings.left(account_of(gone.user), str(gone.guild_id))

    async def on_socket_raw_receive(self, message: str) -> None:
        seen = read_roles(message, self._place.guilds)
        if seen is not None:
            account, server, roles = seen
            await self._inside.happenings.roles_seen(account, server, roles)
            if server == str(self._place.guild_id):
                await self._show(account, roles)
        shown = read_shown(message, self._place.guild_id)
        if shown is not None:
            await self._show(*shown)

    async def _show(self, account: Account, roles: frozenset[str]) -> None:
        there = roles_in(self, self._place.guild_id)
        await self._inside.happenings.roles_shown(account, {role: role in roles for role in there})

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        log.exception("a discord event was not answered", event_name=event_method)


def point_library_at(place: DiscordPlace) -> None:
    """Where discord.py finds Discord; it keeps both addresses for the whole process."""
    Route.BASE = place.api_base or OFFICIAL_API
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot has no voice
    gateway = yarl.URL(place.gateway_url) if place.gateway_url else OFFICIAL_GATEWAY
    DiscordWebSocket.DEFAULT_GATEWAY = gateway


def _stop_if_hopeless(error: Exception) -> None:
    code = error.code if isinstance(error, discord.ConnectionClosed) else None
    if isinstance(error, discord.LoginFailure) or code == AUTHENTICATION_FAILED:
        raise NeedsPerson("E-DISCORDTOKEN") from error
    if isinstance(error, discord.PrivilegedIntentsRequired) or code == DISALLOWED_INTENTS:
        raise NeedsPerson("E-DISCORDINTENTS") from error


def _slash_command(word: CommandWord) -> dict[str, object]:
    """A slash command as it is registered; options are text, and read where they are used."""
    options = [
        {"type": TEXT_OPTION, "name": name, "description": help_, "required": required}
        for name, help_, required in word.options
    ]
    return {"name": word.name, "description": word.help, "type": 1, "options": options}
