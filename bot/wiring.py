"""Builds everything from settings and the club file. The only place that knows all classes."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.commands.happened import Happened
from bot.commands.present import Presenter, explained
from bot.commands.table import WORDS, Desk
from bot.jobs import Jobs, Work
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_platform import DiscordDoor
from bot.platforms.forms import FormWords
from bot.platforms.inside import Inside
from bot.platforms.kept_forms import KeptForms
from bot.platforms.telegram_place import TelegramPlace
from bot.platforms.telegram_platform import TelegramDoor
from bot.platforms.words import CommandWord
from bot.services import ClubFacts, PollServices, Services
from bot.texts.english import SENTENCES
from bot.texts.pages import PageWords, explain_on_page
from bot.web.app import web_app
from bot.web.from_polls import poll_pages, record_files
from bot.web.services import WebServices, WebSite
from config.community import Club
from config.database import Database, open_database
from config.folders import make_folder
from config.settings import Settings
from gating.access.deliver import DeliverOutbox, RetryStopped
from gating.access.knocks import AccountCame, AccountLeft, AnswerKnock
from gating.access.refresh import RefreshAccess
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.chance import SystemRandomness
from gating.adapters.content_folder import FolderContent
from gating.adapters.signatures import EoaSignatures, SiweMessages
from gating.adapters.sql.notes import SqlForms, SqlPosted
from gating.adapters.sql.outbox import SqlOutbox
from gating.adapters.sql.people import SqlPeople
from gating.adapters.sql.store import SqlStore
from gating.adapters.sql.sweep import SqlSweep
from gating.drops.listen import Heard, MayListen, OpenPlayer, ReadTrack, StartListening
from gating.drops.publish import DiscardDraft, PrepareDrop, ReviseDraft, SendDrop
from gating.errors import NotDone
from gating.holdings.follow import FollowChain, RefreshEveryone
from gating.identity.joining import GiveCode, JoinByCode
from gating.identity.linking import AskSignature, FinishLink, ShowLink, StartLink
from gating.identity.sign_in import Site
from gating.model import Platform
from gating.ports import Clock, Doorkeeper
from governance.adapters.folder import FolderRecords
from governance.adapters.holders import LedgerHolders
from governance.adapters.keys import ClubKey, club_key
from governance.adapters.poll_store import SqlPollStore
from governance.definition import Frame
from governance.model import Club as RecordedClub
from governance.polls import AnnouncePoll, CancelPoll, ClosePoll, OpenPoll
from governance.views import CurrentPolls, DuePolls, ShowPoll, WeightOf
from governance.voting import CastBallot

SOFTWARE = "stagedoor/0.1.0"


def utc_now() -> datetime:
    """The one clock of a running house."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything built and not yet running."""

    services: Services
    doors: Mapping[Platform, DiscordDoor | TelegramDoor]
    jobs: Jobs
    web: web.Application
    reach: Callable[[str], tuple[Platform, ...]]
    """The platforms on which the club has this place (`votes`, `drops`, ...)."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is opened from the outside world, before any use case is built."""

    database: Database
    http: aiohttp.ClientSession
    key: ClubKey
    data: Path
    clock: Clock
    jobs: Jobs
    reach: Callable[[str], tuple[Platform, ...]]
    doors: dict[Platform, Doorkeeper] = field(default_factory=dict)


@asynccontextmanager
async def open_house(
    settings: Settings,
    club: Club,
    *,
    scripts: Sequence[str] = (),
    clock: Clock = utc_now,
) -> AsyncIterator[House]:
    """Open database, chain client and job engine, and build the house on them.

    `scripts` are further modules of the sign-in page (the demo's wallets). Raises `NeedsPerson`
    where a part cannot be opened.
    """
    make_folder(settings.data)
    async with AsyncExitStack() as opened:
        url = settings.database_url.get_secret_value() if settings.database_url else None
        database = await opened.enter_async_context(open_database(url, settings.data))
        http = await opened.enter_async_context(aiohttp.ClientSession())
        platforms = platforms_of(settings)
        jobs = Jobs(database.url, platforms)
        await opened.enter_async_context(jobs.app.open_async())
        parts = Parts(
            database=database,
            http=http,
            key=await club_key(settings.data / "club.key"),
            data=settings.data,
            clock=clock,
            jobs=jobs,
            reach=reach_of(club, platforms),
        )
        yield build(settings, club, parts, scripts)


