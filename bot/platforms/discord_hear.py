"""What happened on Discord, as a `Request`. Nothing here waits, except for a file's bytes."""

import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import discord

from bot.dialogue import Attachment, Request, read_action
from bot.platforms.words import FILE, CommandWord, read_line
from gating.model import Account, Platform, Profile

MAX_FILE = 10 * 1024 * 1024
"""Bytes that a member without a subscription may attach (Discord: Uploading Files)."""

CHANGED, USED = "GUILD_MEMBER_UPDATE", "INTERACTION_CREATE"
LONGEST_HEAD = 200
"""Letters in which an event names itself, before or after what it tells."""

Event = discord.Interaction[discord.Client]


def account_of(user: discord.abc.Snowflake) -> Account:
    return Account(Platform.DISCORD, str(user.id))


def profile_of(user: discord.User | discord.Member) -> Profile:
    return Profile(user.name, user.display_name, user.display_avatar.url)


def read_interaction(event: Event, words: Iterable[CommandWord]) -> Request | None:
    """The request of a slash command, a pressed button or a sent form; None for anything else."""
    data: Mapping[str, Any] = dict(event.data or {})
    match event.type:
        case discord.InteractionType.application_command:
            command, answers = data["name"], _options(data)
            argument = _in_order(command, answers, words)
        case discord.InteractionType.component:
            (command, argument), answers = read_action(data["custom_id"]), {}
        case discord.InteractionType.modal_submit:
            (command, argument), answers = read_action(data["custom_id"]), _answers(data)
        case _:
            return None
    return Request(
        account=account_of(event.user),
        profile=profile_of(event.user),
        command=command,
        argument=argument,
        answers=answers,
        public=event.guild_id is not None,
        event=str(event.id),
        locale=event.locale.value,
    )


def read_roles(message: str, guilds: Container[int]) -> tuple[Account, str, frozenset[str]] | None:
    """Whose roles changed, in which server, and to what (Discord: Guild Member Update)."""
    member = _told(message, CHANGED, guilds)
    seen = _roles_of(member) if member else None
    return (seen[0], str(member["guild_id"]), seen[1]) if member and seen else None


def read_shown(message: str, guild_id: int) -> tuple[Account, frozenset[str]] | None:
    """The roles of whoever uses the bot in the server, which come along with every command and
    press (Discord: Receiving and Responding, Interaction Object: `member`)."""
    used = _told(message, USED, (guild_id,))
    return _roles_of(used["member"]) if used and "member" in used else None


def _told(message: str, name: str, guilds: Container[int]) -> Mapping[str, Any] | None:
    """What an event of this name tells of these servers; others are not even read."""
    if name not in message[:LONGEST_HEAD] and name not in message[-LONGEST_HEAD:]:
        return None
    event = json.loads(message)
    told: Mapping[str, Any] = event.get("d") or {}
    ours = event.get("t") == name and int(told.get("guild_id") or 0) in guilds
    return told if ours else None


def _roles_of(member: Mapping[str, Any]) -> tuple[Account, frozenset[str]] | None:
    if member["user"].get("bot"):
        return None
    account = Account(Platform.DISCORD, member["user"]["id"])
    return account, frozenset(member["roles"])


async def read_message(
    message: discord.Message,
    words: Iterable[CommandWord],
    *,
    locale: str,
    may_send: Callable[[Account], bool],
) -> Sequence[Request]:
    """The requests of a private message: one for each file in it, else one for its line.

    Nothing is fetched from who may not send any: the refusal needs no bytes.
    """
    account, profile = account_of(message.author), profile_of(message.author)
    event = str(message.id)
    if not message.attachments:
        command, argument = read_line(message.content, words)
        return [Request(account, profile, command, argument, event=event, locale=locale)]
    wanted = may_send(account)
    files = [await _fetch(file, wanted=wanted) for file in message.attachments]
    return [
        Request(
            account, profile, FILE, message.content, attachment=file, event=event, locale=locale
        )
        for file in files
    ]


async def _fetch(file: discord.Attachment, *, wanted: bool) -> Attachment:
    data = await file.read() if wanted and file.size <= MAX_FILE else None
    kind = file.content_type or "application/octet-stream"
    return Attachment(file.filename, kind, file.size, data)


def _options(data: Mapping[str, Any]) -> dict[str, str]:
    return {option["name"]: str(option["value"]) for option in data.get("options", ())}


def _in_order(command: str, answers: Mapping[str, str], words: Iterable[CommandWord]) -> str:
    """The options as they would be typed, in the order of the table."""
    names = [name for word in words if word.name == command for name, _, _ in word.options]
    return " ".join(answers[name] for name in names if name in answers)


def _answers(data: Mapping[str, Any]) -> dict[str, str]:
    """What was written into a form; inputs stand in rows (old) or labels (new)."""
    rows = data.get("components", ())
    inputs = [part for row in rows for part in row.get("components", [row.get("component")])]
    return {part["custom_id"]: part.get("value", "") for part in inputs if part}
