"""A platform that only remembers what it was asked to do, and fails where it is told to."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gating.errors import NotDone
from gating.model import Account, Notice
from gating.model.entries import Post
from gating.model.roll import Roll

Answer = Callable[[str], NotDone | None]


def _agrees(_: str) -> NotDone | None:
    return None


@dataclass
class RecordingDoor:
    """`gating.ports.doors.Doorkeeper`. `answer` is asked with each line before it is done."""

    answer: Answer = _agrees
    seconds: float = 0.0
    rolls: dict[str, Roll] = field(default_factory=dict)
    having: dict[str, set[Account]] = field(default_factory=dict)
    """Who has which role of the platform's own."""
    done: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Per lane what was done, in order: `open 5001`, `tell access.granted`, `post drop:1`."""
    inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_at_once: int = 0
    overlapped: set[str] = field(default_factory=set)
    """Lanes in which two things were done at the same time."""

    async def open(self, account: Account, target: str, reason: str) -> None:
        await self._do(str(account), f"open {target}")

    async def close(self, account: Account, target: str, reason: str) -> None:
        await self._do(str(account), f"close {target}")

    async def roll(self, target: str, known: Sequence[Account]) -> Roll:
        return self.rolls[target]

    async def has(self, account: Account, targets: Collection[str]) -> Mapping[str, bool]:
        refusal = self.answer(f"has {account}")
        if refusal is not None:
            raise refusal
        self.done[str(account)].append("has")
        return {target: account in self.having.get(target, ()) for target in targets}

    async def tell(self, account: Account, notice: Notice) -> None:
        await self._do(str(account), f"tell {notice.key}")

    async def post(self, post: Post, *, key: str) -> None:
        await self._do(f"{post.platform}:{post.subject}", f"post {post.notice.key} {key}")

    async def _do(self, lane: str, line: str) -> None:
        self.inside[lane] += 1
        self.most_at_once = max(self.most_at_once, sum(self.inside.values()))
        if self.inside[lane] > 1:
            self.overlapped.add(lane)
        try:
            await asyncio.sleep(self.seconds)
            refusal = self.answer(line)
            if refusal is not None:
                raise refusal
            self.done[lane].append(line)
        finally:
            self.inside[lane] -= 1
