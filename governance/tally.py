"""The result of a poll, from its definition, its census and the ballots that count."""

from collections.abc import Sequence

from governance.methods import method_named
from governance.methods.ties import elect
from governance.model import Definition, Outcome, PollId, Quorum, Standing, Tally, Total, Turnout

FULL = 1000


def tally(
    definition: Definition, poll: PollId, standing: Standing, *, wallets: int, power: int
) -> Tally:
    """Count; `wallets` and `power` are the census in numbers. Without quorum nobody wins."""
    method = definition.method
    totals = method_named(method.id).count(standing.votes, definition.choices)
    turnout = turnout_of(standing)
    met = reached(definition.quorum, turnout)
    outcome = elect(totals, seats=method.seats, rules=method.tie_break)
    return Tally(
        poll=poll,
        totals=totals,
        turnout=turnout,
        wallets=wallets,
        power=power,
        replaced=standing.replaced,
        quorum_met=met,
        outcome=outcome if met else Outcome(()),
    )


def turnout_of(standing: Standing) -> Turnout:
    votes = standing.votes
    return Turnout(
        people=len(votes),
        wallets=sum(vote.wallets for vote in votes),
        power=sum(vote.power for vote in votes),
    )


def reached(quorum: Quorum, turnout: Turnout) -> bool:
    return turnout.people >= quorum.people and turnout.power >= quorum.power


def shares(totals: Sequence[Total]) -> tuple[int, ...]:
    """Each choice's share of the weight in per mille, adding up to 1000; for display only.

    Largest remainder; equal remainders go to the earlier choice.
    """
    whole = sum(total.weight for total in totals)
    if whole == 0:
        return (0,) * len(totals)
    parts = [divmod(total.weight * FULL, whole) for total in totals]
    missing = FULL - sum(quotient for quotient, _ in parts)
    order = sorted(range(len(parts)), key=lambda at: -parts[at][1])
    rounded_up = set(order[:missing])
    return tuple(quotient + (at in rounded_up) for at, (quotient, _) in enumerate(parts))
