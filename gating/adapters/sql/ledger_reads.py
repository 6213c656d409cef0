"""What the transfer ledger answers: who held what at which block, since when, who was first."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from gating.adapters.sql import ledger_sql as questions
from gating.adapters.sql.conversation import Conversation
from gating.model import Address, Asset, Block, Holding, Reading, Transfer
from gating.model.holdings import Readings, Tokens, holding_of

NOBODY = Address("0x" + "0" * 40)
_NOBODY = bytes(20)
_NO_ASSET = 0


class LedgerReads:
    """The questions of `gating.ports.Ledger`. An asset that was never followed has no answers."""

    def __init__(self, session: Conversation) -> None:
        self._session = session
        self._ids: dict[Asset, int] = {}

    async def id_of(self, asset: Asset) -> int:
        """The short number of an asset; 0 for one that was never followed."""
        if asset not in self._ids:
            found = await self._session.rows(questions.ID_OF, _key(asset))
            if not found:
                return _NO_ASSET
            self._ids[asset] = found[0].id
        return self._ids[asset]

    async def marks(self, asset: Asset) -> tuple[Block, Block | None] | None:
        settled, final, _ = await self._marks(asset)
        return (settled, final) if settled else None

    async def _marks(self, asset: Asset) -> tuple[Block | None, Block | None, str | None]:
        found = await self._session.rows(questions.MARKS_OF, {"asset": await self.id_of(asset)})
        settled, final, silent = found[0] if found else (None, None, None)
        return _block(settled), _block(final), silent

    async def reading(self, asset: Asset, wallets: Sequence[Address]) -> Reading:
        """One statement, for it is asked at every sign-in."""
        asked = {**_key(asset), "wallets": _array(wallets)}
        found = await self._session.rows(questions.reading_of(asset.kind), asked)
        if not found:
            return Reading(None, None)
        row = found[0]
        settled, final = _block(row.settled), _block(row.final)
        return Reading(
            settled,
            final,
            _holdings(asset, wallets, row.at_settled, settled),
            _holdings(asset, wallets, row.at_final, final),
            row.silent,
            row.moving,
        )

    async def readings(
        self, assets: Sequence[Asset], wallets: Sequence[Address]
    ) -> Mapping[Asset, Readings]:
        return {asset: await self._readings(asset, wallets) for asset in assets}

    async def _readings(self, asset: Asset, wallets: Sequence[Address]) -> Readings:
        settled, final, silent = await self._marks(asset)
        if settled is None or not wallets:
            return Readings(asset, settled, final, silent)
        now = await self.held_at(asset, wallets, settled.number)
        if final is None:
            return Readings(asset, settled, final, silent, now)
        moved = await self.moved_between(asset, final.number + 1, settled.number)
        moved &= set(wallets)
        then = await self.held_at(asset, tuple(moved), final.number)
        before = {wallet: then.get(wallet, ()) for wallet in moved}
        return Readings(asset, settled, final, silent, now, before, frozenset(moved))

    async def held_at(
        self, asset: Asset, wallets: Sequence[Address], number: int
    ) -> Mapping[Address, Tokens]:
        if not wallets:
            return {}
        asked = await self._asked(asset, number, wallets)
        rows = await self._session.execute(questions.held_by(asset.kind), asked)
        return {
            _address(wallet): tuple((int(row[1]), int(row[2])) for row in held)
            for wallet, held in groupby(rows, key=itemgetter(0))
        }

    async def census(self, asset: Asset, number: int) -> AsyncIterator[tuple[Address, int]]:
        rows = await self._session.stream(
            questions.counted_for_all(asset.kind), await self._asked(asset, number)
        )
        async for wallet, count in rows:
            if wallet != _NOBODY:
                yield _address(wallet), int(count)

    async def mints(self, asset: Asset, *, up_to: int | None = None) -> AsyncIterator[Transfer]:
        number = await self._settled(asset) if up_to is None else up_to
        if number is None:
            return
        asked = {**await self._asked(asset, number), "nobody": _NOBODY}
        async for row in await self._session.stream(questions.MINTS, asked):
            yield _transfer(asset, row)

    async def history(
        self, asset: Asset, wallets: Sequence[Address], *, at: int | None = None
    ) -> Sequence[Transfer]:
        number = await self._settled(asset) if at is None else at
        if not wallets or number is None:
            return ()
        asked = await self._asked(asset, number, wallets)
        return [
            _transfer(asset, row) for row in await self._session.execute(questions.HISTORY, asked)
        ]

    async def last_sale(self, asset: Asset, wallets: Sequence[Address]) -> Transfer | None:
        _, final, _ = await self._marks(asset)
        if final is None:
            return None
        found = await self._session.execute(
            questions.LAST_SALE, await self._asked(asset, final.number, wallets)
        )
        row = found.first()
        return _transfer(asset, row) if row else None

    async def between(self, asset: Asset, first: int, last: int) -> Sequence[Transfer]:
        rows = await self._session.execute(
            questions.BETWEEN, {"asset": await self.id_of(asset), "first": first, "last": last}
        )
        return [_transfer(asset, row) for row in rows]

    async def full(self, assets: Sequence[Asset], first: int, most: int) -> int | None:
        ids = [await self.id_of(asset) for asset in assets]
        found: int | None = await self._session.scalar(
            questions.FULL, {"assets": ids, "first": first, "most": most - 1}
        )
        return found

    async def moved_between(self, asset: Asset, first: int, last: int) -> set[Address]:
        rows = await self._session.scalars(
            questions.MOVED, {"asset": await self.id_of(asset), "first": first, "last": last}
        )
        return {_address(wallet) for wallet in rows} - {NOBODY}

    async def _settled(self, asset: Asset) -> int | None:
        settled, _, _ = await self._marks(asset)
        return settled.number if settled else None

    async def _asked(
        self, asset: Asset, number: int, wallets: Sequence[Address] = ()
    ) -> dict[str, Any]:
        return {"asset": await self.id_of(asset), "block": number, "wallets": _array(wallets)}


def _key(asset: Asset) -> dict[str, Any]:
    return {"chain": asset.chain_id, "contract": asset.contract, "kind": asset.kind.value}


def _holdings(
    asset: Asset,
    wallets: Sequence[Address],
    held: list[tuple[str, int, int]] | None,
    at: Block | None,
) -> tuple[Holding, ...]:
    if at is None:
        return ()
    owned: dict[str, list[tuple[int, int]]] = {}
    for wallet, token, amount in held or ():
        owned.setdefault(f"0x{wallet}", []).append((token, amount))
    return tuple(
        holding_of(wallet, asset, tuple(sorted(owned.get(wallet, ()))), at) for wallet in wallets
    )


def _array(wallets: Iterable[Address]) -> str:
    """A `bytea[]` as PostgreSQL reads it: the driver takes twenty times as long to write one."""
    return "{" + ",".join([f'"\\\\x{wallet[2:]}"' for wallet in wallets]) + "}"


def _address(stored: bytes) -> Address:
    return Address("0x" + stored.hex())


def _block(stored: dict[str, Any] | None) -> Block | None:
    return Block(**stored) if stored else None


def _transfer(asset: Asset, row: Any) -> Transfer:
    number, digest, log_index, sub_index, time, token, amount, sender, receiver = row
    return Transfer(
        asset=asset,
        block_number=number,
        block_hash="0x" + digest.hex(),
        log_index=log_index,
        sub_index=sub_index,
        block_time=time,
        token_id=int(token),
        amount=int(amount),
        sender=_address(sender),
        receiver=_address(receiver),
    )
