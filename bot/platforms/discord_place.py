"""Where the Discord door stands, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPlace:
    """The club's server, further ones in which it opens roles, and the bot's own token.

    `further` gives their ids by their names in the club file, `homes` the server of each role that
    a gate opens (else it is the club's own). `channels` gives the channel of each place of the
    club (`votes`, `drops`, ...). `api_base` (such as `https://discord.com/api/v10`) and
    `gateway_url` are Discord's own when None. `roles` are the ids that the club's gates open; they
    are looked at when the door opens. `asked` are roles of the first server's own that rules of
    the club file ask for, and must exist. `members` asks for the privileged intent that tells who
    joins and leaves. `patience` is how many seconds a call may take before the caller is told to
    try later.
    """

    token: str = field(repr=False)
    guild_id: int
    channels: Mapping[str, int] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    further: Mapping[str, int] = field(default_factory=dict)
    homes: Mapping[str, int] = field(default_factory=dict)
    api_base: str | None = None
    gateway_url: str | None = None
    members: bool = False
    patience: float = 60.0

    @property
    def guilds(self) -> tuple[int, ...]:
        """Every server, the club's own first."""
        return (self.guild_id, *self.further.values())

    def called(self, guild: int) -> str:
        """A server as moderators know it: by its name in the club file, if it has one there."""
        return next((name for name, server in self.further.items() if server == guild), str(guild))
