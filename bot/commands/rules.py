"""A moderator tries another rule for a gate and reads what it would do; nothing is changed."""

from collections.abc import Sequence

from bot.commands import buttons
from bot.dialogue import Field, Form, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact, Refused
from gating.model import Gate, GateId
from gating.rules.dry_run import Candidate, GateDifference
from gating.rules.write import written

MOST_NAMES = 20
LONGEST = 4_000
"""Letters that Discord takes in one answer of a form (Text Input)."""


async def try_rule(request: Request, services: Services) -> Reply:
    """Ask for a gate and a rule, beginning with the one it has; then say who gains and loses."""
    if request.account not in services.club.moderators:
        raise Refused("E-NOTMODERATOR")
    if not request.answers.get("rule"):
        return Reply(say("try.ask"), form=_form(_chosen(request.argument, services.club.gates)))
    gate = GateId(request.answers.get("gate", "").strip())
    return _told(await services.try_rule(gate, request.answers["rule"]))


def _chosen(named: str, gates: Sequence[Gate]) -> Gate:
    return next((gate for gate in gates if gate.id == named.strip()), gates[0])


def _form(gate: Gate) -> Form:
    now = f"rule = {written(gate.rule)}"
    fields = (
        Field("gate", "The gate's id", default=gate.id),
        Field(
            "rule",
            "Its rule, as in the club file",
            hint='rule = { holds = "album", min = 2 }',
            default=now if len(now) <= LONGEST else "",
            long=True,
            longest=LONGEST,
        ),
    )
    return Form("rule_try", "Try a rule", fields)


def _told(difference: GateDifference) -> Reply:
    if difference.changes_nothing:
        return Reply(say("try.same", gate=difference.name), rows=((buttons.TRY_RULE,),))
    facts: dict[str, Fact] = {
        "gate": difference.name,
        "gains": _named(difference.gains),
        "loses": _named(difference.loses),
        "unsure": _named(difference.unsure),
        "keeps": difference.keeps,
        "out": difference.stays_out,
    }
    return Reply(say("try.told", facts), rows=((buttons.TRY_RULE,),))


def _named(fans: Sequence[Candidate]) -> str:
    """How many, and who: "3 (fan, fan2 and 1 more)"."""
    if not fans:
        return "0"
    names = ", ".join(fan.name for fan in fans[:MOST_NAMES])
    more = f" and {len(fans) - MOST_NAMES} more" if len(fans) > MOST_NAMES else ""
    return f"{len(fans)} ({names}{more})"
