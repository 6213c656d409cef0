"""Verdicts and changes for thousands of fans, without reasons. Pure, but for what it remembers.

Fans are many, and what is answered to them and what they have are few combinations: what was
planned for one fan and is nothing is nothing for the next one like it.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gating.access.inviting import ways_back
from gating.access.plan import Taking, Verdict, plan
from gating.model import Account, Answer, Change, Gate, Known, No, Platform, Unknown, Yes
from gating.rules.evidence import Evidence
from gating.rules.finding import Met
from gating.rules.rulebook import Answers, Rulebook, Turns, first_of

_PLAIN: Mapping[Met, Answer] = {True: Yes((), None), False: No("", None), None: Unknown("")}


@dataclass(frozen=True, slots=True)
class _Told:
    """What some answers at the settled block come to, and the ways that they open."""

    verdicts: tuple[Verdict, ...]
    opened: frozenset[tuple[Platform, str]]


@dataclass(frozen=True)
class Sorting:
    """For one pass over fans: `book` has the rules of `gates`, in their order.

    `protected` accounts keep what they have.
    """

    gates: Sequence[Gate]
    book: Rulebook
    protected: frozenset[Account]
    _told: dict[Answers, _Told] = field(default_factory=dict)
    _content: set[Hashable] = field(default_factory=set)

    def __call__(
        self, known: Known, settled: Evidence, final: Callable[[], Evidence]
    ) -> tuple[tuple[Verdict, ...], tuple[Change, ...]]:
        """The verdicts for a fan, and what is to be changed."""
        answers = self.book.answers(settled)
        told = self._told.get(answers) or self._tell(answers)
        verdicts = _turning(told.verdicts, self.book.turns(settled))
        like = self._like(answers, known)
        if like in self._content:
            return verdicts, ()
        if any((one.account.platform, one.target) not in told.opened for one in known.held):
            verdicts = self._with_final(verdicts, final())
            return verdicts, self._plan(known, verdicts)
        changes = self._plan(known, verdicts)
        if like and not changes:
            self._content.add(like)
        return verdicts, changes

    def _with_final(self, now: Sequence[Verdict], final: Evidence) -> tuple[Verdict, ...]:
        turns = self.book.turns(final) or (None,) * len(now)
        return tuple(
            [
                replace(one, final=_PLAIN[met], turns_at=first_of((one.turns_at, at)))
                if isinstance(one.now, No)
                else one
                for one, met, at in zip(now, self.book.answers(final), turns, strict=True)
            ]
        )

    def _plan(self, known: Known, verdicts: Sequence[Verdict]) -> tuple[Change, ...]:
        safe = Taking(protected=self.protected)
        changes = plan(verdicts, known.fan.accounts, known.held, known.knocks, taking=safe)
        return changes + ways_back(verdicts, known)

    def _tell(self, answers: Answers) -> _Told:
        """Nothing of a fan's can end by these alone, so the final block decides nothing."""
        verdicts = tuple(
            [
                Verdict(gate, _PLAIN[met], None)
                for gate, met in zip(self.gates, answers, strict=True)
            ]
        )
        ways = (way for verdict in verdicts if verdict.opens for way in verdict.gate.passes)
        opened = frozenset([(way.platform, way.target) for way in ways])
        return self._told.setdefault(answers, _Told(verdicts, opened))

    def _like(self, answers: Answers, known: Known) -> Hashable:
        """What is the same for all fans like this one; None for one who is treated apart."""
        accounts = known.fan.accounts
        apart = known.owed or any(known.knocks.values())
        if apart or not self.protected.isdisjoint(accounts):
            return None
        has = [(accounts.index(one.account), one.target, bool(one.ends_at)) for one in known.held]
        return answers, tuple([account.platform for account in accounts]), frozenset(has)


def _turning(verdicts: tuple[Verdict, ...], turns: Turns) -> tuple[Verdict, ...]:
    if not turns:
        return verdicts
    return tuple(
        [replace(one, turns_at=at) if at else one for one, at in zip(verdicts, turns, strict=True)]
    )
