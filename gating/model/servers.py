"""Which Discord server a role stands in, and in which queue a change therefore waits.

A platform's limits make queues: Discord counts role changes by server, so that each server has a
queue of its own, and everything else of a platform shares one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gating.model import Platform
from gating.model.entries import Entry, PassChange


@dataclass(frozen=True, slots=True)
class Servers:
    """`roles`: the server of each role that a gate opens. Others are taken to be in `first`."""

    first: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)

    def stands_in(self, role: str, server: str) -> bool:
        """Whether a gate opens this role, and in this server."""
        return self.roles.get(role) == server

    def queue_of(self, entry: Entry) -> str:
        """The queue in which this waits for its platform."""
        match entry.act:
            case PassChange(change) if entry.platform is Platform.DISCORD:
                return queue_in(self.roles.get(change.target, self.first))
            case _:
                return entry.platform


def queue_in(server: str) -> str:
    """The queue of role changes in a server."""
    return f"{Platform.DISCORD}:{server}" if server else Platform.DISCORD
