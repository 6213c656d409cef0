"""One fan, two chats: a short code from the chat that is linked opens the other one.

The code is typed by the person into the chat that is to be added, so both accounts are proved to
be in the same hands without a second signature.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused, TryLater
from gating.identity.moving import COOLDOWN, must_have_room
from gating.identity.proof_code import normal
from gating.model import Account, Fan, FanId, Notice, Profile
from gating.model.entries import Urgency
from gating.model.telling import told
from gating.ports import Clock, Randomness, Store, Transaction

CODE_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code that works once until `expires_at`."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class GiveCode:
    """Hand a fan who has a wallet, or is let in without one, a code for the other chat.

    Raises `Refused("E-NOTLINKED")`.
    """

    store: Store
    clock: Clock
    random: Randomness

    async def __call__(self, account: Account) -> GivenCode:
        given = GivenCode(self.random.code(), self.clock() + CODE_LIFETIME)
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None or not (fan.wallets or await _stands_without(tx, fan)):
                raise Refused("E-NOTLINKED")
            await tx.people.save_code(normal(given.code), fan.id, until=given.expires_at)
        return given


@dataclass(frozen=True, kw_only=True)
class JoinByCode:
    """Add the account in which the code was typed to the fan who asked for it.

    Where that account has wallets of its own, two fans become one: the code is the word of one
    side, and typing it that of the other. Raises `Refused`: E-CODE (wrong, used or over its time),
    E-CODETRIES (too many wrong ones), and with the code still good: E-SAMECHAT (both have an
    account on one platform), E-WALLETCAP (too many wallets together), E-JOINCOOL (an account left
    one of the two less than `cooldown` ago, and one copy would serve people in turns).
    `TryLater("E-FANBUSY")` where one of the two is being joined elsewhere right now.
    """

    store: Store
    clock: Clock
    refresh: RefreshAccess
    cooldown: timedelta = COOLDOWN

    async def __call__(self, account: Account, profile: Profile, code: str) -> Standing:
        async with self.store() as tx:
            fan = await tx.people.take_code(normal(code), by=account)
            if fan is not None:
                await self._join(tx, fan, account, profile)
                standing = await self.refresh.within(
                    tx, fan, why="entered a code", waiting=account
                )
        if fan is None:
            raise Refused("E-CODE")
        await self.refresh.wake()
        return standing

    async def _join(self, tx: Transaction, fan: FanId, account: Account, profile: Profile) -> None:
        # enrolled first: an account that signs in for the first time beside this is waited for
        before = await tx.people.of_account(account) or await tx.people.enrol(account, profile)
        await tx.bonds.hold(fan, before.id)
        ours, theirs = await tx.people.get(fan), await tx.people.enrol(account, profile)
        if theirs.id != before.id:
            raise TryLater("E-FANBUSY", after=1)
        if theirs.id == fan:
            return
        if not theirs.wallets and len(theirs.accounts) > 1:
            theirs = await tx.people.get(await tx.bonds.part(account))
        must_be_other_chats(ours, theirs.accounts)
        must_have_room(len({*ours.addresses, *theirs.addresses}))
        await self._must_have_stayed(tx, ours, theirs)
        await tx.bonds.merge(theirs.id, into=fan)
        await tx.delegations.changed_hands(theirs.addresses)
        await tx.audit.note("fan.merged", fan=fan, at=None, facts={"was": theirs.id})
        await _tell(tx, ours, account, profile)

    async def _must_have_stayed(self, tx: Transaction, ours: Fan, theirs: Fan) -> None:
        left = await tx.bonds.left_at(ours.id, theirs.id)
        if left is not None and self.clock() < left + self.cooldown:
            raise Refused("E-JOINCOOL", at=math.ceil((left + self.cooldown).timestamp()))


async def _stands_without(tx: Transaction, fan: Fan) -> bool:
    """Whether a fan without a wallet has something that the other chat may share."""
    return await tx.guests.is_guest(fan.id) or bool(await tx.passes.of_fan(fan))


async def _tell(tx: Transaction, fan: Fan, joined: Account, profile: Profile) -> None:
    """Whoever was tricked out of a code learns of it in the chat where it was given."""
    who = {"platform": joined.platform.value.capitalize(), "name": profile.username}
    notice = Notice("account.joined", who)
    await tx.outbox.add(*told(fan.accounts, notice, Urgency.WAITING))


def must_be_other_chats(fan: Fan, joining: Sequence[Account]) -> None:
    """One account per platform, or one copy would let in any number of friends.

    Raises `Refused("E-SAMECHAT", platform=...)`.
    """
    for one in joining:
        if any(own.platform is one.platform and own != one for own in fan.accounts):
            raise Refused("E-SAMECHAT", platform=one.platform.value.capitalize())
