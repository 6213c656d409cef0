"""What rules are judged by, and what must be read for them.

Each thing that a rule can ask is a `Need`, and each need has a piece of evidence that answers it.
What nobody has looked up, or could not be read, is `Unknown`; it is never taken as nothing.
Needs of one club are few, whatever the number of fans, so each can be read for all fans at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gating.model import Address, Asset, Block, Platform, Unknown
from gating.model.rule import (
    Allowlist,
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
    Predicate,
    RankOf,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
    predicates_of,
)

NO_EVIDENCE = "E-NOEVIDENCE"
"""Nobody has looked this up: the house cannot read it yet."""

Piece = TypeVar("Piece")


class Need(Generic[Piece]):
    """Something to be looked up about one fan; `Piece` is what answers it."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What one wallet has of one contract: an amount, and of which token ids where there are any.

    `units`: of an ERC-1155, how many of an id where that is not one.
    """

    wallet: Address
    amount: int
    tokens: frozenset[int] = frozenset()
    units: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Balances:
    """What each wallet of the fan has at one block; `final` if the chain calls that block so."""

    at: Block
    wallets: tuple[Balance, ...]
    final: bool = False

    @property
    def amounts(self) -> tuple[int, ...]:
        return tuple([wallet.amount for wallet in self.wallets])

    @property
    def tokens(self) -> frozenset[int]:
        if len(self.wallets) == 1:
            return self.wallets[0].tokens
        return frozenset().union(*(wallet.tokens for wallet in self.wallets))


@dataclass(frozen=True, slots=True)
class Stay:
    """A token with the fan's wallets, from a block and its time on; `left` is the block in which
    it went to somebody else, None while it has not."""

    since: int
    since_time: int
    left: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Every stay of every token with the fan's wallets together, up to a block."""

    at: Block
    stays: Mapping[int, tuple[Stay, ...]]
    final: bool = False


@dataclass(frozen=True, slots=True)
class Mint:
    """When a token was minted, and as which one (from 1, by block and log index)."""

    rank: int
    block: int
    time: int


@dataclass(frozen=True, slots=True)
class Mints:
    """How the tokens that the fan holds were minted, and the fan's own places among all wallets
    that ever minted (from 1, each at its first mint)."""

    at: Block
    tokens: Mapping[int, Mint]
    wallets: Mapping[Address, int] = field(default_factory=dict)
    final: bool = False


@dataclass(frozen=True, slots=True)
class Expiries:
    """Until when each of the fan's keys is good, in UTC seconds; 2**256-1 is for ever."""

    at: Block
    until: tuple[int, ...]
    final: bool = False


@dataclass(frozen=True, slots=True)
class HeldNow(Need[Balances]):
    asset: Asset


@dataclass(frozen=True, slots=True)
class HeldThen(Need[Balances]):
    """At a past block; wallets as they are linked now."""

    asset: Asset
    block: int


@dataclass(frozen=True, slots=True)
class VotesThen(Need[Balances]):
    """`getPastVotes` of each wallet as its amount."""

    asset: Asset
    block: int


@dataclass(frozen=True, slots=True)
class Stays(Need[History]):
    asset: Asset


@dataclass(frozen=True, slots=True)
class HowMinted(Need[Mints]):
    asset: Asset


@dataclass(frozen=True, slots=True)
class KeysNow(Need[Expiries]):
    asset: Asset


@dataclass(frozen=True, slots=True)
class TraitsOf(Need[Mapping[int, Mapping[str, str]]]):
    """The artist's table: token id to trait to value. The same for all fans."""

    asset: Asset


@dataclass(frozen=True, slots=True)
class OnList(Need[frozenset[Address]]):
    """All addresses of a list. The same for all fans."""

    list: str


@dataclass(frozen=True, slots=True)
class Linkage(Need[tuple[Address, ...]]):
    """The fan's wallets."""


@dataclass(frozen=True, slots=True)
class Accounts(Need[frozenset[Platform]]):
    """The platforms on which the fan has an account."""


@dataclass(frozen=True, slots=True)
class HasRole(Need[bool]):
    platform: Platform
    id: str


@dataclass(frozen=True, slots=True)
class GaveCode(Need["int | None"]):
    """The UTC second since which the fan stands on the guest list; None if not."""

    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one fan. `at`: the block as of which the fan is judged."""

    pieces: Mapping[Need[Any], Any] = field(default_factory=dict)
    at: Block | None = None

    def about(self, need: Need[Piece]) -> Piece | Unknown:
        """The piece for this need, or why there is none."""
        found: Piece | Unknown = self.pieces.get(need, _NOBODY_LOOKED)
        return found


def needs(rule: Rule) -> frozenset[Need[Any]]:
    """Everything that must be looked up to judge this rule."""
    return frozenset(need for part in predicates_of(rule) for need in needs_of(part))


def needs_of(rule: Predicate) -> Iterable[Need[Any]]:
    """What one predicate is judged by."""
    return _NEEDS[type(rule)](rule)


def _held(rule: Holds | TokenIds | Tier | Erc20) -> Iterable[Need[Any]]:
    return (HeldNow(rule.contract.asset),)


def _minted(rule: MintRank | MintedBefore) -> Iterable[Need[Any]]:
    if isinstance(rule, MintRank) and rule.of is RankOf.WALLETS:
        return (HowMinted(rule.contract.asset),)
    return (HeldNow(rule.contract.asset), HowMinted(rule.contract.asset))


def _stayed(rule: HeldContinuously | HeldThrough) -> Iterable[Need[Any]]:
    return (Stays(rule.contract.asset),)


def _listed(rule: Allowlist | Denylist) -> Iterable[Need[Any]]:
    return (Linkage(), OnList(rule.list))


_NEEDS: Mapping[type, Callable[[Any], Iterable[Need[Any]]]] = {
    Holds: _held,
    TokenIds: _held,
    Tier: _held,
    Erc20: _held,
    Trait: lambda rule: (HeldNow(rule.contract.asset), TraitsOf(rule.contract.asset)),
    MintRank: _minted,
    MintedBefore: _minted,
    HeldContinuously: _stayed,
    HeldThrough: _stayed,
    HeldAt: lambda rule: (HeldThen(rule.contract.asset, rule.block),),
    VotesAt: lambda rule: (VotesThen(rule.contract.asset, rule.block),),
    ExpiringKey: lambda rule: (KeysNow(rule.contract.asset),),
    Allowlist: _listed,
    Denylist: _listed,
    Linked: lambda _: (Accounts(),),
    RoleElsewhere: lambda rule: (HasRole(rule.platform, rule.id),),
    Code: lambda rule: (GaveCode(rule.name),),
}
_NOBODY_LOOKED = Unknown(NO_EVIDENCE)
