"""Whom a command is about: the person who asks, or, for moderators, somebody named."""

import re

from bot.commands.rights import must_be_moderator
from bot.dialogue import Request
from bot.services import Services
from gating.errors import Refused
from gating.model import Account, Fan

_MENTION = re.compile(r"<@!?(\d+)>|(\d+)", re.ASCII)


async def who_is_meant(request: Request, services: Services) -> Account:
    """Nobody named means oneself. Raises `Refused`: E-NOTMODERATOR, E-NONAME."""
    who = request.argument.strip()
    if not who:
        return request.account
    must_be_moderator(request, services)
    return await _named(who, request, services)


async def fan_who_asks(request: Request, services: Services) -> Fan | None:
    """The fan of this account. A stranger becomes one where the platform says that they have what
    some gate asks for."""
    async with services.store() as tx:
        fan = await tx.people.of_account(request.account)
    if fan is None and await services.elsewhere.ask.about(request.account, request.profile):
        async with services.store() as tx:
            fan = await tx.people.of_account(request.account)
    return fan


async def _named(who: str, request: Request, services: Services) -> Account:
    """`@name` or a mention, on the platform where it was asked."""
    mention = _MENTION.fullmatch(who)
    if mention:
        return Account(request.platform, mention[1] or mention[2])
    async with services.store() as tx:
        found = await tx.people.called(request.platform, who.removeprefix("@"))
    if found is None:
        raise Refused("E-NONAME", name=who)
    return found
