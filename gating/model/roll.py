"""Who is inside a place that a gate opens, as its platform tells."""

from dataclasses import dataclass

from gating.model import Account, Pass


@dataclass(frozen=True, slots=True)
class Roll:
    """`total` people are inside (on Telegram the bots among them).

    `accounts`: all of them where the platform lists them (`complete`), else those that were asked
    for by name and are inside.
    """

    total: int
    accounts: frozenset[Account]
    complete: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """What a moderator decides by before anything is adopted. Numbers count accounts.

    Of those inside `ours` were let in by us, `holding` are linked and hold enough, `lacking` are
    linked and hold too little, `unsure` cannot be judged now; of the others nothing is known.
    """

    way: Pass
    total: int
    ours: int
    holding: tuple[Account, ...]
    lacking: int
    unsure: int

    @property
    def unknown(self) -> int:
        """Inside, and linked to no wallet."""
        return max(0, self.total - self.ours - len(self.holding) - self.lacking - self.unsure)
