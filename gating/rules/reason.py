"""From a finding to the one answer that doors act on, with the code of its reason. Pure."""

from gating.errors import Fact
from gating.model import Answer, Block, No, Unknown, Yes
from gating.model.rule import HeldContinuously, Holds, Not, Tier, TokenIds, Trait
from gating.rules.evidence import Evidence
from gating.rules.finding import Finding, Outcome
from gating.rules.naming import numbers, ranges
from gating.rules.times import DAY

NOT_MET = "E-RULE"
"""More than one thing is missing, or it has no sentence of its own: `/why` has the whole tree."""


def answer_of(finding: Finding, evidence: Evidence) -> Answer:
    """Yes with the copies that count, no with its reason, or unknown."""
    if finding.outcome is Outcome.UNKNOWN:
        return Unknown(finding.code)
    at = finding.at or _newest(finding) or evidence.at
    if finding.outcome is Outcome.YES:
        return Yes(tuple(sorted(_copies(finding))), at)
    code, facts = _reason(_deciding(finding))
    return No(code, at, {**facts, "block": at.number} if at else facts)


def _newest(finding: Finding) -> Block | None:
    blocks = [part.at or _newest(part) for part in finding.parts]
    return max((b for b in blocks if b), key=lambda block: block.timestamp, default=None)


def _copies(finding: Finding) -> frozenset[int]:
    """What made it a yes; what a "not" asked about is no part of it."""
    if finding.outcome is not Outcome.YES or isinstance(finding.rule, Not):
        return frozenset()
    return finding.copies.union(*map(_copies, finding.parts)) if finding.parts else finding.copies


def _deciding(finding: Finding) -> Finding:
    """The part that says no, if one part alone does."""
    if isinstance(finding.rule, Not):
        return finding
    against = [part for part in finding.parts if part.outcome is Outcome.NO]
    return _deciding(against[0]) if len(against) == 1 else finding


def _reason(finding: Finding) -> tuple[str, dict[str, Fact]]:
    return _edition(finding) or _hold_time(finding) or _no_hold(finding) or (NOT_MET, {})


def _edition(finding: Finding) -> tuple[str, dict[str, Fact]] | None:
    """Something is held, and none of it is what counts."""
    rule = finding.rule
    if not isinstance(rule, TokenIds | Tier | Trait) or not finding.held or finding.copies:
        return None
    if isinstance(rule, Trait):
        wanted = " and ".join(f"{key} {value}" for key, value in rule.traits)
    else:
        wanted = ranges(rule.ids)
    return "E-EDITION", {"held": numbers(finding.held), "wanted": wanted}


def _hold_time(finding: Finding) -> tuple[str, dict[str, Fact]] | None:
    """Enough is held, and not for long enough yet."""
    rule, at, opens = finding.rule, finding.at, finding.changes_at
    if not isinstance(rule, HeldContinuously) or not at or not opens:
        return None
    left = -(-(opens - at.timestamp) // DAY)
    return "E-HOLDTIME", {"held": rule.days - left, "days": rule.days, "opens": opens}


def _no_hold(finding: Finding) -> tuple[str, dict[str, Fact]] | None:
    """Too little is held."""
    rule, count = finding.rule, finding.amount or 0
    if not isinstance(rule, Holds | TokenIds | Tier | Trait) or count >= rule.wanted.min:
        return None
    facts: dict[str, Fact] = {"count": count, "needed": rule.wanted.min}
    return "E-NOHOLD", {**facts, "album": rule.contract.asset.name}
