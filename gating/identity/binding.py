"""The last step of every way to link a wallet: it becomes the fan's, and opens what it opens."""

from dataclasses import dataclass, replace

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused
from gating.model import Address
from gating.model.link import Link, LinkState
from gating.model.proof import WalletProof
from gating.ports import Transaction


@dataclass(frozen=True, slots=True)
class Linked:
    """A wallet that is now the fan's, and what it opened."""

    address: Address
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class BindWallet:
    """Link the wallet to the link's account, in the caller's transaction.

    The caller wakes `refresh` once the transaction is through. Raises `Refused`: E-WALLETTAKEN,
    E-LINKUSED.
    """

    refresh: RefreshAccess

    async def __call__(
        self, tx: Transaction, link: Link, address: Address, proof: WalletProof
    ) -> Linked:
        fan = await tx.people.enrol(link.account, link.profile)
        await tx.people.get(fan.id, lock=True)  # two chats of one fan sign one after the other
        if not await tx.people.add_wallet(fan.id, address, proof):
            raise Refused("E-WALLETTAKEN", wallet=address)
        if not await tx.links.move(link, bound(link)):
            raise Refused("E-LINKUSED")
        await tx.delegations.changed_hands((address,))
        standing = await self.refresh.within(
            tx, fan.id, why="linked a wallet", waiting=link.account
        )
        return Linked(address, standing)


def bound(link: Link) -> Link:
    """The link once its wallet is linked; what it had to remember until then is forgotten."""
    return replace(link, state=LinkState.BOUND, errand=None, challenge=None, waiting=None)


def dead(link: Link) -> Link:
    """The link once it can lead nowhere any more."""
    return replace(link, state=LinkState.DEAD, errand=None, challenge=None, waiting=None)
