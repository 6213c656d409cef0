"""What a fan holds, with what vaults lend to the fan's wallets (delegate.xyz)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gating.model import Address, Asset, Block, Fan, Holding, Reading
from gating.model.delegation import Registry
from gating.ports import Transaction
from gating.rules.claims import Share, share_of
from gating.rules.wallets import counted_on, owners_on


@dataclass(frozen=True, slots=True)
class Lending:
    """Where vaults lend, and how long a wallet that was unlinked keeps its place."""

    registry: Registry
    rest: timedelta


async def read_holdings(
    tx: Transaction, fan: Fan, asset: Asset, lending: Lending | None
) -> Reading:
    """The fan's holdings at the settled and the final block; a silent chain is read as such."""
    own = counted_on(fan.wallets, asset.chain_id)
    reading = await tx.ledger.reading(asset, own)
    if lending is None or reading.silent or not own:
        return reading
    if not await tx.delegations.named(lending.registry, own):
        return reading
    now = await _share(tx, fan, asset, lending, own, reading.settled)
    final = await _share(tx, fan, asset, lending, own, reading.final)
    return replace(
        reading,
        at_settled=(*reading.at_settled, *_holdings(now, asset, reading.settled)),
        at_final=(*reading.at_final, *_holdings(final, asset, reading.final)),
        elsewhere=now.elsewhere,
    )


async def _share(
    tx: Transaction,
    fan: Fan,
    asset: Asset,
    lending: Lending,
    own: Sequence[Address],
    at: Block | None,
) -> Share:
    if at is None:
        return Share()
    lent = await tx.delegations.lent_to(lending.registry, asset, own, at=at.number)
    if not lent:
        return Share()
    concerned = {wallet for each in lent for wallet in (each.vault, each.hot)}
    owners = owners_on(await tx.people.linked(concerned), asset.chain_id)
    resting = await tx.bonds.resting(concerned, lending.rest)
    return share_of(fan.id, lent, owners, resting)


def _holdings(share: Share, asset: Asset, at: Block | None) -> tuple[Holding, ...]:
    """Vaults that the fan has linked are among the fan's own wallets already."""
    if at is None:
        return ()
    return tuple(
        Holding(vault, asset, copies, at, through=through)
        for (vault, through), copies in share.copies.items()
        if vault != through
    )
