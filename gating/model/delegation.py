"""The words of delegation: what a vault has said in the delegate registry, and what follows.

Source: delegate.xyz v2, `IDelegateRegistry`. A vault (cold wallet) names a hot wallet; nothing
moves, and the vault can take it back at any time.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from gating.model import Address

Rights = NewType("Rights", str)
"""What a delegation is for: the registry's `bytes32` as 64 lower-case hex digits."""
WHOLE = Rights("0" * 64)
"""Empty rights: the hot wallet may do whatever a delegate may."""


class Scope(StrEnum):
    """How much of the vault is delegated: everything, one contract's tokens, or one token."""

    ALL = "all"
    CONTRACT = "contract"
    TOKEN = "token"  # noqa: S105  - an ERC-721 token, not a secret


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry that a club reads: where it is, since which block, and which right counts."""

    chain_id: int
    contract: Address
    rights: Rights
    first_block: int = 0

    @property
    def counting(self) -> tuple[Rights, Rights]:
        """Rights that count: the empty ones, and the one that the club names."""
        return WHOLE, self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """One log of the registry: `vault` names `hot`, or takes it back (`enabled` false)."""

    block_number: int
    block_hash: str
    log_index: int
    vault: Address
    hot: Address
    scope: Scope
    contract: Address | None
    token_id: int | None
    rights: Rights
    enabled: bool

    @property
    def subject(self) -> "Subject":
        return self.vault, self.hot, self.scope, self.contract, self.token_id, self.rights


Subject = tuple[Address, Address, Scope, Address | None, int | None, Rights]
"""What a word is about: a later one of the same subject takes its place."""


def changes_in(said: Sequence[Delegation], holding: Set[Subject]) -> tuple[Delegation, ...]:
    """Without what only repeats what holds already; `holding` did before the first of them."""
    holds, kept = set(holding), []
    for word in said:
        if word.enabled is not (word.subject in holds):
            kept.append(word)
        (holds.add if word.enabled else holds.discard)(word.subject)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Lent:
    """One copy of a vault, and a hot wallet that it may count for at some block."""

    vault: Address
    copy: int
    hot: Address
