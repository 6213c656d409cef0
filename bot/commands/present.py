"""The words, buttons and pictures of a notice: what the outbox sends, drawn when it is sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.commands import access, brake, buttons, kept_rules, rivals, ways
from bot.commands.rights import role_name
from bot.commands.votes import ticket
from bot.dialogue import Button, Picture, Reply, Request
from bot.pictures.result_card import Card, Line, draw
from bot.services import Services
from bot.texts.numbers import per_cent, turnout
from bot.texts.words import known, say
from gating.errors import Fact, NotDone
from gating.model import Account, DropId, Notice, Platform, Profile
from governance.model import PollId
from governance.views import PollView

BUTTONS_PER_ROW = 3
MOST_ROWS, MOST_PER_ROW = 5, 5
WORTH_SAYING = 10
"""Seconds of waiting."""
SHOWN = 5
"""Choices in the words under a card; Telegram takes 1,024 letters there."""
_BUTTONS = {
    "access.granted": (buttons.ME, buttons.CODE),
    "access.letin": (buttons.ME,),
    "access.back": (buttons.ME,),
    "access.knock": (buttons.ME, buttons.CODE),
    "access.same": (buttons.ME, buttons.CODE),
    "access.granted.met": (buttons.ME, buttons.CODE),
    "access.letin.met": (buttons.ME,),
    "access.knock.met": (buttons.ME, buttons.CODE),
    "access.same.met": (buttons.ME, buttons.CODE),
    "E-GUESTCODE": (buttons.ENTER_CODE,),
    "E-CLUBFILE": (buttons.RULE_AGAIN,),  # in a chat only a rule can be written wrongly
    "E-NOGATE": (buttons.RULE_AGAIN,),
    "access.ended": (buttons.OTHER_WALLET,),
    "access.ended.kept": (buttons.ME,),
    "adopt.remind": (buttons.VERIFY, buttons.REAL_BOT),
    "access.over": (buttons.OTHER_WALLET,),
    "access.ending": (buttons.OTHER_WALLET, buttons.ME),
    "access.ending.over": (buttons.OTHER_WALLET, buttons.ME),
    "access.ending.unmet": (buttons.WHY, buttons.OTHER_WALLET),
    "access.stays": (buttons.ME,),
    "access.stays.met": (buttons.ME,),
    "access.over.kept": (buttons.ME,),
    "access.unmet": (buttons.WHY, buttons.OTHER_WALLET),
    "access.unmet.kept": (buttons.WHY, buttons.ME),
    "wallet.unproved": (buttons.OTHER_WALLET,),
    "wallet.taken": (buttons.OTHER_WALLET, buttons.ENTER_CODE),
    "wallet.came": (buttons.CODE, buttons.WALLETS),
    "wallet.expelled": (buttons.WALLETS,),
    "account.joined": (buttons.WALLETS,),
    "account.parted": (buttons.OTHER_WALLET,),
    "E-WALLETCAP": (buttons.WALLETS,),
    "E-NOWALLET": (buttons.WALLETS,),
    "E-WALLETLABEL": (buttons.WALLETS,),
    "knock.verify": (buttons.VERIFY, buttons.ENTER_CODE, buttons.REAL_BOT),
    "E-NOHOLD": (buttons.OTHER_WALLET, buttons.WHY),
    "E-EDITION": (buttons.ME, buttons.WHY),
    "E-HOLDTIME": (buttons.WHY,),
    "E-RULE": (buttons.WHY, buttons.OTHER_WALLET),
    "E-NOEVIDENCE": (buttons.WHY,),
    "E-VAULTELSEWHERE": (buttons.OTHER_WALLET, buttons.ME),
    "E-NOTLINKED": (buttons.VERIFY, buttons.ENTER_CODE),
    "E-EXPIRED": (buttons.NEW_LINK,),
    "E-CODE": (buttons.ENTER_CODE,),
    "E-SNAPSHOT": (buttons.OTHER_WALLET,),
    "E-ROLEPOS": (buttons.RETRY,),
    "E-ROLEGONE": (buttons.RETRY,),
    "E-ROLEALL": (buttons.RETRY,),
    "E-ROLEMANAGED": (buttons.RETRY,),
    "E-ROLEPOWER": (buttons.RETRY,),
    "E-DISCORDGUILD": (buttons.RETRY,),
    "E-TGRIGHTS": (buttons.RETRY,),
    "E-UNSURE": (buttons.IT_IS_THERE, buttons.RETRY),
    "E-PLACE": (buttons.RETRY,),
    "E-TGPOST": (buttons.RETRY,),
    "E-TGTOPIC": (buttons.RETRY,),
    "E-TGTOPICCLOSED": (buttons.RETRY,),
}


@dataclass(frozen=True)
class Presenter:
    """Draws a notice for one account, or (None) for everybody in a place."""

    services: Services

    async def __call__(self, notice: Notice, account: Account | None) -> Reply:
        draw_it = _DRAWN.get(notice.key)
        if draw_it is not None:
            return await draw_it(notice, self.services)
        if notice.key == "access.queue" and account is not None:
            return await _queue(account, self.services)
        reply = worded(notice.key, await self._facts(notice.facts, account), self.services)
        if account is not None and notice.facts.get("ways"):
            return await ways.shown(reply, notice, account, self.services)
        return reply

    async def _facts(
        self, facts: Mapping[str, Fact], account: Account | None
    ) -> Mapping[str, Fact]:
        if "wallet" in facts or account is None:
            return facts
        async with self.services.store() as tx:
            fan = await tx.people.of_account(account)
        return {**facts, "wallet": ", ".join(fan.addresses) if fan else ""}


def explained(error: NotDone, services: Services) -> Reply:
    """The words for something that did not happen: the cause, one action, the code."""
    reply = worded(error.code, error.facts, services)
    return Reply((*reply.text, *say("codenote", code=error.code)), rows=reply.rows)


def worded(key: str, facts: Mapping[str, Fact], services: Services) -> Reply:
    """A sentence with the buttons that go with it."""
    club = services.club
    if "role" in facts:
        facts = {**facts, "role": role_name(str(facts["role"]), services)}
    words = say(
        key if known(key) else "E-UNKNOWN",
        {
            "album": club.album,
            "club": club.name,
            "chain": club.chain_name,
            "page": f"{club.domain}/wallet",
            "code": key,
            **facts,
        },
    )
    offered = _BUTTONS.get(key, ())
    return Reply(words, rows=(offered,) if offered else ())


async def _queue(account: Account, services: Services) -> Reply:
    """How long it takes, as of now; nothing where it is not worth saying any more."""
    async with services.store() as tx:
        waits = await tx.outbox.waits_of(account)
    took = services.deliver.throughput.seconds
    seconds, place = max(
        ((took(wait.queue, wait.place), wait.place) for wait in waits), default=(0.0, 0)
    )
    if seconds < WORTH_SAYING:
        return Reply()
    return Reply(say("access.queue", ahead=place - 1, seconds=round(seconds)))


async def _welcome(notice: Notice, services: Services) -> Reply:
    nobody = Request(Account(Platform.DISCORD, "0"), Profile("", ""), "start", public=True)
    return await access.start(nobody, services)


async def _backstage(notice: Notice, services: Services) -> Reply:
    votes = (buttons.NEW_VOTE, buttons.CLOSE_VOTE, buttons.NEW_DROP)
    doors = (buttons.RULES, buttons.GUESTS, buttons.CHANGES)
    return Reply(say("backstage"), rows=(votes, doors))


async def _drop(notice: Notice, services: Services) -> Reply:
    async with services.store() as tx:
        drop = await tx.drops.get(DropId(str(notice.facts["drop"])))
    if drop is None:
        return Reply(say("E-NODROP"))
    facts: dict[str, Fact] = {"title": drop.title, "note": drop.note, "album": services.club.album}
    listen = Button("Listen", "listen", drop.id, look=buttons.VERIFY.look)
    return Reply(say("drop.new", facts), rows=((listen, buttons.VERIFY_QUIET),))


async def _poll(notice: Notice, services: Services) -> Reply:
    view = await _view(notice, services)
    rules = view.poll.definition
    which = ticket(view.poll.id)
    choices = [
        Button(choice.label, "vote", f"{which}:{choice.id}", look=buttons.VERIFY.look)
        for choice in rules.choices
    ]
    facts: dict[str, Fact] = {
        "title": rules.title,
        "block": rules.snapshot.number,
        "closes": rules.window.closes,
        "people": view.poll.electorate.people,
        "copies": view.poll.electorate.power,
    }
    key = "poll.open.byhand" if rules.window.early_close else "poll.open"
    why = Button("Why is my weight what it is?", "weight", which)
    return Reply(say(key, facts), rows=_ballot(choices, why))


async def _result(notice: Notice, services: Services) -> Reply:
    view = await _view(notice, services)
    card = _card(view, services)
    lines = "\n".join(
        f"{place}. {line.label}: {line.people_words}, weight {line.weight} ({line.share})"
        for place, line in enumerate(card.lines[:SHOWN], 1)
    )
    if len(card.lines) > SHOWN:
        lines += f"\n... and {len(card.lines) - SHOWN} more in the record."
    address = f"{services.club.address}/polls/{view.poll.id}"
    facts: dict[str, Fact] = {
        "title": card.title,
        "lines": lines,
        "turnout": card.turnout,
    }
    picture = Picture(draw(card), card.alt, "result.png")
    page = Button("Check the record", url=address)
    return Reply(say("poll.result", facts), rows=((page,),), picture=picture)


async def _ended(notice: Notice, services: Services) -> Reply:
    """What becomes of the poll's own message: nothing is left to press."""
    poll = (await _view(notice, services)).poll
    return Reply(say("poll.ended", title=poll.definition.title))


