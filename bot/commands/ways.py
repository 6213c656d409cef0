"""Buttons into the chats that are open to somebody who is not inside."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import Button, Look, Reply
from bot.services import Services
from gating.access.inviting import missing
from gating.access.standing import Standing
from gating.errors import NeedsPerson, NotDone, Refused
from gating.model import Account, Notice
from gating.model.chats import Invitation

Rows = tuple[tuple[Button, ...], ...]


async def shown(reply: Reply, notice: Notice, account: Account, services: Services) -> Reply:
    """The reply with its links; a word about a way back that is none any more is not said.

    Raises `TryLater` while links cannot be made; without the right to make them it goes without.
    """
    targets = str(notice.facts["ways"]).split(",")
    try:
        found = [await _found(account, target, services) for target in targets]
    except NeedsPerson:
        return reply
    if notice.key == "access.back" and not any(found):
        return Reply()
    return replace(reply, rows=(*_rows(found), *reply.rows))


async def offered(standing: Standing, account: Account, services: Services) -> Rows:
    """The same for somebody who looks at the screen, for whom nothing is worth waiting."""
    try:
        targets = missing(standing, account)
        return _rows([await _found(account, target, services) for target in targets])
    except NotDone:
        return ()


async def _found(account: Account, target: str, services: Services) -> Invitation | None:
    """None for who is inside, or was put out by hand."""
    try:
        return await services.ways.find(account, target)
    except Refused:
        return None


def _rows(found: Sequence[Invitation | None]) -> Rows:
    return tuple(
        (Button(f"Ask to join {each.title}", url=each.url, look=Look.PRIMARY),)
        for each in found
        if each is not None
    )
