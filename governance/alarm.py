"""Moderators are told of a poll that cannot go on until somebody acts."""

from dataclasses import dataclass, field

from gating.errors import NeedsPerson
from gating.model import Notice, Platform
from gating.model.telling import told_backstage
from gating.ports import Wake
from governance.model import PollId
from governance.ports import Store


@dataclass(frozen=True, kw_only=True)
class TellModerators:
    """Post in the moderators' place why a poll is stuck: once per poll and code.

    A poll that is due is tried every second; what was told is remembered in this process. Told
    again after a restart, it redraws the message that is there.
    """

    store: Store
    wake: Wake
    platforms: tuple[Platform, ...]
    told: set[str] = field(default_factory=set)

    async def __call__(self, poll: PollId, stuck: NeedsPerson) -> bool:
        """Whether it was told now, and not before."""
        subject = f"stuck:{stuck.code}:{poll}"
        if subject in self.told:
            return False
        notice = Notice(stuck.code, stuck.facts)
        async with self.store() as tx:
            await tx.outbox.add(*told_backstage(self.platforms, subject, notice))
        self.told.add(subject)
        await self.wake()
        return True
