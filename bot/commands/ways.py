"""Buttons into the chats that are open to somebody who is not inside."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import Button, Look, Reply
from bot.services import Services
from gating.access.inviting import missing
from gating.access.standing import Standing
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Notice
from gating.model.chats import Invitation

Rows = tuple[tuple[Button, ...], ...]


async def shown(reply: Reply, notice: Notice, account: Account, services: Services) -> Reply:
    """The reply with its links; a word about a way back that is none any more is not said.

    Raises `TryLater` while links cannot be made. Where the bot lacks the right to make them there
    is no link, and moderators know of that already.
    """
    found, hindered = await _links(account, str(notice.facts["ways"]).split(","), services)
    if notice.key == "access.back" and not (found or hindered):
        return Reply()
    return replace(reply, rows=(*_rows(found), *reply.rows))


async def offered(standing: Standing, account: Account, services: Services) -> Rows:
    """The same for somebody who looks at the screen, for whom nothing is worth waiting."""
    try:
        found, _ = await _links(account, missing(standing, account), services)
    except TryLater:
        return ()
    return _rows(found)


async def _links(
    account: Account, targets: Sequence[str], services: Services
) -> tuple[list[Invitation], bool]:
    """Links into these chats, but for those that the person is in or was put out of by hand; and
    whether one could not be made."""
    found, hindered = [], False
    for target in targets:
        try:
            made = await services.ways.find(account, target)
        except NeedsPerson:
            hindered = True
        except Refused:
            continue
        else:
            found += [made] if made else []
    return found, hindered


def _rows(found: Sequence[Invitation]) -> Rows:
    return tuple(
        (Button(f"Ask to join {each.title}", url=each.url, look=Look.PRIMARY),) for each in found
    )
