"""Judge a rule by evidence, to a tree of findings. Pure.

Three-valued after Kleene: what is unknown never hides a yes or a no that stands without it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gating.model.rule import (
    AllOf,
    Allowlist,
    AnyOf,
    AtLeast,
    Code,
    Denylist,
    Erc20,
    ExpiringKey,
    HeldAt,
    HeldContinuously,
    HeldThrough,
    Holds,
    Linked,
    MintedBefore,
    MintRank,
    Not,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
)
from gating.rules.amounts import amount, tokens_in, tokens_with
from gating.rules.evidence import Evidence
from gating.rules.finding import Finding, Outcome, yes_if
from gating.rules.persons import code, linked, listed, role
from gating.rules.times import early_mint, held_for, held_through, key, mint_rank


def evaluate(rule: Rule, evidence: Evidence) -> Finding:
    """What this fan's evidence says to the rule."""
    return _JUDGES[type(rule)](rule, evidence)


def _all(rule: AllOf, evidence: Evidence) -> Finding:
    parts = _each(rule.parts, evidence)
    return _group(rule, _least(parts, len(parts)), parts)


def _any(rule: AnyOf, evidence: Evidence) -> Finding:
    parts = _each(rule.parts, evidence)
    return _group(rule, _least(parts, 1), parts)


def _at_least(rule: AtLeast, evidence: Evidence) -> Finding:
    parts = _each(rule.parts, evidence)
    return _group(rule, _least(parts, rule.needed), parts)


def _not(rule: Not, evidence: Evidence) -> Finding:
    part = evaluate(rule.part, evidence)
    turned = part.outcome
    if turned is not Outcome.UNKNOWN:
        turned = yes_if(turned is Outcome.NO)
    return _group(rule, turned, (part,))


def _each(parts: tuple[Rule, ...], evidence: Evidence) -> tuple[Finding, ...]:
    return tuple([_JUDGES[type(part)](part, evidence) for part in parts])


def _least(parts: tuple[Finding, ...], needed: int) -> Outcome:
    outcomes = [part.outcome for part in parts]
    sure = outcomes.count(Outcome.YES)
    if sure >= needed:
        return Outcome.YES
    possible = sure + outcomes.count(Outcome.UNKNOWN)
    return Outcome.UNKNOWN if possible >= needed else Outcome.NO


def _group(rule: Rule, outcome: Outcome, parts: tuple[Finding, ...]) -> Finding:
    code = ""
    if outcome is Outcome.UNKNOWN:
        code = next(part.code for part in parts if part.outcome is Outcome.UNKNOWN)
    soonest = min([part.changes_at for part in parts if part.changes_at], default=None)
    return Finding(rule, outcome, code=code, changes_at=soonest, parts=parts)


_JUDGES: Mapping[type, Callable[[Any, Evidence], Finding]] = {
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
    Not: _not,
    Holds: amount,
    Erc20: amount,
    HeldAt: amount,
    VotesAt: amount,
    TokenIds: tokens_in,
    Tier: tokens_in,
    Trait: tokens_with,
    MintRank: mint_rank,
    MintedBefore: early_mint,
    HeldContinuously: held_for,
    HeldThrough: held_through,
    ExpiringKey: key,
    Allowlist: listed,
    Denylist: listed,
    Linked: linked,
    RoleElsewhere: role,
    Code: code,
}
