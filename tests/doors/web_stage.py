"""A whole web door over a real database, with a ledger that tests fill as they like."""

import io
import math
import secrets
import struct
import tempfile
import wave
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from eth_account import Account as Key
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from yarl import URL

from bot.sandbox.discord_server.server import LocalDiscord
from bot.services import DiscordProof, ProofServices, VisitServices
from bot.texts.pages import PageWords, explain_on_page
from bot.web.app import serve, web_app
from bot.web.proving import BACK
from bot.web.services import PollOption, PollPage, Turnout, WebServices, WebSite
from config.database import embedded, open_database
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.adapters.content_folder import FolderContent
from gating.adapters.discord_sign_in import DiscordClient, DiscordSignIn
from gating.adapters.signatures import SiweMessages
from gating.adapters.sql.store import SqlStore
from gating.adapters.wallets import WalletSignatures
from gating.drops.listen import Heard, MayListen, OpenPlayer, ReadTrack, StartListening
from gating.errors import NotDone
from gating.identity.binding import BindWallet
from gating.identity.letting_go import LetGo
from gating.identity.linking import AskSignature, FinishLink, ShowLink, StartLink
from gating.identity.proving import EnterProofCode, FinishProof, StartProof, StopLink, WatchLink
from gating.identity.sign_in import Site
from gating.identity.wallet_page import (
    AskToVisit,
    EnterVisit,
    LeaveVisit,
    ShowVisit,
    UnlinkOnVisit,
)
from gating.model import (
    Account,
    Address,
    Asset,
    Block,
    DropId,
    Gate,
    GateId,
    Platform,
    Profile,
    Transfer,
)
from gating.model.drop import Drop, Track
from gating.model.link import Proof
from gating.model.proof import WalletProof
from gating.ports import Signatures, Store
from tests.rule_kit import holds

CHAIN = 31337
DISCORD_SECRET = "secret-of-the-stage"
NOBODY = Address("0x" + "0" * 40)


def explain(failure: NotDone) -> PageWords:
    club = {"album": "Tide", "club": "Tide Club", "chain": "the demo chain", "page": "/wallet"}
    return explain_on_page(failure, **club)


