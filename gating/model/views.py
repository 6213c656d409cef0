"""What contracts answer when they are asked, where no log tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class NoAnswer(StrEnum):
    """Why a contract's view gave no number. None of these is a zero."""

    REFUSED = "refused"
    """The contract reverted."""
    SHORT = "short"
    """Less than a word came back."""
    LONG = "long"
    """More than a word came back."""
    NO_CODE = "no-code"
    """There is no contract at this address and block, or not any more."""
    FLOODS = "floods"
    """The call takes more gas, or answers more, than is allowed."""
    DISAGREE = "disagree"
    """Endpoints contradict each other."""
    ALONE = "alone"
    """Two endpoints must say it, and only one answered."""


Viewed = int | NoAnswer


@dataclass(frozen=True, slots=True)
class Key:
    """An expiring key: good now or not, and until when in UTC seconds where the lock says it."""

    good: bool | NoAnswer
    until: Viewed


def next_look(keys: Iterable[Key], now: datetime) -> datetime | None:
    """When the first of these keys ends: no log will tell of it. None if none will."""
    ends = [
        key.until
        for key in keys
        if isinstance(key.until, int) and now.timestamp() < key.until < _FAR
    ]
    return datetime.fromtimestamp(min(ends), UTC) if ends else None


_FAR = 253_402_300_800
"""The year 10,000: keys that never end say 2**256 - 1."""
