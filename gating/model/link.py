"""A sign-in link from its first tap to the linked wallet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gating.model import Account, Address, LinkId, Profile


class LinkState(StrEnum):
    """Where a link stands; it only ever moves to the right, or to `dead`."""

    ISSUED = "issued"
    OPENED = "opened"
    CHALLENGED = "challenged"
    BOUND = "bound"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Challenge:
    """The exact bytes that a wallet was asked to sign; the nonce stands in them."""

    address: Address
    nonce: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """One attempt of one chat account to link one wallet, in one browser.

    The token in its address is a secret of the person and is kept only as a hash, by the store.
    `browser` is the hash of the cookie of the browser that opened it first.
    """

    id: LinkId
    account: Account
    profile: Profile
    state: LinkState
    issued_at: datetime
    expires_at: datetime
    browser: str | None = None
    challenge: Challenge | None = None


@dataclass(frozen=True, slots=True)
class SignInText:
    """The fields of an EIP-4361 message; an adapter writes them out."""

    domain: str
    address: Address
    statement: str
    uri: str
    chain_id: int
    nonce: str
    issued_at: datetime
    expires_at: datetime
    request_id: str
    resources: tuple[str, ...]
