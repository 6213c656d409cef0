"""The page of a wallet, on its adapters."""

from bot.services import VisitServices
from bot.wiring.parts import Parts
from config.community import Club
from config.settings import Settings
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.adapters.signatures import SiweMessages
from gating.identity.sign_in import Site
from gating.identity.wallet_page import (
    AskToVisit,
    EnterVisit,
    LeaveVisit,
    ShowVisit,
    UnlinkOnVisit,
)
from gating.ports import Signatures


def visit_services(
    settings: Settings, club: Club, parts: Parts, refresh: RefreshAccess, signatures: Signatures
) -> VisitServices:
    store, clock, random = refresh.store, parts.clock, SystemRandomness()
    return VisitServices(
        ask=AskToVisit(
            store=store,
            clock=clock,
            random=random,
            messages=SiweMessages(),
            site=Site(settings.public_url, club.name),
            chain_id=club.asset.chain_id,
        ),
        enter=EnterVisit(store=store, clock=clock, random=random, signatures=signatures),
        show=ShowVisit(store=store),
        unlink=UnlinkOnVisit(store=store, clock=clock, refresh=refresh),
        leave=LeaveVisit(store=store),
    )
