"""Who has a role, page by page (Discord: List Guild Members; needs the Server Members intent), and
which roles one member has (Get Guild Member; needs no intent)."""

import discord

from gating.model import Account, Platform
from gating.model.roll import Roll

A_PAGE = 1000


async def who_has(client: discord.Client, guild_id: int, role: str) -> Roll:
    """Everybody in the server with this role; bots are nobody's fans and are left out."""
    found: list[Account] = []
    after: int | None = None
    while True:
        members = await client.http.get_members(guild_id, A_PAGE, after)
        found += [
            Account(Platform.DISCORD, str(member["user"]["id"]))
            for member in members
            if role in map(str, member["roles"]) and not member["user"].get("bot")
        ]
        if len(members) < A_PAGE:
            return Roll(len(found), frozenset(found), complete=True)
        after = max(int(member["user"]["id"]) for member in members)


async def roles_of(client: discord.Client, guild_id: int, user_id: int) -> frozenset[str]:
    """Every role of this member, by whoever it was given."""
    member = await client.http.get_member(guild_id, user_id)
    return frozenset(map(str, member["roles"]))