@dataclass
class WebStage:
    """The running door and everything behind it that a test may turn."""

    store: Store
    content: FolderContent
    site: WebSite
    asset: Asset
    late: timedelta = timedelta()
    polls: dict[str, PollPage] = field(default_factory=dict)
    records: dict[tuple[str, str], bytes] = field(default_factory=dict)
    signatures: Signatures = field(default_factory=lambda: WalletSignatures({}))
    parts: dict[str, str] | NotDone = field(default_factory=lambda: {"database": "ok"})
    random: SystemRandomness = field(default_factory=SystemRandomness)
    height: int = 0
    port: int = 0
    discord: LocalDiscord = field(default_factory=LocalDiscord)
    http: aiohttp.ClientSession | None = None
    app: int = 0
    guild: int = 0
    whose: dict[str, Account] = field(default_factory=dict)
    """The account of each link that was handed out."""

    @property
    def gates(self) -> tuple[Gate, ...]:
        return (
            Gate(GateId("holder"), "Holder", holds(self.asset), ()),
            Gate(GateId("first"), "First 100", holds(self.asset, lowest=1, highest=100), ()),
        )

    @property
    def refresh(self) -> RefreshAccess:
        return RefreshAccess(store=self.store, asset=self.asset, gates=self.gates, wake=_nothing)

    @property
    def bind(self) -> BindWallet:
        return BindWallet(refresh=self.refresh, clock=self.clock)

    @property
    def enter_code(self) -> EnterProofCode:
        return EnterProofCode(store=self.store, bind=self.bind, refresh=self.refresh)

    def proofs(self, door: Mapping[str, Any]) -> ProofServices:
        client = DiscordClient(
            str(self.app), DISCORD_SECRET, f"{self.site.address}{BACK}", self.discord.api_base
        )
        assert self.http is not None
        sign_in = DiscordSignIn(self.http, client)
        return ProofServices(
            discord=DiscordProof(
                sign_in=sign_in,
                start=StartProof(**door, random=self.random),
                finish=FinishProof(**door, sign_in=sign_in),
            ),
            watch=WatchLink(**door, refresh=self.refresh),
            stop=StopLink(**door),
            let_go=LetGo(**door),
            enter_code=self.enter_code,
        )

    def visits(self, door: Mapping[str, Any]) -> VisitServices:
        return VisitServices(
            ask=AskToVisit(
                **door,
                random=self.random,
                messages=SiweMessages(),
                site=Site(self.site.address, self.site.club),
                chain_id=self.site.chain_id,
            ),
            enter=EnterVisit(**door, random=self.random, signatures=self.signatures),
            show=ShowVisit(store=self.store),
            unlink=UnlinkOnVisit(**door, refresh=self.refresh),
            leave=LeaveVisit(store=self.store),
        )

    async def open_discord(self) -> None:
        """A Discord beside the door, whose sign-in it uses."""
        self.app = self.discord.add_application(token="t", name="Stagedoor")
        self.guild = self.discord.add_guild("Tide Club", bot=self.app)
        back = f"{self.site.address}{BACK}"
        self.discord.allow_sign_in(self.app, back, secret=DISCORD_SECRET)
        await self.discord.start()

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.late

    def services(self) -> WebServices:
        door: Mapping[str, Any] = {"store": self.store, "clock": self.clock}
        may_listen = MayListen(refresh=self.refresh)
        heard = Heard(**door, may_listen=may_listen)
        return WebServices(
            show_link=ShowLink(**door),
            ask_signature=AskSignature(
                **door,
                random=self.random,
                messages=SiweMessages(),
                signatures=self.signatures,
                site=Site(self.site.address, self.site.club),
                chain_id=self.site.chain_id,
            ),
            finish_link=FinishLink(
                **door,
                random=self.random,
                signatures=self.signatures,
                bind=self.bind,
                refresh=self.refresh,
            ),
            proofs=self.proofs(door),
            visits=self.visits(door),
            open_player=OpenPlayer(**door, random=self.random, may_listen=may_listen),
            heard=heard,
            read_track=ReadTrack(heard=heard, content=self.content),
            explain=explain,
            poll_page=self._poll,
            record_file=self._record,
            health=self._health,
        )

    async def _poll(self, poll_id: str) -> PollPage | None:
        return self.polls.get(poll_id)

    async def _record(self, poll_id: str, name: str) -> bytes | None:
        return self.records.get((poll_id, name))

    async def _health(self) -> Mapping[str, str]:
        if isinstance(self.parts, NotDone):
            raise self.parts
        return self.parts

    async def link(
        self,
        *,
        username: str = "fan",
        shown: str = "Fan",
        platform: Platform = Platform.DISCORD,
        proof: Proof | None = None,
        account: Account | None = None,
    ) -> str:
        """The address of a fresh sign-in page, for an account of its own unless one is named."""
        account = account or self.account(username, shown, platform)
        default = Proof.OAUTH if platform is Platform.DISCORD else Proof.CODE
        start = StartLink(
            store=self.store,
            clock=self.clock,
            random=self.random,
            proofs={account.platform: proof or default},
        )
        link = f"/link/{(await start(account, Profile(username, shown))).token}"
        self.whose[link] = account
        return link

    def account(
        self,
        username: str = "fan",
        shown: str = "Fan",
        platform: Platform = Platform.DISCORD,
    ) -> Account:
        """Somebody new on a chat platform."""
        if platform is not Platform.DISCORD:
            return Account(platform, str(secrets.randbelow(10**18)))
        user = self.discord.add_user(username, shown)
        self.discord.join(self.guild, user)
        return Account(platform, str(user))

    async def proved(self, browser: aiohttp.ClientSession, link: str) -> str:
        """The link, once this browser has shown at Discord that it is the account's own."""
        answer = await self.comes_back(browser, await self.consent(browser, link), link)
        assert (answer.status, answer.headers["Location"]) == (303, link)
        return link

    async def consent(self, browser: aiohttp.ClientSession, link: str) -> str:
        """The address of Discord's question, for this link."""
        async with browser.post(f"{link}/account", json={}) as answer:
            told = await answer.json()
            assert answer.status == 200, told
        return str(told["address"])

    async def comes_back(
        self, browser: aiohttp.ClientSession, consent: str, link: str
    ) -> aiohttp.ClientResponse:
        """Our answer, after the person of this link said yes at Discord."""
        back = await self.says_yes(consent, self.whose[link])
        return await browser.get(back, allow_redirects=False)

    async def says_yes(self, consent: str, account: Account) -> URL:
        """Where Discord sends the browser of somebody who agrees."""
        async with (
            aiohttp.ClientSession() as elsewhere,
            elsewhere.post(
                consent, data={"person": account.user_id}, allow_redirects=False
            ) as answer,
        ):
            assert answer.status == 302
            return URL(answer.headers["Location"], encoded=True).relative()

    async def holds(self, wallet: str, *copies: int) -> None:
        """From the next block on, the wallet holds these copies too."""
        self.height += 1
        block = _block(self.height)
        bought = [
            Transfer(self.asset, block.number, block.hash, index, copy, NOBODY, _low(wallet))
            for index, copy in enumerate(copies)
        ]
        async with self.store() as tx:
            await tx.ledger.append(self.asset, bought, block)
            await tx.ledger.settle(self.asset, settled=block, final=block)

    async def silence(self, code: str = "E-CHAINDOWN") -> None:
        async with self.store() as tx:
            await tx.ledger.silence(self.asset, code)

    async def fan(self, wallet: str) -> Account:
        """A fan whose wallet is linked already."""
        account = Account(Platform.DISCORD, str(secrets.randbelow(10**18)))
        async with self.store() as tx:
            fan = await tx.people.enrol(account, Profile("fan", "Fan"))
            await tx.people.add_wallet(fan.id, _low(wallet), WalletProof())
        return account

    async def drop(
        self, data: bytes, *, title: str = "Low Water", note: str = "", kind: str = "audio/wav"
    ) -> Drop:
        track = Track(await self.content.put(data), "low-water.wav", kind, len(data))
        drop = Drop(
            DropId(self.random.new_id()), title, note, track, GateId("holder"), self.clock()
        )
        async with self.store() as tx:
            await tx.drops.publish(drop)
        return drop

    async def ticket(self, account: Account, drop: Drop) -> str:
        """The address of a fresh listening link."""
        start = StartListening(
            store=self.store,
            clock=self.clock,
            random=self.random,
            may_listen=MayListen(refresh=self.refresh),
        )
        return f"/listen/{await start(account, drop.id)}"

    async def player(self, data: bytes, **words: str) -> tuple[str, str]:
        """A ticket of a holder, and the address of the player behind it."""
        wallet = Key.create().address
        await self.holds(wallet, secrets.randbelow(10**9) + 1)
        drop = await self.drop(data, **words)
        return await self.ticket(await self.fan(wallet), drop), f"/player/{drop.id}"

    def browser(self, **headers: str) -> aiohttp.ClientSession:
        """A browser of its own: cookies, and the headers that a browser adds on our pages."""
        # Browsers count loopback as secure; aiohttp wants to be told so.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(self.site.address))
        sent = {"Sec-Fetch-Site": "same-origin", **headers}
        patience = aiohttp.ClientTimeout(total=30)
        return aiohttp.ClientSession(
            self.site.address, cookie_jar=jar, headers=sent, timeout=patience
        )


