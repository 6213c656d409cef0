"""What the core needs from the outside, one small Protocol per need.

Each port has one contract test that its real adapter passes. Ports raise `TryLater`, `NeedsPerson`
or `Refused` and nothing of a library.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from gating.model import (
    Account,
    Address,
    Block,
    Change,
    EntryId,
    Fan,
    FanId,
    HeldPass,
    Known,
    Platform,
    Profile,
    Wallet,
)
from gating.model.entries import Decision, Entry, Wait
from gating.model.link import Link
from gating.model.proof import ProvedWallet, SignatureAnswer, WalletProof
from gating.ports.chats import Chats, Invitations
from gating.ports.delegation import Delegations
from gating.ports.drops import Drops
from gating.ports.elsewhere import Elsewhere
from gating.ports.endings import Endings
from gating.ports.guests import Guests
from gating.ports.index import Chain as Chain
from gating.ports.index import Ledger as Ledger
from gating.ports.rules import Rules
from gating.ports.wallets import Bonds, Visits


class Clock(Protocol):
    """The time now, aware, in UTC."""

    def __call__(self) -> datetime: ...


class Randomness(Protocol):
    """Where secrets and ids come from."""

    def token(self) -> str:
        """A URL-safe secret of at least 128 bits."""
        ...

    def nonce(self) -> str:
        """An EIP-4361 nonce: at least 8 letters and digits, here of 128 bits."""
        ...

    def code(self) -> str:
        """A short code that a person types into the other chat, such as `4F7-K2QX`."""
        ...

    def proof_code(self) -> str:
        """A code of six that goes from the page to the chat, such as `4F7-K2Q`."""
        ...

    def guest_code(self) -> str:
        """A code of a guest list, of `GUEST_CODE_LENGTH`, in groups of four."""
        ...

    def new_id(self) -> str:
        """An id that nobody can guess (UUID in hex)."""
        ...


class Signatures(Protocol):
    """Whether a wallet signed a text: valid, invalid, or `TryLater` where nobody can say now."""

    async def check(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> SignatureAnswer:
        """Did `claimed` sign `text` (EIP-191 `personal_sign`), with a key or by its contract?

        `chain_id` is the chain that the text names. Raises `TryLater("E-WALLETNODE")`.
        """
        ...

    def by_key(
        self, claimed: Address, text: bytes, signature: str, chain_id: int
    ) -> WalletProof | None:
        """The proof, if the wallet's own key signed; that needs no node. None says nothing."""
        ...

    async def may_take_days(self, wallet: Address, chain_id: int) -> bool:
        """Whether code signs for this wallet, as for one of several owners. False if unsure."""
        ...

    async def still_holds(self, wallet: Address, proof: WalletProof, at: Block) -> bool:
        """Whether a contract wallet stands by its proof at this block; raises as `check`."""
        ...


class Links(Protocol):
    """Sign-in links. Each step is one conditional update, so that of two taps one wins."""

    async def add(self, link: Link, *, token: str) -> None: ...

    async def by_token(self, token: str, *, lock: bool = False) -> Link | None:
        """With `lock`, nobody else moves this link until the transaction ends."""
        ...

    async def pending_of(self, account: Account) -> Link | None:
        """The newest link of this account that waits for a code, locked until the end."""
        ...

    async def move(self, before: Link, after: Link) -> bool:
        """Store `after` if the stored link is in time and still stands where `before` does.

        State, nonce, errand and counted tries are compared. False, and nothing changed, where
        another tap was faster.
        """
        ...


class People(Protocol):
    """Fans with their accounts and wallets, within one club."""

    async def of_account(self, account: Account) -> Fan | None: ...

    async def of_wallet(self, address: Address) -> Fan | None: ...

    async def get(self, fan: FanId, *, lock: bool = False) -> Fan:
        """With `lock`, nobody else changes this fan until the transaction ends."""
        ...

    async def enrol(self, account: Account, profile: Profile) -> Fan:
        """The fan of this account, made now if there is none; the profile is kept current."""
        ...

    async def admit(
        self,
        account: Account,
        profile: Profile,
        address: Address,
        proof: WalletProof,
    ) -> tuple[FanId, bool]:
        """Enrol the account, lock its fan, and link the wallet: all three at once.

        False, and the wallet is left alone, where it belongs to somebody else. Accounts
        are locked before fans.
        """
        ...

    async def add_account(self, fan: FanId, account: Account, profile: Profile) -> None: ...

    async def add_wallet(self, fan: FanId, address: Address, proof: WalletProof) -> bool:
        """False, and nothing changed, if the wallet already belongs to somebody else.

        A fan who proves a wallet again leaves the newer proof.
        """
        ...

    async def due_for_proof(self, chain_id: int, *, most: int) -> Sequence[ProvedWallet]:
        """Contract wallets proved on this chain whose next look is due, the oldest first."""
        ...

    async def look_again(self, wallet: ProvedWallet, *, at: datetime) -> None:
        """Set when the wallet is due next; nothing where it was proved anew meanwhile."""
        ...

    async def drop_unproved(self, wallet: ProvedWallet) -> bool:
        """Unlink it, unless it was proved anew or unlinked meanwhile: then False."""
        ...

    async def owners_among(self, addresses: Iterable[Address]) -> Sequence[FanId]: ...

    async def linked(self, addresses: Iterable[Address]) -> Sequence[tuple[FanId, Wallet]]:
        """Those of these wallets that are linked, each with its fan."""
        ...

    async def name(self, account: Account) -> str:
        """How to address the person; falls back to the account's id."""
        ...

    async def called(self, platform: Platform, username: str) -> Account | None:
        """The one account of this name there, in any case; None where no or several have it."""
        ...

    async def save_code(self, code: str, fan: FanId, *, until: datetime) -> None: ...

    async def take_code(self, code: str, *, by: Account) -> FanId | None:
        """The fan who asked for the code; it works once. Wrong tries are counted per account."""
        ...


