"""What doors show of polls. Nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from gating.model import Account
from gating.ports import Clock
from gating.rules.wallets import counted_on
from governance.ballots import pick
from governance.model import (
    Choice,
    ChoiceId,
    Poll,
    PollId,
    PollState,
    Receipt,
    TieBreak,
    Total,
    Turnout,
    Visibility,
    WhyZero,
)
from governance.ports import Due, Holders, Store
from governance.tally import shares, tally
from governance.voting import find_voter
from governance.weight import weigh

ENDED = frozenset({PollState.CLOSED, PollState.RECORDED})


@dataclass(frozen=True, slots=True)
class Score:
    """What one choice has: `share` is per mille of the weight, rounded for display only."""

    choice: Choice
    weight: int
    people: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    """A poll as people may see it now.

    `scores` is None while counts are hidden; `winners` and `ties` are empty until the end. Turnout
    is out of `poll.electorate`. `seconds_left` counts to the opening or to the close.
    """

    poll: Poll
    scores: tuple[Score, ...] | None
    turnout: Turnout
    quorum_met: bool
    winners: tuple[ChoiceId, ...]
    ties: tuple[TieBreak, ...]
    seconds_left: int


@dataclass(frozen=True, kw_only=True)
class ShowPoll:
    """One poll with its counts."""

    store: Store
    clock: Clock

    async def __call__(self, poll_id: PollId) -> PollView:
        """Refused (`E-NOPOLL`) if there is none."""
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id)
            standing = await tx.polls.standing(poll_id)
        census = poll.electorate
        result = tally(
            poll.definition, poll_id, standing, wallets=census.wallets, power=census.power
        )
        ended = poll.state in ENDED
        shown = ended or poll.definition.visibility is Visibility.SHOWN
        return PollView(
            poll=poll,
            scores=_scores(poll, result.totals) if shown else None,
            turnout=result.turnout,
            quorum_met=result.quorum_met,
            winners=result.outcome.winners if ended else (),
            ties=result.outcome.ties if ended else (),
            seconds_left=_left(poll, int(self.clock().timestamp())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FanWeight:
    """A fan's part in one poll: the weight, the one reason if it is 0, and the ballot if cast."""

    poll: Poll
    power: int
    weight: int
    reason: WhyZero | None
    choice: Choice | None
    receipt: Receipt | None


@dataclass(frozen=True, kw_only=True)
class WeightOf:
    """Answers "Why is my weight 2?"."""

    store: Store
    holders: Holders

    async def __call__(self, poll_id: PollId, account: Account) -> FanWeight:
        """Refused (`E-NOPOLL`) if there is no such poll."""
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id)
            fan = await tx.people.of_account(account)
            if fan is None:
                return _weightless(poll, WhyZero.NOT_LINKED)
            voter = await find_voter(tx, poll, fan)
        wallets = counted_on(fan.wallets, poll.definition.snapshot.chain_id)
        if voter.reason is WhyZero.HELD_NOTHING and await self.holders.held_now(wallets):
            return _weightless(poll, WhyZero.BOUGHT_AFTER_BLOCK)
        earlier = voter.earlier
        return FanWeight(
            poll=poll,
            power=voter.held,
            weight=weigh(poll.definition.power, voter.held),
            reason=voter.reason,
            choice=pick(poll.definition, earlier.line.ballot.picks[0].id) if earlier else None,
            receipt=earlier.receipt if earlier else None,
        )


@dataclass(frozen=True, kw_only=True)
class CurrentPolls:
    """Announced and open polls, the one that closes first coming first."""

    store: Store

    async def __call__(self) -> Sequence[Poll]:
        async with self.store() as tx:
            return await tx.polls.current()


@dataclass(frozen=True, kw_only=True)
class DuePolls:
    """Which polls `OpenPoll` and `ClosePoll` should be called for now."""

    store: Store
    clock: Clock

    async def __call__(self) -> Due:
        async with self.store() as tx:
            return await tx.polls.due(self.clock())


def _scores(poll: Poll, totals: Sequence[Total]) -> tuple[Score, ...]:
    rows = zip(poll.definition.choices, totals, shares(totals), strict=True)
    return tuple(Score(choice, total.weight, total.people, share) for choice, total, share in rows)


def _left(poll: Poll, now: int) -> int:
    window = poll.definition.window
    match poll.state:
        case PollState.ANNOUNCED:
            return max(0, window.opens - now)
        case PollState.OPEN:
            return max(0, window.closes - now)
        case _:
            return 0


def _weightless(poll: Poll, reason: WhyZero) -> FanWeight:
    return FanWeight(poll=poll, power=0, weight=0, reason=reason, choice=None, receipt=None)
