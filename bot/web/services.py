"""What the web door is given: the use cases it calls, and the address it answers at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.services import ProofServices, VisitServices
from gating.drops.listen import Heard, OpenPlayer, ReadTrack
from gating.errors import NotDone
from gating.identity.linking import AskSignature, FinishLink, ShowLink


class Explained(Protocol):
    """A failure in plain words: a title, the cause, the code, and the label of what to do next."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def action(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PollOption:
    """One choice as counted: `weight` in votes, and its share of all votes in thousandths."""

    label: str
    weight: int
    people: int
    permille: int


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part, of all who could; both in people and in votes."""

    people: int
    of_people: int
    weight: int
    of_weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPage:
    """A poll as its public page shows it.

    `state` is a value of `governance.model.PollState`. Without `counted` the numbers are hidden
    or not there yet, and only the labels of `options` are shown. The block is None before the
    snapshot was taken; `files` are the names of the record, empty before it is written.
    """

    question: str
    state: str
    closes: datetime
    options: tuple[PollOption, ...]
    counted: bool = True
    turnout: Turnout | None = None
    block_number: int | None = None
    block_hash: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TelegramUpdates:
    """What takes the updates that Telegram brings, and the secret that it must show."""

    secret: str = field(repr=False)
    take: Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class WebServices:
    """The use cases behind the pages. `poll_page` and `record_file` answer None for unknown.

    Without `telegram_updates` there is no address for them: the door fetches updates itself.

    `health` names each part and how it is; a part in trouble says so by a code (`E-...`).
    """

    show_link: ShowLink
    ask_signature: AskSignature
    finish_link: FinishLink
    proofs: ProofServices
    visits: VisitServices
    open_player: OpenPlayer
    heard: Heard
    read_track: ReadTrack
    explain: Callable[[NotDone], Explained]
    poll_page: Callable[[str], Awaitable[PollPage | None]]
    record_file: Callable[[str, str], Awaitable[bytes | None]]
    health: Callable[[], Awaitable[Mapping[str, str]]]
    telegram_updates: TelegramUpdates | None = None


@dataclass(frozen=True, kw_only=True)
class WebSite:
    """Where the pages stand and how they look.

    `address` is the public one (`https://club.example`); `allow_hosts` are further `Host` values
    that are answered, such as a health check's `127.0.0.1:8080`. `accent` is `#rrggbb`.
    `extra_scripts` are modules of this origin that the sign-in page includes (the demo's wallets).
    `proxies` are network addresses whose `X-Forwarded-For` is believed.
    """

    address: str
    club: str
    accent: str
    chain_id: int
    chain_name: str
    extra_scripts: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """Host and port, as people compare them with their address bar."""
        return urlsplit(self.address).netloc.lower()

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https."""
        return urlsplit(self.address).scheme == "https"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({self.domain, *(host.lower() for host in self.allow_hosts)})

    @property
    def origins(self) -> frozenset[str]:
        scheme = urlsplit(self.address).scheme
        return frozenset(f"{scheme}://{host}" for host in self.hosts)


SERVICES = web.AppKey("services", WebServices)
SITE = web.AppKey("site", WebSite)
