"""The local Discord of `bench_transfers` in a process of its own, and what it sees of the bot.

Reads a plan (JSON) from the first line of stdin, settles that town, writes its ids as a line to
stdout, and then a line for each role call: method, server, person, and the second (of the clock
that all processes of a machine share). For any further line it tells who has a role now.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from time import monotonic
from typing import Any

from bot.sandbox.discord_server.server import LocalDiscord

TOKEN = "a.token.of-the-bench"
ROLE_CALL = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
MADE = 204


@dataclass(frozen=True, slots=True)
class FarServer:
    """One server: its id, its role, and its people, the first `holders` of whom have the role."""

    guild: int
    role: int
    people: tuple[int, ...]
    holders: int


def settle(discord: LocalDiscord, bot: int, nth: int, people: int, holders: int) -> FarServer:
    guild = discord.add_guild(f"Server {nth}", bot=bot)
    role = discord.add_role(guild, "Holder")
    users = tuple(discord.add_user(f"fan{nth}x{each}", "Fan") for each in range(people))
    for place, user in enumerate(users):
        discord.join(guild, user)
        if place < holders:
            discord.give_role(guild, user, role)
    return FarServer(guild, role, users, holders)


def say(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def see(method: str, template: str, path: str, *rest: Any) -> None:
    if template == ROLE_CALL and rest[3] == MADE:
        parts = path.split("/")
        say([method, int(parts[-5]), int(parts[-3]), monotonic()])


async def main() -> None:
    plan = json.loads(sys.stdin.readline())
    discord = LocalDiscord(role_limit=plan["role_limit"])
    await discord.start()
    bot = discord.add_application(token=TOKEN, name="Stagedoor")
    servers = [settle(discord, bot, nth, *each) for nth, each in enumerate(plan["servers"])]
    say(
        {
            "api": discord.api_base,
            "gateway": discord.gateway_url,
            "servers": [[each.guild, each.role, each.people] for each in servers],
        }
    )
    discord.observers.append(see)
    while await asyncio.to_thread(sys.stdin.readline):
        say({"have": [holding(discord, each) for each in servers]} | counted(discord))
    await discord.stop()


def holding(discord: LocalDiscord, server: FarServer) -> list[int]:
    members = discord.state.guilds[server.guild].members
    return [user for user, member in members.items() if server.role in member.roles]


def counted(discord: LocalDiscord) -> dict[str, int]:
    return {"refused": discord.limits.refused}


if __name__ == "__main__":
    asyncio.run(main())