async def _nothing() -> None:
    return None


def _low(wallet: str) -> Address:
    return Address(wallet.lower())


def _block(number: int) -> Block:
    return Block(CHAIN, number, f"0x{number:064x}", 1_700_000_000 + 12 * number)


def signed(key: LocalAccount, text: str) -> str:
    """What a wallet answers to `personal_sign`."""
    return "0x" + bytes(key.sign_message(encode_defunct(text=text)).signature).hex()


def tone(seconds: float = 3.0, rate: int = 8000) -> bytes:
    """A quiet tone as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        steps = range(int(seconds * rate))
        samples = (int(3000 * math.sin(step / rate * 440 * math.tau)) for step in steps)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def tour_poll(**changed: Any) -> PollPage:
    """The result of the tour vote."""
    told: dict[str, Any] = {
        "question": "Where should we play?",
        "state": "recorded",
        "closes": datetime(2026, 6, 14, 18, 0, tzinfo=UTC),
        "options": (
            PollOption("Lisbon", 341, 190, 338),
            PollOption("Berlin", 388, 212, 384),
            PollOption("Tokyo / 東京", 278, 96, 275),
            PollOption("Reykjavík", 3, 2, 3),
        ),
        "turnout": Turnout(388, 412, 1010, 1204),
        "block_number": 21_334_010,
        "block_hash": "0x" + "9a7f" * 16,
        "files": ("definition.json", "census.json", "ballots.json", "tally.json"),
    }
    return PollPage(**{**told, **changed})


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="stagedoor-web-"))


@cache
def _url_of_this_run() -> list[str]:
    return []


async def _database_url() -> str:
    kept = _url_of_this_run()
    if not kept:
        kept.append(await embedded(_folder() / "postgres"))
    return kept[0]


@asynccontextmanager
async def web_stage_at(
    port: int | None = None,
    *,
    posts_a_minute: int = 100_000,
    signatures: Signatures | None = None,
    **site: Any,
) -> AsyncIterator[WebStage]:
    """A stage of its own club (own contract), serving on a free port."""
    chosen = port or unused_port()
    told = {"address": f"http://127.0.0.1:{chosen}", "club": "Tide Club", "accent": "#1f6f78"}
    whole = WebSite(**{**told, "chain_id": CHAIN, "chain_name": "the demo chain", **site})
    async with (
        open_database(await _database_url(), _folder()) as database,
        aiohttp.ClientSession() as http,
    ):
        stage = WebStage(
            store=SqlStore(database.sessions, lambda: stage.clock()),  # noqa: PLW0108  - made below
            content=FolderContent(_folder() / "content"),
            site=whole,
            asset=Asset(CHAIN, Address("0x" + secrets.token_hex(20)), "Tide"),
            port=chosen,
            http=http,
            signatures=signatures or WalletSignatures({}),
        )
        await stage.holds(NOBODY)
        await stage.open_discord()
        app = web_app(stage.services(), whole, posts_a_minute=posts_a_minute)
        runner = await serve(app, "127.0.0.1", chosen)
        try:
            yield stage
        finally:
            await runner.cleanup()
            await stage.discord.stop()


@pytest.fixture(scope="module")
async def stage() -> AsyncIterator[WebStage]:
    async with web_stage_at() as running:
        yield running


@pytest.fixture(autouse=True)
def on_time(stage: WebStage) -> Iterator[None]:
    """A test that turned the clock must not leave it turned."""
    yield
    stage.late = timedelta()
    stage.parts = {"database": "ok"}
