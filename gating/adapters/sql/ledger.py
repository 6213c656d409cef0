"""The transfer ledger in PostgreSQL: who held which copy at which block.

Every question is asked of the transfers themselves, so any past block answers as exactly as the
present one, and a rewind is one `DELETE`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.tables import FollowedRow, MarksRow, TransferRow
from gating.model import Address, Asset, Block, Holding, Reading, Transfer

NOBODY = Address("0x" + "0" * 40)
_CHUNK = 10_000
_HOLDERS = text(
    """
    SELECT DISTINCT ON (token_id) token_id, receiver FROM transfer
    WHERE chain_id = :chain AND contract = :contract AND block_number <= :block
    ORDER BY token_id, block_number DESC, log_index DESC
    """
)
# what came to these wallets and did not move again; each step is a look into an index
_HELD = """
    (SELECT json_agg(json_build_array(receiver, token_id)) FROM transfer AS came
     WHERE chain_id = marks.chain_id AND contract = marks.contract
       AND receiver = ANY(%(wallets)s) AND block_number <= (marks.{mark}->>'number')::bigint
       AND NOT EXISTS (
           SELECT 1 FROM transfer AS later
           WHERE later.chain_id = came.chain_id AND later.contract = came.contract
             AND later.token_id = came.token_id
             AND later.block_number <= (marks.{mark}->>'number')::bigint
             AND (later.block_number, later.log_index) > (came.block_number, came.log_index)
       ))
    """
_MOVING = """
    EXISTS (
        SELECT 1 FROM transfer
        WHERE chain_id = marks.chain_id AND contract = marks.contract
          AND block_number > (marks.final->>'number')::bigint
          AND block_number <= (marks.settled->>'number')::bigint
          AND (sender = ANY(%(wallets)s) OR receiver = ANY(%(wallets)s))
    )
    """
_READING = (
    f"SELECT settled, final, silent, {_HELD.format(mark='settled')} AS at_settled, "  # noqa: S608  - fixed text
    f"{_HELD.format(mark='final')} AS at_final, {_MOVING} AS moving "
    "FROM ledger_marks AS marks WHERE chain_id = %(chain)s AND contract = %(contract)s"
)
_LAST_SALE = text(
    """
    SELECT block_number, block_hash, log_index, token_id, sender, receiver FROM transfer
    WHERE chain_id = :chain AND contract = :contract AND block_number <= :block
      AND sender = ANY(:wallets) AND NOT receiver = ANY(:wallets)
    ORDER BY block_number DESC, log_index DESC LIMIT 1
    """
)
_MOVED = text(
    """
    SELECT sender AS who FROM transfer
    WHERE chain_id = :chain AND contract = :contract AND block_number BETWEEN :first AND :last
    UNION
    SELECT receiver FROM transfer
    WHERE chain_id = :chain AND contract = :contract AND block_number BETWEEN :first AND :last
    """
)


class SqlLedger:
    """`gating.ports.Ledger`."""

    def __init__(self, session: Conversation) -> None:
        self._session = session

    async def tip(self, asset: Asset) -> Block | None:
        return await self.seen(asset, at_most=2**62)

    async def alone(self, asset: Asset, tip: Block | None) -> bool:
        await self._session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"ledger {asset.chain_id} {asset.contract}"},
        )
        return await self.tip(asset) == tip

    async def seen(self, asset: Asset, at_most: int) -> Block | None:
        row = await self._session.scalar(
            select(FollowedRow)
            .where(
                col(FollowedRow.chain_id) == asset.chain_id,
                col(FollowedRow.contract) == asset.contract,
                col(FollowedRow.number) <= at_most,
            )
            .order_by(col(FollowedRow.number).desc())
            .limit(1)
        )
        return Block(row.chain_id, row.number, row.hash, row.timestamp) if row else None

    async def append(self, asset: Asset, transfers: Sequence[Transfer], tip: Block) -> None:
        rows = [_row(transfer) for transfer in transfers]
        for start in range(0, len(rows), _CHUNK):
            await self._session.execute(
                upsert(TransferRow).on_conflict_do_nothing(), rows[start : start + _CHUNK]
            )
        await self._session.execute(
            upsert(FollowedRow)
            .values(
                chain_id=asset.chain_id,
                contract=asset.contract,
                number=tip.number,
                hash=tip.hash,
                timestamp=tip.timestamp,
            )
            .on_conflict_do_nothing()
        )

    async def rewind(self, asset: Asset, above: int) -> None:
        await self._session.execute(
            delete(TransferRow).where(
                col(TransferRow.chain_id) == asset.chain_id,
                col(TransferRow.contract) == asset.contract,
                col(TransferRow.block_number) > above,
            )
        )
        await self._session.execute(
            delete(FollowedRow).where(
                col(FollowedRow.chain_id) == asset.chain_id,
                col(FollowedRow.contract) == asset.contract,
                col(FollowedRow.number) > above,
            )
        )

    async def settle(self, asset: Asset, *, settled: Block, final: Block) -> None:
        await self._mark(asset, settled=asdict(settled), final=asdict(final), silent=None)

    async def silence(self, asset: Asset, code: str | None) -> None:
        await self._mark(asset, silent=code)

    async def _mark(self, asset: Asset, **values: Any) -> None:
        key = {"chain_id": asset.chain_id, "contract": asset.contract}
        await self._session.execute(
            upsert(MarksRow)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def marks(self, asset: Asset) -> tuple[Block, Block] | None:
        settled, final, _ = await self._marks(asset)
        return (settled, final) if settled and final else None

    async def _marks(self, asset: Asset) -> tuple[Block | None, Block | None, str | None]:
        found = await self._session.execute(
            select(col(MarksRow.settled), col(MarksRow.final), col(MarksRow.silent)).where(
                col(MarksRow.chain_id) == asset.chain_id, col(MarksRow.contract) == asset.contract
            )
        )
        row = found.first()
        if row is None:
            return None, None, None
        settled, final, silent = row
        return _block(settled), _block(final), silent

    async def reading(self, asset: Asset, wallets: Sequence[Address]) -> Reading:
        about = {"chain": asset.chain_id, "contract": asset.contract, "wallets": list(wallets)}
        found = await self._session.rows(_READING, about)
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

    async def holders_at(self, asset: Asset, number: int) -> dict[Address, frozenset[int]]:
        owned: dict[Address, set[int]] = {}
        for copy, wallet in await self._session.execute(_HOLDERS, _at(asset, number)):
            if wallet != NOBODY:
                owned.setdefault(Address(wallet), set()).add(int(copy))
        return {wallet: frozenset(copies) for wallet, copies in owned.items()}

    async def last_sale(self, asset: Asset, wallets: Sequence[Address]) -> Transfer | None:
        _, final, _ = await self._marks(asset)
        if final is None:
            return None
        found = await self._session.execute(
            _LAST_SALE, {**_at(asset, final.number), "wallets": list(wallets)}
        )
        row = found.mappings().first()
        return Transfer(asset=asset, **{**row, "token_id": int(row["token_id"])}) if row else None

    async def moved_between(self, asset: Asset, first: int, last: int) -> set[Address]:
        rows = await self._session.scalars(
            _MOVED,
            {"chain": asset.chain_id, "contract": asset.contract, "first": first, "last": last},
        )
        return {Address(wallet) for wallet in rows} - {NOBODY}


def _holdings(
    asset: Asset, wallets: Sequence[Address], held: list[tuple[str, int]] | None, at: Block | None
) -> tuple[Holding, ...]:
    if at is None:
        return ()
    owned: dict[str, set[int]] = {}
    for wallet, copy in held or ():
        owned.setdefault(wallet, set()).add(copy)
    return tuple(
        Holding(wallet, asset, frozenset(owned.get(wallet, ())), at) for wallet in wallets
    )


def _at(asset: Asset, block: int) -> dict[str, Any]:
    return {"chain": asset.chain_id, "contract": asset.contract, "block": block}


def _block(stored: dict[str, Any] | None) -> Block | None:
    return Block(**stored) if stored else None


def _row(transfer: Transfer) -> dict[str, Any]:
    return {
        "chain_id": transfer.asset.chain_id,
        "contract": transfer.asset.contract,
        "block_number": transfer.block_number,
        "log_index": transfer.log_index,
        "block_hash": transfer.block_hash,
        "token_id": transfer.token_id,
        "sender": transfer.sender,
        "receiver": transfer.receiver,
    }
