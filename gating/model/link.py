"""A sign-in link from its first tap to the linked wallet."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gating.model import Account, Address, LinkId, Profile
from gating.model.proof import WalletProof


class LinkState(StrEnum):
    """Where a link stands. Only a spent text leads back, from `challenged` to where it began."""

    ISSUED = "issued"
    OPENED = "opened"
    ACCOUNT_PROVED = "account_proved"
    CHALLENGED = "challenged"
    PENDING_CODE = "pending_code"
    BOUND = "bound"
    DEAD = "dead"


class Proof(StrEnum):
    """How the browser that signs shows that it is the chat account's own.

    `oauth`: the chat platform says so before there is anything to sign. `code`: a code goes from
    the page that signed to the chat.
    """

    OAUTH = "oauth"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Errand:
    """A browser on its way to the chat platform; `state` is the hash of what it carries."""

    state: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wallet that signed and is not linked before its code comes from the chat account."""

    address: Address
    code: str = field(repr=False)
    proof: WalletProof
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Challenge:
    """The exact bytes that a wallet was asked to sign; the nonce stands in them."""

    address: Address
    nonce: str = field(repr=False)
    text: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """One attempt of one chat account to link one wallet, in one browser.

    The token in its address is a secret of the person and is kept only as a hash, by the store.
    `browser` is the hash of the cookie of the browser that opened it first. `proved`: the chat
    platform said that this browser is the account's own.
    """

    id: LinkId
    account: Account
    profile: Profile
    state: LinkState
    issued_at: datetime
    expires_at: datetime
    proof: Proof = Proof.CODE
    proved: bool = False
    browser: str | None = field(default=None, repr=False)
    errand: Errand | None = None
    challenge: Challenge | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class SignInText:
    """The fields of an EIP-4361 message; an adapter writes them out."""

    domain: str
    address: Address
    statement: str
    uri: str
    chain_id: int
    nonce: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    request_id: str
    resources: tuple[str, ...]
