"""A long walk of the index beside its model: `python -m tests.bench.walk_index [steps] [seed]`.

Random transfers of three kinds of token, reorganisations and restarts, in memory and a real
PostgreSQL; begun anew every 400 steps, so that histories stay small and many.
"""

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from config.database import embedded, fresh_database, open_database
from tests.contracts.access_kit import Town
from tests.contracts.index_walk import ToldWorld, Walk


async def main(steps: int = 10_000, seed: int = 1) -> None:
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        await asyncio.to_thread(folder.chmod, 0o755)
        server = await embedded(folder / "postgres")
        url = await asyncio.to_thread(fresh_database, server, "walk")
        async with open_database(url, folder) as database:
            town = Town(database.sessions)
            chance = random.Random(seed)  # noqa: S311  - a walk, not a secret
            walk = Walk(town, ToldWorld(), chance)
            for number in range(1, steps + 1):
                if number % 400 == 0:
                    await town.change("TRUNCATE asset, transfer, followed_block, ledger_marks")
                    walk = Walk(town, ToldWorld(), chance)
                await walk.step()
            print(f"{steps} steps from seed {seed}: the index and the model agree")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
