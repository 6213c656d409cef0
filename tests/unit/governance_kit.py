"""A small poll of the Tide Club, as plain values, for tests about rules and records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from gating.model import Account, Address, Asset, Block, Platform
from governance.adapters.keys import ClubKey
from governance.ballots import next_ballot, pick
from governance.definition import Frame, freeze
from governance.model import (
    BallotLine,
    CensusLine,
    Club,
    Definition,
    Draft,
    Electorate,
    LogHead,
    LogLine,
    Poll,
    PollState,
    ProofLevel,
    Signed,
)
from governance.record.documents import poll_id
from governance.record.log import close_line, genesis, sealed
from governance.record.merkle import census_root
from governance.record.writer import Publisher, Written, write_record
from governance.typed_data import ballot_digest, hash_digest

KEY = ClubKey(sha256(b"the key of the tests").digest())
CLUB = Club("Tide Club", "tests")
TIDE = Asset(31337, Address("0x" + "7d" * 20), "Tide")
BLOCK = Block(31337, 21_334_010, "0x" + "9a" * 32, 1_781_280_000)
NOW = datetime.fromtimestamp(BLOCK.timestamp + 600, UTC)
OPENS = int(NOW.timestamp())
CLOSES = OPENS + 3600
FRAME = Frame(CLUB, KEY.address, TIDE)


def wallet(number: int) -> Address:
    return Address(f"0x{number:040x}")


def account(number: int, platform: Platform = Platform.DISCORD) -> Account:
    return Account(platform, str(number))


def draft(**changes: object) -> Draft:
    """The tour-city question, with what a test changes of it."""
    plain = Draft(
        title="Where should we play?",
        labels=("Berlin", "Lisbon", "Porto"),
        opens=NOW,
        closes=datetime.fromtimestamp(CLOSES, UTC),
    )
    return replace(plain, **changes)


def definition(**changes: object) -> Definition:
    proposer = KEY.commit(account(1))
    return freeze(draft(**changes), FRAME, snapshot=BLOCK, proposer=proposer, now=NOW)


def census(copies: Mapping[int, int]) -> list[CensusLine]:
    return [CensusLine(wallet(number), held) for number, held in sorted(copies.items())]


@dataclass
class Box:
    """A ballot box outside any database: the same log that the use cases would write."""

    rules: Definition
    holders: Sequence[CensusLine]
    lines: list[LogLine] = field(default_factory=list)
    sign: Callable[[bytes], str] = KEY.sign

    def __post_init__(self) -> None:
        self.id = poll_id(self.rules)
        self.root = census_root(self.holders)
        self.start = genesis(self.id, self.root)

    @property
    def head(self) -> LogHead:
        if not self.lines:
            return self.start
        return LogHead(self.lines[-1].seq, self.lines[-1].head)

    def cast(
        self,
        claims: Iterable[int],
        choice: int,
        *,
        at: int = OPENS + 60,
        earlier: BallotLine | None = None,
        change: Callable[[BallotLine], BallotLine] = lambda line: line,
    ) -> BallotLine:
        """Append a ballot; `change` may tamper with it before it is signed and sealed."""
        wallets = tuple(sorted(map(wallet, claims)))
        voter, offered = wallets[0], pick(self.rules, choice)
        ballot = next_ballot(
            self.rules, self.id, offered, voter=voter, earlier=earlier, cast_at=at
        )
        head = self.head
        line = change(
            BallotLine(
                seq=head.size + 1,
                received_at=at,
                ballot=ballot,
                proof_level=ProofLevel.CHAT,
                account_commit=KEY.commit(account(int(voter, 16))),
                claims=wallets,
                signature="",
                prev=head.head,
            )
        )
        signed = replace(line, signature=self.sign(ballot_digest(line.ballot)))
        self.lines.append(sealed(signed))
        return self.lines[-1]

    def close(self) -> None:
        self.lines.append(close_line(self.head, closes=CLOSES, received_at=CLOSES + 1))

    def poll(self) -> Poll:
        signature = KEY.sign(hash_digest(self.id))
        held = sum(line.power for line in self.holders)
        return Poll(
            id=self.id,
            definition=self.rules,
            signed=Signed("club", KEY.address, signature),
            body="",
            state=PollState.CLOSED,
            electorate=Electorate(self.root, len(self.holders), held, len(self.holders)),
            log=self.head,
        )

    def record(self) -> Written:
        publisher = Publisher("stagedoor/test", KEY.sign)
        return write_record(self.poll(), self.holders, self.lines, publisher)


def small_box() -> Box:
    """Five holders; one has two wallets, one changes her mind, one stays at home."""
    box = Box(definition(), census({1: 3, 2: 1, 3: 2, 4: 5, 5: 1}))
    box.cast([1, 2], 1)
    first = box.cast([3], 1, at=OPENS + 70)
    box.cast([4], 2, at=OPENS + 80)
    box.cast([3], 2, at=CLOSES, earlier=first)
    box.close()
    return box


@dataclass(frozen=True)
class Folder:
    """A record in memory."""

    files: Mapping[str, bytes]

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)
