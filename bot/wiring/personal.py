"""What the club keeps about a person, over both halves of the database."""

from bot.services import PersonalServices
from bot.wiring.parts import Parts
from config.community import Club
from gating.adapters.sql.personal_store import SqlPersonalStore
from gating.identity.forgetting import ForgetMe
from gating.identity.personal import ShowMine
from governance.adapters.personal import SqlOwnBallots
from governance.withdrawing import WithdrawBallots


def personal_services(club: Club, parts: Parts) -> PersonalServices:
    withdraw = WithdrawBallots(signing=parts.key, clock=parts.clock)
    store = SqlPersonalStore(
        sessions=parts.database.sessions,
        clock=parts.clock,
        servers=club.servers,
        ballots_of=lambda session: SqlOwnBallots(session, withdraw),
    )
    return PersonalServices(
        show=ShowMine(store=store),
        forget=ForgetMe(store=store, clock=parts.clock, wake=parts.jobs.wake),
    )
