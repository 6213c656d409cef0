"""The browser that signs shows that it is the chat account's own: one class per way to show it."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused
from gating.identity.binding import BindWallet, Linked, dead
from gating.identity.opening import opened_by
from gating.identity.proof_code import MOST_TRIES, is_right, tried
from gating.identity.sign_in import must_be_this_browser, must_be_usable
from gating.model import Account
from gating.model.link import Errand, Link, LinkState, Proof, Waiting
from gating.ports import Clock, Randomness, Store, Transaction
from gating.ports.signing import AccountSignIn

ERRAND_TIME = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class StartProof:
    """Send the browser to the chat platform; gives the `state` that it carries there and back.

    The link is this browser's from here on. An earlier errand of the link is forgotten. Raises
    `Refused` as `ShowLink` does, and E-PROVED where the account is proved already.
    """

    store: Store
    clock: Clock
    random: Randomness

    async def __call__(self, token: str, browser: str) -> str:
        state, now = self.random.token(), self.clock()
        errand = Errand(_hash(state), now + ERRAND_TIME)
        async with self.store() as tx:
            link = must_be_sent(await opened_by(tx, token, browser, now))
            if not await tx.links.move(link, replace(link, errand=errand)):
                raise Refused("E-NONCE")
        return state


@dataclass(frozen=True, kw_only=True)
class FinishProof:
    """Take the browser back from the chat platform, and hear whose it is.

    The errand is spent first, in one conditional update. Raises `Refused`: E-STATE (an errand
    of another browser, spent, over its time, or none), E-OAUTH, and E-NOTYOU where it is another
    account's browser: the link is dead then, and nothing was ever there to sign.
    """

    store: Store
    clock: Clock
    sign_in: AccountSignIn

    async def __call__(
        self, token: str, browser: str, *, state: str, code: str, verifier: str
    ) -> None:
        link = await self._spend(token, browser, state)
        if not code:
            raise Refused("E-OAUTH")
        account = await self.sign_in.account(code, verifier)
        async with self.store() as tx:
            proved = await decide(tx, link, account)
        if not proved:
            raise Refused("E-NOTYOU", platform=link.account.platform.capitalize())

    async def _spend(self, token: str, browser: str, state: str) -> Link:
        now = self.clock()
        async with self.store() as tx:
            link = must_be_errand(await tx.links.by_token(token), browser, state, now)
            spent = replace(link, errand=None)
            if not await tx.links.move(link, spent):
                raise Refused("E-STATE")
        return spent


@dataclass(frozen=True, kw_only=True)
class EnterProofCode:
    """Take the code that the page showed, typed by the chat account that the link is for.

    Raises `Refused`: E-NOPENDING where no sign-in of this account waits for a code, E-PROOFCODE
    (wrong; `left` tries), E-PROOFOVER after the last, and as `BindWallet` does.
    """

    store: Store
    bind: BindWallet
    refresh: RefreshAccess

    async def __call__(self, account: Account, code: str) -> Standing:
        async with self.store() as tx:
            link, waiting = await _waiting(tx, account)
            linked = await self._judged(tx, link, waiting, code)
        if linked is None:
            left = MOST_TRIES - waiting.tries - 1
            raise Refused("E-PROOFCODE", left=left) if left else Refused("E-PROOFOVER")
        await self.refresh.wake()
        return linked.standing

    async def _judged(
        self, tx: Transaction, link: Link, waiting: Waiting, code: str
    ) -> Linked | None:
        if is_right(link, waiting, code):
            return await self.bind(tx, link, waiting.address, waiting.proof)
        await tx.links.move(link, tried(link, waiting))
        return None


@dataclass(frozen=True, kw_only=True)
class StopLink:
    """End a link from the browser that opened it, whatever has been signed there.

    Raises `Refused` as `ShowLink` does, E-BROWSER, and E-LINKUSED where it was bound meanwhile.
    """

    store: Store
    clock: Clock

    async def __call__(self, token: str, browser: str) -> None:
        async with self.store() as tx:
            link = must_be_usable(await tx.links.by_token(token), self.clock())
            if not await tx.links.move(must_be_this_browser(link, browser), dead(link)):
                raise Refused("E-LINKUSED")


@dataclass(frozen=True, kw_only=True)
class WatchLink:
    """What came of a link, for the page that waits; None while its code is still to come.

    Raises `Refused`: as `ShowLink` does for a link that led nowhere, E-BROWSER.
    """

    store: Store
    clock: Clock
    refresh: RefreshAccess

    async def __call__(self, token: str, browser: str) -> Standing | None:
        async with self.store() as tx:
            link = await tx.links.by_token(token)
            if link is None or link.state is not LinkState.BOUND:
                must_be_this_browser(must_be_usable(link, self.clock()), browser)
                return None
            must_be_this_browser(link, browser)
            fan = await tx.people.of_account(link.account)
        return await self.refresh.look(fan.id) if fan else None


def must_be_sent(link: Link) -> Link:
    """Only a link whose platform can say whose browser it is sends one there.

    Raises `Refused`: E-BADREQUEST, E-PROVED.
    """
    if link.proof is not Proof.OAUTH:
        raise Refused("E-BADREQUEST")
    if link.proved:
        raise Refused("E-PROVED")
    return link


def must_be_errand(link: Link | None, browser: str, state: str, now: datetime) -> Link:
    """The link whose browser comes back. One answer for every reason: a stranger learns nothing.

    Raises `Refused("E-STATE")`.
    """
    ours = link is not None and link.browser == browser and now < link.expires_at
    if not ours or link is None or link.errand is None or now >= link.errand.until:
        raise Refused("E-STATE")
    if not hmac.compare_digest(link.errand.state, _hash(state)):
        raise Refused("E-STATE")
    return link


async def decide(tx: Transaction, link: Link, account: Account) -> bool:
    """The account is proved, or the link is dead; whatever was handed out before is void."""
    fresh = replace(link, state=LinkState.ACCOUNT_PROVED, proved=True, challenge=None)
    right = account == link.account
    if not await tx.links.move(link, fresh if right else dead(link)):
        raise Refused("E-STATE")
    return right


def needs_proof(link: Link) -> bool:
    """Whether there is nothing to sign before the chat platform has said whose browser it is."""
    return link.proof is Proof.OAUTH and not link.proved


async def _waiting(tx: Transaction, account: Account) -> tuple[Link, Waiting]:
    link = await tx.links.pending_of(account)
    if link is None or link.waiting is None:
        raise Refused("E-NOPENDING")
    return link, link.waiting


def _hash(state: str) -> str:
    return sha256(state.encode("utf-8", "surrogateescape")).hexdigest()
