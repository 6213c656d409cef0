"""The chain's buttons: its state, mine, stop, start, sell a copy."""

from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.sandbox.chain.process import ChainStopped
from bot.sandbox.page.requests import WORLD, read_fields, refuse
from bot.sandbox.page.wallet_routes import find_wallet
from bot.sandbox.page.world import Holding, SandboxWorld

routes = web.RouteTableDef()
STOPPED = {"running": False, "latest": None, "final": None, "held": None}


async def chain_state(world: SandboxWorld) -> dict[str, Any]:
    """What the bar shows. Numbers are None while the node is down: unknown, never zero."""
    if not world.chain.running():
        return STOPPED
    try:
        blocks = await world.chain.blocks()
        held = {w.key: asdict(await world.chain.holding(w.address)) for w in world.wallets}
    except ChainStopped:
        return STOPPED
    return {"running": True, "latest": blocks.latest, "final": blocks.final, "held": held}


@routes.get("/chain/state")
async def show(request: web.Request) -> web.Response:
    """Block numbers, whether the node runs, and the copies of each wallet."""
    return web.json_response(await chain_state(request.app[WORLD]))


@routes.post("/chain/mine")
async def mine(request: web.Request) -> web.Response:
    """One more block."""
    return await _do(request, request.app[WORLD].chain.mine())


@routes.post("/chain/stop")
async def stop(request: web.Request) -> web.Response:
    """The node goes silent, as an outage would."""
    return await _do(request, request.app[WORLD].chain.stop())


@routes.post("/chain/start")
async def start(request: web.Request) -> web.Response:
    """The node comes back where it left off."""
    return await _do(request, request.app[WORLD].chain.start())


@routes.post("/chain/sell")
async def sell(request: web.Request) -> web.Response:
    """`{"address", "copy"}`: the market buys the copy with that number."""
    world = request.app[WORLD]
    fields = await read_fields(request)
    wallet = find_wallet(world, str(fields.get("address")))
    number = fields.get("copy")
    if not isinstance(number, int):
        raise refuse("Say which copy to sell.")
    if number not in (await _known(world.chain.holding(wallet.address))).numbers:
        raise refuse(f"This wallet does not hold copy #{number}.")
    return await _do(request, world.chain.sell(wallet.address, number))


async def _known(reading: Awaitable[Holding]) -> Holding:
    try:
        return await reading
    except ChainStopped as error:
        raise refuse("The node is stopped. Start it first.") from error


async def _do(request: web.Request, work: Awaitable[None]) -> web.Response:
    try:
        await work
    except ChainStopped as error:
        raise refuse("The node is stopped. Start it first.") from error
    return web.json_response(await chain_state(request.app[WORLD]))
