"""What is kept about one person: whose it is, where it stands, and what forgetting does to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gating.model import Account, Address, FanId

Sections = Mapping[str, Sequence[Mapping[str, Any]]]
"""Everything that is kept about one person, by table; the values are ready for JSON."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: all accounts that were proved to be in the same hands, and their wallets.

    `fan` is None for an account that never linked anything; it may have left traces all the same.
    """

    fan: FanId | None
    accounts: tuple[Account, ...]
    addresses: tuple[Address, ...] = ()


class Whose(StrEnum):
    """By what a row is somebody's."""

    NOBODY = "nobody"
    FAN = "fan"
    ACCOUNT = "account"
    WALLET = "wallet"
    LANE = "lane"
    """By the lane of the outbox, which is an account's."""
    NAMED = "named"
    """By the fan, or by an account that stands in its facts."""


class Forgetting(StrEnum):
    """What becomes of a person's rows."""

    DELETED = "deleted"
    UNLINKED = "unlinked"
    """The row stays, and nothing in it says whose it was."""
    PUBLIC = "public"
    """It says what anybody can read on the chain, and nothing of a chat account."""
    NOTHING = "nothing"
    """It is about nobody."""


@dataclass(frozen=True, slots=True)
class Held:
    """One table: whose rows it has, what of them is shown, and what forgetting does to them.

    Every column is either `shown` to the person it is about or `inner`: a hash of a secret, or a
    number that says something to this program alone. `owner` are the columns that say whose a row
    is; a wallet there that is not the person's own is left out of what is shown.
    """

    whose: Whose
    forgetting: Forgetting
    owner: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()


def is_about_nobody(*columns: str) -> Held:
    """A table in which no row is about a person."""
    return Held(Whose.NOBODY, Forgetting.NOTHING, inner=columns)
