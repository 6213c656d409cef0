"""The page of a wallet: whoever holds it sees its chat accounts and unlinks them, without a chat.

It is the way back for whoever was lured into signing for somebody else's account: the wallet's own
word is enough, and it counts at once. The text to sign is ours and stored to the byte, as for a
link, and belongs to the browser that asked for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gating.access.plan import AT_ONCE
from gating.access.refresh import RefreshAccess
from gating.errors import Refused
from gating.identity.sign_in import Site, chain_named, must_be_unaltered, reduced
from gating.identity.unlinking import Freeing, let_go
from gating.identity.wording import must_say
from gating.model import Account, Address, Fan, FanId, Notice
from gating.model.entries import Urgency
from gating.model.link import SignInText
from gating.model.proof import Invalid
from gating.model.telling import told
from gating.model.trail import Known
from gating.model.visit import Asked
from gating.ports import Clock, Randomness, Signatures, Store, Transaction
from gating.ports.signing import Messages

TIME_TO_SIGN = timedelta(minutes=10)
VISIT = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class AskToVisit:
    """Hand out the text with which a wallet signs in to its page, to `browser` alone.

    Raises `Refused("E-WALLETCHAIN")` where the wallet stands on another chain than the club.
    """

    store: Store
    clock: Clock
    random: Randomness
    messages: Messages
    site: Site
    chain_id: int

    async def __call__(self, browser: str, address: Address, chain_id: int) -> bytes:
        if chain_id != self.chain_id:
            raise Refused("E-WALLETCHAIN", wanted=self.chain_id, got=chain_id)
        words = self._words(address)
        asked = Asked(address, must_say(self.messages.write(words), words), words.expires_at)
        async with self.store() as tx:
            await tx.visits.ask(browser, asked)
        return asked.text

    def _words(self, address: Address) -> SignInText:
        now = self.clock()
        page = f"{self.site.address}/wallet"
        club = reduced(self.site.club, also=" ")
        return SignInText(
            domain=self.site.domain,
            address=address,
            statement=(
                f"See and unlink the chat accounts of this wallet in {club}. "
                "This costs nothing and can move nothing."
            ),
            uri=page,
            chain_id=self.chain_id,
            nonce=self.random.nonce(),
            issued_at=now,
            expires_at=now + TIME_TO_SIGN,
            request_id=self.random.new_id(),
            resources=(page,),
        )


@dataclass(frozen=True, kw_only=True)
class EnterVisit:
    """Check the signature; gives the secret of the visit, which is a new one.

    The text is spent before the signature is looked at. Raises `Refused`: E-NONCE, E-SIG; and
    `TryLater("E-WALLETNODE")` where nobody can say now whether a contract wallet signed.
    """

    store: Store
    clock: Clock
    random: Randomness
    signatures: Signatures

    async def __call__(self, browser: str, signed: bytes, signature: str) -> str:
        async with self.store() as tx:
            asked = await tx.visits.spend(browser)
        if asked is None:
            raise Refused("E-NONCE")
        must_be_unaltered(asked.text, signed)
        chain_id = chain_named(asked.text)
        answer = await self.signatures.check(asked.wallet, asked.text, signature, chain_id)
        if isinstance(answer, Invalid):
            raise Refused("E-SIG", part="signature", why=answer.reason)
        secret = self.random.token()
        async with self.store() as tx:
            await tx.visits.enter(secret, asked.wallet, until=self.clock() + VISIT)
        return secret


@dataclass(frozen=True, slots=True)
class Visited:
    """A wallet and the chat accounts for which it counts."""

    wallet: Address
    accounts: Sequence[Known]


@dataclass(frozen=True, kw_only=True)
class ShowVisit:
    """What the wallet that is signed in here is linked to; None where none is signed in."""

    store: Store

    async def __call__(self, browser: str) -> Visited | None:
        async with self.store() as tx:
            wallet = await tx.visits.wallet_of(browser)
            if wallet is None:
                return None
            fan = await tx.people.of_wallet(wallet)
            return Visited(wallet, await tx.bonds.known(fan.id) if fan else ())


@dataclass(frozen=True, kw_only=True)
class UnlinkOnVisit:
    """The wallet stops counting for one chat account, or (`None`) for every one.

    Of several accounts of the fan the one leaves and the others keep the wallet; the last one
    loses the wallet itself. Raises `Refused`: E-NOVISIT, E-NOWALLET.
    """

    store: Store
    clock: Clock
    refresh: RefreshAccess

    async def __call__(self, browser: str, account: Account | None) -> None:
        async with self.store() as tx:
            wallet = await tx.visits.wallet_of(browser)
            if wallet is None:
                raise Refused("E-NOVISIT")
            await tx.bonds.turn(wallet)
            fan = await self._fan(tx, wallet)
            if account is not None and account not in fan.accounts:
                raise Refused("E-NOWALLET", wallet=wallet)
            if account is None or fan.accounts == (account,):
                await self._free(tx, fan, wallet)
            else:
                await self._part(tx, fan.id, account, wallet)
        await self.refresh.wake()

    async def _fan(self, tx: Transaction, wallet: Address) -> Fan:
        seen = await tx.people.of_wallet(wallet)
        if seen is not None:
            await tx.bonds.hold(seen.id)
        fan = await tx.people.of_wallet(wallet)
        if fan is None or seen is None or fan.id != seen.id:
            raise Refused("E-NOWALLET", wallet=wallet)
        return fan

    async def _free(self, tx: Transaction, fan: Fan, wallet: Address) -> None:
        await let_go(tx, Freeing(fan.id, wallet, expelled=True), self.clock)
        notice = Notice("wallet.expelled", {"wallet": wallet})
        await tx.outbox.add(*told(fan.accounts, notice, Urgency.REMOVAL))
        await self.refresh.within(tx, fan.id, why="the wallet said so", taking=AT_ONCE)

    async def _part(self, tx: Transaction, fan: FanId, account: Account, wallet: Address) -> None:
        alone = await tx.bonds.part(account)
        facts = {"account": str(account)}
        await tx.audit.note("account.parted", fan=fan, at=None, facts=facts)
        notice = Notice("account.parted", {"wallet": wallet})
        await tx.outbox.add(*told((account,), notice, Urgency.REMOVAL))
        await self.refresh.within(tx, alone, why="the wallet said so", taking=AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class LeaveVisit:
    """Sign the wallet out of this browser."""

    store: Store

    async def __call__(self, browser: str) -> None:
        async with self.store() as tx:
            await tx.visits.leave(browser)
