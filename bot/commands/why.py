"""Why each door is open or shut: for a fan of themselves, for a moderator of any fan."""

from collections.abc import Iterable, Iterator

from bot.commands import buttons
from bot.commands.named import fan_who_asks, who_is_meant
from bot.commands.ways import offered
from bot.dialogue import Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.access.standing import Standing
from gating.model import Notice
from gating.rules.evaluate import evaluate
from gating.rules.explain import Line, explain, looked_at
from gating.rules.finding import Finding
from gating.rules.walletless import may_stand

MOST_LINES = 40
"""Lines of one answer; both platforms take 4,096 letters."""
INDENT = "\N{EM SPACE}\N{EM SPACE}"
"""Blanks that neither platform takes away at the beginning of a line."""


async def why(request: Request, services: Services) -> Reply:
    """The rules of every gate, line by line; with a name, another fan's, for moderators only."""
    account = await who_is_meant(request, services)
    who = account != request.account
    if not who:
        await fan_who_asks(request, services)
    async with services.store() as tx:
        fan = await tx.people.of_account(account)
        name = await tx.people.name(account)
    if fan is None or not may_stand(fan, services.club.gates):
        link = (buttons.VERIFY, buttons.ENTER_CODE)
        return Reply(say("why.unlinked"), rows=() if who else (link,))
    standing = await services.refresh.look(fan.id)
    told = explained(standing)
    if who:
        return Reply((*say("why.of", name=name, wallet=", ".join(fan.addresses) or "none"), *told))
    into = await offered(standing, account, services)
    return Reply(told, rows=(*into, (buttons.OTHER_WALLET, buttons.ME)))


def explained(standing: Standing) -> Text:
    """Each gate with its tree, then the blocks that were looked at."""
    findings = [
        (verdict.gate.name, evaluate(verdict.gate.rule, standing.evidence))
        for verdict in standing.verdicts
    ]
    lines = [line for name, finding in findings for line in _gate(name, finding)]
    shown = [span for line in lines[:MOST_LINES] for span in line]
    if len(lines) > MOST_LINES:
        shown += say("why.more", count=len(lines) - MOST_LINES)
    blocks = dict.fromkeys(seen for _, finding in findings for seen in looked_at(finding))
    for block, final in blocks:
        key = "why.block" if final else "why.block.new"
        shown += say(key, block=block.number, time=block.timestamp)
    return tuple(shown)


def _gate(name: str, finding: Finding) -> Iterator[Text]:
    yield say(f"why.gate.{finding.outcome}", gate=name)
    yield from map(_line, explain(finding))


def _line(line: Line) -> Text:
    start = say(f"why.line.{line.outcome}", indent=INDENT * line.depth)
    return (*start, *_said(line.asks), *_said(line.found), *_said(line.change))


def _said(notices: Iterable[Notice]) -> Text:
    return tuple(span for notice in notices for span in _sentence(notice))


def _sentence(notice: Notice) -> Text:
    if notice.key.startswith("E-"):
        return (*say("why.because"), *say(notice.key, notice.facts))
    return say(notice.key, notice.facts)
