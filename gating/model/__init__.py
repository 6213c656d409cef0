"""The words of access: who a fan is, what a wallet held at which block, and what that opens.

Everything here is a frozen value. Amounts and copy numbers are exact `int`s in base units;
a number read from a chain always travels with the `Block` at which it was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, NewType

from gating.errors import Fact

if TYPE_CHECKING:  # rules are made of the words below
    from gating.model.rule import Rule

FanId = NewType("FanId", str)
"""One person in one club, whatever accounts and wallets are theirs (a UUID in hex)."""
GateId = NewType("GateId", str)
"""A gate's short name in the club file, such as `holder`."""
Address = NewType("Address", str)
"""An account on an EVM chain: `0x` and 40 lower-case hex digits (EIP-55 is for people)."""
LinkId = NewType("LinkId", str)
DropId = NewType("DropId", str)
EntryId = NewType("EntryId", int)
"""A row of the outbox; a greater one was written later."""


class Platform(StrEnum):
    """A place where fans chat."""

    DISCORD = "discord"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Account:
    """A chat account: the platform and its own id of the person, as text."""

    platform: Platform
    user_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Profile:
    """How an account shows itself to people; never used to decide anything."""

    username: str
    display_name: str
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A block that was seen: `timestamp` is the chain's own, in UTC seconds."""

    chain_id: int
    number: int
    hash: str
    timestamp: int


class TokenKind(StrEnum):
    """The standard whose logs tell who holds an asset."""

    ERC20 = "erc20"
    ERC721 = "erc721"
    ERC1155 = "erc1155"


@dataclass(frozen=True, slots=True)
class Asset:
    """A contract whose tokens open gates. `decimals` only says how people read an amount."""

    chain_id: int
    contract: Address
    name: str = ""
    kind: TokenKind = TokenKind.ERC721
    decimals: int = 0

    def __hash__(self) -> int:
        """Of what tells contracts apart: every look at evidence takes it."""
        return hash(self.contract)


class Transfer(NamedTuple):
    """`amount` of token `token_id` changed hands (EIP-20, EIP-721, EIP-1155, EIP-2309).

    A tuple, for a long history is millions of them, and it is made in a third of the time.
    One log may tell of several, which `sub_index` counts. An ERC-20 has the one token 0; an
    ERC-721 moves amounts of 1. `block_time` is the block's own, in UTC seconds.
    """

    asset: Asset
    block_number: int
    block_hash: str
    log_index: int
    token_id: int
    sender: Address
    receiver: Address
    amount: int = 1
    sub_index: int = 0
    block_time: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """What one wallet held of one asset at one block.

    `copies` are token ids, and none for an ERC-20. `amounts` says how many of which id where a
    wallet can hold more than one of it: ERC-1155, and ERC-20 as id 0. `through`: the wallet is a
    vault that delegated to this wallet of the fan.
    """

    wallet: Address
    asset: Asset
    copies: frozenset[int]
    at: Block
    amounts: tuple[tuple[int, int], ...] = ()
    through: Address | None = None

    @property
    def balance(self) -> int:
        """How many, over all ids, in base units."""
        return sum(amount for _, amount in self.amounts) if self.amounts else len(self.copies)


@dataclass(frozen=True, slots=True)
class Reading:
    """A fan's holdings at two blocks, and whether they can still be relied on.

    `settled` is the newest block deep enough for additions, `final` the newest finalized one:
    a removal needs the copy gone at both. `silent` names why the chain cannot be read now
    (an outage code such as `E-CHAINDOWN`); then both blocks are only the last that were seen.
    `moving`: a copy came or went after the final block, so nothing about it is final yet.
    `elsewhere`: vaults that delegate to the fan, but whose copies count for another fan.
    """

    settled: Block | None
    final: Block | None
    at_settled: tuple[Holding, ...] = ()
    at_final: tuple[Holding, ...] = ()
    silent: str | None = None
    moving: bool = False
    elsewhere: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """One thing a gate opens: a role's id on Discord, a chat's id on Telegram."""

    gate: GateId
    platform: Platform
    target: str
    name: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule and the passes that it opens.

    `grace`: how long a pass stays after its end was told, for holdings that were sold.
    """

    id: GateId
    name: str
    rule: "Rule"
    passes: tuple[Pass, ...]
    grace: timedelta = timedelta(0)

    def __hash__(self) -> int:
        """Of what tells gates apart: what they ask is looked for by it at every look at a fan."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Yes:
    """The rule is met, by these copies, at this block (None where no chain was asked)."""

    copies: tuple[int, ...]
    at: Block | None


@dataclass(frozen=True, slots=True)
class No:
    """The rule is not met at this block; `code` is the failure code of the reason."""

    code: str
    at: Block | None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing can be said now. It never removes anything and never opens anything new."""

    code: str


Answer = Yes | No | Unknown


class Step(StrEnum):
    """What is done to a pass: on the platform (open, close), or with us alone (end, keep)."""

    OPEN = "open"
    CLOSE = "close"
    END = "end"
    """It is to be closed after the gate's grace, unless what opened it comes back."""
    KEEP = "keep"
    """Its end is called off."""
    INVITE = "invite"
    """It may be had again by asking for it, which the account is told once."""


@dataclass(frozen=True, slots=True)
class HeldPass:
    """A pass that we granted to an account (also one whose delivery is still on its way).

    `ends_at`: from then on it may be taken, unless its end is called off before. `contested`:
    somebody else took it away since, which we do not fight. `missed`: the account was not in the
    server when it was to be given.
    """

    account: Account
    gate: GateId
    target: str
    ends_at: datetime | None = field(default=None, compare=False)
    contested: bool = field(default=False, compare=False)
    missed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what an account has from us and what it should have.

    `after`: how long a pass stays whose end is set (`Step.END`).
    """

    step: Step
    account: Account
    gate: GateId
    target: str
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell people: the key of a sentence in `bot/texts` and what fills it.

    `buttons` are keys of actions; values are plain text and are escaped where they are shown.
    """

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


class WalletKind(StrEnum):
    """How a wallet says yes: with its key, or by its code (EIP-1271, EIP-6492)."""

    EOA = "eoa"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet that proved itself to be a fan's, on the chain `proof_chain`."""

    address: Address
    linked_at: datetime
    kind: WalletKind = WalletKind.EOA
    proof_chain: int | None = None
    label: str = ""
    """What the fan calls it."""


@dataclass(frozen=True, slots=True)
class Fan:
    """One person in one club: the accounts and wallets that were proved to belong together."""

    id: FanId
    accounts: tuple[Account, ...] = ()
    wallets: tuple[Wallet, ...] = ()

    @property
    def addresses(self) -> tuple[Address, ...]:
        return tuple(wallet.address for wallet in self.wallets)


@dataclass(frozen=True, slots=True)
class Known:
    """What we keep of one fan's access: grants, knocks, and what waits on a platform already.

    `due`: when the fan is to be looked at because an answer turns by itself then.
    """

    fan: Fan
    held: tuple[HeldPass, ...]
    knocks: Mapping[Account, frozenset[str]]
    ahead: int
    due: datetime | None = None
    owed: Mapping[Account, frozenset[str]] = field(default_factory=dict)
    """Chats that we took from each account, which has heard of no way back yet."""
