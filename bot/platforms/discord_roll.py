"""Who has a role, page by page (Discord: List Guild Members; needs the Server Members intent)."""

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
