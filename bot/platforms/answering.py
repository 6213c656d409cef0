"""From a request to a reply, whatever happens: the last handler of both chat doors."""

import asyncio
import secrets

import structlog

from bot import tasks
from bot.dialogue import Reply, Request
from bot.platforms.inside import Inside
from gating.errors import NeedsPerson, NotDone

log = structlog.get_logger(__name__)


async def answered(inside: Inside, request: Request) -> Reply:
    """The handler's reply, or the words for why there is none; never raises.

    An unexpected failure is logged under a short reference that the person is shown.
    """
    try:
        return await inside.handle(request)
    except NotDone as error:
        return inside.explain(error)
    except Exception:  # noqa: BLE001  - the door's last handler
        return failed(inside, request)


def failed(inside: Inside, request: Request) -> Reply:
    """The words for a failure nobody foresaw, which is logged here; call it where it is caught."""
    reference = secrets.token_hex(3)
    log.exception(
        "a request failed",
        reference=reference,
        platform=request.platform.value,
        command=request.command,
    )
    return inside.explain(NeedsPerson("E-INTERNAL", reference=reference))


def ask(inside: Inside, request: Request) -> asyncio.Future[Reply]:
    """Begin to answer; the reply can be waited for in parts, and giving up does not stop it."""
    reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    tasks.start(f"answer {request.command}", _into(reply, inside, request))
    return reply


async def _into(reply: asyncio.Future[Reply], inside: Inside, request: Request) -> None:
    try:
        result = await answered(inside, request)
    except asyncio.CancelledError:
        reply.cancel()
        raise
    if not reply.done():
        reply.set_result(result)
