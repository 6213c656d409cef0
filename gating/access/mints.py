"""How tokens were minted, in the order of the chain: read once, and then only what is new."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gating.model import Address, Asset, Block, Transfer
from gating.ports import Ledger
from gating.rules.evidence import Mint

_NOBODY = Address("0x" + "0" * 40)


@dataclass(frozen=True, slots=True)
class MintTable:
    """Every mint of an asset up to and with block `number`; the first of each token counts."""

    number: int
    tokens: Mapping[int, Mint] = field(default_factory=dict)
    wallets: Mapping[Address, int] = field(default_factory=dict)

    def and_then(self, mints: Iterable[Transfer], number: int) -> "MintTable":
        """With what was minted since, up to `number`."""
        later = list(mints)
        if not later:
            return MintTable(number, self.tokens, self.wallets)
        tokens, wallets = dict(self.tokens), dict(self.wallets)
        for mint in later:
            known = Mint(len(tokens) + 1, mint.block_number, mint.block_time)
            tokens.setdefault(mint.token_id, known)
            wallets.setdefault(mint.receiver, len(wallets) + 1)
        return MintTable(number, tokens, wallets)


class MintBook:
    """The final mints of each asset, kept in memory: they change no more."""

    def __init__(self) -> None:
        self._final: dict[Asset, MintTable] = {}

    async def tables(
        self, ledger: Ledger, asset: Asset, settled: Block, final: Block | None
    ) -> tuple[MintTable, MintTable | None]:
        """The mints up to the settled block, and up to the final one."""
        sure = await self._up_to(ledger, asset, final.number) if final else None
        if sure is None:
            mints = [mint async for mint in ledger.mints(asset, up_to=settled.number)]
            return MintTable(-1).and_then(mints, settled.number), None
        if settled.number <= sure.number:
            return sure, sure
        return await _extended(sure, ledger, asset, settled.number), sure

    async def _up_to(self, ledger: Ledger, asset: Asset, number: int) -> MintTable:
        known = self._final.get(asset)
        if known is None or known.number > number:  # the ledger was read anew
            mints = [mint async for mint in ledger.mints(asset, up_to=number)]
            known = MintTable(-1).and_then(mints, number)
        elif known.number < number:
            known = await _extended(known, ledger, asset, number)
        self._final[asset] = known
        return known


async def _extended(known: MintTable, ledger: Ledger, asset: Asset, number: int) -> MintTable:
    moves = await ledger.between(asset, known.number + 1, number)
    return known.and_then((move for move in moves if move.sender == _NOBODY), number)
