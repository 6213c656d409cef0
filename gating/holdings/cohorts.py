"""Assets that stand at the same block are read together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gating.model import Asset, Block


@dataclass(frozen=True, slots=True)
class Cohort:
    """Assets of one chain whose transfers are stored up to the same block, or not at all.

    `first` is where their histories begin.
    """

    assets: tuple[Asset, ...]
    tip: Block | None
    first: int

    @property
    def reached(self) -> int:
        return self.tip.number if self.tip else self.first - 1


def cohorts(tips: Mapping[Asset, Block | None], first: Mapping[Asset, int]) -> Sequence[Cohort]:
    """Who is furthest comes first; an asset that has caught up joins the others by itself."""
    together: dict[tuple[Block | None, int], list[Asset]] = {}
    for asset, tip in tips.items():
        together.setdefault((tip, first[asset] if tip is None else 0), []).append(asset)
    return sorted(
        (
            Cohort(tuple(assets), tip, min(first[asset] for asset in assets))
            for (tip, _), assets in together.items()
        ),
        key=lambda cohort: -cohort.reached,
    )


def by_mark(marks: Mapping[Asset, int]) -> Iterable[tuple[int, tuple[Asset, ...]]]:
    """Assets with the same number, together."""
    for number in sorted(set(marks.values())):
        yield number, tuple(asset for asset, mark in marks.items() if mark == number)
