"""Is the bot in its server, with the rights it needs and no more, and may it give the roles?"""

from collections.abc import Iterable

from bot.doctor.findings import Finding, at_fault, fault, ok, warning
from bot.platforms.discord_look import DiscordView, look_at_discord
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_roles import lacking, powers_in, readable, unfit
from config.settings import Settings
from gating.errors import NotDone

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
        view = await look_at_discord(place)
    except NotDone as error:
        return [at_fault(DISCORD, error)]
    return [
        ok(DISCORD, "doctor.discord", bot=view.bot, guild=view.guild),
        *_application(settings, view),
        *_bot(place, view),
        *(_role(view, place, target) for target in place.roles),
        *(_asked(view, target) for target in sorted(place.asked)),
        *(_place(view, place, name) for name in PLACES),
    ]


def _application(settings: Settings, view: DiscordView) -> Iterable[Finding]:
    given, found = settings.discord_client_id, str(view.application)
    if given and given != found:
        yield fault("Discord sign-in", "E-CLIENTID", given=given, found=found)
    if settings.discord_members and not view.members_intent:
        yield fault("Discord intents", "E-DISCORDINTENTS")


def _bot(place: DiscordPlace, view: DiscordView) -> Iterable[Finding]:
    if place.roles and (missing := lacking(view.permissions, ("manage_roles",))):
        yield fault("Discord rights", "E-BOTRIGHTS", rights=readable(missing))
    if extra := [name for name in powers_in(view.permissions) if name not in MAY_HAVE]:
        yield warning("Discord rights", "E-BOTPOWER", rights=readable(extra))


def _role(view: DiscordView, place: DiscordPlace, target: str) -> Finding:
    part = f"role {target}"
    why = unfit(view.roles.get(target), target=target, guild=place.guild_id, bot=view.bot_top)
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
