"""Where the Discord door stands, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordPlace:
    """One server and the bot's own token.

    `channels` gives the channel of each place of the club (`votes`, `drops`, ...). `api_base`
    (such as `https://discord.com/api/v10`) and `gateway_url` are Discord's own when None.
    `roles` are the ids that the club's gates open; they are looked at when the door opens.
    `asked` are roles of the server's own that rules of the club file ask for, and must exist.
    `members` asks for the privileged intent that tells who joins and leaves. `patience` is how
    many seconds a call may take before the caller is told to try later.
    """

    token: str = field(repr=False)
    guild_id: int
    channels: Mapping[str, int] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    api_base: str | None = None
    gateway_url: str | None = None
    members: bool = False
    patience: float = 60.0
