"""Moderators are told once of what ails the reading of a chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gating.errors import Fact
from gating.model import Notice, Platform
from gating.model.telling import told_backstage
from gating.ports import Store, Wake


@dataclass(frozen=True, kw_only=True)
class TellOfChain:
    """Post in the moderators' place, once until it has passed. A repeat redraws the message."""

    store: Store
    wake: Wake
    platforms: tuple[Platform, ...]
    told: set[str] = field(default_factory=set)

    async def __call__(self, subject: str, code: str, facts: Mapping[str, Fact]) -> None:
        subject = f"chain:{subject}:{code}"
        if subject in self.told:
            return
        async with self.store() as tx:
            await tx.outbox.add(*told_backstage(self.platforms, subject, Notice(code, facts)))
        self.told.add(subject)
        await self.wake()

    def passed(self, subject: str) -> None:
        """It is well again: what is told next is news."""
        for each in [one for one in self.told if one.startswith(f"chain:{subject}:")]:
            self.told.discard(each)
