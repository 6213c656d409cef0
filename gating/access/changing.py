"""A moderator changes a gate's rule: tried first, applied as it was tried, and never by surprise.

Nobody loses anything here. Everybody is looked at anew by the changed rule, and what should end
gets the gate's grace and stands before the brake, like everything else that ends.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from gating.access.gate_book import GateBook
from gating.access.kept_rules import TakeUpRules, changed, said_of
from gating.access.trials import GOOD_FOR, Trial, Trials, effect_of, is_another
from gating.access.trying import TryRule
from gating.errors import NotDone
from gating.model import Account, GateId, Platform
from gating.model.rule import Rule
from gating.model.rule_change import RuleChange
from gating.ports import Clock, Randomness, Store, Wake
from gating.rules.dry_run import GateDifference
from gating.rules.write import written


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would do. Without a `trial` there is nothing to apply: it counts already."""

    told: GateDifference
    trial: Trial | None


@dataclass(frozen=True, kw_only=True)
class ProposeRule:
    """Try a rule for a gate and keep it for a while, so that exactly this rule can be applied.

    `read` makes the rule of a text and raises what that raises, with the gate in it. Raises
    `Refused("E-NOGATE")` too.
    """

    gates: GateBook
    try_rule: TryRule
    trials: Trials
    random: Randomness
    read: Callable[[str, GateId], Rule]

    async def __call__(self, gate: GateId, text: str) -> Tried:
        self.gates.named(gate)
        rule = self.read(text, gate)
        return self.kept(await self.judged(gate, None if rule == self.gates.filed(gate) else rule))

    async def back(self, gate: GateId) -> Tried:
        """The same for the rule of the club file."""
        return self.kept(await self.judged(gate, None))

    async def judged(self, gate: GateId, rule: Rule | None) -> Tried:
        """What it would do as of now, not kept yet."""
        now, number = self.gates.named(gate), self.gates.number(gate)
        new = rule or self.gates.filed(gate) or now.rule
        told = await self.try_rule(now, new)
        if new == now.rule:
            return Tried(told, None)
        trial = Trial(
            id=self.random.new_id(),
            gate=now,
            rule=rule,
            number=number,
            effect=effect_of(told),
            until=self.trials.clock() + GOOD_FOR,
        )
        return Tried(told, trial)

    def kept(self, tried: Tried) -> Tried:
        """The same, which may be applied from now on."""
        if tried.trial:
            self.trials.keep(tried.trial)
        return tried


@dataclass(frozen=True, kw_only=True)
class ApplyRule:
    """Let a rule count that was tried, for everybody and at once.

    `look_at_all` asks for a look at every fan; where that fails the periodic pass does it.
    """

    store: Store
    clock: Clock
    wake: Wake
    gates: GateBook
    trials: Trials
    propose: ProposeRule
    take_up: TakeUpRules
    platforms: tuple[Platform, ...]
    look_at_all: Callable[[], Awaitable[object]]

    async def __call__(self, trial: str, *, by: Account, who: str) -> Trial | Tried:
        """The trial that counts now; or what it would do by now, where that is something else.

        Raises `Refused("E-TRIALGONE")` where it was applied or thrown away, or is too old.
        """
        tried = self.trials.take(trial)
        try:
            return await self._applied(tried, by, who)
        except NotDone:
            self.trials.keep(tried)
            with suppress(NotDone):  # the answer to a commit may have been lost: then it counts
                await self.take_up()
            raise

    async def _applied(self, tried: Trial, by: Account, who: str) -> Trial | Tried:
        now = await self.propose.judged(tried.gate.id, tried.rule)
        if now.trial and _is_the_same(tried, now.trial):
            if await self._kept(tried, by, who):
                await self.wake()
                await self.look_at_all()
                return tried
            await self.take_up()
            now = await self.propose.judged(tried.gate.id, tried.rule)
        return self.propose.kept(now)

    async def _kept(self, tried: Trial, by: Account, who: str) -> bool:
        """False where another change of the gate was faster."""
        change = RuleChange(
            gate=tried.gate.id,
            number=tried.number + 1,
            rule=written(tried.rule) if tried.rule else None,
            filed=said_of(tried.gate.id, self.gates),
            previous=written(tried.gate.rule),
            by=by,
            who=who,
            at=self.clock(),
        )
        async with self.store() as tx:
            if not await changed(tx, change, self.platforms):
                return False
        self.gates.stand(change.gate, tried.rule, number=change.number)
        return True


def _is_the_same(tried: Trial, now: Trial) -> bool:
    return now.number == tried.number and not is_another(tried.effect, now.effect)
