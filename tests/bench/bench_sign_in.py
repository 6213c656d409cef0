"""How long a fan waits for the role: `python -m tests.bench.bench_sign_in [fans] [rounds]`.

From the press of the signature (the POST of the last step) to the role at the local Discord, with
all fans pressing at the same moment; first without and then with Discord's limit on role writes.
The load, the local Discord and the house share one process, so a house by itself is faster.
"""

import asyncio
import re
import sys
from collections.abc import Sequence
from time import perf_counter

from bot.sandbox.demo import Demo
from config.logs import start_logging
from tests.bench.crowd import Guest, crowd, opened
from tests.bench.machine import describe, spread
from tests.flows.house import eventually

TOLD = re.compile(r"takes about (\d+) seconds")
PATIENCE = 300


class Roles:
    """When each person's role became visible at the local Discord."""

    def __init__(self, demo: Demo) -> None:
        self.given: dict[int, float] = {}
        self._role = str(demo.town.server.holder_role)
        demo.discord.observers.append(self._see)

    def _see(self, method: str, template: str, path: str, *rest: object) -> None:
        parts = path.split("/")
        if method == "PUT" and parts[-1] == self._role and rest[3] == 204:
            self.given.setdefault(int(parts[-3]), perf_counter())

    async def all_of(self, guests: Sequence[Guest]) -> None:
        def all_have_it() -> bool:
            return all(guest.user in self.given for guest in guests)

        await eventually(all_have_it, within=PATIENCE, what="everybody's role")


async def rush(demo: Demo, guests: Sequence[Guest]) -> tuple[list[float], list[float]]:
    """Everybody presses at once: seconds to the page's answer, and to the role."""
    roles = Roles(demo)
    for guest in guests:
        await guest.open_page()
    began: dict[int, float] = {}
    answered: list[float] = []

    async def press(guest: Guest) -> None:
        began[guest.user] = perf_counter()
        await guest.press_sign()
        answered.append(perf_counter() - began[guest.user])

    await asyncio.gather(*(press(guest) for guest in guests))
    await roles.all_of(guests)
    return answered, [roles.given[guest.user] - began[guest.user] for guest in guests]


async def unlimited(fans: int, rounds: int) -> None:
    everything: list[float] = []
    async with opened(role_limit=False) as demo:
        for number in range(rounds):
            async with crowd(demo, fans, first=number * fans) as guests:
                answered, waited = await rush(demo, guests)
            print(spread(f"round {number + 1}, page answers", answered))
            print(spread(f"round {number + 1}, role visible", waited))
            everything += waited
    print(spread(f"{fans} fans at once, {rounds} rounds, role visible", everything))


async def limited(fans: int) -> None:
    async with (
        opened(role_limit=True) as demo,
        crowd(demo, fans) as guests,
    ):
        _, waited = await rush(demo, guests)
        print(spread(f"{fans} fans at once with the role limit, role visible", waited))
        lost = [guest for guest in guests if not _has_role(demo, guest)]
        print(f"lost: {len(lost)} of {fans}; refused by the limit: {demo.discord.limits.refused}")
        await asyncio.sleep(2)  # the last words are still on their way
        told = [(_told(demo, guest), real) for guest, real in zip(guests, waited, strict=True)]
    said = [(seconds, real) for seconds, real in told if seconds is not None]
    for seconds, real in sorted(said, key=lambda pair: pair[1])[:: max(1, len(said) // 10)]:
        print(f"  told about {seconds} s, waited {real:.1f} s")
    if said:
        print(spread("told minus waited, absolute", [abs(each - real) for each, real in said]))
    print(f"{len(said)} of {fans} were told how long it takes")


def _has_role(demo: Demo, guest: Guest) -> bool:
    return "Holder" in demo.discord.person(guest.user, demo.town.server.guild).roles()


def _told(demo: Demo, guest: Guest) -> int | None:
    person = demo.discord.person(guest.user, demo.town.server.guild)
    found = [TOLD.search(message.text.replace("*", "")) for message in person.everything()]
    return next((int(each[1]) for each in found if each), None)


async def main(fans: int = 50, rounds: int = 3) -> None:
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    print(describe())
    await unlimited(fans, rounds)
    await limited(fans)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
