"""Which roles a gate may open: none that holds power over the server or over other people.

Whoever may edit the club file could otherwise turn a cheap copy into a moderator's role
(confused deputy), and Discord itself gives only what stands below the bot's own top role
(Discord: Permissions, Permission Hierarchy).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.platforms.discord_errors import BUSY
from bot.platforms.discord_place import DiscordPlace
from gating.errors import NeedsPerson, NotDone, TryLater

Rank = tuple[int, int]
"""Sort key of the role order: a higher position wins, and at the same one the older role."""
_POWERS = frozenset(
    {
        "administrator",
        "ban_members",
        "deafen_members",
        "kick_members",
        "mention_everyone",
        "moderate_members",
        "move_members",
        "mute_members",
        "view_audit_log",
        "view_creator_monetization_analytics",
        "view_guild_insights",
    }
)
POWERS = _POWERS | {name for name, _ in discord.Permissions.all() if name.startswith("manage_")}
"""Permissions that no gate hands out, as discord.py names them; every `manage_…` is one."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """One role of a server as it is now. `permissions` are Discord's bits."""

    id: int
    position: int
    permissions: int
    managed: bool = False

    @property
    def rank(self) -> Rank:
        return self.position, -self.id


def role_facts(role: discord.Role) -> RoleFacts:
    return RoleFacts(role.id, role.position, role.permissions.value, role.managed)


def powers_in(permissions: int) -> tuple[str, ...]:
    """The dangerous permissions among these bits, by name."""
    held = discord.Permissions(permissions)
    return tuple(name for name, given in held if given and name in POWERS)


def lacking(permissions: int, wanted: Iterable[str]) -> tuple[str, ...]:
    """Which of these permissions are not among the bits; administrators have all."""
    held = discord.Permissions(permissions)
    return tuple(name for name in wanted if not (held.administrator or getattr(held, name)))


def top_of(roles: Iterable[RoleFacts]) -> Rank:
    """The rank of a member's highest role; @everyone, which everybody has, is the lowest."""
    return max((role.rank for role in roles), default=(0, 0))


def unfit(
    role: RoleFacts | None,
    *,
    target: str,
    guild: int,
    bot: Rank,
    configurer: Rank | None = None,
) -> NeedsPerson | None:
    """Why no gate may open the role `target` of the server `guild`; None if one may.

    `bot` and `configurer` are the ranks of their top roles; without a configurer (the club file
    is the operator's) that rule does not ask. The server's owner outranks every role.
    """
    if role is None:
        return NeedsPerson("E-ROLEGONE", role=target)
    if role.id == guild:
        return NeedsPerson("E-ROLEALL", role=target)
    if role.managed:
        return NeedsPerson("E-ROLEMANAGED", role=target)
    if powers := powers_in(role.permissions):
        return NeedsPerson("E-ROLEPOWER", role=target, rights=readable(powers))
    return _out_of_reach(role, bot, configurer)


def _out_of_reach(role: RoleFacts, bot: Rank, configurer: Rank | None) -> NeedsPerson | None:
    if role.rank >= bot:
        return NeedsPerson("E-ROLEPOS", role=str(role.id))
    if configurer is not None and role.rank >= configurer:
        return NeedsPerson("E-ROLEABOVE", role=str(role.id))
    return None


def roles_in(client: discord.Client, guild_id: int) -> frozenset[str]:
    """The roles that there are in this server; none while the client does not know it."""
    guild = client.get_guild(guild_id)
    return frozenset(str(role.id) for role in guild.roles) if guild else frozenset()


def sees_all(client: discord.Client, guilds: Iterable[int]) -> bool:
    """Whether the client knows by now what there is in those of these servers that it is in."""
    found = (client.get_guild(each) for each in guilds)
    return client.is_ready() and not any(guild and guild.unavailable for guild in found)


def home_of(client: discord.Client, place: DiscordPlace, target: str) -> int:
    """The server of a role: as the club file says, else the one in which the bot sees it."""
    if target in place.homes:
        return place.homes[target]
    has_it = (each.id for each in client.guilds if each.get_role(int(target)))
    return next(has_it, place.guild_id)


def unfit_in(client: discord.Client, place: DiscordPlace, target: str) -> NotDone | None:
    """`unfit` by what the connected client knows of its servers, which Discord keeps up to date.

    `TryLater` while it knows nothing yet, `NeedsPerson` E-DISCORDGUILD where it is no member.
    """
    guild_id = place.homes.get(target, place.guild_id)
    guild = client.get_guild(guild_id)
    if not client.is_ready() or (guild is not None and guild.unavailable):
        return TryLater(BUSY)
    if guild is None:
        return NeedsPerson("E-DISCORDGUILD", server=place.called(guild_id))
    known = {str(role.id): role_facts(role) for role in guild.roles}
    bot = top_of(map(role_facts, guild.me.roles))
    return unfit(known.get(target), target=target, guild=guild_id, bot=bot)


def readable(names: Iterable[str]) -> str:
    """Permissions as people read them in Discord's settings: "Manage Roles, Ban Members"."""
    return ", ".join(name.replace("_", " ").title() for name in names)
