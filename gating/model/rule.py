"""The rules of gates: a tree of what a fan must hold, have held, or be.

Amounts are exact `int`s in base units, blocks are numbers on the contract's own chain, times are
UTC seconds. What each rule means, with examples, stands in `docs/rules.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gating.model import Asset, Platform

MOST = 2**256 - 1
"""The greatest token id and amount there can be (uint256)."""


class ContractKind(StrEnum):
    """What a contract's logs and view calls say."""

    ERC721 = "erc721"
    ERC1155 = "erc1155"
    ERC20 = "erc20"
    VOTES = "votes"
    """`getPastVotes` (EIP-5805), as ERC20Votes and ERC721Votes have it."""
    KEY = "key"
    """A key that expires, as Unlock's locks give it."""


@dataclass(frozen=True, slots=True)
class Ids:
    """Token ids in closed ranges, in ascending order and apart from each other."""

    spans: tuple[tuple[int, int], ...]

    def __contains__(self, token: int) -> bool:
        return any(low <= token <= high for low, high in self.spans)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract that rules speak of by `name`. `decimals`: digits after the point of a whole
    token. `tiers`: named sets of its token ids."""

    name: str
    kind: ContractKind
    asset: Asset
    decimals: int = 0
    first_block: int = 0
    tiers: tuple[tuple[str, Ids], ...] = ()

    def tier(self, name: str) -> Ids:
        return dict(self.tiers)[name]


class Across(StrEnum):
    """How the wallets of a fan count together."""

    ANY = "any"
    """One wallet must meet the rule by itself."""
    SUM = "sum"
    """All wallets together."""
    MAX = "max"
    """The wallet with the most, and no other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is asked for, and over which of the fan's wallets."""

    min: int = 1
    max: int | None = None
    across: Across = Across.SUM

    def met_by(self, amounts: tuple[int, ...]) -> bool:
        """Whether what each wallet has is enough, and not too much."""
        if self.across is Across.SUM:
            return self._fits(sum(amounts))
        if self.across is Across.MAX:
            return self._fits(max(amounts, default=0))
        return any(map(self._fits, amounts or (0,)))

    def of(self, amounts: tuple[int, ...]) -> int:
        """The amount that is compared, and shown to people."""
        return sum(amounts) if self.across is Across.SUM else max(amounts, default=0)

    def _fits(self, amount: int) -> bool:
        return self.min <= amount and (self.max is None or amount <= self.max)


@dataclass(frozen=True, slots=True)
class Holds:
    """Tokens of an ERC-721, or units of an ERC-1155, whatever their ids."""

    contract: Contract
    wanted: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class TokenIds:
    """Tokens whose ids are in a set."""

    contract: Contract
    ids: Ids
    wanted: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class Tier:
    """Tokens of a tier that the club file names."""

    contract: Contract
    tier: str
    wanted: Wanted = Wanted()

    @property
    def ids(self) -> Ids:
        return self.contract.tier(self.tier)


@dataclass(frozen=True, slots=True)
class Trait:
    """Tokens that have all of these traits, each token by itself."""

    contract: Contract
    traits: tuple[tuple[str, str], ...]
    wanted: Wanted = Wanted()


class RankOf(StrEnum):
    """Whose place in the order of minting counts."""

    TOKENS = "tokens"
    """The token's, whoever holds it now."""
    WALLETS = "wallets"
    """The first buyer's, whether it still holds or not."""


@dataclass(frozen=True, slots=True)
class MintRank:
    """A held token among the first `first` minted, or a wallet among the first that minted."""

    contract: Contract
    first: int
    of: RankOf = RankOf.TOKENS


@dataclass(frozen=True, slots=True)
class MintedBefore:
    """Held tokens that were minted before a block, or before a time (one of both is given)."""

    contract: Contract
    block: int | None = None
    time: int | None = None
    min: int = 1


@dataclass(frozen=True, slots=True)
class HeldContinuously:
    """Tokens that the fan's wallets, together, have held for so many days without a break."""

    contract: Contract
    days: int
    min: int = 1


@dataclass(frozen=True, slots=True)
class HeldAt:
    """What the fan's wallets held at a past block."""

    contract: Contract
    block: int
    wanted: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class HeldThrough:
    """Tokens held at every block from `first` up to and with `last`."""

    contract: Contract
    first: int
    last: int
    min: int = 1


@dataclass(frozen=True, slots=True)
class Erc20:
    """An amount of an ERC-20, in base units."""

    contract: Contract
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class VotesAt:
    """Votes delegated to the fan's wallets at a past block, in base units."""

    contract: Contract
    block: int
    wanted: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class ExpiringKey:
    """A key that is not over yet."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class Allowlist:
    """One of the fan's wallets stands on a list."""

    list: str


@dataclass(frozen=True, slots=True)
class Denylist:
    """None of the fan's wallets stands on a list."""

    list: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The fan has an account of this platform."""

    platform: Platform


@dataclass(frozen=True, slots=True)
class RoleElsewhere:
    """The platform itself gave the fan a role or let the fan into a chat, as for a paid tier."""

    platform: Platform
    id: str


@dataclass(frozen=True, slots=True)
class Code:
    """The fan has entered a code of the guest list."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met."""

    parts: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part is enough."""

    parts: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of the parts must be met."""

    needed: int
    parts: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be met."""

    part: "Rule"


Predicate = (
    Holds
    | TokenIds
    | Tier
    | Trait
    | MintRank
    | MintedBefore
    | HeldContinuously
    | HeldAt
    | HeldThrough
    | Erc20
    | VotesAt
    | ExpiringKey
    | Allowlist
    | Denylist
    | Linked
    | RoleElsewhere
    | Code
)
Group = AllOf | AnyOf | AtLeast | Not
Rule = Predicate | Group


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly below this one."""
    if isinstance(rule, Not):
        return (rule.part,)
    return rule.parts if isinstance(rule, AllOf | AnyOf | AtLeast) else ()


def predicates_of(rule: Rule) -> Iterator[Predicate]:
    """Every predicate of the tree."""
    if not isinstance(rule, AllOf | AnyOf | AtLeast | Not):
        yield rule
    for part in parts_of(rule):
        yield from predicates_of(part)
