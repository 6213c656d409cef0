"""The web service, on the use cases."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.platforms.discord_platform import DiscordDoor
from bot.platforms.telegram_platform import TelegramDoor
from bot.services import Services
from bot.texts.pages import PageWords, explain_on_page
from bot.web.app import web_app
from bot.web.from_polls import poll_pages, record_files
from bot.web.services import TelegramUpdates, WebServices, WebSite
from config.community import Club
from config.settings import Settings
from gating.errors import NotDone
from gating.model import Platform

Doors = Mapping[Platform, DiscordDoor | TelegramDoor]


def web_of(
    settings: Settings,
    club: Club,
    services: Services,
    doors: Doors,
    scripts: Sequence[str],
) -> web.Application:
    facts = {"album": club.asset.name, "club": club.name, "chain": club.chain_name}
    facts["page"] = f"{services.club.domain}/wallet"

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
            proofs=services.proofs,
            visits=services.visits,
            open_player=services.open_player,
            heard=services.heard,
            read_track=services.read_track,
            explain=explain,
            poll_page=poll_pages(services.polls.show),
            record_file=record_files(services.polls.records),
            health=health,
            telegram_updates=_telegram_updates(doors),
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


def _telegram_updates(doors: Doors) -> TelegramUpdates | None:
    door = doors.get(Platform.TELEGRAM)
    if not isinstance(door, TelegramDoor) or door.webhook is None:
        return None
    return TelegramUpdates(door.webhook.secret, door.deliveries.take)