class Passes(Protocol):
    """What we granted, and who waits at a closed door."""

    async def of_fan(self, fan: Fan) -> Sequence[HeldPass]: ...

    async def apply(self, changes: Sequence[Change]) -> None: ...

    async def contest(self, account: Account, target: str, *, contested: bool) -> None:
        """Note that somebody else took this pass of ours away, or that it is given back."""
        ...

    async def closed_since(self, account: Account, target: str, since: datetime) -> bool:
        """Whether we decided after `since` to take this from the account."""
        ...

    async def forget(self, account: Account, target: str | None = None) -> None:
        """The platform says the account has left: our grants there are gone."""
        ...

    async def miss(self, account: Account, target: str) -> None:
        """The account is not where this pass was to be given: it waits until it comes there."""
        ...

    async def knock(self, account: Account, target: str) -> None: ...


class Access(Protocol):
    """One fan's access as we keep it: read whole, changed whole."""

    async def known(self, fan: FanId, *, queue: Platform | None, most: int) -> Known:
        """What we keep of the fan, whom nobody else changes until the transaction ends.

        `ahead` counts the passes that wait on the platform `queue`, up to `most`.
        """
        ...

    async def seen(self, fan: FanId) -> Known:
        """The same without holding anybody up; nothing is counted."""
        ...

    async def of_account(self, account: Account) -> Known | None:
        """The same of whoever has this account."""
        ...

    async def these(self, fans: Collection[FanId]) -> Sequence[Known]:
        """The same of these fans, in order of their ids; who is gone is left out."""
        ...

    async def everyone(
        self, *, after: FanId | None = None, most: int | None = None
    ) -> Sequence[Known]:
        """The same of every fan who has a wallet, is a guest, or has something of ours.

        In order of their ids; at most so many, who come `after` this one.
        """
        ...

    async def due(self, *, most: int, lease: timedelta) -> Sequence[Known]:
        """Fans whose time has come, the longest due first; they are due again after `lease`."""
        ...

    async def look_at(self, when: Mapping[FanId, datetime | None]) -> None:
        """When each of these fans is due; one who is being changed at this moment is left out."""
        ...

    async def decided(self, decision: Decision) -> None:
        """Keep what changed, note it in the audit trail, and put the entries into the outbox.

        A Telegram knock is answered by its opening: a new one is a new event.
        """
        ...


class Outbox(Protocol):
    """What is still to be done outside; rows are written with the decision, in its transaction."""

    async def add(self, *entries: Entry) -> None: ...

    async def claim(
        self,
        platform: Platform,
        *,
        limit: int,
        lease: timedelta,
        taken: Mapping[str, int] | None = None,
    ) -> Sequence[Entry]:
        """Due entries, the first of each free lane, most urgent first; ours for `lease`.

        At most `limit` from each queue, less those that are `taken` from it already.
        """
        ...

    async def claim_next(
        self, platform: Platform, queue: str, *, lease: timedelta
    ) -> Sequence[Entry]:
        """The most urgent due entry of this queue, if there is one."""
        ...

    async def done(self, entry: EntryId) -> None: ...

    async def again(self, entry: EntryId, *, after: float, code: str) -> None: ...

    async def stick(self, entry: EntryId, *, code: str) -> None:
        """A person must act first; until then whatever follows in its lane waits too."""
        ...

    async def drop(self, entry: EntryId, *, code: str) -> None:
        """It can never be done. What its lane would have said about it is dropped as well."""
        ...

    async def settle(self, platform: Platform, *, code: str) -> int:
        """Take what is stuck with this code as done; how many."""
        ...

    async def resume(self, platform: Platform, *, code: str | None = None) -> int:
        """Make stopped entries due again, all or those with this code; how many."""
        ...

    async def waits_of(self, account: Account) -> Sequence[Wait]:
        """Where passes of this account are still to be opened or closed, by queue."""
        ...


class Audit(Protocol):
    """Who or what changed access, at which block, and why."""

    async def note(
        self, what: str, *, fan: FanId | None, at: Block | None, facts: dict[str, str]
    ) -> None: ...


class Transaction(Protocol):
    """Everything that is decided together and saved together."""

    @property
    def links(self) -> Links: ...
    @property
    def people(self) -> People: ...
    @property
    def bonds(self) -> Bonds: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def delegations(self) -> Delegations: ...
    @property
    def passes(self) -> Passes: ...
    @property
    def access(self) -> Access: ...
    @property
    def endings(self) -> Endings: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def drops(self) -> Drops: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def guests(self) -> Guests: ...
    @property
    def elsewhere(self) -> Elsewhere: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def invitations(self) -> Invitations: ...


class Store(Protocol):
    """Opens a transaction: saved whole when the block ends well, not at all otherwise."""

    def __call__(self) -> AbstractAsyncContextManager[Transaction]: ...


class Wake(Protocol):
    """Tell the workers that there is something to do. Losing a call only costs time."""

    async def __call__(self) -> None: ...
