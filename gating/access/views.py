"""What logs do not tell, asked of the contracts themselves: past votes, and keys that end.

Asked outside of transactions, for many wallets at once, and kept for a while; a wallet that nobody
has asked for is unknown until the next look.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gating.access.evidence import NOT_FINAL, NOT_READY
from gating.errors import TryLater
from gating.model import Address, Block, Fan, Unknown
from gating.model.rule import MOST
from gating.model.views import Key, NoAnswer, Viewed
from gating.ports import Chain, Clock
from gating.ports.index import Views
from gating.rules.evidence import Balance, Balances, Expiries, KeysNow, Need, VotesThen
from gating.rules.times import AHEAD
from gating.rules.wallets import counted_on

FRESH = timedelta(minutes=11)
"""Two periodic passes, and a minute."""
_CODES = {NoAnswer.ALONE: "E-RPCALONE", NoAnswer.DISAGREE: "E-RPCDISAGREE"}
Asked = VotesThen | KeysNow
Said = Viewed | Key


@dataclass(frozen=True, slots=True)
class ViewedChain:
    """A chain whose contracts are asked; `depth` blocks below the head additions count.

    `early` is asked for what opens, where one endpoint's word is enough for that.
    """

    chain: Chain
    views: Views
    depth: int
    early: Views | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said of a wallet at a believed block and at a final one."""

    when: datetime
    now: tuple[Block, Said]
    final: tuple[Block, Said] | None


@dataclass(frozen=True)
class ViewBook:
    """The answers by need and wallet. Memory only: all of it can be asked again."""

    clock: Clock
    chains: Mapping[int, ViewedChain] = field(default_factory=dict)
    _told: dict[tuple[Asked, Address], _Told] = field(default_factory=dict)
    _silent: dict[Asked, str] = field(default_factory=dict)
    _marks: dict[Asked, tuple[Block, Block]] = field(default_factory=dict)

    async def ask(self, needs: Iterable[Need[Any]], fans: Sequence[Fan]) -> None:
        """Ask for all wallets of these fans. A silent chain is remembered as such."""
        for need in needs:
            if isinstance(need, Asked) and need.asset.chain_id in self.chains:
                chain_id = need.asset.chain_id
                wallets = [each for fan in fans for each in counted_on(fan.wallets, chain_id)]
                try:
                    self._silent.pop(need, None)
                    await self._ask(need, wallets, self.chains[chain_id])
                except TryLater as silent:
                    self._silent[need] = silent.code

    async def _ask(self, need: Asked, wallets: Sequence[Address], on: ViewedChain) -> None:
        head, final = await asyncio.gather(on.chain.head(), on.chain.finalized())
        settled = await on.chain.block(max(0, head.number - on.depth))
        final = min(final, settled, key=lambda block: block.number)
        now = await _said(need, wallets, (on.chain, on.early or on.views), settled)
        then = await _said(need, wallets, (on.chain, on.views), final)
        if now is None:
            self._silent[need] = AHEAD
            return
        when = self.clock()
        self._marks[need] = settled, final
        for wallet in wallets:
            last = (final, then[wallet]) if then else None
            self._told[need, wallet] = _Told(when, (settled, now[wallet]), last)

    def pair(self, need: Asked, wallets: Sequence[Address]) -> tuple[Any, Any]:
        """The pieces of a fan with these wallets at the settled and at the final block."""
        told = [self._told.get((need, wallet)) for wallet in wallets]
        oldest = self.clock() - FRESH
        fresh = [one for one in told if one and one.when > oldest]
        if len(fresh) < len(told):
            doubt = Unknown(self._silent.get(need, NOT_READY))
            return doubt, doubt
        if not wallets:  # who has no wallet has nothing, whatever a silent chain would say
            return self._nothing(need)
        now = _piece(need, wallets, [one.now for one in fresh], final=False)
        final = [one.final for one in fresh if one.final]
        if len(final) < len(fresh):
            return now, Unknown(NOT_FINAL)
        return now, _piece(need, wallets, final, final=True)

    def _nothing(self, need: Asked) -> tuple[Any, Any]:
        if need not in self._marks:
            return Unknown(NOT_READY), Unknown(NOT_READY)
        settled, final = self._marks[need]
        if isinstance(need, KeysNow):
            return Expiries(settled, ()), Expiries(final, (), final=True)
        return Balances(settled, ()), Balances(final, (), final=True)


async def _said(
    need: Asked, wallets: Sequence[Address], on: tuple[Chain, Views], at: Block
) -> Mapping[Address, Said] | None:
    """None where the block that is asked for is not there yet."""
    chain, views = on
    if isinstance(need, KeysNow):
        return await views.keys(need.asset.contract, wallets, at)
    if need.block >= at.number:  # a contract speaks of the past alone (EIP-5805)
        return None
    then = await chain.block(need.block)
    return await views.votes(need.asset.contract, wallets, then, seen_from=at)


def _piece(
    need: Asked, wallets: Sequence[Address], said: Sequence[tuple[Block, Said]], *, final: bool
) -> Any:
    at = min((block for block, _ in said), key=lambda block: block.number)
    if isinstance(need, KeysNow):
        ends = [_end(key, at) for _, key in said if isinstance(key, Key)]
        bad = next((end for end in ends if isinstance(end, NoAnswer)), None)
        return _unsaid(bad) if bad else Expiries(at, tuple(map(int, ends)), final)
    votes = [amount for _, amount in said]
    bad = next((amount for amount in votes if isinstance(amount, NoAnswer)), None)
    if bad:
        return _unsaid(bad)
    each = (
        Balance(wallet, amount)
        for wallet, amount in zip(wallets, votes, strict=True)
        if isinstance(amount, int)
    )
    return Balances(at, tuple(each), final)


def _end(key: Key, at: Block) -> Viewed:
    """Until when it is good. A lock that keeps that to itself is asked again at each look."""
    if isinstance(key.good, NoAnswer):
        return key.good
    if key.good:
        return key.until if isinstance(key.until, int) else MOST
    return min(key.until, at.timestamp) if isinstance(key.until, int) else 0


def _unsaid(why: NoAnswer) -> Unknown:
    return Unknown(_CODES.get(why, "E-VIEW"))
