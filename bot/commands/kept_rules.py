"""The rule of a gate as it stands, where it comes from, and what moderators hear of a change."""

from collections.abc import Sequence

from bot.commands import buttons
from bot.commands.brake import name_of
from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact
from gating.model import Gate, GateId, Notice
from gating.model.rule_change import RuleChange
from gating.rules.write import written

LONGEST, LONGEST_OF_MANY = 900, 150
"""Letters of a rule in a message, which takes about 4,000; the club file and the form have all."""
CHANGES = 5
FORGOTTEN = "somebody who was forgotten"
MOST_BUTTONS = 5


async def rule(request: Request, services: Services) -> Reply:
    """`rule`: every gate with its rule; `rule holder`: one, with what it was before."""
    must_be_moderator(request, services)
    named = request.argument.strip()
    if not named:
        return _all(services.club.gates)
    gate = services.rules.gates.named(GateId(named))
    async with services.store() as tx:
        changes = await tx.rules.of(gate.id, most=CHANGES)
    offered = [Button(buttons.ANOTHER_RULE, "rule_try", gate.id)]
    if changes and changes[0].rule is not None:
        offered.append(Button(buttons.BACK_TO_FILE, "rule_file", gate.id))
    return Reply(_story(gate, changes), rows=(tuple(offered),))


def _all(gates: Sequence[Gate]) -> Reply:
    lines = (
        say("rules.one", gate=gate.name, rule=_cut(written(gate.rule), LONGEST_OF_MANY))
        for gate in gates
    )
    offered = tuple(Button(gate.name, "rule", gate.id) for gate in gates[:MOST_BUTTONS])
    return Reply(tuple(span for line in lines for span in line), rows=(offered,))


def _story(gate: Gate, changes: Sequence[RuleChange]) -> Text:
    """The rule that counts, who set it, what the file has, and the changes before."""
    facts: dict[str, Fact] = {"gate": gate.name, "id": gate.id, "rule": _cut(written(gate.rule))}
    if changes and changes[0].rule is not None:
        head, before = say("rules.chat", {**facts, **_facts(changes[0])}), changes[1:]
    else:
        head, before = say("rules.file", facts), changes
    past = [say(_past(change), _facts(change)) for change in before]
    return (*head, *(span for line in past for span in line))


def _past(change: RuleChange) -> str:
    if change.rule is not None:
        return "rules.past.set"
    return "rules.past.back" if change.by else "rules.past.overtaken"


async def changed(notice: Notice, services: Services) -> Reply:
    """What moderators are told of a change, whoever made it."""
    gate, number = GateId(str(notice.facts["gate"])), int(notice.facts["number"])
    async with services.store() as tx:
        change = await tx.rules.get(gate, number)
        facts = {**_facts(change), "gate": name_of(gate, services)}
    shown = Button(buttons.SHOW_RULE, "rule", gate)
    return Reply(say(_news(change), facts), rows=((shown,),) if change.filed else ())


def _news(change: RuleChange) -> str:
    if change.rule is not None:
        return "rules.changed"
    if change.by:
        return "rules.changed.back"
    return "rules.overtaken" if change.filed else "rules.overtaken.gone"


def _facts(change: RuleChange) -> dict[str, Fact]:
    return {
        "who": change.who or FORGOTTEN,
        "at": int(change.at.timestamp()),
        "rule": _cut(change.rule or change.filed),
        "filed": _cut(change.filed),
        "previous": _cut(change.previous),
    }


def _cut(rule: str, longest: int = LONGEST) -> str:
    return rule if len(rule) <= longest else f"{rule[:longest]} …"