async def _cancelled(notice: Notice, services: Services) -> Reply:
    poll = (await _view(notice, services)).poll
    reason = poll.cancelled.reason if poll.cancelled else ""
    return Reply(say("poll.cancelled", title=poll.definition.title, reason=reason))


async def _view(notice: Notice, services: Services) -> PollView:
    return await services.polls.show(PollId(str(notice.facts["poll"])))


def _card(view: PollView, services: Services) -> Card:
    poll = view.poll
    scores = sorted(view.scores or (), key=lambda score: (-score.weight, score.choice.id))
    return Card(
        club=services.club.name,
        accent=services.club.accent,
        title=poll.definition.title,
        lines=tuple(
            Line(
                label=score.choice.label,
                weight=score.weight,
                people=score.people,
                permille=score.share,
                share=per_cent(score.share),
                won=score.choice.id in view.winners,
            )
            for score in scores
        ),
        turnout=turnout(view.turnout, poll.electorate),
        block=poll.definition.snapshot.number,
        block_hash=poll.definition.snapshot.hash,
    )


def _ballot(choices: list[Button], why: Button) -> tuple[tuple[Button, ...], ...]:
    """Few choices stand three in a row; many as close as Discord's five rows of five allow."""
    if len(choices) <= BUTTONS_PER_ROW * (MOST_ROWS - 1):
        return (*_in_rows(choices, BUTTONS_PER_ROW), (why,))
    return _in_rows([*choices, why][: MOST_ROWS * MOST_PER_ROW], MOST_PER_ROW)


def _in_rows(offered: list[Button], size: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(offered[at : at + size]) for at in range(0, len(offered), size))


_DRAWN: Mapping[str, Callable[[Notice, Services], Awaitable[Reply]]] = {
    "welcome": _welcome,
    "backstage": _backstage,
    "brake.pulled": brake.pulled,
    "brake.decided": brake.decided,
    "rules.changed": kept_rules.changed,
    "rival.took": rivals.took,
    "rival.gave": rivals.gave,
    "drop.new": _drop,
    "poll.announced": _poll,
    "poll.open": _poll,
    "poll.ended": _ended,
    "poll.result": _result,
    "poll.cancelled": _cancelled,
}
