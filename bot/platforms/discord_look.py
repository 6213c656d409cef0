"""A look at the Discord server over REST, which changes nothing: for the doctor."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import discord

from bot.platforms.discord_errors import (
    BUSY,
    LIBRARY_ERRORS,
    MISSING_ACCESS,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    ours,
)
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_platform import point_library_at
from bot.platforms.discord_roles import Rank, RoleFacts, role_facts, top_of
from gating.errors import NeedsPerson, TryLater

LOOK_SECONDS = 20.0
_OUTSIDE = (MISSING_ACCESS, UNKNOWN_GUILD, UNKNOWN_MEMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordView:
    """The bot and its server as they are now. Permissions are Discord's bits."""

    bot: str
    application: int
    members_intent: bool
    guild: str
    roles: Mapping[str, RoleFacts]
    bot_top: Rank
    permissions: int
    channels: Mapping[int, int]
    """What the bot may do in each channel that it sees."""


async def look_at_discord(place: DiscordPlace) -> Mapping[int, DiscordView | NeedsPerson]:
    """Every server of the club by its id, its own first; E-DISCORDGUILD where the bot is not.

    Raises `NeedsPerson` E-DISCORDTOKEN, or `TryLater` E-DISCORDBUSY.
    """
    point_library_at(place)
    try:
        async with asyncio.timeout(LOOK_SECONDS), discord.Client(intents=_NOTHING) as client:
            await client.login(place.token)
            return {guild: await _view_or_none(client, place, guild) for guild in place.guilds}
    except discord.LoginFailure as error:
        raise NeedsPerson("E-DISCORDTOKEN") from error
    except TimeoutError as error:
        raise TryLater(BUSY) from error
    except LIBRARY_ERRORS as error:
        raise ours(error, {}, {}) from error


_NOTHING = discord.Intents.none()


async def _view_or_none(
    client: discord.Client, place: DiscordPlace, guild_id: int
) -> DiscordView | NeedsPerson:
    try:
        return await _view(client, guild_id)
    except discord.HTTPException as error:
        if error.code not in _OUTSIDE:
            raise
        return NeedsPerson("E-DISCORDGUILD", server=place.called(guild_id))


async def _view(client: discord.Client, guild_id: int) -> DiscordView:
    application = await client.application_info()
    guild = await client.fetch_guild(guild_id, with_counts=False)
    me = await guild.fetch_member(application.id)
    channels = await guild.fetch_channels()
    flags = application.flags
    return DiscordView(
        bot=me.name,
        application=application.id,
        members_intent=flags.gateway_guild_members or flags.gateway_guild_members_limited,
        guild=guild.name,
        roles={str(role.id): role_facts(role) for role in guild.roles},
        bot_top=top_of(map(role_facts, me.roles)),
        permissions=me.guild_permissions.value,
        channels={each.id: each.permissions_for(me).value for each in channels},
    )
