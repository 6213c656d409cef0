"""How long a count and a check take: `python -m tests.bench.bench_tally [ballots] [signed]`.

Counting is timed with the validation of every ballot against rules, window, claims and order, but
without signatures, as Snapshot's `getScores()` is. The second table checks a whole record offline.
"""

import resource
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from gating.model import Address
from governance.adapters.keys import recover
from governance.ballots import standing
from governance.model import (
    Ballot,
    BallotLine,
    CensusLine,
    ChoiceId,
    Commit,
    Hash,
    Pick,
    ProofLevel,
)
from governance.record.documents import poll_id
from governance.record.verifier import verify_record
from governance.record.writer import recount
from governance.tally import tally
from tests.unit.governance_kit import OPENS, Box, Folder, definition, wallet

CHOICES = 10
RUNS = 5
ZERO = Hash("0x" + "00" * 32)


def main(ballots: int = 100_000, signed: int = 10_000) -> None:
    rules = definition(labels=tuple(f"City {at}" for at in range(CHOICES)))
    holders = [CensusLine(wallet(at), at % 5 + 1) for at in range(1, ballots + 1)]
    powers = {line.address: line.power for line in holders}
    identity = poll_id(rules)
    lines = [_line(rules.title, identity, at, line.address) for at, line in enumerate(holders, 1)]
    total = sum(powers.values())

    def count() -> None:
        counting = standing(rules, identity, powers, lines)
        result = tally(rules, identity, counting, wallets=len(holders), power=total)
        assert sum(got.people for got in result.totals) == ballots

    _report(f"count {ballots} single ballots, validated", [_timed(count) for _ in range(RUNS)])
    _report_record(signed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


def _report_record(signed: int) -> None:
    box = Box(definition(), [CensusLine(wallet(at), at % 5 + 1) for at in range(1, signed + 1)])
    for at in range(1, signed + 1):
        box.cast([at], at % 3 + 1)
    box.close()
    assert recount(box.rules, box.id, box.holders, box.lines).standing.replaced == 0
    files = dict(box.record().files)

    def check() -> None:
        assert all(step.ok for step in verify_record(Folder(files), recover))

    _report(f"verify a record of {signed} signed ballots", [_timed(check)])


def _line(title: str, identity: str, at: int, voter: Address) -> BallotLine:
    choice = at % CHOICES
    ballot = Ballot(
        voter, identity, 1, OPENS, (Pick(ChoiceId(choice + 1)),), f"City {choice} - {title}"
    )
    return BallotLine(
        seq=at,
        received_at=OPENS,
        ballot=ballot,
        proof_level=ProofLevel.CHAT,
        account_commit=Commit(ZERO),
        claims=(voter,),
        signature="",
        prev=ZERO,
        head=ZERO,
    )


def _timed(work: Callable[[], None]) -> float:
    start = process_time()
    work()
    return (process_time() - start) * 1000


def _report(what: str, times: list[float]) -> None:
    print(f"{what}: median {median(times):.0f} ms of CPU, {len(times)} runs")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
