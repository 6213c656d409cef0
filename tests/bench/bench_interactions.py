"""How soon a press is answered: `python -m tests.bench.bench_interactions [a second] [seconds]`.

Linked fans press "What do I hold?" at a steady pace, whatever the answers do; measured is the time
to the first answer (a reply or a deferral, for which Discord allows three seconds).
The load, the local Discord and the house share one process.
"""

import asyncio
import sys
from collections.abc import Sequence
from time import perf_counter

from bot.sandbox.demo import Demo
from bot.sandbox.discord_server.person import NotAnswered
from config.logs import start_logging
from tests.bench.crowd import Guest, crowd, opened
from tests.bench.machine import describe, spread
from tests.flows.house import eventually

FANS = 50


async def main(pace: int = 50, seconds: int = 10) -> None:
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    print(describe())
    async with opened(role_limit=False) as demo, crowd(demo, FANS) as guests:
        for guest in guests:
            await guest.open_page()
            await guest.press_sign()
        await eventually(lambda: _all_told(demo, guests), within=60, what="everybody is told")
        answered, lost = await _press(demo, guests, pace, seconds)
    print(spread(f"{pace} presses a second for {seconds} s, first answer", answered))
    print(f"not answered in Discord's three seconds: {lost} of {pace * seconds}")


def _all_told(demo: Demo, guests: Sequence[Guest]) -> bool:
    return all(_card(demo, guest) is not None for guest in guests)


def _card(demo: Demo, guest: Guest) -> int | None:
    """The message with the button: what the fan was told when the role came."""
    person = demo.discord.person(guest.user, demo.town.server.guild)
    found = [m.id for m in person.everything() if "What do I hold?" in m.buttons]
    return found[0] if found else None


async def _press(
    demo: Demo, guests: Sequence[Guest], pace: int, seconds: int
) -> tuple[list[float], int]:
    answered: list[float] = []
    lost = 0
    cards = {guest.user: _card(demo, guest) for guest in guests}

    async def press(guest: Guest) -> None:
        nonlocal lost
        person = demo.discord.person(guest.user, demo.town.server.guild)
        began = perf_counter()
        try:
            await person.press(cards[guest.user] or 0, "What do I hold?")
            answered.append(perf_counter() - began)
        except NotAnswered:
            lost += 1

    start = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(pace * seconds):
            await asyncio.sleep(max(0.0, start + number / pace - perf_counter()))
            group.create_task(press(guests[number % len(guests)]))
    return answered, lost


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
