"""A tap becomes a ballot that counts, and the person who tapped gets a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gating.errors import Refused
from gating.model import Account, Address, Fan, FanId
from gating.ports import Clock
from gating.rules.wallets import counted_on
from governance import errors
from governance.ballots import Reach, next_ballot, pick, reach
from governance.electorate import owners_of
from governance.model import (
    BallotLine,
    Choice,
    Definition,
    LogHead,
    Poll,
    PollId,
    PollState,
    Receipt,
    WhyZero,
)
from governance.ports import Kept, Signing, Store, Transaction
from governance.receipts import receipt_for
from governance.record.log import ballot_line
from governance.typed_data import ballot_digest
from governance.weight import refusal, weigh, why_zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What a fan is told: the choice that now counts, its weight, and until when it may change.

    `repeated` says that this tap changed nothing, because the ballot already said so.
    """

    choice: Choice
    power: int
    weight: int
    closes: int
    receipt: Receipt
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """A fan in front of one poll: what the fan's ballot would speak for, or why it cannot.

    `follows` is the line whose number the next ballot continues: the fan's own, or one by which a
    ballot for the same wallet was taken back.
    """

    fan: Fan
    earlier: Kept | None
    follows: BallotLine | None
    reach: Reach
    reason: WhyZero | None

    @property
    def held(self) -> int:
        return sum(self.reach.free.values())

    def says(self, picked: Choice) -> bool:
        """Whether the fan's ballot already says exactly this, for the same wallets."""
        if self.earlier is None:
            return False
        line = self.earlier.line
        same_wallets = set(line.claims) == set(self.reach.free)
        return same_wallets and line.ballot.picks[0].id == picked.id


@dataclass(frozen=True, kw_only=True)
class CastBallot:
    """Count a tap for the fan behind this account, with all of the fan's wallets.

    A later tap replaces it until the poll closes; ballots of one poll are taken one at a time.
    """

    store: Store
    signing: Signing
    clock: Clock

    async def __call__(self, account: Account, poll_id: PollId, choice: int, *, tap: str) -> Cast:
        """`tap` is the platform's own id of the tap: delivered again, it changes nothing.

        Refused: `E-POLLNOTYET`, `E-POLLCLOSED`, `E-POLLCHOICE`, `E-NOPOLL`, or with the reason why
        the ballot would weigh nothing.
        """
        received_at = int(self.clock().timestamp())
        once = f"{account.platform}:{tap}"
        async with self.store() as tx:
            poll = await tx.polls.get(poll_id, lock=True)
            seen = await tx.polls.of_tap(poll_id, once)
            if seen is not None:
                return _told(poll.definition, seen, repeated=True)
            must_take(poll, received_at)
            picked = pick(poll.definition, choice)
            voter = await find_voter(tx, poll, await _fan(tx, account))
            if voter.reason is not None:
                raise refusal(voter.reason, poll.definition, voter.held)
            if voter.says(picked) and voter.earlier is not None:
                await tx.polls.repeat(voter.earlier, tap=once)
                return _told(poll.definition, voter.earlier, repeated=True)
            kept = self._kept(poll, voter, picked, account=account, at=received_at)
            await tx.polls.append(kept, tap=once)
            await tx.polls.save(replace(poll, log=LogHead(kept.line.seq, kept.line.head)))
        return _told(poll.definition, kept, repeated=False)

    def _kept(
        self, poll: Poll, voter: Voter, picked: Choice, *, account: Account, at: int
    ) -> Kept:
        claims, blind = tuple(sorted(voter.reach.free)), self.signing.blind(account)
        ballot = next_ballot(
            poll.definition,
            poll.id,
            picked,
            voter=claims[0],
            earlier=voter.follows,
            cast_at=at,
        )
        line = ballot_line(
            poll.log,
            ballot,
            received_at=at,
            account=blind.commit,
            claims=claims,
            signature=self.signing.sign(ballot_digest(ballot)),
        )
        receipt = receipt_for(poll.id, line, self.signing)
        weight = weigh(poll.definition.power, voter.held)
        return Kept(line, voter.fan.id, receipt, voter.held, weight, blind.salt)


async def find_voter(tx: Transaction, poll: Poll, fan: Fan) -> Voter:
    """What the fan's wallets, and those of the fan's earlier ballot, weigh in this poll."""
    earlier = await tx.polls.ballot_of(poll.id, fan.id)
    line = earlier.line if earlier else None
    theirs = counted_on(fan.wallets, poll.definition.snapshot.chain_id)
    speaking = await _vaults(tx, poll, theirs)
    vaults = {vault for vault, server in speaking.items() if server == fan.id}
    wallets = {*theirs, *vaults, *(line.claims if line else ())}
    holders = await tx.polls.holders_among(poll.id, wallets)
    found = reach(
        wallets,
        powers={holder.address: holder.power for holder in holders},
        claimed_by={h.address: h.claimed_by for h in holders if h.claimed_by is not None},
        earlier=line,
    )
    power = poll.definition.power
    reason = why_zero(
        power,
        wallets=wallets,
        free=found.free,
        claimed=found.taken,
        elsewhere=len(speaking) > len(vaults),
    )
    follows = line or (await tx.polls.last_of(poll.id, min(found.free)) if found.free else None)
    return Voter(fan=fan, earlier=earlier, follows=follows, reach=found, reason=reason)


async def _vaults(
    tx: Transaction, poll: Poll, wallets: Sequence[Address]
) -> Mapping[Address, FanId | None]:
    """Vaults that had named one of these wallets at the snapshot, and whom each speaks for."""
    named = await tx.polls.delegates_among(poll.id, wallets)
    if not named:
        return {}
    chain_id = poll.definition.snapshot.chain_id
    owners = await owners_of(tx.people, (), chain_id=chain_id, delegates=named)
    return {vault: owners.get(vault) for vault in named}


def must_take(poll: Poll, at: int) -> None:
    """Refuse a ballot that comes at a time at which the poll takes none; both ends count."""
    window = poll.definition.window
    if poll.state is PollState.ANNOUNCED or at < window.opens:
        raise Refused(errors.NOT_YET, at=window.opens)
    if poll.state is not PollState.OPEN or at > window.closes:
        raise Refused(errors.POLL_CLOSED, closes=window.closes)


async def _fan(tx: Transaction, account: Account) -> Fan:
    fan = await tx.people.of_account(account)
    if fan is None:
        raise Refused(errors.NOT_LINKED)
    return fan


def _told(definition: Definition, kept: Kept, *, repeated: bool) -> Cast:
    return Cast(
        choice=pick(definition, kept.line.ballot.picks[0].id),
        power=kept.power,
        weight=kept.weight,
        closes=definition.window.closes,
        receipt=kept.receipt,
        repeated=repeated,
    )
