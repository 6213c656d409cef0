"""The gateway: one WebSocket per client, from HELLO to the last event (Discord: Gateway v10)."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from bot import tasks
from bot.sandbox.discord_server.faults import Faults
from bot.sandbox.discord_server.payloads import app_flags, guild_create_json, me_json, member_json
from bot.sandbox.discord_server.sessions import (
    GUILD_MEMBERS,
    GUILD_PRESENCES,
    PRIVILEGED,
    Hub,
    Session,
)
from bot.sandbox.discord_server.state import Guild, Member, State

Json = dict[str, Any]

_INTERVAL = 41_250  # milliseconds between heartbeats, as Discord asks
_CHUNK = 1_000
_CLOSED_BY_CUT = object()
_FAREWELLS = (1000, 1001)
NETWORK_SECONDS = 0.02


class Gateway:
    """Serves gateway connections; `heartbeat_interval` is in milliseconds."""

    def __init__(self, state: State, hub: Hub, faults: Faults) -> None:
        self.state = state
        self.hub = hub
        self.faults = faults
        self.heartbeat_interval = _INTERVAL
        self.open: set[Connection] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.faults.refuse_gateway:
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(max_msg_size=4096 * 16, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(self, socket, request)
        self.open.add(connection)
        try:
            await connection.serve()
        finally:
            self.open.discard(connection)
            connection.done.set()
        return socket

    async def close(self) -> None:
        """End every connection, as a server that goes away does."""
        for connection in list(self.open):
            connection.cut(1001)
        await asyncio.gather(*(connection.done.wait() for connection in list(self.open)))


class Connection:
    """One WebSocket: a reader, a writer and a watch over the heartbeat."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, req: web.Request) -> None:
        self._gateway = gateway
        self._socket = socket
        self._request = req
        self._outbox: asyncio.Queue[Json | object] = asyncio.Queue()
        zipped = req.query.get("compress") == "zlib-stream"
        self._zip = zlib.compressobj() if zipped else None
        self._session: Session | None = None
        self._beat = asyncio.get_running_loop().time()
        self._close_code = 1000
        self._cut = False
        self.done = asyncio.Event()

    def push(self, payload: Json) -> None:
        self._outbox.put_nowait(payload)

    def cut(self, code: int, *, abrupt: bool = False) -> None:
        """End the connection with `code`; `abrupt` breaks the line without a closing frame."""
        self._detach()
        self._cut = True
        self._close_code = code
        if abrupt:
            if self._request.transport is not None:
                self._request.transport.abort()
            return
        self._outbox.put_nowait(_CLOSED_BY_CUT)

    async def serve(self) -> None:
        self.push({"op": 10, "d": {"heartbeat_interval": self._gateway.heartbeat_interval}})
        writer = tasks.start("discord gateway writer", self._write())
        watch = tasks.start("discord gateway heartbeat watch", self._watch())
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    await self._read(frame.data)
        finally:
            self._detach()
            self._end_session()
            await tasks.stop(writer, watch)

    def _detach(self) -> None:
        if self._session is not None and self._session.wire is self:
            self._session.wire = None
            self._session.lost_at = asyncio.get_running_loop().time()

    def _end_session(self) -> None:
        """A client that closes with 1000 or 1001 is done with its session; others may resume."""
        said_goodbye = self._socket.close_code in _FAREWELLS and not self._cut
        if self._session is not None and said_goodbye:
            self._gateway.hub.sessions.pop(self._session.id, None)

    async def _write(self) -> None:
        while (payload := await self._outbox.get()) is not _CLOSED_BY_CUT:
            if self._gateway.faults.event_delay:
                await asyncio.sleep(self._gateway.faults.event_delay)
            await self._send({"s": None, "t": None} | payload)  # type: ignore[operator]
        await self._socket.close(code=self._close_code)

    async def _send(self, payload: Json) -> None:
        text = json.dumps(payload)
        try:
            if self._zip is None:
                await self._socket.send_str(text)
                return
            packed = self._zip.compress(text.encode()) + self._zip.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(packed)
        except ConnectionError:
            self._detach()  # the event stays kept for the RESUME

    async def _watch(self) -> None:
        """Close zombies: a client that misses a heartbeat by half an interval is gone."""
        interval = self._gateway.heartbeat_interval / 1000
        while True:
            await asyncio.sleep(interval / 4)
            if asyncio.get_running_loop().time() - self._beat > interval * 1.5:
                self.cut(4009)
                return

    async def _read(self, text: str) -> None:
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            self.cut(4002)
            return
        act = _OPS.get(op)
        if act is None:
            self.cut(4001)
        elif self._session is None and op not in (1, 2, 6):
            self.cut(4003)
        else:
            await act(self, data)

    async def on_heartbeat(self, _: object) -> None:
        self._beat = asyncio.get_running_loop().time()
        if not self._gateway.faults.silent_heartbeats:
            # discord.py notes the sending only after it returned; an answer that is quicker than
            # any network makes it warn of a connection that is a whole interval behind
            await asyncio.sleep(NETWORK_SECONDS)
            self.push({"op": 11, "d": None})

    async def on_identify(self, data: Json) -> None:
        if self._session is not None:
            self.cut(4005)
            return
        app = self._gateway.state.app_by_token(str(data.get("token", "")).removeprefix("Bot "))
        intents = data.get("intents")
        if app is None:
            self.cut(4004)
        elif not isinstance(intents, int) or intents >= 1 << 26:
            self.cut(4013)
        elif intents & PRIVILEGED & ~app.privileged:
            self.cut(4014)
        else:
            self._begin(app.id, intents, data)

    def _begin(self, app_id: int, intents: int, data: Json) -> None:
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            self.cut(4010)
            return
        large = data.get("large_threshold", 50)
        session = self._gateway.hub.open(app_id, intents, (shard, shards), large)
        session.wire, self._session = self, session
        own = self._guilds(session)
        session.send("READY", self._ready(session, own, with_shard="shard" in data))
        if intents & 1:
            for guild in own:
                session.send("GUILD_CREATE", self._guild_create(session, guild))

    def _guilds(self, session: Session) -> list[Guild]:
        shard, shards = session.shard
        guilds = self._gateway.state.guilds.values()
        return [
            g for g in guilds if session.app_id in g.members and (g.id >> 22) % shards == shard
        ]

    def _ready(self, session: Session, guilds: list[Guild], *, with_shard: bool) -> Json:
        state = self._gateway.state
        body: Json = {
            "v": 10,
            "user": me_json(state.users[session.app_id]),
            "user_settings": {},
            "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": state.base_url.replace("http", "ws", 1) + "/gateway",
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "application": {
                "id": str(session.app_id),
                "flags": app_flags(state.apps[session.app_id]),
            },
            "_trace": [],
        }
        return body | {"shard": list(session.shard)} if with_shard else body

    def _guild_create(self, session: Session, guild: Guild) -> Json:
        """Members come along only with the presences intent and in a small guild, as on Discord;
        otherwise the bot's own member alone, and the client asks for chunks."""
        both = GUILD_MEMBERS | GUILD_PRESENCES
        small = len(guild.members) <= session.large_threshold
        members = [guild.members[session.app_id]]
        if small and session.intents & both == both:
            members = list(guild.members.values())
        return guild_create_json(self._gateway.state, guild, members)

    async def on_resume(self, data: Json) -> None:
        session = self._gateway.hub.sessions.get(str(data.get("session_id")))
        app = self._gateway.state.app_by_token(str(data.get("token")))
        missed = session.missed_since(int(data.get("seq") or 0)) if session else None
        if app is None:
            self.cut(4004)
        elif session is None or missed is None or session.app_id != app.id:
            self.push({"op": 9, "d": False})
        else:
            if session.wire is not None:
                session.wire.cut(4000)
            session.wire, self._session = self, session
            for payload in missed:
                self.push(payload)
            session.send("RESUMED", {"_trace": []})

    async def on_presence(self, _: object) -> None:
        """Nobody looks at the bot's presence here."""

    async def on_members(self, data: Json) -> None:
        session = self._session
        guild = self._gateway.state.guilds.get(int(data["guild_id"]))
        if session is None or guild is None or session.app_id not in guild.members:
            return
        wants_all = data.get("query") == "" and not data.get("limit")
        if wants_all and not session.intents & GUILD_MEMBERS:
            self.cut(4014)
            return
        asked = [int(u) for u in _as_list(data.get("user_ids"))]
        members = _pick(self._gateway.state, guild, data, asked)
        missing = [str(u) for u in asked if u not in guild.members]
        self._send_chunks(session, guild, members, data.get("nonce"), missing)

    def _send_chunks(
        self,
        session: Session,
        guild: Guild,
        members: list[Member],
        nonce: object,
        missing: list[str],
    ) -> None:
        chunks = [members[i : i + _CHUNK] for i in range(0, len(members), _CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            body: Json = {
                "guild_id": str(guild.id),
                "members": [member_json(self._gateway.state, m) for m in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
                "not_found": missing,
            }
            session.send("GUILD_MEMBERS_CHUNK", body | ({"nonce": nonce} if nonce else {}))


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _pick(state: State, guild: Guild, data: Json, asked: list[int]) -> list[Member]:
    if asked:
        return [guild.members[u] for u in asked if u in guild.members]
    start = str(data.get("query") or "").casefold()
    found = [m for m in guild.members.values() if _named(state, m, start)]
    return found[: data["limit"]] if data.get("limit") else found


def _named(state: State, member: Member, start: str) -> bool:
    user = state.users[member.user_id]
    return any(
        n.casefold().startswith(start) for n in (user.username, user.name, member.nick or "")
    )


_OPS: dict[int, Callable[[Connection, Any], Awaitable[None]]] = {
    1: Connection.on_heartbeat,
    2: Connection.on_identify,
    3: Connection.on_presence,
    6: Connection.on_resume,
    8: Connection.on_members,
}
