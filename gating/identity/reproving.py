"""Contract wallets are asked again: whoever may sign for one today need not be who may tomorrow.

EIP-4361 asks for it ("ERC-1271 contracts may change their state"). It reads at the block that the
ledger has settled on, so that a node that lags or starts anew cannot answer from an older state.
"""

from dataclasses import dataclass
from datetime import timedelta

from gating.access.plan import AT_ONCE
from gating.access.refresh import RefreshAccess
from gating.errors import TryLater
from gating.identity.unlinking import Freeing, leave_trail
from gating.model import Asset, Block, Notice
from gating.model.entries import Urgency
from gating.model.proof import ProvedWallet
from gating.model.telling import told
from gating.ports import Clock, Signatures, Store, Transaction

ASK_EVERY = timedelta(hours=6)
ASK_SOON = timedelta(minutes=10)
MOST_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class ReproveWallets:
    """Ask every contract wallet that is due whether it stands by its proof; unlink it if not.

    A node that is silent changes nothing: the wallet is asked again soon.
    """

    store: Store
    clock: Clock
    signatures: Signatures
    refresh: RefreshAccess
    asset: Asset

    async def __call__(self) -> int:
        """How many wallets were unlinked."""
        async with self.store() as tx:
            reading = await tx.ledger.reading(self.asset, ())
            due = await tx.people.due_for_proof(self.asset.chain_id, most=MOST_AT_ONCE)
        if reading.silent or reading.settled is None:
            return 0
        unlinked = 0
        for wallet in due:
            try:
                unlinked += await self._ask(wallet, reading.settled)
            except TryLater:
                await self._postpone(wallet, ASK_SOON)
                break
        return unlinked

    async def _ask(self, wallet: ProvedWallet, at: Block) -> bool:
        if await self.signatures.still_holds(wallet.address, wallet.proof, at):
            await self._postpone(wallet, ASK_EVERY)
            return False
        return await self._unlink(wallet, at)

    async def _postpone(self, wallet: ProvedWallet, span: timedelta) -> None:
        async with self.store() as tx:
            await tx.people.look_again(wallet, at=self.clock() + span)

    async def _unlink(self, wallet: ProvedWallet, at: Block) -> bool:
        async with self.store() as tx:
            await tx.bonds.turn(wallet.address)
            await tx.bonds.hold(wallet.fan)
            if not await tx.people.drop_unproved(wallet):
                return False
            await leave_trail(tx, Freeing(wallet.fan, wallet.address), self.clock)
            await self._tell(tx, wallet)
            await tx.audit.note(
                "wallet.unproved", fan=wallet.fan, at=at, facts={"wallet": wallet.address}
            )
            why = "a wallet no longer stands by its proof"
            await self.refresh.within(tx, wallet.fan, why=why, taking=AT_ONCE)
        await self.refresh.wake()
        return True

    async def _tell(self, tx: Transaction, wallet: ProvedWallet) -> None:
        fan = await tx.people.get(wallet.fan)
        notice = Notice("wallet.unproved", {"wallet": wallet.address})
        await tx.outbox.add(*told(fan.accounts, notice, Urgency.REMOVAL))
