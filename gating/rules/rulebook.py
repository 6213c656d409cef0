"""The rules of all gates taken apart, for judging thousands of fans by them. Pure.

A part that stands in several rules is judged once, and nothing is found out that nobody reads.
What decides is what `gating.rules.evaluate` decides by, so both always say the same.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from gating.model import Unknown
from gating.model.rule import (
    AllOf,
    AnyOf,
    AtLeast,
    Group,
    Not,
    Predicate,
    Rule,
    parts_of,
    predicates_of,
)
from gating.rules.evaluate import JUDGES, evaluate, met_by, said_of
from gating.rules.evidence import Evidence, Need, needs_of
from gating.rules.finding import Met
from gating.rules.times import Timed

Answers = tuple[Met, ...]
"""What each rule of the book answers one fan, in the book's order."""
Turns = tuple[int | None, ...]
"""The UTC second at which each rule's answer turns by itself, in the same order."""
_Step = Callable[[Sequence[Any], Sequence[Met]], Met]
"""Judges one part by the fan's pieces of evidence and by what the parts below it are."""


class Rulebook:
    """`needs`: everything that must be looked up to judge these rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._needs: dict[Need[Any], int] = {}
        self._steps: list[_Step] = []
        self._places: dict[Rule, int] = {}
        asked = tuple(rules)
        self._rules = [self._place(rule) for rule in asked]
        leaves = [
            [part for part in predicates_of(rule) if isinstance(part, Timed)] for rule in asked
        ]
        self._timed = list(dict.fromkeys(leaf for those in leaves for leaf in those))
        self._turning = [[self._timed.index(leaf) for leaf in those] for those in leaves]

    @property
    def needs(self) -> frozenset[Need[Any]]:
        return frozenset(self._needs)

    def answers(self, evidence: Evidence) -> Answers:
        """What this fan's evidence says to each rule, without reasons."""
        seen = list(map(evidence.about, self._needs))
        met: list[Met] = []
        for step in self._steps:
            met.append(step(seen, met))
        return tuple([met[place] for place in self._rules])

    def turns(self, evidence: Evidence) -> Turns:
        """When each answer turns by itself; empty where none does."""
        at = [evaluate(leaf, evidence).changes_at for leaf in self._timed]
        if not any(at):
            return ()
        return tuple([first_of([at[n] for n in those]) for those in self._turning])

    def _place(self, rule: Rule) -> int:
        """Where the answer to this rule will stand; its parts come before it."""
        if rule not in self._places:
            step = self._step(rule)
            self._places[rule] = len(self._steps)
            self._steps.append(step)
        return self._places[rule]

    def _step(self, rule: Rule) -> _Step:
        if isinstance(rule, AllOf | AnyOf | AtLeast | Not):
            return _group(rule, [self._place(part) for part in parts_of(rule)])
        needs = [self._needs.setdefault(need, len(self._needs)) for need in needs_of(rule)]
        return _alone(rule, needs[0]) if len(needs) == 1 else _together(rule, needs)


def first_of(seconds: Iterable[int | None]) -> int | None:
    """The first of these moments, if there is one."""
    return min([second for second in seconds if second], default=None)


def _group(rule: Group, places: Sequence[int]) -> _Step:
    said = met_by(rule)
    return lambda _, met: said([met[place] for place in places])


def _together(rule: Predicate, places: Sequence[int]) -> _Step:
    pieces = itemgetter(*places)

    def step(seen: Sequence[Any], _: Sequence[Met]) -> Met:
        said = said_of(rule, pieces(seen))
        return None if isinstance(said, Unknown) else said

    return step


def _alone(rule: Predicate, place: int) -> _Step:
    """Of one piece of evidence, as most are."""
    met = JUDGES[type(rule)].met

    def step(seen: Sequence[Any], _: Sequence[Met]) -> Met:
        piece = seen[place]
        said = piece if isinstance(piece, Unknown) else met(rule, piece)
        return None if isinstance(said, Unknown) else said

    return step
