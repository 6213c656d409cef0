"""The two chat doors, on the use cases."""

from bot.commands.happened import Happened
from bot.commands.present import Presenter, explained
from bot.commands.table import WORDS, Desk
from bot.platforms.discord_place import DiscordPlace
from bot.platforms.discord_platform import DiscordDoor
from bot.platforms.forms import FormWords
from bot.platforms.inside import Inside
from bot.platforms.kept_forms import KeptForms
from bot.platforms.kept_moves import KeptMoves
from bot.platforms.telegram_place import TelegramPlace, Webhook
from bot.platforms.telegram_platform import TelegramDoor
from bot.platforms.words import CommandWord
from bot.services import Services
from bot.texts.english import SENTENCES
from bot.web.guards import CALLED_BY_TELEGRAM
from bot.wiring.parts import Parts
from config.community import Club
from config.settings import Settings
from gating.access.elsewhere import asked_elsewhere
from gating.access.plan import ways_of
from gating.adapters.sql.notes import SqlForms, SqlPosted
from gating.model import Platform


def doors_of(
    settings: Settings, club: Club, parts: Parts, services: Services
) -> dict[Platform, DiscordDoor | TelegramDoor]:
    inside = Inside(
        handle=Desk(services),
        explain=lambda error: explained(error, services),
        present=Presenter(services),
        happenings=Happened(services),
        posted=SqlPosted(parts.database.sessions),
        clock=parts.clock,
        moves=KeptMoves(services.store),
        words=tuple(CommandWord(*word) for word in WORDS),
        forms=KeptForms(SqlForms(parts.database.sessions)),
        form_words=FormWords(
            use=SENTENCES["form.use"],
            open=SENTENCES["form.open"],
            cancel=SENTENCES["form.cancel"],
            cancelled=SENTENCES["form.cancelled"],
            gone=SENTENCES["form.gone"],
        ),
        may_send=lambda account: account in club.artists,
    )
    doors: dict[Platform, DiscordDoor | TelegramDoor] = {}
    if settings.discord_token and club.discord_guild:
        doors[Platform.DISCORD] = DiscordDoor(discord_place(settings, club), inside)
    if settings.telegram_token:
        doors[Platform.TELEGRAM] = TelegramDoor(telegram_place(settings, club), inside)
    return doors


def targets_of(club: Club, platform: Platform) -> tuple[str, ...]:
    """Everything of this platform that some gate opens, each once."""
    return tuple(dict.fromkeys(way.target for way in ways_of(club.gates, platform)))


def discord_place(settings: Settings, club: Club) -> DiscordPlace:
    return DiscordPlace(
        token=settings.discord_token.get_secret_value() if settings.discord_token else "",
        guild_id=club.discord_guild or 0,
        channels=club.discord_places,
        roles=targets_of(club, Platform.DISCORD),
        asked=asked_elsewhere(club.gates, Platform.DISCORD),
        further=club.discord_servers,
        homes={role: int(server) for role, server in club.servers.roles.items()},
        api_base=settings.discord_api,
        gateway_url=settings.discord_gateway,
        members=settings.discord_members,
    )


def telegram_place(settings: Settings, club: Club) -> TelegramPlace:
    return TelegramPlace(
        token=settings.telegram_token.get_secret_value() if settings.telegram_token else "",
        chats=club.telegram_places,
        topics=club.telegram_topics,
        base_url=settings.telegram_api,
        base_file_url=settings.telegram_files,
        webhook=_webhook(settings),
    )


def _webhook(settings: Settings) -> Webhook | None:
    secret = settings.telegram_webhook_secret
    if not settings.telegram_webhook or secret is None:
        return None
    return Webhook(settings.public_url + CALLED_BY_TELEGRAM, secret.get_secret_value())
