"""Who may vote: every holder at the snapshot block, whether linked to a fan or not."""

from collections.abc import Iterable, Mapping, Sequence

from gating.model import Address
from governance.model import CensusLine, Power
from governance.weight import weigh

TOP = 10


def census_lines(copies: Mapping[Address, int], exclude: Iterable[Address]) -> list[CensusLine]:
    """One line per address that held something and is not excluded, in order of address."""
    left_out = set(exclude)
    return [
        CensusLine(address, held)
        for address, held in sorted(copies.items())
        if held > 0 and address not in left_out
    ]


def merge(lines: Sequence[CensusLine], owner: Mapping[Address, str]) -> list[int]:
    """What each person holds, most first: linked wallets of one owner together, others alone."""
    held: dict[str, int] = {}
    for line in lines:
        person = owner.get(line.address, line.address)
        held[person] = held.get(person, 0) + line.power
    return sorted(held.values(), reverse=True)


def weights(power: Power, people: Sequence[int]) -> list[int]:
    """What each person's ballot would weigh, most first, without those who weigh nothing."""
    return sorted((w for held in people if (w := weigh(power, held))), reverse=True)


def top_share(weighed: Sequence[int]) -> int:
    """The share of the ten heaviest, in per mille of all weight (rounded down)."""
    total = sum(weighed)
    return sum(weighed[:TOP]) * 1000 // total if total else 0


def deciders(weighed: Sequence[int]) -> int:
    """How many of the heaviest outweigh all the others together."""
    total, reached = sum(weighed), 0
    for count, weight in enumerate(weighed, start=1):
        reached += weight
        if reached * 2 > total:
            return count
    return 0
