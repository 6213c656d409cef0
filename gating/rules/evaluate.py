"""Judge a rule by evidence, to a tree of findings. Pure.

Three-valued after Kleene: what is unknown never hides a yes or a no that stands without it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from gating.model import Unknown
from gating.model.rule import (
    AllOf,
    Allowlist,
    AnyOf,
    AtLeast,
    Code,
    Denylist,
    Erc20,
    ExpiringKey,
    Group,
    HeldAt,
    HeldContinuously,
    HeldThrough,
    Holds,
    Linked,
    MintedBefore,
    MintRank,
    Not,
    Predicate,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
    parts_of,
)
from gating.rules.amounts import AMOUNT, TOKENS_IN, TOKENS_WITH
from gating.rules.evidence import Evidence, needs_of
from gating.rules.finding import Finding, Judge, Met, Outcome, outcome_of, unknown, yes_if
from gating.rules.persons import GUEST, LINKED, LISTED, ROLE
from gating.rules.times import EARLY, HELD_FOR, HELD_THROUGH, KEY, RANK


def evaluate(rule: Rule, evidence: Evidence) -> Finding:
    """What this fan's evidence says to the rule."""
    if isinstance(rule, AllOf | AnyOf | AtLeast | Not):
        return _group(rule, tuple([evaluate(part, evidence) for part in parts_of(rule)]))
    pieces = [evidence.about(need) for need in needs_of(rule)]
    said = said_of(rule, pieces)
    if isinstance(said, Unknown):
        return unknown(rule, said, pieces)
    return JUDGES[type(rule)].found(rule, yes_if(said), *pieces)


def said_of(rule: Predicate, pieces: Sequence[Any]) -> bool | Unknown:
    """Whether a predicate is met by its pieces of evidence, in the order of its needs."""
    for piece in pieces:
        if isinstance(piece, Unknown):
            return piece
    return JUDGES[type(rule)].met(rule, *pieces)


def met_by(rule: Group) -> Callable[[Sequence[Met]], Met]:
    """What tells whether a group is met, by what its parts are."""
    match rule:
        case Not():
            return _turned
        case AnyOf():
            return partial(_least, 1)
        case AllOf():
            return partial(_least, len(rule.parts))
    return partial(_least, rule.needed)


def _turned(parts: Sequence[Met]) -> Met:
    return None if parts[0] is None else not parts[0]


def _least(needed: int, parts: Sequence[Met]) -> Met:
    """Whether so many are met."""
    sure = parts.count(True)
    if sure >= needed:
        return True
    return None if sure + parts.count(None) >= needed else False


def _group(rule: Group, parts: tuple[Finding, ...]) -> Finding:
    outcome, code = outcome_of(met_by(rule)([part.met for part in parts])), ""
    if outcome is Outcome.UNKNOWN:
        code = next(part.code for part in parts if part.outcome is Outcome.UNKNOWN)
    soonest = min([part.changes_at for part in parts if part.changes_at], default=None)
    return Finding(rule, outcome, code=code, changes_at=soonest, parts=parts)


JUDGES: Mapping[type, Judge] = {
    Holds: AMOUNT,
    Erc20: AMOUNT,
    HeldAt: AMOUNT,
    VotesAt: AMOUNT,
    TokenIds: TOKENS_IN,
    Tier: TOKENS_IN,
    Trait: TOKENS_WITH,
    MintRank: RANK,
    MintedBefore: EARLY,
    HeldContinuously: HELD_FOR,
    HeldThrough: HELD_THROUGH,
    ExpiringKey: KEY,
    Allowlist: LISTED,
    Denylist: LISTED,
    Linked: LINKED,
    RoleElsewhere: ROLE,
    Code: GUEST,
}
