"""One ballot, and the log of them: what may be cast, what it claims, which ones count.

A person's first ballot in a poll fixes its `voter` (the lowest of the wallets it claims). Later
ballots of the same voter replace it and keep its claims, so a wallet weighs once per poll whoever
links it later, and anyone can see from the log alone which ballot counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn

from gating.errors import Refused
from gating.model import Address
from governance.errors import BALLOT, POLL_CHOICE
from governance.methods import method_named
from governance.model import (
    Ballot,
    BallotLine,
    Choice,
    Definition,
    Pick,
    PollId,
    Standing,
    Vote,
)
from governance.weight import weighing

UINT256 = 256
"""The bits of the greatest number that a contract holds."""
WITHDRAWN = "withdrawn"
"""What a ballot without a choice says."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The wallets that a person's ballot may speak for, and those it may not.

    `free` includes what the person's earlier ballot claims; `taken` was counted for others.
    """

    free: Mapping[Address, int]
    taken: frozenset[Address]


def reach(
    wallets: Iterable[Address],
    *,
    powers: Mapping[Address, int],
    claimed_by: Mapping[Address, Address],
    earlier: BallotLine | None,
) -> Reach:
    """What `wallets` may claim now; `powers` and `claimed_by` are of census and log."""
    own = set(earlier.claims) if earlier else set()
    known = {wallet for wallet in wallets if wallet in powers}
    taken = frozenset(wallet for wallet in known if wallet in claimed_by and wallet not in own)
    free = {wallet: powers[wallet] for wallet in sorted((known - taken) | own)}
    return Reach(free, taken)


def pick(definition: Definition, choice: int) -> Choice:
    """The choice with this number; refused (`E-POLLCHOICE`) if there is none."""
    for offered in definition.choices:
        if offered.id == choice:
            return offered
    raise Refused(POLL_CHOICE, choice=choice)


def summary(definition: Definition, picks: Iterable[Pick]) -> str:
    """The sentence that a person would read in a wallet."""
    labels = ", ".join(pick(definition, picked.id).label for picked in picks)
    return f"{labels or WITHDRAWN} - {definition.title}"


def next_ballot(
    definition: Definition,
    poll: PollId,
    picked: Choice,
    *,
    voter: Address,
    earlier: BallotLine | None,
    cast_at: int,
) -> Ballot:
    """The ballot that replaces the person's `earlier` one, or the first."""
    picks = (Pick(picked.id),)
    return Ballot(
        voter=earlier.ballot.voter if earlier else voter,
        poll=poll,
        nonce=earlier.ballot.nonce + 1 if earlier else 1,
        cast_at=cast_at,
        picks=picks,
        summary=summary(definition, picks),
    )


def without_choice(definition: Definition, earlier: BallotLine, *, cast_at: int) -> Ballot:
    """The ballot that takes the `earlier` one back."""
    ballot = earlier.ballot
    return Ballot(
        voter=ballot.voter,
        poll=ballot.poll,
        nonce=ballot.nonce + 1,
        cast_at=cast_at,
        picks=(),
        summary=summary(definition, ()),
    )


def standing(
    definition: Definition,
    poll: PollId,
    powers: Mapping[Address, int],
    lines: Iterable[BallotLine],
) -> Standing:
    """The ballots that count after these lines.

    Refused (`E-BALLOT`, with `seq` and `why`) at the first line that breaks a rule of the poll;
    signatures and hashes are checked elsewhere.
    """
    count = _Count(definition, poll, powers)
    for line in lines:
        count.take(line)
    counting = [line for line in count.last.values() if line.ballot.picks]
    votes = sorted(map(count.vote, counting), key=lambda vote: vote.seq)
    return Standing(tuple(votes), replaced=count.replaced)


@dataclass
class _Count:
    definition: Definition
    poll: PollId
    powers: Mapping[Address, int]
    last: dict[Address, BallotLine] = field(default_factory=dict)
    claimed_by: dict[Address, Address] = field(default_factory=dict)
    replaced: int = 0

    def __post_init__(self) -> None:
        self.valid = method_named(self.definition.method.id).valid
        self.weight = weighing(self.definition.power)
        self.sentences: dict[tuple[Pick, ...], str] = {}

    def take(self, line: BallotLine) -> None:
        self._check_ballot(line)
        self._check_claims(line)
        earlier = self.last.get(line.ballot.voter)
        if not line.ballot.picks:
            self._check_withdrawal(earlier, line)
        if earlier is not None:
            self._check_order(earlier, line)
            self.replaced += bool(earlier.ballot.picks)
        self.last[line.ballot.voter] = line
        self._claim(line)

    def _claim(self, line: BallotLine) -> None:
        """A ballot that was taken back sets its wallets free."""
        for wallet in line.claims:
            if line.ballot.picks:
                self.claimed_by[wallet] = line.ballot.voter
            else:
                del self.claimed_by[wallet]

    def vote(self, line: BallotLine) -> Vote:
        held = sum(map(self.powers.__getitem__, line.claims))
        weight = self.weight(held)
        if weight == 0:
            _invalid(line, "its wallets weigh nothing")
        if held.bit_length() > UINT256:
            _invalid(line, "its wallets hold more than can be")
        return Vote(
            seq=line.seq,
            voter=line.ballot.voter,
            picks=line.ballot.picks,
            wallets=len(line.claims),
            power=held,
            weight=weight,
        )

    def _check_ballot(self, line: BallotLine) -> None:
        ballot, window = line.ballot, self.definition.window
        if ballot.poll != self.poll:
            _invalid(line, "it was cast for another poll")
        if ballot.picks and not self.valid(ballot.picks, self.definition.choices):
            _invalid(line, "it names a choice that is not there")
        if ballot.summary != self._sentence(ballot.picks):
            _invalid(line, "its sentence says something else than its choice")
        if not window.opens <= line.received_at <= window.closes:
            _invalid(line, "it came outside the voting time")
        if ballot.cast_at > line.received_at:
            _invalid(line, "it was received before it was cast")

    def _check_claims(self, line: BallotLine) -> None:
        claims, voter = line.claims, line.ballot.voter
        if voter not in claims or any(a >= b for a, b in pairwise(claims)):
            _invalid(line, "its wallets are not in order or leave out the voter")
        for wallet in claims:
            if wallet not in self.powers:
                _invalid(line, "it claims a wallet that is not in the census")
            if self.claimed_by.get(wallet, voter) != voter:
                _invalid(line, "it claims a wallet that another voter has used")

    def _check_withdrawal(self, earlier: BallotLine | None, line: BallotLine) -> None:
        if earlier is None or not earlier.ballot.picks or earlier.claims != line.claims:
            _invalid(line, "it takes back a ballot that is not there")

    def _sentence(self, picks: tuple[Pick, ...]) -> str:
        known = self.sentences.get(picks)
        if known is None:
            known = self.sentences[picks] = summary(self.definition, picks)
        return known

    def _check_order(self, earlier: BallotLine, line: BallotLine) -> None:
        if line.ballot.nonce <= earlier.ballot.nonce:
            _invalid(line, "it is older than the ballot it would replace")
        if earlier.ballot.picks and not set(earlier.claims) <= set(line.claims):
            _invalid(line, "it lets go of a wallet that its voter has used")


def _invalid(line: BallotLine, why: str) -> NoReturn:
    raise Refused(BALLOT, seq=line.seq, why=why)
