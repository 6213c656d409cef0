"""The transfer ledger in PostgreSQL: what is stored, how far it is believed, and how it goes back.

Balances are not kept beside the transfers: they would have to be undone with every rewind, and the
questions in `gating/adapters/sql/ledger_sql.py` are quick without. So a rewind is one `DELETE`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql import ledger_sql as questions
from gating.adapters.sql.bulk import copy_into
from gating.adapters.sql.ledger_reads import LedgerReads
from gating.adapters.sql.ledger_tables import (
    AssetRow,
    FollowedRow,
    MarksRow,
    SkippedRow,
    TransferRow,
)
from gating.model import Asset, Block, Transfer
from gating.model.holdings import Skipped, SkipReason

_COLUMNS = (
    "asset_id",
    "block_number",
    "log_index",
    "sub_index",
    "block_hash",
    "block_time",
    "token_id",
    "amount",
    "sender",
    "receiver",
)
_EVER = 2**62


class SqlLedger(LedgerReads):
    """`gating.ports.Ledger`."""

    async def tip(self, asset: Asset) -> Block | None:
        return await self.seen(asset, at_most=_EVER)

    async def alone(self, asset: Asset, tip: Block | None) -> bool:
        await self._session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"ledger {asset.chain_id} {asset.contract}"},
        )
        return await self.tip(asset) == tip

    async def seen(self, asset: Asset, at_most: int) -> Block | None:
        asked = {"asset": await self.id_of(asset), "at_most": at_most}
        found = await self._session.rows(questions.SEEN, asked)
        return Block(asset.chain_id, *found[0]) if found else None

    async def append(self, asset: Asset, transfers: Sequence[Transfer], tip: Block) -> None:
        number = await self._number(asset)
        known = await self.tip(asset) if transfers else None
        new = [
            transfer
            for transfer in transfers
            if known is None or transfer.block_number > known.number
        ]
        if new:
            await copy_into(self._session, "transfer", _COLUMNS, _lines(number, new))
        await self._session.execute(
            upsert(FollowedRow)
            .values(asset_id=number, number=tip.number, hash=tip.hash, timestamp=tip.timestamp)
            .on_conflict_do_nothing()
        )

    async def skip(self, asset: Asset, skipped: Sequence[Skipped]) -> frozenset[SkipReason]:
        if not skipped:
            return frozenset()
        before = await self.skipped(asset)
        first = {log.reason: log.block_number for log in reversed(skipped)}
        for reason, logs in Counter(log.reason for log in skipped).items():
            row = upsert(SkippedRow).values(
                asset_id=await self._number(asset),
                reason=reason,
                logs=logs,
                first_block=first[reason],
            )
            await self._session.execute(
                row.on_conflict_do_update(
                    index_elements=["asset_id", "reason"],
                    set_={"logs": SkippedRow.logs + row.excluded.logs},
                )
            )
        return frozenset(first) - frozenset(before)

    async def skipped(self, asset: Asset) -> Mapping[SkipReason, int]:
        rows = await self._session.execute(
            select(col(SkippedRow.reason), col(SkippedRow.logs)).where(
                col(SkippedRow.asset_id) == await self.id_of(asset)
            )
        )
        return {SkipReason(reason): logs for reason, logs in rows}

    async def rewind(self, asset: Asset, above: int) -> None:
        number = await self.id_of(asset)
        for table, block in (
            (TransferRow, TransferRow.block_number),
            (FollowedRow, FollowedRow.number),
        ):
            await self._session.execute(
                delete(table).where(col(table.asset_id) == number, col(block) > above)
            )
        kept = await self.tip(asset)
        settled, final, _ = await self._marks(asset)
        lowered = {
            name: asdict(kept) if kept else None
            for name, mark in (("settled", settled), ("final", final))
            if mark and mark.number > above
        }
        if lowered:
            await self._mark(asset, **lowered)

    async def settle(self, asset: Asset, *, settled: Block, final: Block | None) -> None:
        await self._mark(
            asset, settled=asdict(settled), final=asdict(final) if final else None, silent=None
        )

    async def unsettle(self, asset: Asset) -> None:
        await self._mark(asset, settled=None, final=None)

    async def silence(self, asset: Asset, code: str | None) -> str | None:
        _, _, before = await self._marks(asset)
        await self._mark(asset, silent=code)
        return before

    async def _mark(self, asset: Asset, **values: Any) -> None:
        key = {"asset_id": await self._number(asset)}
        await self._session.execute(
            upsert(MarksRow)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def _number(self, asset: Asset) -> int:
        """The short number of an asset, which it gets when it is first written."""
        if not await self.id_of(asset):
            await self._session.execute(
                upsert(AssetRow)
                .values(chain_id=asset.chain_id, contract=asset.contract, kind=asset.kind)
                .on_conflict_do_nothing()
            )
        return await self.id_of(asset)


def _lines(number: int, transfers: Iterable[Transfer]) -> Iterable[str]:
    """Rows as COPY reads them: bytes are `\\x` and hex."""
    return (
        f"{number}\t{move.block_number}\t{move.log_index}\t{move.sub_index}"
        f"\t\\\\x{move.block_hash[2:]}\t{move.block_time}\t{move.token_id}\t{move.amount}"
        f"\t\\\\x{move.sender[2:]}\t\\\\x{move.receiver[2:]}\n"
        for move in transfers
    )
