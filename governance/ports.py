"""What polls need from the outside, one small Protocol per need.

People, outbox, clock and wake are `gating.ports`' own. Ports raise `TryLater`, `NeedsPerson` or
`Refused` and nothing of a library.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gating.model import Account, Address, FanId
from gating.ports import Outbox, People
from governance.model import (
    BallotLine,
    Blind,
    CensusLine,
    CloseLine,
    Commit,
    LogLine,
    Poll,
    PollId,
    Receipt,
    Snapshot,
    Standing,
)

Recover = Callable[[bytes, str], Address | None]
"""Who signed this 32-byte digest (65-byte secp256k1 signature in hex); None if nobody did."""


Delegates = Mapping[Address, Sequence[Address]]
"""Vaults and the hot wallets that may speak for all of each, in order; see `Snapshot`."""


class Holders(Protocol):
    """Who holds the copies that weigh, from the index of the chain. May raise `TryLater`."""

    async def at_snapshot(self) -> Snapshot:
        """The newest finalized block, and the copies of each address at exactly that block."""
        ...

    async def hash_of(self, number: int) -> str | None:
        """The hash of the block with this number now; None if it cannot be said now."""
        ...

    async def held_now(self, wallets: Sequence[Address]) -> int:
        """How many copies these wallets hold at the newest block that is known."""
        ...


class Signing(Protocol):
    """The club's key."""

    @property
    def address(self) -> Address: ...

    def sign(self, digest: bytes) -> str:
        """The same signature for the same 32 bytes each time (RFC 6979), 65 bytes in hex."""
        ...

    def commit(self, account: Account) -> Commit:
        """The account as a keyed hash: the same each time, and nothing to anybody else."""
        ...

    def blind(self, account: Account) -> Blind:
        """The account as a hash that only its salt opens: another one each time."""
        ...


class Files(Protocol):
    """The files of one record, read by name."""

    def read(self, name: str) -> bytes | None:
        """None if there is no such file."""
        ...


class Records(Protocol):
    """Where published records are kept."""

    async def write(self, poll: PollId, files: Mapping[str, bytes]) -> None:
        """All files at once or none; writing the same again changes nothing."""
        ...

    async def read(self, poll: PollId) -> Files:
        """The files of this poll's record, all absent if it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A ballot in the log with what stays private (whose it is) and what follows from it."""

    line: BallotLine
    fan: FanId
    receipt: Receipt
    power: int
    weight: int
    salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """A wallet of the census, what it held, and the voter whose ballot has claimed it."""

    address: Address
    power: int
    claimed_by: Address | None


@dataclass(frozen=True, slots=True)
class Due:
    """Polls for which something is to be done now."""

    to_open: tuple[PollId, ...]
    to_close: tuple[PollId, ...]


class Polls(Protocol):
    """Polls, their census and their log of ballots."""

    async def add(
        self, poll: Poll, census: Sequence[CensusLine], delegates: Delegates | None = None
    ) -> bool:
        """False, and nothing changed, if this poll is already there."""
        ...

    async def get(self, poll: PollId, *, lock: bool = False) -> Poll:
        """Refused (`E-NOPOLL`) if unknown. With `lock`, nobody else writes it meanwhile."""
        ...

    async def save(self, poll: Poll) -> None:
        """Store the state, the log's head, and what came of the poll."""
        ...

    async def current(self, *, lock: bool = False) -> Sequence[Poll]:
        """Announced and open polls, the one that closes first coming first; see `get`."""
        ...

    async def due(self, now: datetime) -> Due: ...

    async def census(self, poll: PollId) -> Sequence[CensusLine]:
        """All lines, in order of address."""
        ...

    async def holders_among(self, poll: PollId, wallets: Iterable[Address]) -> Sequence[Holder]:
        """Those of `wallets` that are in the census."""
        ...

    async def delegates_among(self, poll: PollId, hots: Iterable[Address]) -> Delegates:
        """Vaults that named one of `hots` at the snapshot, each with all that it named."""
        ...

    async def ballot_of(self, poll: PollId, fan: FanId) -> Kept | None:
        """The fan's ballot that counts now.

        Two people who each voted and were found to be one fan since keep both ballots, since
        each speaks for wallets of its own; the later one is given.
        """
        ...

    async def last_of(self, poll: PollId, voter: Address) -> BallotLine | None:
        """The newest line of this voter, whether it counts or takes an earlier one back."""
        ...

    async def of_tap(self, poll: PollId, tap: str) -> Kept | None:
        """The ballot that this tap already brought about."""
        ...

    async def append(self, ballot: Kept, *, tap: str) -> None:
        """Add a ballot and its claims to its poll, which must be locked.

        The earlier ballot of the same voter ends.
        """
        ...

    async def withdraw(self, line: BallotLine) -> None:
        """Add a line that takes the voter's ballot back, and set its wallets free.

        Its poll must be locked.
        """
        ...

    async def repeat(self, ballot: Kept, *, tap: str) -> None:
        """Remember that this tap asked for what `ballot` already says."""
        ...

    async def close(self, poll: PollId, line: CloseLine) -> None:
        """Add the last line."""
        ...

    async def log(self, poll: PollId) -> Sequence[LogLine]:
        """Every line, in order."""
        ...

    async def standing(self, poll: PollId) -> Standing:
        """The ballots that count now, from what was stored when they were cast."""
        ...


class Transaction(Protocol):
    """Everything that is decided together and saved together."""

    @property
    def polls(self) -> Polls: ...
    @property
    def people(self) -> People: ...
    @property
    def outbox(self) -> Outbox: ...


class Store(Protocol):
    """Opens a transaction: saved whole when the block ends well, not at all otherwise."""

    def __call__(self) -> AbstractAsyncContextManager[Transaction]: ...
