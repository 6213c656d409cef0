"""A person's ballots in open votes are taken back, by a line that anyone can check."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gating.model import FanId
from gating.ports import Clock
from governance.ballots import without_choice
from governance.model import BallotLine, LogHead, Poll, PollState
from governance.ports import Polls, Signing
from governance.record.log import ballot_line
from governance.typed_data import ballot_digest


@dataclass(frozen=True, kw_only=True)
class WithdrawBallots:
    """Take the ballots of a fan back where the vote is still open.

    A line that was receipted never leaves the log; a ballot without a choice follows it and sets
    its wallets free; it carries the commitment of the ballot that it takes back. `hold` comes
    first: it keeps the votes still until the transaction ends.
    """

    signing: Signing
    clock: Clock

    async def hold(self, polls: Polls) -> Sequence[Poll]:
        return await polls.current(lock=True)

    async def __call__(self, polls: Polls, fan: FanId) -> None:
        now = int(self.clock().timestamp())
        for poll in await self.hold(polls):
            if _takes(poll, now):
                await self._all_of(polls, poll, fan, now)

    async def _all_of(self, polls: Polls, poll: Poll, fan: FanId, now: int) -> None:
        """A fan whom another one joined may have several: each voted before they were one."""
        while kept := await polls.ballot_of(poll.id, fan):
            line = self._line(poll, kept.line, now)
            await polls.withdraw(line)
            poll = replace(poll, log=LogHead(line.seq, line.head))
            await polls.save(poll)

    def _line(self, poll: Poll, earlier: BallotLine, at: int) -> BallotLine:
        ballot = without_choice(poll.definition, earlier, cast_at=at)
        return ballot_line(
            poll.log,
            ballot,
            received_at=at,
            account=earlier.account_commit,
            claims=earlier.claims,
            signature=self.signing.sign(ballot_digest(ballot)),
        )


def _takes(poll: Poll, at: int) -> bool:
    window = poll.definition.window
    return poll.state is PollState.OPEN and window.opens <= at <= window.closes
