"""The browsers of `bench_whole_sign_in`, in a process of their own: it costs the service nothing.

Reads a plan as JSON from stdin and writes status and seconds of each request to stdout. A request
that was due while its connection was busy counts from when it was due.
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

EACH = 50
"""Requests from one address: the house allows 120 posts a minute from each."""
Answered = tuple[int, float]


@dataclass
class Visitor:
    """One connection, from an address of its own; Linux answers on all of 127.0.0.0/8."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def post(self, request: bytes, due: float) -> Answered:
        async with self.turn:
            self.writer.write(request)
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = head.partition("content-length: ")[2].partition("\r\n")[0]
            await self.reader.readexactly(int(length))
        return int(head.split(" ", 2)[1]), perf_counter() - due


async def visitors(port: int, count: int, first: int) -> list[Visitor]:
    found = []
    for number in range(first, first + count):
        home = f"127.0.{1 + number // 200}.{1 + number % 200}"
        streams = await asyncio.open_connection("127.0.0.1", port, local_addr=(home, 0))
        found.append(Visitor(number, *streams))
    return found


async def crowd(people: Sequence[Visitor], requests: Sequence[bytes], most: int) -> list[Answered]:
    """As fast as they are answered, `most` of them at any time."""
    waiting = list(enumerate(requests))[::-1]
    answered: list[Answered] = []

    async def go_on() -> None:
        while waiting:
            at, request = waiting.pop()
            answered.append(await people[at % len(people)].post(request, perf_counter()))

    await asyncio.gather(*(go_on() for _ in range(most)))
    return answered


async def steady(
    people: Sequence[Visitor], requests: Sequence[bytes], pace: int
) -> list[Answered]:
    """So many a second, whatever the answers do."""
    start = perf_counter() + 0.1

    async def at_its_time(number: int, request: bytes) -> Answered:
        due = start + number / pace
        await asyncio.sleep(max(0.0, due - perf_counter()))
        return await people[number % len(people)].post(request, due)

    return await asyncio.gather(*map(at_its_time, *zip(*enumerate(requests), strict=True)))


async def main() -> None:
    plan = json.load(sys.stdin)
    os.sched_setaffinity(0, plan["cores"])
    requests = [base64.b64decode(request) for request in plan["requests"]]
    count = max(plan["at_once"], -(-len(requests) // EACH))
    people = await visitors(plan["port"], count, plan["first"])
    begun = perf_counter()
    if plan["pace"]:
        answered = await steady(people, requests, plan["pace"])
    else:
        answered = await crowd(people, requests, plan["at_once"])
    json.dump({"seconds": perf_counter() - begun, "answered": answered}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
