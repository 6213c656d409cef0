"""A fan looks after the wallets: gives them names, and lets go of them, which counts at once."""

from dataclasses import dataclass

from gating.access.plan import AT_ONCE
from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused
from gating.identity.labels import label_of
from gating.identity.moving import Whereabouts, freed
from gating.model import Account, Address, Fan, FanId, Wallet
from gating.ports import Clock, Store, Transaction


@dataclass(frozen=True, kw_only=True)
class LabelWallet:
    """Give a wallet of the fan's a name. Raises `Refused`: E-WALLETLABEL, E-NOWALLET."""

    store: Store

    async def __call__(self, account: Account, address: Address, text: str) -> Wallet:
        label = label_of(text)
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None or not await tx.bonds.label(fan.id, address, label):
                raise Refused("E-NOWALLET", wallet=address)
            return wallet_of(await tx.people.get(fan.id), address)


@dataclass(frozen=True, kw_only=True)
class UnlinkWallet:
    """Take a wallet from the fan who asks, with all that it opened.

    It ends in the same transaction and waits for no block: no chain has to say that a fan lets go.
    Raises `Refused("E-NOWALLET")`.
    """

    store: Store
    clock: Clock
    refresh: RefreshAccess

    async def __call__(self, account: Account, address: Address) -> Standing:
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None:
                raise Refused("E-NOWALLET", wallet=address)
            await tx.bonds.turn(address)
            await tx.bonds.hold(fan.id)
            await let_go(tx, Freeing(fan.id, address), self.clock)
            standing = await self.refresh.within(
                tx, fan.id, why="unlinked a wallet", taking=AT_ONCE
            )
        await self.refresh.wake()
        return standing


@dataclass(frozen=True, slots=True)
class Freeing:
    """A wallet that is taken from a fan; `expelled` when it is the wallet that says so."""

    fan: FanId
    wallet: Address
    expelled: bool = False


async def let_go(tx: Transaction, freeing: Freeing, clock: Clock) -> None:
    """Unlink the wallet, of which the caller has the turn. Raises `Refused("E-NOWALLET")`."""
    if not await tx.bonds.release(freeing.fan, freeing.wallet):
        raise Refused("E-NOWALLET", wallet=freeing.wallet)
    await leave_trail(tx, freeing, clock)
    what = "wallet.expelled" if freeing.expelled else "wallet.unlinked"
    await tx.audit.note(what, fan=freeing.fan, at=None, facts={"wallet": freeing.wallet})


async def leave_trail(tx: Transaction, freeing: Freeing, clock: Clock) -> None:
    """Keep where the wallet was, which is nobody's now: it limits where it may go."""
    await tx.delegations.changed_hands((freeing.wallet,))
    trail = await tx.bonds.trail(freeing.wallet)
    at = Whereabouts(freeing.wallet, freeing.fan, trail, clock())
    await tx.bonds.note(freed(at, freeing.fan, expelled=freeing.expelled))


def wallet_of(fan: Fan | None, address: Address) -> Wallet:
    """This wallet of the fan's. Raises `Refused("E-NOWALLET")`."""
    for wallet in fan.wallets if fan else ():
        if wallet.address == address:
            return wallet
    raise Refused("E-NOWALLET", wallet=address)
