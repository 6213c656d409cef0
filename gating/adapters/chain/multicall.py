"""Many reads of contracts at one block, by Multicall3, and one by one where it cannot be used.

Each call has its own answer: a number, or why there is none. A contract that refuses, floods or is
not there makes only its own answers unknown, and costs a bounded time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gating.adapters.chain.abi import BadAnswer, Call, aggregate3, in_parts, results3
from gating.adapters.rpc import CallFailed, RpcFault, RpcNode
from gating.model import Block
from gating.model.views import NoAnswer, Viewed

MULTICALL3 = "0xca11bde05977b3631167028862be2a173976ca11"
"""The same on some 250 chains (Multicall3's README)."""
AT_ONCE = 500
"""Calls in one request: 500 to 1,000 were quickest on a local node."""
GAS_TOGETHER = 50_000_000
"""What geth allows a call by default; some providers allow more, few less."""
GAS_ALONE = 5_000_000
MOST_TOGETHER = 1024 * 1024
MOST_ALONE = 64 * 1024
STRIKES = 3
"""Calls to one contract that may fail alone, one after the other, before it is left alone."""
_WORD = 32
_AGREEING = 2


class Multicall:
    """Reads through one node's endpoints. Raises `RpcFault` where none of them can answer."""

    def __init__(self, node: RpcNode, contract: str = MULTICALL3) -> None:
        self._node = node
        self._contract = contract

    async def words(self, calls: Sequence[Call], at: Block) -> Sequence[Viewed]:
        """The one word that each call answers at this block, from the first endpoint that can.

        An endpoint must have exactly this block, before and after: one that lags would answer for
        another.
        """

        async def of(endpoint: str) -> Sequence[Viewed]:
            return await _Reader(self._node, self._contract, endpoint, at)(calls)

        return await self._node.first(of)

    async def agreed(
        self, calls: Sequence[Call], at: Block, *, by_one: bool = False
    ) -> Sequence[Viewed]:
        """The same, where two endpoints say it. With one endpoint its word is all there is.

        `by_one`: the word of one is enough where no other can be heard; none may contradict it.
        """
        if self._node.count < _AGREEING:
            return await self.words(calls, at)

        async def of(endpoint: str) -> Sequence[Viewed]:
            return await _Reader(self._node, self._contract, endpoint, at)(calls)

        said = await self._node.each(of)
        if not said:
            raise RpcFault("no endpoint gives a usable answer")
        if by_one and len(said) == 1:
            return said[0]
        return [_agreed(answers) for answers in zip(*said, strict=True)]


def _agreed(answers: Sequence[Viewed]) -> Viewed:
    if len(answers) < _AGREEING:
        return NoAnswer.ALONE
    most = max(answers, key=answers.count)
    return most if answers.count(most) >= _AGREEING else NoAnswer.DISAGREE


@dataclass
class _Reader:
    """One endpoint at one block."""

    node: RpcNode
    contract: str
    endpoint: str
    at: Block
    strikes: dict[bytes, int] = field(default_factory=dict)

    async def __call__(self, calls: Sequence[Call]) -> Sequence[Viewed]:
        await self._must_have_the_block()
        together = await self._has_code(self.contract)
        found: list[Viewed] = []
        for part in in_parts(calls, AT_ONCE):
            found += await (self._together(part) if together else self._each(part))
        empty = {call.target for call, said in zip(calls, found, strict=True) if said == _EMPTY}
        there = {target: await self._has_code("0x" + target.hex()) for target in empty}
        await self._must_have_the_block()
        return [
            NoAnswer.NO_CODE if said == _EMPTY and not there[call.target] else said
            for call, said in zip(calls, found, strict=True)
        ]

    async def _together(self, calls: Sequence[Call]) -> list[Viewed]:
        """One request; where it fails as a whole, by halves, until who spoils it stands alone."""
        if len(calls) == 1:
            return await self._each(calls)
        asked = {"to": self.contract, "data": "0x" + aggregate3(calls).hex()}
        try:
            answer = await self._call(asked, GAS_TOGETHER, MOST_TOGETHER)
            said = results3(answer, len(calls))
        except (CallFailed, BadAnswer):
            half = len(calls) // 2
            if all(self._struck(call) for call in calls):
                return [NoAnswer.FLOODS] * len(calls)
            return await self._together(calls[:half]) + await self._together(calls[half:])
        # one that failed may only have lacked the gas that another burnt: ask it alone
        return [
            await self._alone(call, NoAnswer.REFUSED) if one is None else _viewed(one)
            for call, one in zip(calls, said, strict=True)
        ]

    async def _each(self, calls: Sequence[Call]) -> list[Viewed]:
        return [await self._alone(call) for call in calls]

    async def _alone(self, call: Call, otherwise: NoAnswer = NoAnswer.FLOODS) -> Viewed:
        """One call by itself; `otherwise` once its contract has failed too often."""
        if self._struck(call):
            return otherwise
        asked = {"to": "0x" + call.target.hex(), "data": "0x" + call.data.hex()}
        try:
            said = _viewed(await self._call(asked, GAS_ALONE, MOST_ALONE))
        except CallFailed as failed:
            self.strikes[call.target] = self.strikes.get(call.target, 0) + 1
            return NoAnswer.REFUSED if failed.refused else NoAnswer.FLOODS
        self.strikes.pop(call.target, None)
        return said

    def _struck(self, call: Call) -> bool:
        return self.strikes.get(call.target, 0) >= STRIKES

    async def _call(self, asked: dict[str, str], gas: int, most: int) -> bytes:
        params = [{**asked, "gas": hex(gas)}, hex(self.at.number)]
        answer = await self.node.call(self.endpoint, "eth_call", params, most=2 * most)
        try:
            return bytes.fromhex(answer.removeprefix("0x"))
        except (AttributeError, ValueError) as error:
            raise RpcFault("answered no hex") from error

    async def _has_code(self, contract: str) -> bool:
        params = [contract, hex(self.at.number)]
        answer = await self.node.call(self.endpoint, "eth_getCode", params)
        if not isinstance(answer, str):
            raise RpcFault("answered no code")
        return len(answer) > len("0x")

    async def _must_have_the_block(self) -> None:
        params = [hex(self.at.number), False]
        found = await self.node.call(self.endpoint, "eth_getBlockByNumber", params)
        if not isinstance(found, dict) or found.get("hash") != self.at.hash:
            raise RpcFault(f"does not have block {self.at.number} as others do")


_EMPTY = NoAnswer.SHORT


def _viewed(said: bytes | None) -> Viewed:
    if said is None:
        return NoAnswer.REFUSED
    if len(said) == _WORD:
        return int.from_bytes(said, "big")
    return NoAnswer.LONG if len(said) > _WORD else _EMPTY
