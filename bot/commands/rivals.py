"""Roles that somebody else touched, as moderators meet them."""

from bot.commands.rights import must_be_moderator, role_name
from bot.dialogue import Button, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.model import Account, Notice, Platform


async def took(notice: Notice, services: Services) -> Reply:
    """Somebody else took a role that we gave."""
    account = str(notice.facts["account"])
    role = role_name(str(notice.facts["role"]), services)
    back = Button("Give it back", "give_back", account)
    return Reply(say(notice.key, role=role, who=notice.facts["who"]), rows=((back,),))


async def gave(notice: Notice, services: Services) -> Reply:
    """Somebody else gave a role that we had taken."""
    role = role_name(str(notice.facts["role"]), services)
    return Reply(say(notice.key, role=role, who=notice.facts["who"]))


async def give_back(request: Request, services: Services) -> Reply:
    """A moderator wants the account to have its role after all."""
    must_be_moderator(request, services)
    platform, _, user = request.argument.partition(":")
    account = Account(Platform(platform), user)
    if not await services.backstage.give_back(account):
        return Reply(say("rival.none"))
    async with services.store() as tx:
        who = await tx.people.name(account)
    return Reply(say("rival.back", who=who))
