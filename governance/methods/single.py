"""One choice per ballot; the choice with the most weight wins."""

from collections.abc import Sequence

from governance.model import Choice, Pick, Total, Vote


def valid(picks: Sequence[Pick], choices: Sequence[Choice]) -> bool:
    """Exactly one of the choices, with value 1. Choices are numbered from 1."""
    return len(picks) == 1 and picks[0].value == 1 and 1 <= picks[0].id <= len(choices)


def count(votes: Sequence[Vote], choices: Sequence[Choice]) -> tuple[Total, ...]:
    """The sum of weights and the number of people for each choice."""
    weight = dict.fromkeys((choice.id for choice in choices), 0)
    people = dict.fromkeys(weight, 0)
    for vote in votes:
        picked = vote.picks[0].id
        weight[picked] += vote.weight
        people[picked] += 1
    return tuple(Total(choice.id, weight[choice.id], people[choice.id]) for choice in choices)
