"""The demo wallets for the browser: which there are, and their signatures of text."""

from aiohttp import web

from bot.sandbox.page.requests import WORLD, read_fields, refuse
from bot.sandbox.page.world import SandboxWorld, Wallet

routes = web.RouteTableDef()


@routes.get("/wallet/list")
async def list_wallets(request: web.Request) -> web.Response:
    """Names and addresses, with the chain they live on."""
    world = request.app[WORLD]
    wallets = [{"key": w.key, "name": w.name, "address": w.address} for w in world.wallets]
    return web.json_response({"chain_id": world.chain.chain_id, "wallets": wallets})


@routes.post("/wallet/sign")
async def sign(request: web.Request) -> web.Response:
    """`{"address", "text"}` -> `{"signature"}`, as `personal_sign` (EIP-191) gives it."""
    world = request.app[WORLD]
    fields = await read_fields(request)
    text = fields.get("text")
    if not isinstance(text, str):
        raise refuse("There is no text to sign.")
    wallet = find_wallet(world, str(fields.get("address")))
    return web.json_response({"signature": world.sign(wallet, text.encode())})


def find_wallet(world: SandboxWorld, address: str) -> Wallet:
    """The demo wallet at `address`; refuses an address whose key the demo does not hold."""
    for wallet in world.wallets:
        if wallet.address.lower() == address.lower():
            return wallet
    raise refuse("This address is not one of the demo wallets.")
