"""A moderator tries another rule for a gate, reads what it would do, and applies it or not."""

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import buttons
from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Field, Form, Look, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.access.changing import Tried
from gating.access.trials import Trial
from gating.errors import Fact
from gating.model import Gate, GateId
from gating.rules.dry_run import Candidate, GateDifference
from gating.rules.write import written

MOST_NAMES = 20
LONGEST = 4_000
"""Letters that Discord takes in one answer of a form (Text Input)."""
AN_HOUR = timedelta(hours=1)


async def try_rule(request: Request, services: Services) -> Reply:
    """Ask for a gate and a rule, beginning with the one it has; then say who gains and loses."""
    must_be_moderator(request, services)
    if not request.answers.get("rule"):
        return Reply(say("try.ask"), form=_form(_chosen(request.argument, services.club.gates)))
    gate = GateId(request.answers.get("gate", "").strip())
    return _shown(await services.rules.propose(gate, request.answers["rule"]))


async def try_file(request: Request, services: Services) -> Reply:
    """The same for the rule that the gate has in the club file."""
    must_be_moderator(request, services)
    return _shown(await services.rules.propose.back(GateId(request.argument)))


async def apply(request: Request, services: Services) -> Reply:
    """Exactly what was tried counts from now on; if it would do something else by now, ask."""
    must_be_moderator(request, services)
    who = request.profile.username or request.profile.display_name
    done = await services.rules.apply(request.argument, by=request.account, who=who)
    if isinstance(done, Trial):
        return Reply(say("rules.applied", gate=done.gate.name), update=True)
    again = _shown(done)
    lead = say("try.again") if done.trial else ()
    return Reply((*lead, *again.text), rows=again.rows, update=True)


async def throw_away(request: Request, services: Services) -> Reply:
    must_be_moderator(request, services)
    services.rules.trials.take(request.argument)
    return Reply(say("rules.thrown"), update=True)


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


def _shown(tried: Tried) -> Reply:
    """What the rule would do, with the buttons that let it."""
    again = Button(buttons.ANOTHER_RULE, "rule_try", tried.told.gate)
    if tried.trial is None:
        return Reply(say("try.already", gate=tried.told.name), rows=((again,),))
    offered = (
        Button(buttons.APPLY, "rule_apply", tried.trial.id, look=Look.PRIMARY),
        Button(buttons.THROW_AWAY, "rule_drop", tried.trial.id),
        again,
    )
    return Reply(_told(tried.told, tried.trial.gate.grace), rows=(offered,))


def _told(difference: GateDifference, grace: timedelta) -> Text:
    if difference.changes_nothing:
        return say("try.same", gate=difference.name)
    facts: dict[str, Fact] = {
        "gate": difference.name,
        "gains": who_and_how_many(difference.gains),
        "loses": who_and_how_many(difference.loses),
        "unsure": who_and_how_many(difference.unsure),
        "keeps": difference.keeps,
        "out": difference.stays_out,
        "hours": grace // AN_HOUR,
    }
    return (*say("try.told", facts), *say("try.ends" if grace else "try.ends.now", facts))


def who_and_how_many(fans: Sequence[Candidate]) -> str:
    """How many, and who: "3 (fan, fan2 and 1 more)"."""
    if not fans:
        return "0"
    names = ", ".join(fan.name for fan in fans[:MOST_NAMES])
    more = f" and {len(fans) - MOST_NAMES} more" if len(fans) > MOST_NAMES else ""
    return f"{len(fans)} ({names}{more})"
