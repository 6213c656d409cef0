"""The last step of every way to link a wallet: it becomes the fan's, and opens what it opens."""

from dataclasses import dataclass, replace
from datetime import timedelta

from gating.access.plan import AT_ONCE
from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused, TryLater
from gating.identity.moving import (
    COOLDOWN,
    Whereabouts,
    moves,
    must_have_room,
    with_wallet,
)
from gating.model import Account, Address, Fan, FanId, Notice
from gating.model.entries import Urgency
from gating.model.link import Link, LinkState
from gating.model.proof import WalletProof
from gating.model.telling import told
from gating.model.trail import Trail
from gating.ports import Clock, Transaction


@dataclass(frozen=True, slots=True)
class Linked:
    """A wallet that is now the fan's, and what it opened."""

    address: Address
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class BindWallet:
    """Link the wallet to the link's account, in the caller's transaction.

    The newest proof wins: a wallet of somebody else's goes over at once, with all that it opened,
    and both are told. The caller wakes `refresh` once the transaction is through. Raises
    `Refused`: E-WALLETCOOL (it moved less than `cooldown` ago), E-WALLETCAP, E-LINKUSED; and
    `TryLater("E-FANBUSY")` where one of the two fans is being joined with another right now.
    """

    refresh: RefreshAccess
    clock: Clock
    cooldown: timedelta = COOLDOWN

    async def __call__(
        self, tx: Transaction, link: Link, address: Address, proof: WalletProof
    ) -> Linked:
        fan, owner = await _held(tx, link, address)
        trail = await self._moves(tx, address, owner, fan)
        if trail is not None:
            await tx.bonds.note(trail)
        former = owner if owner is not None and owner.id != fan.id else None
        if former is not None:
            await tx.bonds.release(former.id, address)
        await tx.people.enrol(link.account, link.profile)
        # linked this very moment by who came the short way, which takes no turn
        if not await tx.people.add_wallet(fan.id, address, proof):
            raise TryLater("E-FANBUSY", after=1)
        if not await tx.links.move(link, bound(link)):
            raise Refused("E-LINKUSED")
        await tx.delegations.changed_hands((address,))
        if former is not None:
            await self._taken(tx, former, address)
            await self._came(tx, link.account, address)
        standing = await self.refresh.within(
            tx, fan.id, why="linked a wallet", waiting=link.account
        )
        return Linked(address, standing)

    async def plainly(
        self, tx: Transaction, link: Link, address: Address, proof: WalletProof
    ) -> Linked | None:
        """The same where the wallet comes from nobody, by few statements.

        None where it may come from another fan, or there is no room: the caller must then roll
        back and go the whole way. Raises `Refused`: E-LINKUSED, E-WALLETCAP.
        """
        # the fan stays locked: two chats of one fan sign one after the other
        fan, linked = await tx.people.admit(link.account, link.profile, address, proof)
        # asked once the wallet is ours: whoever unlinked it a moment ago has left the trail by now
        if not linked or await tx.bonds.trail(address) is not None:
            return None
        if not await tx.links.move(link, bound(link)):
            raise Refused("E-LINKUSED")
        if self.refresh.registry is not None:
            await tx.delegations.changed_hands((address,))
        standing = await self.refresh.within(tx, fan, why="linked a wallet", waiting=link.account)
        must_have_room(len(standing.fan.wallets))
        return Linked(address, standing)

    async def must_be_possible(self, tx: Transaction, account: Account, address: Address) -> None:
        """Whether the wallet could be linked to the account now. Raises as the call does."""
        fan, owner = await tx.people.of_account(account), await tx.people.of_wallet(address)
        await self._moves(tx, address, owner, fan or Fan(FanId("")))

    async def _moves(
        self, tx: Transaction, address: Address, owner: Fan | None, fan: Fan
    ) -> Trail | None:
        must_have_room(with_wallet(fan, address))
        trail = await tx.bonds.trail(address)
        at = Whereabouts(address, owner.id if owner else None, trail, self.clock())
        return moves(at, fan.id, self.cooldown)

    async def _taken(self, tx: Transaction, former: Fan, address: Address) -> None:
        notice = Notice("wallet.taken", {"wallet": address})
        await tx.outbox.add(*told(former.accounts, notice, Urgency.REMOVAL))
        await tx.audit.note("wallet.taken", fan=former.id, at=None, facts={"wallet": address})
        await self.refresh.within(tx, former.id, why="a wallet went elsewhere", taking=AT_ONCE)

    async def _came(self, tx: Transaction, account: Account, address: Address) -> None:
        rests_until = int((self.clock() + self.cooldown).timestamp())
        notice = Notice("wallet.came", {"wallet": address, "at": rests_until})
        await tx.outbox.add(*told((account,), notice, Urgency.WAITING))


async def _held(tx: Transaction, link: Link, address: Address) -> tuple[Fan, Fan | None]:
    """The link's fan and the wallet's, whom nobody else changes from here on."""
    await tx.bonds.turn(address)
    fan = await tx.people.of_account(link.account)
    if fan is None:
        fan = await tx.people.enrol(link.account, link.profile)
    owner = await tx.people.of_wallet(address)
    held = {fan.id, owner.id if owner else fan.id}
    await tx.bonds.hold(*held)
    fan, owner = await tx.people.of_account(link.account), await tx.people.of_wallet(address)
    if fan is None or not {fan.id, owner.id if owner else fan.id} <= held:
        raise TryLater("E-FANBUSY", after=1)
    return fan, owner


def bound(link: Link) -> Link:
    """The link once its wallet is linked; what it had to remember until then is forgotten."""
    return replace(link, state=LinkState.BOUND, errand=None, challenge=None, waiting=None)


def dead(link: Link) -> Link:
    """The link once it can lead nowhere any more."""
    return replace(link, state=LinkState.DEAD, errand=None, challenge=None, waiting=None)
