"""The brake, as moderators meet it: who would lose what, and what is to become of it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import buttons
from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Look, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact
from gating.model import GateId, Notice
from gating.model.ending import DuePass

A_DAY = timedelta(days=1)
SHOWN, LISTED = 8, 60
"""Names in the alarm, and in the list that is asked for; a message takes about 2,000 letters."""


async def pulled(notice: Notice, services: Services) -> Reply:
    """What moderators see while the brake is pulled."""
    gate = GateId(str(notice.facts["gate"]))
    async with services.store() as tx:
        stopped = await tx.endings.stopped(gate)
        holders = await tx.endings.holders(gate)
    facts: dict[str, Fact] = {
        "gate": name_of(gate, services),
        "fans": len({each.fan for each in stopped}),
        "holders": holders,
        "names": await _names(stopped, services, SHOWN),
    }
    offered = (
        Button(buttons.WHO, "brake_who", gate),
        Button(buttons.WAIT_A_DAY, "brake_wait", gate, look=Look.PRIMARY),
        Button(buttons.TAKE_AWAY, "brake_take", gate, look=Look.DANGER),
    )
    return Reply(say("brake.pulled", facts), rows=(offered,))


async def decided(notice: Notice, services: Services) -> Reply:
    return Reply(say("brake.decided", gate=name_of(GateId(str(notice.facts["gate"])), services)))


async def who(request: Request, services: Services) -> Reply:
    """Everybody who waits at the brake, by name."""
    must_be_moderator(request, services)
    gate = GateId(request.argument)
    async with services.store() as tx:
        stopped = await tx.endings.stopped(gate)
    if not stopped:
        return Reply(say("brake.none", gate=name_of(gate, services)))
    names = await _names(stopped, services, LISTED)
    return Reply(say("brake.names", gate=name_of(gate, services), names=names))


async def take(request: Request, services: Services) -> Reply:
    """What waits ends now."""
    return await _decide(request, services, "brake.taken", None)


async def wait(request: Request, services: Services) -> Reply:
    """What waits is looked at again in a day."""
    return await _decide(request, services, "brake.waits", A_DAY)


async def _decide(request: Request, services: Services, key: str, span: timedelta | None) -> Reply:
    must_be_moderator(request, services)
    gate = GateId(request.argument)
    count = await services.backstage.brake(gate, by=str(request.account), wait=span)
    name = name_of(gate, services)
    return Reply(
        say("brake.none", gate=name) if count is None else say(key, gate=name, count=count)
    )


async def _names(passes: Sequence[DuePass], services: Services, most: int) -> str:
    """The fans by the names of their accounts, each once."""
    first = {each.fan: each.held.account for each in reversed(passes)}
    async with services.store() as tx:
        names = [await tx.people.name(account) for account in list(first.values())[:most]]
    more = len(first) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def name_of(gate: GateId, services: Services) -> str:
    """The gate as people know it; one that left the club file has only its short name."""
    return next((each.name for each in services.club.gates if each.id == gate), gate)