def platforms_of(settings: Settings) -> tuple[Platform, ...]:
    """The platforms for which there is a token."""
    tokens = {
        Platform.DISCORD: settings.discord_token,
        Platform.TELEGRAM: settings.telegram_token,
    }
    return tuple(platform for platform, token in tokens.items() if token)


def reach_of(club: Club, platforms: tuple[Platform, ...]) -> Callable[[str], tuple[Platform, ...]]:
    """Where a post to a place goes: only to platforms on which the club file names it."""
    named = {Platform.DISCORD: club.discord_places, Platform.TELEGRAM: club.telegram_places}
    return lambda place: tuple(platform for platform in platforms if place in named[platform])


def build(settings: Settings, club: Club, parts: Parts, scripts: Sequence[str]) -> House:
    """The use cases, then the doors on top of them."""
    services = _services(settings, club, parts)
    doors = _doors(settings, club, parts, services)
    parts.doors.update(doors)
    parts.jobs.define(
        Work(
            deliver=services.deliver,
            refresh_everyone=services.refresh_everyone,
            sweep=SqlSweep(parts.database.sessions, parts.clock),
            polls=services.polls,
        )
    )
    return House(
        services=services,
        doors=doors,
        jobs=parts.jobs,
        web=_web(settings, club, parts, services, scripts),
        reach=parts.reach,
    )


def _services(settings: Settings, club: Club, parts: Parts) -> Services:
    store = SqlStore(parts.database.sessions, parts.clock)
    random, clock, wake = SystemRandomness(), parts.clock, parts.jobs.wake
    refresh = RefreshAccess(store=store, asset=club.asset, gates=club.gates, wake=wake)
    content = FolderContent(parts.data / "content")
    may_listen = MayListen(refresh=refresh)
    heard = Heard(store=store, clock=clock, may_listen=may_listen)
    chain = _chain(settings, club, parts)
    polls = _polls(club, parts, LedgerHolders(store, chain, club.asset))
    return Services(
        club=_facts(settings, club),
        clock=clock,
        store=store,
        start_link=StartLink(store=store, clock=clock, random=random),
        show_link=ShowLink(store=store, clock=clock),
        ask_signature=AskSignature(
            store=store,
            clock=clock,
            random=random,
            messages=SiweMessages(),
            site=Site(settings.public_url, club.name),
            chain_id=club.asset.chain_id,
        ),
        finish_link=FinishLink(
            store=store, clock=clock, signatures=EoaSignatures(), refresh=refresh
        ),
        give_code=GiveCode(store=store, clock=clock, random=random),
        join_by_code=JoinByCode(store=store, refresh=refresh),
        refresh=refresh,
        refresh_everyone=RefreshEveryone(store=store, refresh=refresh),
        answer_knock=AnswerKnock(store=store, refresh=refresh),
        account_came=AccountCame(store=store, refresh=refresh),
        account_left=AccountLeft(store=store),
        deliver=DeliverOutbox(store=store, doors=parts.doors),
        retry=RetryStopped(store=store, wake=wake),
        follow=FollowChain(
            chain=chain,
            store=store,
            asset=club.asset,
            first_block=club.first_block,
            depth=club.confirmations,
            refresh=refresh,
        ),
        prepare_drop=PrepareDrop(store=store, content=content),
        revise_draft=ReviseDraft(store=store),
        discard_draft=DiscardDraft(store=store),
        send_drop=SendDrop(
            store=store,
            clock=clock,
            random=random,
            gate=club.gates[0].id,
            platforms=parts.reach("drops"),
            wake=wake,
        ),
        start_listening=StartListening(
            store=store, clock=clock, random=random, may_listen=may_listen
        ),
        open_player=OpenPlayer(store=store, clock=clock, random=random, may_listen=may_listen),
        heard=heard,
        read_track=ReadTrack(heard=heard, content=content),
        polls=polls,
    )


def _chain(settings: Settings, club: Club, parts: Parts) -> RpcChain:
    endpoints = [endpoint.get_secret_value() for endpoint in settings.rpc_urls]
    return RpcChain(parts.http, endpoints, club.asset.chain_id)


