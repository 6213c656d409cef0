"""The pass over everybody, from the index to the list of who should have something else.

`tests.bench.bench_everyone [fans ...]`: with 20 gates of many kinds of rules, on one embedded
PostgreSQL. A third of the fans hold nothing, and everybody has the passes that are due: this is
what runs every five minutes. Three passes, one line each; the first also reads the mints. CPU time
of this process and of PostgreSQL's are told apart from the time on the clock.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

from bot.collector import look_seldom
from config.database import embedded, fresh_database, open_database
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.model import Gate, GateId, Pass, Platform
from gating.model.rule import (
    AllOf,
    AnyOf,
    HeldAt,
    HeldContinuously,
    Holds,
    Ids,
    Linked,
    MintedBefore,
    MintRank,
    Not,
    Rule,
    TokenIds,
    Wanted,
)
from tests.bench.machine import describe
from tests.bench.many_fans import enrol, give, wallet_of
from tests.bench.processes import cpu_of_family, greatest_memory, memory_from_now
from tests.contracts.access_kit import NOBODY, TIDE, Town, block, move
from tests.rule_kit import album

IN_BLOCK = 100
ALBUM = album(TIDE)
EARLY, LONG, AGO = MintRank(ALBUM, 1000), HeldContinuously(ALBUM, 1), HeldAt(ALBUM, 500)
FRIEND = Linked(Platform.TELEGRAM)
RULES: Sequence[Rule] = (
    *(Holds(ALBUM, Wanted(least)) for least in (1, 2, 3)),
    *(TokenIds(ALBUM, Ids(((1, last),))) for last in (100, 1000, 10_000)),
    *(EARLY, LONG, AGO, FRIEND, MintedBefore(ALBUM, block=300)),
    *(AllOf((Holds(ALBUM), one)) for one in (EARLY, LONG, AGO, FRIEND)),
    *(AnyOf((FRIEND, one)) for one in (EARLY, LONG, AGO)),
    *(Not(one) for one in (FRIEND, AGO)),
)


def _gate(number: int, rule: Rule) -> Gate:
    gate = GateId(f"gate-{number}")
    role = Pass(gate, Platform.DISCORD, f"{9_000 + number}", f"Role {number}")
    return Gate(gate, f"Gate {number}", rule, (role,))


GATES = tuple(_gate(number, rule) for number, rule in enumerate(RULES))


async def main(sizes: Sequence[int] = (1_000, 10_000, 100_000)) -> None:
    look_seldom()  # as the running house does
    print(describe())
    print(f"{len(GATES)} gates, each opens a role\n")
    print("| fans | passes | in all | of it ours on a core | PostgreSQL | fans/s | memory |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as named:
        folder = Path(named)
        folder.chmod(0o755)  # noqa: ASYNC240  - nothing else runs
        server = await embedded(folder / "postgres")
        for fans in sizes:
            url = await asyncio.to_thread(fresh_database, server, f"fans_{fans}")
            async with open_database(url, folder) as database:
                town = Town(database.sessions)
                await _fill(town, fans)
                refresh = RefreshAccess(store=town.store, asset=TIDE, gates=GATES, wake=_nobody)
                await give(town, refresh)
                everyone = RefreshEveryone(store=town.store, refresh=refresh)
                postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
                for _ in range(3):
                    print(await _pass(town, everyone, postmaster))


async def _fill(town: Town, fans: int) -> None:
    last = block(fans // IN_BLOCK + 10_000)
    copies = range(1, fans * 2 // 3 + 1)
    moves = [move(block(n // IN_BLOCK + 1), n, NOBODY, wallet_of(n), log=n) for n in copies]
    async with town.store() as tx:
        await tx.ledger.append(TIDE, moves, last)
        await tx.ledger.settle(TIDE, settled=last, final=last)
    await enrol(town, 1, fans)


async def _pass(town: Town, everyone: RefreshEveryone, postmaster: int) -> str:
    [(passes,)] = await town.rows("SELECT count(*) FROM held_pass")
    memory_from_now()
    theirs, ours, began = cpu_of_family(postmaster), process_time(), perf_counter()
    fans = await everyone()
    took, ours = perf_counter() - began, process_time() - ours
    theirs = cpu_of_family(postmaster) - theirs
    assert await town.rows("SELECT count(*) FROM outbox") == [(0,)]
    return (
        f"| {fans:,} | {passes:,} | {took:.2f} s | {ours:.2f} s | {theirs:.2f} s "
        f"| {fans / took:,.0f} | {greatest_memory():.0f} MB |"
    )


async def _nobody() -> None:
    """Nobody is woken."""


if __name__ == "__main__":
    asyncio.run(main([int(size) for size in sys.argv[1:]] or (1_000, 10_000, 100_000)))
