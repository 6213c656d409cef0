"""Take over what was there before us, as a moderator meets it: numbers, then a choice."""

from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Look, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.model.roll import Survey


async def adopt(request: Request, services: Services) -> Reply:
    """Who is inside already, by numbers. Nothing changes by asking."""
    must_be_moderator(request, services)
    surveys = await services.backstage.survey(request.platform)
    if not surveys:
        return Reply(say("adopt.none"))
    text = say("adopt.head")
    for survey in surveys:
        text = (*text, *say("gap"), *_numbers(survey))
    take = Button("Adopt the holders", "adopt_take", look=Look.PRIMARY)
    return Reply((*text, *say("gap"), *say("adopt.ask")), rows=((take, REMIND),))


async def take(request: Request, services: Services) -> Reply:
    """The holders who are inside are ours from now on."""
    must_be_moderator(request, services)
    count = await services.backstage.adopt(request.platform, by=request.account)
    return Reply(say("adopt.done", count=count), rows=((REMIND,),))


async def remind(request: Request, services: Services) -> Reply:
    """Everybody is asked, in public, to show the copy."""
    must_be_moderator(request, services)
    told = await services.backstage.remind(request.platform)
    return Reply(say("adopt.reminded" if told else "adopt.noplace"))


REMIND = Button("Remind the others", "adopt_remind")


def _numbers(survey: Survey) -> Text:
    return say(
        "adopt.numbers",
        role=survey.way.name,
        total=survey.total,
        ours=survey.ours,
        holding=len(survey.holding),
        lacking=survey.lacking,
        unsure=survey.unsure,
        unknown=survey.unknown,
    )
