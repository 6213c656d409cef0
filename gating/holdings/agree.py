"""Whether two endpoints say the same of a range of blocks. Pure.

What is stored came from one endpoint. It is taken as certain only where two endpoints give the
same hash for the range's last block, the same transfers in it and, where they count, the same
words of vaults (threats: RP1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gating.model.holdings import Testimony

ENOUGH = 2
"""Endpoints that must say the same."""


class Verdict(Enum):
    """What to think of the stored transfers of a range."""

    AGREED = "agreed"
    ALONE = "alone"
    """Nobody contradicts, but fewer than two endpoints could be asked."""
    CONTRADICTED = "contradicted"
    WRONG = "wrong"
    """Two endpoints agree with each other, and not with what is stored."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The verdict, and which endpoints stand against two that agree."""

    verdict: Verdict
    against: tuple[int, ...] = ()


def agreement(ours: Testimony, told: Sequence[Testimony], *, final: bool) -> Agreement:
    """Compare what is stored with what the endpoints tell.

    Above the final block (`final` false) another hash is a fork that may still pass, and no lie.
    """
    heard = [one for one in told if final or one.hash == ours.hash]
    against = [one for one in heard if not _same(one, ours)]
    if len(heard) - len(against) >= ENOUGH:
        return Agreement(Verdict.AGREED, tuple(one.endpoint for one in against))
    for one in against:
        alike = [other for other in against if _same(one, other)]
        if len(alike) >= ENOUGH:
            others = [other.endpoint for other in heard if not _same(one, other)]
            return Agreement(Verdict.WRONG, tuple(others))
    return Agreement(Verdict.CONTRADICTED if against else Verdict.ALONE)


def _same(one: Testimony, other: Testimony) -> bool:
    return (
        one.hash == other.hash
        and tuple(one.transfers) == tuple(other.transfers)
        and tuple(one.words) == tuple(other.words)
    )
