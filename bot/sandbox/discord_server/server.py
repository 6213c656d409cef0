"""A Discord on this machine: REST, gateway, interactions and CDN for bots; a chat for people.

It is made so that an unmodified library pointed at it cannot tell. Start it, seed it, point the
library at `api_base` and `gateway_url`, and act as people through `person` or `client_app`.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from bot.sandbox.discord_server import (
    routes_application,
    routes_channels,
    routes_guilds,
    routes_interactions,
    routes_messages,
    routes_roles,
    routes_webhooks,
)
from bot.sandbox.discord_server.call import Core
from bot.sandbox.discord_server.cdn import Cdn
from bot.sandbox.discord_server.client_app import client_app
from bot.sandbox.discord_server.faults import Faults
from bot.sandbox.discord_server.gateway import Gateway
from bot.sandbox.discord_server.interactions import Interactions
from bot.sandbox.discord_server.limits import Limits
from bot.sandbox.discord_server.messages import Messages
from bot.sandbox.discord_server.oauth import Oauth
from bot.sandbox.discord_server.oauth_pages import OauthPages
from bot.sandbox.discord_server.observers import Observer
from bot.sandbox.discord_server.person import Person
from bot.sandbox.discord_server.rest import RestDoor
from bot.sandbox.discord_server.seed import Seed
from bot.sandbox.discord_server.sessions import Hub
from bot.sandbox.discord_server.state import State
from bot.sandbox.discord_server.world import World

_ROUTES = [
    *routes_application.ROUTES,
    *routes_guilds.ROUTES,
    *routes_roles.ROUTES,
    *routes_channels.ROUTES,
    *routes_messages.ROUTES,
    *routes_interactions.ROUTES,
    *routes_webhooks.ROUTES,
]
_MAX_BODY = 120 * 1024 * 1024  # ten files of the upload limit, and some


def utc_now() -> datetime:
    return datetime.now(UTC)


class LocalDiscord(Seed):
    """The server. `faults` and `limits` may be changed while it runs; see their classes.

    `observers` are called for each REST exchange with (method, path template, path, query,
    headers, JSON body, status, response JSON). `interactions.patience` is the time a bot has for
    its first answer (3 s on Discord), `gateway.heartbeat_interval` is in milliseconds.
    """

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, role_limit: bool = True
    ) -> None:
        state, faults = State(clock), Faults()
        hub = Hub(state, faults)
        world = World(state, hub)
        super().__init__(state, world)
        self.faults = faults
        self.limits = Limits(role_limit=role_limit)
        self.observers: list[Observer] = []
        self.hub = hub
        self.gateway = Gateway(state, hub, faults)
        self.messages = Messages(world)
        self.interactions = Interactions(self.messages)
        self.oauth = Oauth(state)
        self._runner: web.AppRunner | None = None

    @property
    def api_base(self) -> str:
        return f"{self.state.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return self.state.base_url.replace("http", "ws", 1) + "/gateway"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen for bots; port 0 takes a free one."""
        core = Core(self.state, self.world, self.messages, self.interactions)
        app = web.Application(client_max_size=_MAX_BODY)
        OauthPages(self.oauth).mount(app)
        RestDoor(core, self.limits, self.faults, self.observers).mount(app, _ROUTES)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        Cdn(self.state).mount(app)
        # its addresses hold codes and states of people, and its bots are watched by observers
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.state.base_url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Close every connection and stop listening; the state stays."""
        if self._runner is not None:
            await self.gateway.close()
            await self._runner.cleanup()
            self._runner = None

    def client_app(self) -> web.Application:
        """What browsers of people talk to; see `client_app.py` for every route and shape."""
        return client_app(self.state, self.messages, self.interactions)

    def person(self, user: int, guild: int) -> Person:
        """A person's own Discord client, looking at one guild."""
        return Person(self.messages, self.interactions, user, self.state.guilds[guild])
