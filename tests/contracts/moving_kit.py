"""Wallets that are proved, moved and unlinked over a real database, at a time that tests set."""

import itertools
from collections.abc import Sequence
from datetime import timedelta

from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.errors import NotDone
from gating.identity.binding import BindWallet, Linked
from gating.identity.joining import GiveCode, JoinByCode
from gating.identity.unlinking import LabelWallet, UnlinkWallet
from gating.identity.wallet_page import UnlinkOnVisit
from gating.model import Account, Address, Gate, LinkId, Pass, Platform
from gating.model.link import Link, LinkState
from gating.model.proof import WalletProof
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
    wallet,
)
from tests.rule_kit import holds

OURS, THEIRS, THIRD = account(1), account(2), account(3)
TELEGRAM = account(1, Platform.TELEGRAM)
W = wallet(7)
HOURS_24 = timedelta(hours=24)
_numbers = itertools.count(1)


async def no_workers() -> None:
    """Nobody is woken: the tests read the outbox themselves."""


def refreshing(town: Town) -> RefreshAccess:
    passes = (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),)
    gates = (Gate(HOLDER, "Holder", holds(TIDE), passes),)
    return RefreshAccess(store=town.store, asset=TIDE, gates=gates, wake=no_workers)


async def hold_copies(town: Town, *wallets: Address) -> None:
    """Each wallet holds one copy, for good."""
    bought = [move(block(3), copy, NOBODY, each, log=copy) for copy, each in enumerate(wallets, 1)]
    async with town.store() as tx:
        await history(tx, bought, until=block(10))


async def a_link(town: Town, who: Account) -> Link:
    number = next(_numbers)
    link = Link(
        id=LinkId(f"link-{number}"),
        account=who,
        profile=FAN,
        state=LinkState.OPENED,
        issued_at=town.at,
        expires_at=town.at + timedelta(minutes=10),
    )
    async with town.store() as tx:
        await tx.links.add(link, token=f"token-{number}")
    return link


async def prove(
    town: Town,
    who: Account,
    address: Address = W,
    *,
    refresh: RefreshAccess | None = None,
    proof: WalletProof | None = None,
) -> Linked:
    """Link the wallet to this account, as the last step of every way to sign in does."""
    link = await a_link(town, who)
    bind = BindWallet(refresh=refresh or refreshing(town), clock=town.clock)
    async with town.store() as tx:
        return await bind(tx, link, address, proof or WalletProof())


async def tried(town: Town, who: Account, address: Address = W) -> str:
    """The code with which it is refused; empty where the wallet is linked."""
    try:
        await prove(town, who, address)
    except NotDone as refusal:
        return refusal.code
    return ""


def unlinking(town: Town) -> UnlinkWallet:
    return UnlinkWallet(store=town.store, clock=town.clock, refresh=refreshing(town))


def labelling(town: Town) -> LabelWallet:
    return LabelWallet(store=town.store)


async def join(town: Town, known: Account, other: Account) -> None:
    """The known account asks for a code; it is typed in the other one."""
    give = GiveCode(store=town.store, clock=town.clock, random=SystemRandomness())
    given = await give(known)
    await JoinByCode(store=town.store, clock=town.clock, refresh=refreshing(town))(
        other, FAN, given.code
    )


async def thrown_out(town: Town, who: Account, address: Address = W) -> None:
    """The wallet signs in at its page and unlinks this account."""
    browser = f"visit-{next(_numbers)}"
    async with town.store() as tx:
        await tx.visits.enter(browser, address, until=town.at + timedelta(minutes=5))
    unlink = UnlinkOnVisit(store=town.store, clock=town.clock, refresh=refreshing(town))
    await unlink(browser, who)


async def owners(town: Town, address: Address = W) -> Sequence[Account]:
    async with town.store() as tx:
        fan = await tx.people.of_wallet(address)
    return fan.accounts if fan else ()


async def roles(town: Town) -> set[str]:
    """Who holds the role, as far as we gave it."""
    return {user for (user,) in await town.rows("SELECT user_id FROM held_pass")}


async def told(town: Town, who: Account) -> list[str]:
    """The keys of what this account is told, in order."""
    rows = await town.rows(
        "SELECT act->'notice'->>'key' FROM outbox WHERE lane = :lane AND act->>'kind' = 'tell'"
        " ORDER BY id",
        lane=str(who),
    )
    return [key for (key,) in rows]
