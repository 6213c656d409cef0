"""The club file's Discord servers, and which of them has the roles that gates open."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.contracts import SHORT_NAME
from gating.model.servers import Servers
from gating.rules.fields import RuleMistake

ServerName = Annotated[str, Field(pattern=SHORT_NAME)]
Id = Annotated[int, Field(gt=0)]
Roles = tuple[int, ...]
IN = "discord_roles_in"


class DiscordTable(BaseModel):
    """`guild` is the club's own server; `servers` are further ones, by a name for this file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    guild: int = Field(gt=0)
    servers: dict[ServerName, Id] = {}
    places: dict[str, int] = {}


def servers_of(
    table: DiscordTable | None, gates: Iterable[tuple[Roles, Mapping[str, Roles]]]
) -> Servers:
    """Where each role stands. `gates`: the roles of each in the club's own server, and in others.

    Raises `RuleMistake` for a server that is not named, or named twice, and for a role that cannot
    stand in two servers at once.
    """
    ids = dict(table.servers) if table else {}
    first = table.guild if table else 0
    for name, server in ids.items():
        if server == first or list(ids.values()).count(server) > 1:
            cause = "is the id of another server in this file too"
            raise RuleMistake(("discord", "servers", name), cause)
    homes: dict[str, str] = {}
    for nth, (own, others) in enumerate(gates):
        _put(homes, own, first, ("gates", nth, "discord_roles"))
        for name, roles in others.items():
            where = ("gates", nth, IN, name)
            if name not in ids:
                cause = f"is no server of this file; write {name} = ID under [discord.servers]"
                raise RuleMistake(where, cause)
            _put(homes, roles, ids[name], where)
    return Servers(str(first) if first else "", homes)


def _put(homes: dict[str, str], roles: Roles, server: int, where: tuple[str | int, ...]) -> None:
    for role in map(str, roles):
        if homes.setdefault(role, str(server)) != str(server):
            raise RuleMistake(where, f"names the role {role}, which stands in another server here")
