"""What do you keep about me? Shown, taken home as a file, and forgotten."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.commands import buttons
from bot.dialogue import Document, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact
from gating.identity.personal import Mine
from gating.model.personal import Sections

FORM = "stagedoor-personal-data/1"
YES = "yes"
SECONDS = 19
"""Letters of an ISO time up to its seconds."""


async def privacy(request: Request, services: Services) -> Reply:
    """Everything that is kept, in words; whole addresses, for these are the person's own."""
    mine = await services.personal.show(request.account)
    rows = ((buttons.DOWNLOAD, buttons.FORGET), (buttons.ME,))
    if is_empty(mine):
        return Reply(say("privacy.nothing", club=services.club.name), rows=((buttons.VERIFY,),))
    return Reply(say("privacy.kept", _facts(mine, services)), rows=rows)


async def download(request: Request, services: Services) -> Reply:
    """The same as a file, for nobody else's eyes."""
    mine = await services.personal.show(request.account)
    written = document(mine.sections, club=services.club.name, at=services.clock())
    file = Document(written, "my-data.json", "application/json")
    return Reply(say("privacy.file", club=services.club.name), file=file)


async def forget(request: Request, services: Services) -> Reply:
    """Ask once more, and say what goes and what stays; then do it."""
    if request.argument == YES:
        return await _forgotten(request, services)
    mine = await services.personal.show(request.account)
    if is_empty(mine):
        return Reply(say("privacy.nothing", club=services.club.name), rows=((buttons.VERIFY,),))
    words = (*say("forget.ask", _facts(mine, services)), *_moderator(request, services))
    return Reply(words, rows=((buttons.FORGET_YES,), (buttons.DOWNLOAD, buttons.KEEP)))


async def _forgotten(request: Request, services: Services) -> Reply:
    person = await services.personal.forget(request.account)
    key = "forget.done" if person.fan else "forget.nobody"
    return Reply(say(key, club=services.club.name), rows=((buttons.VERIFY_QUIET,),))


def _moderator(request: Request, services: Services) -> Any:
    """The club file is the operator's; it names artists and moderators by their accounts."""
    named = request.account in services.club.moderators | services.club.artists
    return (*say("gap"), *say("forget.named")) if named else ()


def is_empty(mine: Mine) -> bool:
    return not any(mine.sections.values())


def document(sections: Sections, *, club: str, at: datetime) -> bytes:
    """The file of `docs/privacy.md`: UTF-8 JSON, sections in the order of their names."""
    whole = {"format": FORM, "club": club, "made_at": at.isoformat(), **_sorted(sections)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _sorted(sections: Sections) -> dict[str, Any]:
    return {name: list(sections[name]) for name in sorted(sections)}


def _facts(mine: Mine, services: Services) -> dict[str, Fact]:
    sections = mine.sections
    open_links = [row for row in sections["link"] if row["state"] not in ("bound", "dead")]
    return {
        "club": services.club.name,
        "accounts": _lines(_account(row) for row in sections["account"]),
        "linked": _lines(_wallet(row) for row in sections["wallet"]),
        "guest": ", ".join(row["guest_list"] for row in sections["guest"]) or "none",
        "passes": mine.count("held_pass"),
        "ballots": sum(bool(row["counts"]) for row in sections["poll_ballot"]),
        "heard": mine.count("listen_session"),
        "open": len(open_links) + mine.count("join_code") + mine.count("listen_ticket"),
        "waiting": sum(row["state"] in ("due", "stuck") for row in sections["outbox"]),
        "audit": mine.count("audit"),
    }


def _account(row: Mapping[str, Any]) -> str:
    name = f" ({row['username']})" if row["username"] else ""
    return f"{str(row['platform']).capitalize()} {row['user_id']}{name}"


def _wallet(row: Mapping[str, Any]) -> str:
    since = str(row["linked_at"])[:SECONDS].replace("T", " ")
    return f"{row['address']}, {row['kind']}, linked {since} UTC"


def _lines(found: Any) -> str:
    return "\n".join(found) or "none"
