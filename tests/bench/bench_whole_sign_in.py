"""A sign-in, whole: `python -m tests.bench.bench_whole_sign_in [people a turn] [turns]`.

From the POST of the signature to the answer: guards, nonce spent, signature checked, wallet
linked, access decided and written for delivery, all committed to PostgreSQL (`fsync` on).
The service has a core to itself, PostgreSQL and the browsers share another; each turn measures
`siwe` 4.4.0 on the service's core too, so that a slow moment of the machine hits both. What the
chat platforms are then asked to do is not in it: their own limits pace that (`bench_sign_in`).
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

from bot.web.app import serve
from config.logs import start_logging
from tests.bench.bench_signatures import LIMIT, SIWE, Signed, measured, signed_text
from tests.bench.machine import at, describe, spread
from tests.bench.processes import cpu_of_family, pin_family
from tests.bench.sign_in_house import Opened, opened

TEXTS = 20
AT_ONCE = 16
PACE = 100
TARGET_RATIO = 20
TARGET_P95 = 0.015
Answered = tuple[list[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn: seconds of CPU of one sign-in, here and in PostgreSQL, and rates a second."""

    service: float
    database: float
    rate: float
    siwe: float
    limit: float


@dataclass
class Load:
    """Hands requests to the browsers' process, each batch from addresses not used before."""

    house: Opened
    cores: set[int]
    people: int = 0
    addresses: int = 0

    async def prepared(self, people: int) -> list[bytes]:
        requests = await self.house.press(people, first=self.people)
        self.people += people
        return requests

    async def send(self, requests: Sequence[bytes], *, pace: int = 0) -> Answered:
        plan = {
            "port": self.house.settings.port,
            "cores": sorted(self.cores),
            "first": self.addresses,
            "at_once": AT_ONCE,
            "pace": pace,
            "requests": [base64.b64encode(request).decode() for request in requests],
        }
        self.addresses += max(AT_ONCE, len(requests) // 25)
        told = await _ask(json.dumps(plan).encode())
        refused = [status for status, _ in told["answered"] if status != 200]
        assert not refused, f"{len(refused)} of {len(requests)} refused: {set(refused)}"
        return [seconds for _, seconds in told["answered"]], told["seconds"]


async def _ask(plan: bytes) -> dict[str, list[tuple[int, float]]]:
    browsers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.sign_in_load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await browsers.communicate(plan)
    return dict(json.loads(said))


async def main(people: int = 400, rounds: int = 5) -> None:
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    print(describe())
    texts = [signed_text(number) for number in range(1, TEXTS + 1)]
    cores = sorted(os.sched_getaffinity(0))
    async with opened() as house:
        postgres = int(
            (house.settings.data / "postgres" / "postmaster.pid").read_text().split()[0]
        )
        load = Load(house, {cores[-1]})
        warm, *batches = [await load.prepared(people) for _ in range(rounds + 1)]
        slow = await load.prepared(PACE * 10)
        await house.tidied()
        pin_family(postgres, {cores[-1]})
        os.sched_setaffinity(0, {cores[0]})
        print(f"service on core {cores[0]}; PostgreSQL and {AT_ONCE} browsers on {cores[-1]}")
        runner = await serve(house.house.web, house.settings.host, house.settings.port)
        try:
            await load.send(warm)
            turns = [await _turn(load, batch, postgres, texts) for batch in batches]
            late, _ = await load.send(slow, pace=PACE)
        finally:
            await runner.cleanup()
    _report(turns, late)


async def _turn(
    load: Load, requests: Sequence[bytes], postgres: int, texts: Sequence[Signed]
) -> Turn:
    rates = measured(texts, 1)
    here, there = process_time(), cpu_of_family(postgres)
    _, seconds = await load.send(requests)
    here, there = process_time() - here, cpu_of_family(postgres) - there
    return Turn(
        service=here / len(requests),
        database=there / len(requests),
        rate=len(requests) / seconds,
        siwe=rates[SIWE],
        limit=rates[LIMIT],
    )


def _report(turns: Sequence[Turn], late: Sequence[float]) -> None:
    title = f"median of {len(turns)} turns"
    print(f"{title:52}{'ms of CPU':>12}{'a second':>12}{'x siwe':>10}")
    _line("libsecp256k1 recovery alone (coincurve)", turns, lambda turn: turn.limit)
    _line("parse and verify (siwe 4.4.0)", turns, lambda turn: turn.siwe)
    ours = _line("whole sign-in, the service", turns, lambda turn: 1 / turn.service)
    _line("whole sign-in, PostgreSQL", turns, lambda turn: 1 / turn.database)
    _line("both on one core", turns, lambda turn: 1 / (turn.service + turn.database))
    on_clock = median(turn.rate for turn in turns)
    print(f"on the clock, {AT_ONCE} at once: {on_clock:,.0f} a second")
    print(spread(f"{PACE} a second, whatever the answers do", late))
    _verdict(f"{TARGET_RATIO} times siwe", ours >= TARGET_RATIO)
    _verdict(f"p95 under {TARGET_P95 * 1000:.0f} ms", at(0.95, late) < TARGET_P95)


def _line(name: str, turns: Sequence[Turn], rate: Callable[[Turn], float]) -> float:
    """Print one row; how many times siwe's rate it is, turn by turn."""
    times = median(rate(turn) / turn.siwe for turn in turns)
    each = median(rate(turn) for turn in turns)
    print(f"{name:52}{1000 / each:12.3f}{each:12,.0f}{times:10,.1f}")
    return times


def _verdict(target: str, met: bool) -> None:
    print(f"target of {target}: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
