"""Guest lists, on their adapters."""

from functools import partial

from bot.services import GuestServices
from bot.wiring.parts import Parts
from config.community import Club
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.identity.guests import EnterGuestCode, MakeGuestCode, StopGuestCode, TakeOffGuest

PURPOSE = "guest code"


def guest_services(club: Club, parts: Parts, refresh: RefreshAccess) -> GuestServices:
    store, clock, gates = refresh.store, parts.clock, parts.gates
    seal = partial(parts.key.seal, PURPOSE)
    return GuestServices(
        make=MakeGuestCode(
            store=store, clock=clock, random=SystemRandomness(), seal=seal, gates=gates
        ),
        enter=EnterGuestCode(store=store, refresh=refresh, seal=seal),
        take_off=TakeOffGuest(store=store, refresh=refresh, gates=gates),
        stop=StopGuestCode(store=store, refresh=refresh),
    )