def _polls(club: Club, parts: Parts, holders: LedgerHolders) -> PollServices:
    clock, wake, key, platforms = parts.clock, parts.jobs.wake, parts.key, parts.reach("votes")
    records = FolderRecords(parts.data / "records")
    store = SqlPollStore(
        session_factory=parts.database.sessions,
        outbox_of=lambda session: SqlOutbox(session, clock),
        people_of=lambda session: SqlPeople(session, clock),
    )
    return PollServices(
        records=records,
        announce=AnnouncePoll(
            store=store,
            holders=holders,
            signing=key,
            clock=clock,
            wake=wake,
            frame=Frame(RecordedClub(club.name, key.address), key.address, club.asset),
            platforms=platforms,
        ),
        open=OpenPoll(store=store, holders=holders, clock=clock, wake=wake, platforms=platforms),
        cast=CastBallot(store=store, signing=key, clock=clock),
        close=ClosePoll(
            store=store,
            holders=holders,
            records=records,
            signing=key,
            clock=clock,
            wake=wake,
            software=SOFTWARE,
            platforms=platforms,
        ),
        cancel=CancelPoll(store=store, signing=key, clock=clock, wake=wake, platforms=platforms),
        show=ShowPoll(store=store, clock=clock),
        weight_of=WeightOf(store=store, holders=holders),
        current=CurrentPolls(store=store),
        due=DuePolls(store=store, clock=clock),
    )


def _facts(settings: Settings, club: Club) -> ClubFacts:
    return ClubFacts(
        name=club.name,
        album=club.asset.name,
        address=settings.public_url,
        accent=club.accent,
        chain_name=club.chain_name,
        gates=club.gates,
        artists=club.artists,
        moderators=club.moderators,
    )


def _doors(
    settings: Settings, club: Club, parts: Parts, services: Services
) -> dict[Platform, DiscordDoor | TelegramDoor]:
    inside = Inside(
        handle=Desk(services),
        explain=lambda error: explained(error, services),
        present=Presenter(services),
        happenings=Happened(services),
        posted=SqlPosted(parts.database.sessions),
        clock=parts.clock,
        words=tuple(CommandWord(*word) for word in WORDS),
        forms=KeptForms(SqlForms(parts.database.sessions)),
        form_words=FormWords(
            use=SENTENCES["form.use"],
            open=SENTENCES["form.open"],
            cancel=SENTENCES["form.cancel"],
            cancelled=SENTENCES["form.cancelled"],
            gone=SENTENCES["form.gone"],
        ),
    )
    doors: dict[Platform, DiscordDoor | TelegramDoor] = {}
    if settings.discord_token and club.discord_guild:
        doors[Platform.DISCORD] = DiscordDoor(_discord(settings, club), inside)
    if settings.telegram_token:
        doors[Platform.TELEGRAM] = TelegramDoor(_telegram(settings, club), inside)
    return doors


def _discord(settings: Settings, club: Club) -> DiscordPlace:
    return DiscordPlace(
        token=settings.discord_token.get_secret_value() if settings.discord_token else "",
        guild_id=club.discord_guild or 0,
        channels=club.discord_places,
        api_base=settings.discord_api,
        gateway_url=settings.discord_gateway,
        members=settings.discord_members,
    )


def _telegram(settings: Settings, club: Club) -> TelegramPlace:
    return TelegramPlace(
        token=settings.telegram_token.get_secret_value() if settings.telegram_token else "",
        chats=club.telegram_places,
        base_url=settings.telegram_api,
        base_file_url=settings.telegram_files,
    )


def _web(
    settings: Settings, club: Club, parts: Parts, services: Services, scripts: Sequence[str]
) -> web.Application:
    facts = {"album": club.asset.name, "club": club.name, "chain": club.chain_name}

    def explain(error: NotDone) -> PageWords:
        return explain_on_page(error, **facts)

    async def health() -> dict[str, str]:
        async with services.store() as tx:
            reading = await tx.ledger.reading(club.asset, ())
        return {"database": "ok", "chain": reading.silent or "ok"}

    return web_app(
        WebServices(
            show_link=services.show_link,
            ask_signature=services.ask_signature,
            finish_link=services.finish_link,
            open_player=services.open_player,
            heard=services.heard,
            read_track=services.read_track,
            explain=explain,
            poll_page=poll_pages(services.polls.show),
            record_file=record_files(services.polls.records),
            health=health,
        ),
        WebSite(
            address=settings.public_url,
            club=club.name,
            accent=club.accent,
            chain_id=club.asset.chain_id,
            chain_name=club.chain_name,
            extra_scripts=tuple(scripts),
            allow_hosts=(f"127.0.0.1:{settings.port}",),
            proxies=settings.proxies,
        ),
    )
