"""From "Verify my copy" to a linked wallet: one class per step that a fan takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gating.access.refresh import RefreshAccess
from gating.errors import Refused
from gating.identity.binding import BindWallet, Linked
from gating.identity.lanes import Asked, still_asked, timed
from gating.identity.opening import opened_by
from gating.identity.proof_code import pending
from gating.identity.sign_in import (
    LINK_LIFETIME,
    Site,
    burnt,
    chain_named,
    challenged,
    must_be_asked,
    must_be_proved,
    must_be_this_browser,
    must_be_unaltered,
    must_be_usable,
    text_for,
)
from gating.identity.wording import must_say
from gating.model import Account, Address, LinkId, Platform, Profile
from gating.model.link import Challenge, Link, LinkState, Proof
from gating.model.proof import Invalid, WalletProof
from gating.ports import Clock, Randomness, Signatures, Store
from gating.ports.signing import Messages


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A fresh link: `token` is the secret part of its address and is not stored."""

    token: str = field(repr=False)
    expires_at: datetime
    proof: Proof


@dataclass(frozen=True, slots=True)
class Pending:
    """A wallet that signed. Nothing is linked before `code` comes from the chat account."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class StartLink:
    """Give a chat account a page on which it can prove a wallet.

    `proofs` says for each platform how the browser shows that it is the account's own. It is
    kept with the link, so that no later step can choose an easier way.
    """

    store: Store
    clock: Clock
    random: Randomness
    proofs: Mapping[Platform, Proof]

    async def __call__(self, account: Account, profile: Profile) -> IssuedLink:
        now, token = self.clock(), self.random.token()
        link = Link(
            id=LinkId(self.random.new_id()),
            account=account,
            profile=profile,
            state=LinkState.ISSUED,
            issued_at=now,
            expires_at=now + LINK_LIFETIME,
            proof=self.proofs[account.platform],
        )
        async with self.store() as tx:
            await tx.links.add(link, token=token)
        return IssuedLink(token, link.expires_at, link.proof)


@dataclass(frozen=True, kw_only=True)
class ShowLink:
    """Look at a link without touching it: previews and crawlers may do this as often as they like.

    Raises `Refused`: E-LINKUNKNOWN, E-LINKUSED, E-EXPIRED, and E-BROWSER where another browser
    than `browser` has opened it.
    """

    store: Store
    clock: Clock

    async def __call__(self, token: str, browser: str | None) -> Link:
        async with self.store() as tx:
            link = must_be_usable(await tx.links.by_token(token), self.clock())
        return link if link.browser is None else must_be_this_browser(link, browser or "")


@dataclass(frozen=True, kw_only=True)
class AskSignature:
    """Bind the link to the browser that asks first, and hand out the text to sign.

    `browser` is a secret that only this browser knows (its cookie). The exact bytes are stored:
    what is verified later is what was handed out here. Raises `Refused` as `ShowLink` does,
    E-NOTPROVED before the account is, and E-WALLETCHAIN where the wallet stands on another chain
    than the club. Whoever signs with a contract gets the same text again, for a week.
    """

    store: Store
    clock: Clock
    random: Randomness
    messages: Messages
    signatures: Signatures
    site: Site
    chain_id: int

    async def __call__(self, token: str, browser: str, address: Address, chain_id: int) -> Asked:
        if chain_id != self.chain_id:
            raise Refused("E-WALLETCHAIN", wanted=self.chain_id, got=chain_id)
        shared = await self.signatures.may_take_days(address, chain_id)
        now, nonce = self.clock(), self.random.nonce()
        async with self.store() as tx:
            link = must_be_proved(await opened_by(tx, token, browser, now))
            if shared and (before := still_asked(link, address, now)):
                return before
            lasting = timed(link, now, shared=shared)
            words = text_for(lasting, self.site, address=address, chain_id=chain_id, nonce=nonce)
            text = must_say(self.messages.write(words), words)
            asked = challenged(lasting, Challenge(address, nonce, text))
            if not await tx.links.move(link, asked):
                raise Refused("E-NONCE")
        return Asked(text, lasting.expires_at - now)


class _NotPlain(Exception):
    """Not the usual case: roll back, and go the long way."""


@dataclass(frozen=True, kw_only=True)
class FinishLink:
    """Check the signature; link the wallet, or hand out the code that is still to come.

    Of two posts one goes on, and a wrong signature costs the nonce: it is spent in one conditional
    update, before anything is answered. Raises as `ShowLink` and `BindWallet` do, and
    `Refused("E-SIG")` (another site, altered, another wallet). Where no node can say now whether a
    contract wallet signed, `TryLater("E-WALLETNODE")`: the nonce is spent, but the link stays
    usable and `AskSignature` gives the next one.
    """

    store: Store
    clock: Clock
    random: Randomness
    signatures: Signatures
    bind: BindWallet
    refresh: RefreshAccess

    async def __call__(
        self, token: str, browser: str, signed: bytes, signature: str
    ) -> Linked | Pending:
        if linked := await self._at_once(token, browser, signed, signature):
            return linked
        link, asked = await self._spend(token, browser)
        must_be_unaltered(asked.text, signed)
        proof = await self._proved(asked, signature)
        if link.proved:
            return await self._bound(token, link, asked.address, proof)
        return await self._pending(link, asked.address, proof)

    async def _at_once(
        self, token: str, browser: str, signed: bytes, signature: str
    ) -> Linked | None:
        """The usual case, in one transaction: a key signed, and the account is proved already.

        None for anything else, and then nothing has changed: the long way spends the nonce before
        it says why. Meanwhile the link is locked, so of two posts one goes on here as well.
        """
        try:
            async with self.store() as tx:
                link = must_be_usable(await tx.links.by_token(token, lock=True), self.clock())
                asked = must_be_asked(must_be_proved(must_be_this_browser(link, browser)))
                proof = self._by_key(link, asked, signed, signature)
                linked = await self.bind.plainly(tx, link, asked.address, proof) if proof else None
                if linked is None:
                    raise _NotPlain
        except (_NotPlain, Refused):
            return None
        if linked:
            await self.refresh.wake()
        return linked

    def _by_key(
        self, link: Link, asked: Challenge, signed: bytes, signature: str
    ) -> WalletProof | None:
        if not link.proved or asked.text != signed:
            return None
        chain_id = chain_named(asked.text)
        return self.signatures.by_key(asked.address, asked.text, signature, chain_id)

    async def _proved(self, asked: Challenge, signature: str) -> WalletProof:
        """No transaction is open meanwhile: a contract wallet's node may take its time."""
        chain_id = chain_named(asked.text)
        answer = await self.signatures.check(asked.address, asked.text, signature, chain_id)
        if isinstance(answer, Invalid):
            raise Refused("E-SIG", part="signature", why=answer.reason)
        return answer.proof

    async def _spend(self, token: str, browser: str) -> tuple[Link, Challenge]:
        async with self.store() as tx:
            link = must_be_usable(await tx.links.by_token(token), self.clock())
            asked = must_be_asked(must_be_proved(must_be_this_browser(link, browser)))
            if not await tx.links.move(link, burnt(link)):
                raise Refused("E-NONCE")
        return burnt(link), asked

    async def _bound(self, token: str, link: Link, address: Address, proof: WalletProof) -> Linked:
        async with self.store() as tx:
            await tx.links.by_token(token, lock=True)  # links before fans, as everybody locks them
            linked = await self.bind(tx, link, address, proof)
        await self.refresh.wake()
        return linked

    async def _pending(self, link: Link, address: Address, proof: WalletProof) -> Pending:
        code = self.random.proof_code()
        waits = pending(link, address, proof, code=code, now=self.clock())
        async with self.store() as tx:
            await self.bind.must_be_possible(tx, link.account, address)
            if not await tx.links.move(link, waits):
                raise Refused("E-NONCE")
        return Pending(code, waits.expires_at)
