"""Who wins, and what happens when there are more equals than seats.

The rules are fixed in the definition and applied in order; each use is written into the tally.
`people`: more distinct people goes first. `declare`: the tie stands, for the artist to decide.
"""

from collections.abc import Callable, Sequence

from governance.model import ChoiceId, Outcome, TieBreak, Total

RULES = frozenset({"people", "declare"})


def elect(totals: Sequence[Total], *, seats: int, rules: Sequence[str]) -> Outcome:
    """The heaviest choices; choices without any weight never win."""
    standing = [total for total in totals if total.weight > 0]
    sure, tied = _cut(standing, seats, lambda total: total.weight)
    used: list[TieBreak] = []
    for rule in rules:
        if not tied:
            break
        more, left = _apply(rule, tied, seats - len(sure))
        used.append(TieBreak(rule, _ids(tied), _ids([*more, *left])))
        sure, tied = [*sure, *more], left
        if rule == "declare":
            break
    return Outcome(_ids([*sure, *tied]), tuple(used))


def _apply(rule: str, tied: list[Total], seats: int) -> tuple[list[Total], list[Total]]:
    if rule == "people":
        return _cut(tied, seats, lambda total: total.people)
    return [], tied


def _cut(
    totals: list[Total], seats: int, measure: Callable[[Total], int]
) -> tuple[list[Total], list[Total]]:
    """Those who surely have a seat, and the equals who compete for what is left."""
    ranked = sorted(totals, key=measure, reverse=True)
    if len(ranked) <= seats:
        return ranked, []
    line = measure(ranked[seats - 1])
    above = [total for total in ranked if measure(total) > line]
    level = [total for total in ranked if measure(total) == line]
    if len(above) + len(level) == seats:
        return [*above, *level], []
    return above, level


def _ids(totals: Sequence[Total]) -> tuple[ChoiceId, ...]:
    return tuple(total.choice for total in totals)
