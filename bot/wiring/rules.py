"""How moderators change the rules of gates, on its adapters."""

from collections.abc import Callable

from bot.services import RuleServices
from bot.wiring.parts import Parts
from config.community import Club, read_rule
from gating.access.changing import ApplyRule, ProposeRule
from gating.access.kept_rules import TakeUpRules
from gating.access.refresh import RefreshAccess
from gating.access.trials import Trials
from gating.access.trying import TryRule
from gating.adapters.chance import SystemRandomness
from gating.model import GateId
from gating.model.rule import Rule


def reader_of(club: Club) -> Callable[[str, GateId], Rule]:
    """Reads what moderators write as the club file is read; mistakes name the gate."""

    def read(text: str, gate: GateId) -> Rule:
        return read_rule(text, club.book, source=f"chat (gate {gate})")

    return read


def rule_services(club: Club, parts: Parts, refresh: RefreshAccess) -> RuleServices:
    read = reader_of(club)
    store, clock, ops = refresh.store, parts.clock, parts.reach("ops")
    trials = Trials(clock)
    propose = ProposeRule(
        gates=parts.gates,
        try_rule=TryRule(store=store, refresh=refresh),
        trials=trials,
        random=SystemRandomness(),
        read=read,
    )
    take_up = TakeUpRules(store=store, clock=clock, gates=parts.gates, read=read, platforms=ops)
    apply = ApplyRule(
        store=store,
        clock=clock,
        wake=parts.jobs.wake,
        gates=parts.gates,
        trials=trials,
        propose=propose,
        take_up=take_up,
        platforms=ops,
        look_at_all=parts.jobs.refresh_everyone,
    )
    return RuleServices(
        gates=parts.gates, trials=trials, propose=propose, apply=apply, take_up=take_up
    )
