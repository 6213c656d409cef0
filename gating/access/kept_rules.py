"""Rules from the chat are kept in the database, and read again at each start.

One counts as long as the club file says of its gate what it said when the rule was set.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gating.access.gate_book import GateBook
from gating.errors import NeedsPerson
from gating.model import GateId, Notice, Platform
from gating.model.rule import Rule
from gating.model.rule_change import RuleChange
from gating.model.telling import told_backstage
from gating.ports import Clock, Store, Transaction
from gating.rules.write import written

NO_GATE = ""
"""What the club file says of a gate that stands in it no more."""


@dataclass(frozen=True, slots=True)
class Upheld:
    """A rule from the chat that counts, or (None) the file's; after `number` changes."""

    gate: GateId
    number: int
    rule: Rule | None


def upheld(
    change: RuleChange, gates: GateBook, read: Callable[[str, GateId], Rule]
) -> Upheld | None:
    """What counts after the newest change of a gate; None where the file has changed since.

    Raises `NeedsPerson("E-RULEKEPT", ...)` where the rule names what is not in the file any more.
    """
    if change.rule is None:
        return Upheld(change.gate, change.number, None)
    if change.filed != said_of(change.gate, gates):
        return None
    try:
        rule = read(f"rule = {change.rule}", change.gate)
    except NeedsPerson as mistake:
        facts = {
            **mistake.facts,
            "gate": change.gate,
            "when": change.when,
            "rule": change.rule,
        }
        raise NeedsPerson("E-RULEKEPT", **facts) from mistake
    return Upheld(change.gate, change.number, rule)


def said_of(gate: GateId, gates: GateBook) -> str:
    """The rule that the club file gives the gate."""
    filed = gates.filed(gate)
    return written(filed) if filed else NO_GATE


async def changed(tx: Transaction, change: RuleChange, platforms: Sequence[Platform]) -> bool:
    """Keep the change, note it, and tell the moderators. False where another was faster."""
    if not await tx.rules.add(change):
        return False
    facts = {"gate": str(change.gate), "before": change.previous}
    facts["after"] = change.rule or change.filed
    if change.by:
        facts["account"] = str(change.by)
    await tx.audit.note(_what(change), fan=None, at=None, facts=facts)
    subject = f"rule:{change.gate}:{change.number}"
    notice = Notice("rules.changed", {"gate": change.gate, "number": change.number})
    await tx.outbox.add(*told_backstage(platforms, subject, notice))
    return True


def _what(change: RuleChange) -> str:
    if change.rule is not None:
        return "rule.set"
    return "rule.back" if change.by else "rule.overtaken"


@dataclass(frozen=True, kw_only=True)
class TakeUpRules:
    """Put every rule from the chat that still counts in its place; at the start, before all else.

    Where the file changed since, the file counts from then on, and moderators are told once.
    Raises `NeedsPerson("E-RULEKEPT")`.
    """

    store: Store
    clock: Clock
    gates: GateBook
    read: Callable[[str, GateId], Rule]
    platforms: tuple[Platform, ...]

    async def __call__(self) -> None:
        found = []
        async with self.store() as tx:
            for change in await tx.rules.newest():
                now = upheld(change, self.gates, self.read)
                found.append(now or await self._overtaken(tx, change))
        for each in found:
            self.gates.stand(each.gate, each.rule, number=each.number)

    async def _overtaken(self, tx: Transaction, change: RuleChange) -> Upheld:
        after = RuleChange(
            gate=change.gate,
            number=change.number + 1,
            rule=None,
            filed=said_of(change.gate, self.gates),
            previous=change.rule or change.filed,
            by=None,
            who="",
            at=self.clock(),
        )
        await changed(tx, after, self.platforms)
        return Upheld(after.gate, after.number, None)
