"""One fan, two chats: a short code from the chat that is linked opens the other one.

The code is typed by the person into the chat that is to be added, so both accounts are proved to
be in the same hands without a second signature.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused
from gating.identity.proof_code import normal
from gating.model import Account, FanId, Profile
from gating.ports import Clock, Randomness, Store, Transaction

CODE_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code that works once until `expires_at`."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class GiveCode:
    """Hand a linked fan a code for the other chat. Raises `Refused("E-NOTLINKED")`."""

    store: Store
    clock: Clock
    random: Randomness

    async def __call__(self, account: Account) -> GivenCode:
        given = GivenCode(self.random.code(), self.clock() + CODE_LIFETIME)
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            if fan is None or not fan.wallets:
                raise Refused("E-NOTLINKED")
            await tx.people.save_code(normal(given.code), fan.id, until=given.expires_at)
        return given


@dataclass(frozen=True, kw_only=True)
class JoinByCode:
    """Add the account in which the code was typed to the fan who asked for it.

    Raises `Refused`: E-CODE (wrong, used or over its time), E-CODETRIES (too many wrong ones),
    E-HASWALLETS (the account already has wallets of its own), E-SAMECHAT (the fan already has an
    account on this platform; the code stays good).
    """

    store: Store
    refresh: RefreshAccess

    async def __call__(self, account: Account, profile: Profile, code: str) -> Standing:
        async with self.store() as tx:
            known = await tx.people.of_account(account)
            if known and known.wallets:
                raise Refused("E-HASWALLETS")
            fan = await tx.people.take_code(normal(code), by=account)
            if fan is not None:
                await self._must_be_another_chat(tx, fan, account)
                await tx.people.add_account(fan, account, profile)
                standing = await self.refresh.within(
                    tx, fan, why="entered a code", waiting=account
                )
        if fan is None:
            raise Refused("E-CODE")
        await self.refresh.wake()
        return standing

    async def _must_be_another_chat(self, tx: Transaction, fan: FanId, account: Account) -> None:
        """One account per platform, or one copy would let in any number of friends."""
        others = (await tx.people.get(fan, lock=True)).accounts
        if any(one.platform is account.platform and one != account for one in others):
            raise Refused("E-SAMECHAT", platform=account.platform.value.capitalize())
