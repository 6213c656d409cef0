"""The words of polls: what is asked, who may answer, what was answered and what came out.

Everything here is a frozen value. Weights are exact `int`s; times are UTC seconds, as they stand
in the record; hashes are `0x` and lower-case hex.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from gating.model import Address, Asset, Block

PollId = NewType("PollId", str)
"""keccak256 of the canonical definition: another rule would be another poll."""
ChoiceId = NewType("ChoiceId", int)
"""A choice's number within its poll, from 1."""
Hash = NewType("Hash", str)
"""32 bytes as `0x` and 64 lower-case hex digits."""
Commit = NewType("Commit", str)
"""A chat account, as a keyed hash."""


class PollState(StrEnum):
    """Where a poll is in its life; before it is announced it is a `Draft` and has no id."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    RECORDED = "recorded"
    CANCELLED = "cancelled"


class Visibility(StrEnum):
    """Whether people see the counts before the end."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class ProofLevel(StrEnum):
    """Who vouches for a ballot: here the club, for a tap in a chat."""

    CHAT = "chat"


class WhyZero(StrEnum):
    """Why somebody's ballot weighs nothing."""

    NOT_LINKED = "not_linked"
    BOUGHT_AFTER_BLOCK = "bought_after_block"
    HELD_NOTHING = "held_nothing"
    BELOW_MINIMUM = "below_minimum"
    EXCLUDED_ADDRESS = "excluded_address"
    ALREADY_VOTED_WITH = "already_voted_with"
    LENT_ELSEWHERE = "lent_elsewhere"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. `meta` holds what a template knows of it, such as a city's country."""

    id: ChoiceId
    label: str
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """How ballots are counted. `seats` choices win; ties go through `tie_break`, in order."""

    id: str = "single"
    seats: int = 1
    tie_break: tuple[str, ...] = ("people", "declare")


@dataclass(frozen=True, slots=True)
class Quorum:
    """What must take part for the result to stand: so many people, and copies in all."""

    people: int = 0
    power: int = 0


@dataclass(frozen=True, slots=True)
class Power:
    """What weighs a ballot: copies of `asset`, merged per person, then transformed.

    `transform` is `none`, `cap:N` or `one_per_person`; who holds less than `minimum` weighs 0.
    """

    asset: Asset
    transform: str = "none"
    minimum: int = 1
    exclude: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """When ballots are taken, in UTC seconds; both ends belong to it.

    With `early_close` a moderator may end it before; everybody knows so from the rules.
    """

    opens: int
    closes: int
    early_close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a moderator fills in. Nothing of it is fixed until the poll is announced."""

    title: str
    labels: tuple[str, ...]
    opens: datetime
    closes: datetime
    early_close: bool = False
    body: str = ""
    transform: str = "none"
    minimum: int = 1
    exclude: tuple[Address, ...] = ()
    visibility: Visibility = Visibility.SHOWN
    method: Method = Method()
    quorum: Quorum = Quorum()


@dataclass(frozen=True, slots=True)
class Club:
    """The club as its records name it: `instance` tells one deployment from another."""

    name: str
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Everything that decides the outcome, frozen when the poll is announced."""

    club: Club
    club_key: Address
    title: str
    body_sha256: str
    choices: tuple[Choice, ...]
    method: Method
    power: Power
    snapshot: Block
    window: Window
    visibility: Visibility
    quorum: Quorum
    proposer: Commit
    created_at: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How many copies each address held at a finalized block.

    `delegates`: vaults that lent all they held to hot wallets, which come in the order in which
    the vault named them (delegate.xyz).
    """

    block: Block
    copies: Mapping[Address, int]
    delegates: Mapping[Address, Sequence[Address]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CensusLine:
    """One holder at the snapshot block and what it held then."""

    address: Address
    power: int


@dataclass(frozen=True, slots=True)
class Electorate:
    """The census in numbers. `people` merges wallets linked to one fan at the announcement."""

    root: Hash
    wallets: int
    power: int
    people: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature under a hash, and whose it is meant to be."""

    role: str
    address: Address
    signature: str


@dataclass(frozen=True, slots=True)
class LogHead:
    """How long the log is, and the hash that stands for all of it."""

    size: int
    head: Hash


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Who stopped a poll (as a keyed hash), when, and the reason given."""

    by: Commit
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecordId:
    """A published record: its hash, the CID of `record.json`, and who won."""

    hash: Hash
    cid: str
    winners: tuple[ChoiceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as it stands now."""

    id: PollId
    definition: Definition
    signed: Signed
    body: str
    state: PollState
    electorate: Electorate
    log: LogHead
    closed_at: int | None = None
    record: RecordId | None = None
    cancelled: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice on a ballot. With `single` the value is 1 (EIP-712 `Choice`)."""

    id: ChoiceId
    value: int = 1


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is signed (EIP-712 `Ballot`). A greater `nonce` of the same voter replaces."""

    voter: Address
    poll: PollId
    nonce: int
    cast_at: int
    picks: tuple[Pick, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Blind:
    """The account of one ballot: a commitment, and the salt that opens it and stays private."""

    commit: Commit
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotLine:
    """A ballot in the log. `claims` are the wallets that it speaks for, in order of address.

    One that picks nothing takes the voter's earlier ballot back.
    """

    seq: int
    received_at: int
    ballot: Ballot
    proof_level: ProofLevel
    account_commit: Commit
    claims: tuple[Address, ...]
    signature: str
    prev: Hash
    head: Hash = Hash("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseLine:
    """The last line of a log: nothing after it counts."""

    seq: int
    received_at: int
    closes: int
    prev: Hash
    head: Hash = Hash("")


LogLine = BallotLine | CloseLine


@dataclass(frozen=True, slots=True)
class Receipt:
    """The club's signed word that it took a ballot, at this place of the log."""

    poll: PollId
    seq: int
    ballot_hash: Hash
    head: Hash
    received_at: int
    signature: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's ballot that counts: `power` is what the wallets held, `weight` what it weighs."""

    seq: int
    voter: Address
    picks: tuple[Pick, ...]
    wallets: int
    power: int
    weight: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The ballots that count at some point of the log, and how many were replaced by them."""

    votes: tuple[Vote, ...]
    replaced: int


@dataclass(frozen=True, slots=True)
class Total:
    """What one choice got."""

    choice: ChoiceId
    weight: int
    people: int


@dataclass(frozen=True, slots=True)
class TieBreak:
    """A tie rule that was used: among whom, and who was left."""

    rule: str
    among: tuple[ChoiceId, ...]
    left: tuple[ChoiceId, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who wins. More winners than seats means a tie that is left to the artist."""

    winners: tuple[ChoiceId, ...]
    ties: tuple[TieBreak, ...] = ()


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part: people, their wallets, and what those held at the snapshot."""

    people: int
    wallets: int
    power: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The result, with everything that is needed to say why."""

    poll: PollId
    totals: tuple[Total, ...]
    turnout: Turnout
    wallets: int
    power: int
    replaced: int
    quorum_met: bool
    outcome: Outcome
