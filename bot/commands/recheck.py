"""Look again, now: at oneself, or, for moderators, at somebody who is stuck."""

from bot.commands import buttons
from bot.commands.named import who_is_meant
from bot.commands.why import explained
from bot.dialogue import Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.rules.walletless import may_stand


async def recheck(request: Request, services: Services) -> Reply:
    """Whatever should be open is opened once more; for a moderator also what somebody took."""
    account = await who_is_meant(request, services)
    own = request.profile if account == request.account else None
    await services.elsewhere.ask.about(account, own)
    async with services.store() as tx:
        fan = await tx.people.of_account(account)
        name = await tx.people.name(account)
    if fan is None or not may_stand(fan, services.club.gates):
        return Reply(say("why.unlinked"))
    if account != request.account:
        await services.backstage.give_back(account)
        told = explained(await services.refresh.look(fan.id))
        return Reply((*say("recheck.of", name=name), *say("gap"), *told))
    standing = await services.refresh(fan.id, why="asked again", again=account)
    told = (*say("recheck.own"), *say("gap"), *explained(standing))
    return Reply(told, rows=((buttons.OTHER_WALLET, buttons.ME),))
