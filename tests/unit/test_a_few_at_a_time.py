"""Many people are looked at a few at a time, and a failure ends it."""

import asyncio
from functools import partial

import pytest

from gating.access.abreast import ABREAST, a_few_at_a_time
from gating.errors import TryLater


class Work:
    """Counts what is begun, and how much of it at once."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.now = self.most = 0

    async def __call__(self, number: int, *, fails: int = -1) -> None:
        self.begun.append(number)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.001)
        self.now -= 1
        if number == fails:
            raise TryLater("E-DATABASE")


async def test_all_are_looked_at_and_never_more_than_a_few_at_once() -> None:
    work = Work()
    await a_few_at_a_time(partial(work, number) for number in range(30))
    assert sorted(work.begun) == list(range(30))
    assert work.most == ABREAST


async def test_a_database_that_is_away_ends_it_with_its_own_name() -> None:
    work = Work()
    with pytest.raises(TryLater, match="E-DATABASE"):
        await a_few_at_a_time(partial(work, number, fails=5) for number in range(300))
    assert len(work.begun) < 20
