"""What the sandbox page needs of the demo behind it: people, wallets, the chain, the chats.

Values and callables only, so that the page runs against whatever the demo has started.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

Role = Literal["fan", "second fan", "newcomer", "artist", "moderator"]
Side = Literal["discord", "telegram", "chain"]


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody one can be in the demo. `key` names the person in the page's address (`#fan`)."""

    key: str
    name: str
    role: Role
    discord_id: str
    telegram_id: int
    wallet_key: str | None = None


class Wallet(Protocol):
    """A wallet whose key the demo holds; `key` is its short id, `name` what a person reads."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class BlockNumbers:
    """The newest block and the newest final one."""

    latest: int
    final: int


@dataclass(frozen=True)
class Holding:
    """How many copies a wallet holds, and their numbers if they are few enough to be named."""

    count: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ChainControls:
    """The local chain as the page's buttons see it.

    All reads and `mine` and `sell` raise `ChainStopped` while the node is down.
    `sell` hands a numbered copy of the album from a wallet (its address) to the market.
    """

    chain_id: int
    running: Callable[[], bool]
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]
    mine: Callable[[], Awaitable[None]]
    blocks: Callable[[], Awaitable[BlockNumbers]]
    holding: Callable[[str], Awaitable[Holding]]
    sell: Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class FaultSwitch:
    """One thing that can go wrong, as a switch. It may fall back to off when it is used up."""

    key: str
    side: Side
    label: str
    explain: str
    is_on: Callable[[], bool]
    turn: Callable[[bool], None]


@dataclass(frozen=True, kw_only=True)
class SandboxWorld:
    """Everything behind the page.

    `discord` and `telegram` are the `client_app()` of the two local servers; they are mounted
    below the page and can be mounted once only. `sign` gives a wallet's EIP-191 signature of the
    bytes. `wallets` are those offered to sign-in pages and shown in the bar.
    """

    club: str
    people: tuple[DemoPerson, ...]
    wallets: tuple[Wallet, ...]
    sign: Callable[[Wallet, bytes], str]
    chain: ChainControls
    discord: web.Application
    telegram: web.Application
    faults: tuple[FaultSwitch, ...] = ()
