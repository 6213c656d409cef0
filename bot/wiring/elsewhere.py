"""Roles and chats that the platforms manage themselves, on the doors."""

from datetime import timedelta

from bot.services import ElsewhereServices
from bot.wiring.parts import Parts
from config.community import Club
from config.settings import Settings
from gating.access.elsewhere import AskElsewhere, SeeElsewhere
from gating.access.refresh import RefreshAccess
from gating.model import Platform

UNTOLD, TOLD = timedelta(hours=1), timedelta(hours=6)
"""How old a word may get: where changes are not told of, and where they are but may be lost."""


def elsewhere_services(
    settings: Settings, club: Club, parts: Parts, refresh: RefreshAccess
) -> ElsewhereServices:
    see = SeeElsewhere(store=refresh.store, refresh=refresh, gates=parts.gates)
    every = {
        Platform.DISCORD: TOLD if settings.discord_members else UNTOLD,
        Platform.TELEGRAM: UNTOLD,
    }
    ask = AskElsewhere(store=refresh.store, doors=parts.doors, see=see, every=every)
    return ElsewhereServices(see=see, ask=ask)
