"""What moderators watch over, on its adapters."""

from bot.services import BackstageServices
from bot.wiring.parts import Parts
from config.community import Club
from gating.access.adopting import AdoptHolders, RemindMembers, SurveyDoors
from gating.access.closing import CloseDue, DecideBrake
from gating.access.refresh import RefreshAccess
from gating.access.rivals import GiveBack, SeeRoles
from gating.adapters.sql.audit_trail import SqlAuditTrail


def backstage_services(club: Club, parts: Parts, refresh: RefreshAccess) -> BackstageServices:
    store, clock, wake, ops = refresh.store, parts.clock, parts.jobs.wake, parts.reach("ops")
    survey = SurveyDoors(store=store, doors=parts.doors, gates=parts.gates, refresh=refresh)
    return BackstageServices(
        close_due=CloseDue(
            store=store, refresh=refresh, limits=club.limits, platforms=ops, clock=clock
        ),
        brake=DecideBrake(store=store, platforms=ops, wake=wake),
        see_roles=SeeRoles(
            store=store,
            clock=clock,
            gates=parts.gates,
            platforms=ops,
            refresh=refresh,
            servers=club.servers,
        ),
        give_back=GiveBack(store=store, refresh=refresh),
        survey=survey,
        adopt=AdoptHolders(store=store, survey=survey),
        remind=RemindMembers(store=store, reach=parts.reach("start"), wake=wake),
        audit_trail=SqlAuditTrail(parts.database.sessions, clock),
    )
