"""What the core needs from the outside, one small Protocol per need.

Each port has one contract test that its real adapter passes. Ports raise `TryLater`, `NeedsPerson`
or `Refused` and nothing of a library.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from gating.index_ports import Chain as Chain  # noqa: PLC0414  - this is how mypy reads a re-export
from gating.index_ports import Ledger as Ledger  # noqa: PLC0414  - as above
from gating.model import (
    Account,
    Address,
    Block,
    Change,
    DropId,
    Entry,
    EntryId,
    Fan,
    FanId,
    HeldPass,
    Notice,
    Platform,
    Post,
    Profile,
)
from gating.model.drop import Draft, Drop, ListenSession
from gating.model.link import Link, SignInText
from gating.model.proof import ProvedWallet, SignatureAnswer, WalletProof


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

    async def may_take_days(self, wallet: Address, chain_id: int) -> bool:
        """Whether code signs for this wallet, as for one of several owners. False if unsure."""
        ...

    async def still_holds(self, wallet: Address, proof: WalletProof, at: Block) -> bool:
        """Whether a contract wallet stands by its proof at this block; raises as `check`."""
        ...


class AccountSignIn(Protocol):
    """A chat platform's own sign-in (OAuth 2.0, code grant with PKCE)."""

    def address(self, state: str, challenge: str) -> str:
        """Where a browser goes to say who it is; `challenge` is RFC 7636's, by S256."""
        ...

    async def account(self, code: str, verifier: str) -> Account:
        """Whose browser it was. Keeps no token. Raises `Refused("E-OAUTH")` and `TryLater`."""
        ...


class Messages(Protocol):
    """Writes a sign-in text as EIP-4361 says."""

    def write(self, words: SignInText) -> bytes: ...


class Doorkeeper(Protocol):
    """One platform's side of access and of news. Calls are safe to repeat unless said."""

    async def open(self, account: Account, target: str, reason: str) -> None: ...

    async def close(self, account: Account, target: str, reason: str) -> None: ...

    async def tell(self, account: Account, notice: Notice) -> None: ...

    async def post(self, post: Post, *, key: str) -> None:
        """Publish or redraw; `key` lets the platform drop a repeat where it can."""
        ...


class Links(Protocol):
    """Sign-in links. Each step is one conditional update, so that of two taps one wins."""

    async def add(self, link: Link, *, token: str) -> None: ...

    async def by_token(self, token: str) -> Link | None: ...

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

    def everyone(self) -> AsyncIterator[FanId]: ...

    async def name(self, account: Account) -> str:
        """How to address the person; falls back to the account's id."""
        ...

    async def save_code(self, code: str, fan: FanId, *, until: datetime) -> None: ...

    async def take_code(self, code: str, *, by: Account) -> FanId | None:
        """The fan who asked for the code; it works once. Wrong tries are counted per account."""
        ...


class Passes(Protocol):
    """What we granted, and who waits at a closed door."""

    async def of_fan(self, fan: Fan) -> Sequence[HeldPass]: ...

    async def apply(self, changes: Sequence[Change]) -> None: ...

    async def forget(self, account: Account, target: str | None = None) -> None:
        """The platform says the account has left: our grants there are gone."""
        ...

    async def knock(self, account: Account, target: str) -> None: ...

    async def knocks(self, account: Account) -> frozenset[str]:
        """Chats that the account has asked to enter and was not yet let into."""
        ...

    async def answered(self, account: Account, target: str) -> None: ...


class Outbox(Protocol):
    """What is still to be done outside; rows are written with the decision, in its transaction."""

    async def add(self, *entries: Entry) -> None: ...

    async def claim(self, platform: Platform, *, limit: int, lease: timedelta) -> Sequence[Entry]:
        """Due entries, the first of each free lane, most urgent first; ours for `lease`."""
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

    async def resume(self, platform: Platform) -> int:
        """Make stopped entries due again; how many."""
        ...

    async def waiting(self, platform: Platform) -> int:
        """How many passes are still to be opened or closed there."""
        ...

    async def until_last_of(self, account: Account) -> int:
        """How many passes are to be done there until the last one of this account is."""
        ...


class Audit(Protocol):
    """Who or what changed access, at which block, and why."""

    async def note(
        self, what: str, *, fan: FanId | None, at: Block | None, facts: dict[str, str]
    ) -> None: ...


class Drops(Protocol):
    """Drops, drafts, one-use listening links and listening sessions."""

    async def save_draft(self, draft: Draft) -> None: ...

    async def draft_of(self, account: Account) -> Draft | None: ...

    async def take_draft(self, account: Account) -> Draft | None:
        """The draft, which is gone with this; of two taps one gets it."""
        ...

    async def publish(self, drop: Drop) -> None: ...

    async def get(self, drop: DropId) -> Drop | None: ...

    async def add_ticket(self, token: str, drop: DropId, fan: FanId, until: datetime) -> None: ...

    async def redeem_ticket(self, token: str) -> tuple[DropId, FanId] | None:
        """Works once; None when unknown, used or over its time."""
        ...

    async def open_session(self, token: str, session: ListenSession) -> None: ...

    async def session(self, token: str) -> ListenSession | None: ...


class Content(Protocol):
    """Files by their sha-256. What is read back is what was written, or an error."""

    async def put(self, data: bytes) -> str:
        """Store `data`; its sha-256 in hex."""
        ...

    async def size(self, digest: str) -> int: ...

    async def read(self, digest: str, first: int, length: int) -> bytes: ...


class Transaction(Protocol):
    """Everything that is decided together and saved together."""

    @property
    def links(self) -> Links: ...
    @property
    def people(self) -> People: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def passes(self) -> Passes: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def drops(self) -> Drops: ...


class Store(Protocol):
    """Opens a transaction: saved whole when the block ends well, not at all otherwise."""

    def __call__(self) -> AbstractAsyncContextManager[Transaction]: ...


class Wake(Protocol):
    """Tell the workers that there is something to do. Losing a call only costs time."""

    async def __call__(self) -> None: ...
