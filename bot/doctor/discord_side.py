"""Is the bot in its server, with the rights it needs and no more, and may it give the roles?"""

from collections.abc import Iterable, Mapping
from itertools import chain

from bot.doctor.findings import Finding, at_fault, fault, ok, warning
from bot.platforms.discord_look import DiscordView, look_at_discord
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_roles import lacking, powers_in, readable, unfit
from config.settings import Settings
from gating.errors import NeedsPerson, NotDone

DISCORD = "Discord"
PLACES = ("start", "drops", "votes", "ops")
"""What a club needs; `start` and `ops` are Discord's own (docs/first-club.md)."""
RIGHTS_OF_PLACES = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
)
MAY_HAVE = frozenset({"manage_roles"})
"""The one dangerous permission that the work needs."""


async def discord_findings(settings: Settings, place: DiscordPlace) -> list[Finding]:
    try:
        views = await look_at_discord(place)
    except NotDone as error:
        return [at_fault(DISCORD, error)]
    own = views[place.guild_id]
    if isinstance(own, NotDone):
        return [at_fault(DISCORD, own)]
    return [
        ok(DISCORD, "doctor.discord", bot=own.bot, guild=own.guild),
        *_application(settings, own),
        *_server(place, own, place.guild_id),
        *(_asked(own, target) for target in sorted(place.asked)),
        *chain(*(_further(place, views, guild) for guild in place.further.values())),
        *(_place(own, place, name) for name in PLACES),
    ]


def _further(
    place: DiscordPlace, views: Mapping[int, DiscordView | NeedsPerson], guild: int
) -> Iterable[Finding]:
    """Of another server of the club."""
    part, view = f"Discord server {place.called(guild)}", views[guild]
    if isinstance(view, NotDone):
        yield at_fault(part, view)
        return
    yield ok(part, "doctor.discord", bot=view.bot, guild=view.guild)
    yield from _server(place, view, guild)


def _server(place: DiscordPlace, view: DiscordView, guild: int) -> Iterable[Finding]:
    """The bot's rights in a server, and the roles that gates open there."""
    roles = [role for role in place.roles if place.homes.get(role, place.guild_id) == guild]
    where = "" if guild == place.guild_id else f" in {place.called(guild)}"
    yield from _bot(view, where, gives=bool(roles))
    yield from (_role(view, guild, role) for role in roles)


def _application(settings: Settings, view: DiscordView) -> Iterable[Finding]:
    given, found = settings.discord_client_id, str(view.application)
    if given and given != found:
        yield fault("Discord sign-in", "E-CLIENTID", given=given, found=found)
    if settings.discord_members and not view.members_intent:
        yield fault("Discord intents", "E-DISCORDINTENTS")


def _bot(view: DiscordView, where: str, *, gives: bool) -> Iterable[Finding]:
    part = f"Discord rights{where}"
    if gives and (missing := lacking(view.permissions, ("manage_roles",))):
        yield fault(part, "E-BOTRIGHTS", rights=readable(missing))
    if extra := [name for name in powers_in(view.permissions) if name not in MAY_HAVE]:
        yield warning(part, "E-BOTPOWER", rights=readable(extra))


def _role(view: DiscordView, guild: int, target: str) -> Finding:
    part = f"role {target}"
    why = unfit(view.roles.get(target), target=target, guild=guild, bot=view.bot_top)
    return at_fault(part, why) if why else ok(part, "doctor.role")


def _asked(view: DiscordView, target: str) -> Finding:
    """A role of the server's own that a rule asks for."""
    part = f"role {target}"
    if target not in view.roles:
        return fault(part, "E-ROLEASKED", role=target)
    return ok(part, "doctor.role.asked")


def _place(view: DiscordView, place: DiscordPlace, name: str) -> Finding:
    part, channel = f"Discord place {name}", place.channels.get(name)
    if channel is None:
        return warning(part, "E-PLACE", place=name)
    if channel not in view.channels:
        return fault(part, "E-PLACEGONE", place=name, channel=channel)
    if missing := lacking(view.channels[channel], RIGHTS_OF_PLACES):
        return fault(part, "E-PLACERIGHTS", place=name, rights=readable(missing))
    return ok(part, "doctor.place")
