"""What vaults have said in the delegate registry, in PostgreSQL, beside the transfer ledger."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from gating.adapters.sql.conversation import Conversation
from gating.adapters.sql.delegation_queries import (
    CHANGED_HANDS,
    FORGET_REPEATS,
    LENT_TO,
    LENT_WHOLE,
    MOVED,
    NAMED,
    NEWEST_BEFORE,
    SHARING,
    TAKE_CHANGED,
)
from gating.adapters.sql.tables import DelegationReachRow, DelegationRow
from gating.model import Address, Asset
from gating.model.delegation import Delegation, Lent, Registry, Rights, Scope, Subject

MOST_HOTS = 16
"""Hot wallets that are looked at for one copy, those named first."""
MOST_LENT = 20_000
"""Pairs of a copy and a hot wallet that are looked at for one fan, those named first. Only copies
that a vault holds make pairs, so pushing a vault out would take the copies to do it with."""
_CHUNK = 10_000


class SqlDelegations:
    """`gating.ports.delegation.Delegations`."""

    def __init__(self, session: Conversation) -> None:
        self._session = session

    async def reached(self, registry: Registry) -> int | None:
        reached: int | None = await self._session.scalar(
            select(col(DelegationReachRow.number)).where(
                col(DelegationReachRow.chain_id) == registry.chain_id,
                col(DelegationReachRow.registry_address) == registry.contract,
                col(DelegationReachRow.first_block) <= registry.first_block,
            )
        )
        return reached

    async def append(
        self, registry: Registry, said: Sequence[Delegation], *, first: int, reached: int
    ) -> None:
        rows = [_row(registry, each) for each in said]
        for start in range(0, len(rows), _CHUNK):
            await self._session.execute(
                upsert(DelegationRow).on_conflict_do_nothing(), rows[start : start + _CHUNK]
            )
        if rows:
            within = {"first": first, "last": reached}
            await self._session.execute(FORGET_REPEATS, {**_of(registry), **within})
        key = {"chain_id": registry.chain_id, "registry_address": registry.contract}
        now = {"number": reached, "first_block": registry.first_block}
        await self._session.execute(
            upsert(DelegationReachRow)
            .values(**key, **now)
            .on_conflict_do_update(index_elements=list(key), set_=now)
        )

    async def between(self, registry: Registry, first: int, last: int) -> Sequence[Delegation]:
        rows = await self._session.scalars(
            select(DelegationRow)
            .where(
                col(DelegationRow.chain_id) == registry.chain_id,
                col(DelegationRow.registry_address) == registry.contract,
                col(DelegationRow.block_number).between(first, last),
            )
            .order_by(col(DelegationRow.block_number), col(DelegationRow.log_index))
        )
        return [_word(row) for row in rows]

    async def holding(
        self, registry: Registry, vaults: Iterable[Address], *, before: int
    ) -> Set[Subject]:
        asked = {**_of(registry), "vaults": list(vaults), "block": before}
        rows = await self._session.scalars(NEWEST_BEFORE, asked)
        return {_word(row).subject for row in rows if row.enabled}

    async def rewind(self, registry: Registry, above: int) -> None:
        await self._session.execute(
            delete(DelegationRow).where(
                col(DelegationRow.chain_id) == registry.chain_id,
                col(DelegationRow.registry_address) == registry.contract,
                col(DelegationRow.block_number) > above,
            )
        )
        await self._session.execute(
            update(DelegationReachRow)
            .where(
                col(DelegationReachRow.chain_id) == registry.chain_id,
                col(DelegationReachRow.registry_address) == registry.contract,
                col(DelegationReachRow.number) > above,
            )
            .values(number=above)
        )

    async def moved_between(self, registry: Registry, first: int, last: int) -> set[Address]:
        within = {"first": first, "last": last}
        return await self._wallets(MOVED, {**_of(registry), **within})

    async def sharing_with(self, registry: Registry, wallets: Iterable[Address]) -> set[Address]:
        return await self._wallets(SHARING, {**_of(registry), "wallets": list(wallets)})

    async def named(self, registry: Registry, wallets: Sequence[Address]) -> bool:
        asked = {**_of(registry), "hots": list(wallets)}
        return bool((await self._session.rows(NAMED, asked))[0].named)

    async def lent_to(
        self, registry: Registry, asset: Asset, hots: Sequence[Address], *, at: int
    ) -> Sequence[Lent]:
        asked = {**_lent(registry, asset, at), "hots": list(hots), "most": MOST_LENT}
        rows = await self._session.execute(LENT_TO, asked)
        return [Lent(Address(vault), int(copy), Address(hot)) for vault, copy, hot in rows]

    async def lent_whole(
        self, registry: Registry, asset: Asset, *, at: int
    ) -> Mapping[Address, Sequence[Address]]:
        found: dict[Address, list[Address]] = {}
        for vault, hot in await self._session.execute(LENT_WHOLE, _lent(registry, asset, at)):
            found.setdefault(Address(vault), []).append(Address(hot))
        return found

    async def changed_hands(self, wallets: Iterable[Address]) -> None:
        await self._session.change(CHANGED_HANDS, {"wallets": list(wallets)})

    async def take_changed(self) -> set[Address]:
        return await self._wallets(TAKE_CHANGED, {})

    async def _wallets(self, query: Any, asked: dict[str, Any]) -> set[Address]:
        return {Address(wallet) for wallet in await self._session.scalars(query, asked)}


def _of(registry: Registry) -> dict[str, Any]:
    return {"chain": registry.chain_id, "registry": registry.contract}


def _lent(registry: Registry, asset: Asset, at: int) -> dict[str, Any]:
    return {
        **_of(registry),
        "contract": asset.contract,
        "block": at,
        "rights": list(registry.counting),
        "places": MOST_HOTS,
    }


def _row(registry: Registry, said: Delegation) -> dict[str, Any]:
    return {
        "chain_id": registry.chain_id,
        "registry_address": registry.contract,
        "block_number": said.block_number,
        "log_index": said.log_index,
        "block_hash": said.block_hash,
        "vault": said.vault,
        "hot": said.hot,
        "scope": said.scope.value,
        "contract": said.contract or "",
        "token_id": said.token_id,
        "rights": said.rights,
        "enabled": said.enabled,
    }


def _word(row: DelegationRow) -> Delegation:
    return Delegation(
        block_number=row.block_number,
        block_hash=row.block_hash,
        log_index=row.log_index,
        vault=Address(row.vault),
        hot=Address(row.hot),
        scope=Scope(row.scope),
        contract=Address(row.contract) if row.contract else None,
        token_id=None if row.token_id is None else int(row.token_id),
        rights=Rights(row.rights),
        enabled=row.enabled,
    )
