"""The words of the holdings index: what a range of logs says, and what many wallets hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gating.model import Address, Asset, Block, Holding, Reading, TokenKind, Transfer
from gating.model.delegation import Delegation


class SkipReason(StrEnum):
    """Why a log of a followed contract is no transfer that counts."""

    NO_TOKEN = "no-token"  # noqa: S105  - a word
    """A `Transfer` without the indexed token id, as an ERC-20 writes it, where copies count."""
    HAS_TOKEN = "has-token"  # noqa: S105  - a word
    """A `Transfer` with an indexed token id, as an ERC-721 writes it, where amounts count."""
    OTHER_KIND = "other-kind"
    """A transfer of another standard than the one the contract is declared to follow."""
    DATA = "data"
    """Data that is too short, too long, or points outside itself."""
    NO_ADDRESS = "no-address"
    """A sender or receiver of more than 20 bytes."""
    RANGE = "range"
    """An ERC-2309 range that ends before it begins, or has more copies than are kept."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A log that was left out, and where it stands."""

    asset: Asset
    reason: SkipReason
    block_number: int


@dataclass(frozen=True, slots=True)
class LogRange:
    """What the logs say of the blocks up to and with `end`, in chain order."""

    end: Block
    transfers: Sequence[Transfer] = ()
    skipped: Sequence[Skipped] = ()


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one endpoint says of a range of blocks: the hash of its last, and its transfers.

    `endpoint` is its place in the list, from 1. `words`: what vaults said, where that counts too.
    """

    hash: str
    transfers: Sequence[Transfer]
    endpoint: int = 0
    words: Sequence[Delegation] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of an asset's history has come. `left` is an estimate in seconds."""

    asset: Asset
    done: int
    total: int
    per_second: float = 0.0

    @property
    def left(self) -> float | None:
        if self.done >= self.total:
            return 0.0
        return (self.total - self.done) / self.per_second if self.per_second else None


Tokens = tuple[tuple[int, int], ...]
"""Pairs of token id and amount, in order of id; amounts are above zero."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What many wallets hold of one asset: a `Reading` for any of them, without another question.

    `at_final` names only the wallets that moved something since the final block; the others held
    then what they hold at the settled one.
    """

    asset: Asset
    settled: Block | None = None
    final: Block | None = None
    silent: str | None = None
    at_settled: Mapping[Address, Tokens] = field(default_factory=dict)
    at_final: Mapping[Address, Tokens] = field(default_factory=dict)
    moved: frozenset[Address] = frozenset()

    def of(self, wallets: Sequence[Address]) -> Reading:
        """The reading of a fan with these wallets; they must be among those that were asked."""
        return Reading(
            self.settled,
            self.final,
            self.held(wallets, self.settled) if self.settled else (),
            self.held(wallets, self.final) if self.final else (),
            self.silent,
            any(wallet in self.moved for wallet in wallets),
        )

    def held(self, wallets: Iterable[Address], at: Block) -> tuple[Holding, ...]:
        """What these wallets hold at one of the two blocks."""
        now = self.at_settled
        if at == self.settled:
            return tuple([holding_of(w, self.asset, now.get(w, ()), at) for w in wallets])
        then = {w: self.at_final.get(w, now.get(w, ())) for w in wallets}
        return tuple([holding_of(w, self.asset, held, at) for w, held in then.items()])


def holding_of(wallet: Address, asset: Asset, tokens: Tokens, at: Block) -> Holding:
    """A holding as its kind is told: by copies, by amounts, or by both."""
    match asset.kind:
        case TokenKind.ERC721:
            return Holding(wallet, asset, frozenset(token for token, _ in tokens), at)
        case TokenKind.ERC1155:
            return Holding(wallet, asset, frozenset(token for token, _ in tokens), at, tokens)
    return Holding(wallet, asset, frozenset(), at, tokens)
