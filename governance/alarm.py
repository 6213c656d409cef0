"""Moderators are told of a poll that cannot go on until somebody acts."""

from dataclasses import dataclass, field

from gating.errors import NeedsPerson
from gating.model import Entry, Notice, Platform, Post, Urgency
from gating.ports import Wake
from governance.model import PollId
from governance.ports import Store

PLACE = "ops"


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
        alarms = [Post(platform, PLACE, subject, notice) for platform in self.platforms]
        async with self.store() as tx:
            await tx.outbox.add(*(Entry(alarm, Urgency.ADDITION) for alarm in alarms))
        self.told.add(subject)
        await self.wake()
        return True
