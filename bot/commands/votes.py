"""A moderator runs a vote; fans vote with one tap."""

import base64
import re
from datetime import timedelta

from bot.commands import buttons
from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Field, Form, Look, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact, Refused
from governance import labels
from governance.model import Draft, PollId

_SPANS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_SPAN = re.compile(r"(\d{1,3})\s*(minute|hour|day|week)s?\Z")
BY_HAND = "by hand"
LONGEST = timedelta(days=60)
LONGEST_NUMBER = 6
SHOWN = 20
"""Letters of a choice that does not exist, in the sentence that says so."""


async def new_vote(request: Request, services: Services) -> Reply:
    """Ask the four questions of a poll, or announce it once they are answered."""
    must_be_moderator(request, services)
    if request.answers:
        return await _announce(request, services)
    fields = (
        Field("title", "Question", default="Where should we play?", longest=labels.LONGEST_TITLE),
        Field(
            "choices",
            "Cities or other choices, one per line",
            hint="Berlin\nLisbon\nPorto",
            long=True,
        ),
        Field("length", "How long (3 days, 2 hours, by hand)", default=BY_HAND),
        Field("transform", "Weight (none, cap:5, one_per_person)", default="none"),
    )
    return Reply(form=Form("vote_new", "New vote", fields))


async def _announce(request: Request, services: Services) -> Reply:
    now = services.clock()
    length = how_long(request.answers["length"])
    draft = Draft(
        title=request.answers["title"],
        labels=choices_in(request.answers["choices"]),
        opens=now,
        closes=now + (length or LONGEST),
        early_close=length is None,
        exclude=services.club.without_vote,
        transform=request.answers.get("transform", "none").strip() or "none",
    )
    poll = await services.polls.announce(draft, by=request.account)
    await services.polls.open(poll.id)
    rules = poll.definition
    facts: dict[str, Fact] = {"title": rules.title, "block": rules.snapshot.number}
    close = Button("Close the vote", "vote_close", ticket(poll.id), look=Look.DANGER)
    rows = ((close,),) if rules.window.early_close else ()
    return Reply(say("poll.posted", facts), rows=rows)


async def vote(request: Request, services: Services) -> Reply:
    """One tap. A tap that is delivered twice counts once; a later one replaces."""
    which, _, choice = request.argument.partition(":")
    if not choice:
        return await _by_word(request, services)
    return await _cast(request, services, poll_of(which), _number(choice))


async def _cast(request: Request, services: Services, poll: PollId, choice: int) -> Reply:
    cast = await services.polls.cast(request.account, poll, choice, tap=request.event)
    facts: dict[str, Fact] = {
        "choice": cast.choice.label,
        "weight": cast.weight,
        "closes": cast.closes,
        "receipt": f"{cast.receipt.seq}-{cast.receipt.head[2:10]}",
    }
    why = Button("Why this weight?", "weight", ticket(poll))
    return Reply(say("poll.counted", facts), rows=((why,),))


async def _by_word(request: Request, services: Services) -> Reply:
    """The typed way: VOTE 2, for the poll that closes first."""
    polls = await services.polls.current()
    typed = request.argument.strip()
    if not polls or not typed:
        return Reply(say("poll.typed" if polls else "poll.none"))
    return await _cast(request, services, polls[0].id, _number(typed))


def _number(text: str) -> int:
    """The number of a choice. Raises `Refused("E-POLLCHOICE")` for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Refused("E-POLLCHOICE", choice=text[:SHOWN])
    return int(text)


async def weight(request: Request, services: Services) -> Reply:
    """Why is my weight 2? One named reason, never a link to a list of questions."""
    found = await services.polls.weight_of(poll_of(request.argument), request.account)
    block = found.poll.definition.snapshot.number
    if found.reason is not None:
        return Reply(say(f"weight.{found.reason}", block=block), rows=((buttons.OTHER_WALLET,),))
    return Reply(say("poll.weight", weight=found.weight, power=found.power, block=block))


async def close_vote(request: Request, services: Services) -> Reply:
    """End a vote that was announced as one that a moderator ends."""
    must_be_moderator(request, services)
    if not request.argument:
        return await _which(services)
    poll = await services.polls.close(poll_of(request.argument), early=True)
    return Reply(say("poll.closed", title=poll.definition.title), update=True)


async def _which(services: Services) -> Reply:
    polls = await services.polls.current()
    by_hand = [poll for poll in polls if poll.definition.window.early_close]
    rows = tuple(
        (Button(poll.definition.title[:60], "vote_close", ticket(poll.id), look=Look.DANGER),)
        for poll in by_hand[:5]
    )
    if polls and not rows:
        return Reply(say("poll.none.byhand"))
    return Reply(say("poll.pick" if rows else "poll.none"), rows=rows)


async def retry(request: Request, services: Services) -> Reply:
    """What waited for a moderator is tried again, on every platform."""
    must_be_moderator(request, services)
    count = await services.retry(request.platform)
    return Reply(say("retry.done", count=count))


async def it_is_there(request: Request, services: Services) -> Reply:
    """A moderator saw the post of which nobody could tell; what waited behind it goes on."""
    must_be_moderator(request, services)
    count = await services.settle_unsure(request.platform)
    return Reply(say("unsure.settled", count=count))


def ticket(poll: PollId) -> str:
    """A poll's id in 43 letters; in hex it would not fit a Telegram button."""
    return base64.urlsafe_b64encode(bytes.fromhex(poll[2:])).rstrip(b"=").decode()


def poll_of(short: str) -> PollId:
    """The poll that a button names. Raises `Refused("E-NOPOLL")` for anything else."""
    try:
        raw = base64.urlsafe_b64decode(short + "=")
    except ValueError as error:
        raise Refused("E-NOPOLL") from error
    return PollId("0x" + raw.hex())


def how_long(text: str) -> timedelta | None:
    """How long a vote runs; None until a moderator ends it. Raises `Refused("E-LENGTH")`."""
    words = text.strip().casefold()
    if words == BY_HAND:
        return None
    found = _SPAN.match(words)
    length = timedelta(seconds=int(found[1]) * _SPANS[found[2]]) if found else timedelta()
    if not timedelta() < length <= LONGEST:
        raise Refused("E-LENGTH", days=LONGEST.days)
    return length


def choices_in(text: str) -> tuple[str, ...]:
    """One choice per line; a single line may be cut at commas."""
    lines = text.split("\n") if "\n" in text.strip() else text.split(",")
    return tuple(line.strip() for line in lines if line.strip())
