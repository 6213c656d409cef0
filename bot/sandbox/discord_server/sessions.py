"""Gateway sessions: what each client may hear, numbered and kept for a RESUME."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.sandbox.discord_server.faults import Faults
from bot.sandbox.discord_server.message_payloads import without_content
from bot.sandbox.discord_server.permissions import VIEW_AUDIT_LOG, base_permissions, sees
from bot.sandbox.discord_server.state import Channel, Message, State

Json = dict[str, Any]

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_MODERATION = 1 << 2
GUILD_WEBHOOKS = 1 << 5
GUILD_INVITES = 1 << 6
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT

_KEPT_EVENTS = 5_000
_RESUMABLE_FOR = 120.0  # seconds a session without a connection is kept
_SWAP_WINDOW = 0.05  # seconds an event is held back when neighbours are to be swapped


class Wire(Protocol):
    """An open connection of a session."""

    def push(self, payload: Json) -> None: ...
    def cut(self, code: int, *, abrupt: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Event:
    """One happening, and the conditions under which a session hears of it."""

    name: str
    data: Json
    intent: int = 0
    guild_id: int | None = None
    only_app: int | None = None
    channel: Channel | None = None
    message: Message | None = None


@dataclass(slots=True, eq=False)
class Session:
    """One identified client; lives on for a while when its connection breaks."""

    app_id: int
    intents: int
    shard: tuple[int, int]
    large_threshold: int
    faults: Faults
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    wire: Wire | None = None
    lost_at: float = 0.0  # the loop's time at which its connection broke
    kept: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))
    held: list[tuple[str, Json]] = field(default_factory=list)

    def send(self, name: str, data: Json) -> None:
        """Number the event, keep it for a RESUME, and push it if somebody listens."""
        if self.faults.shuffle_events and not self.held:
            self.held.append((name, data))
            asyncio.get_running_loop().call_later(_SWAP_WINDOW, self.release)
            return
        self._emit(name, data)
        self.release()

    def release(self) -> None:
        """Let go of an event that was held back."""
        while self.held:
            self._emit(*self.held.pop())

    def _emit(self, name: str, data: Json) -> None:
        self.seq += 1
        payload = {"op": 0, "s": self.seq, "t": name, "d": data}
        self.kept.append(payload)
        if self.wire is not None:
            self.wire.push(payload)

    def missed_since(self, seq: int) -> list[Json] | None:
        """The events after `seq`, or None if some of them are no longer kept."""
        missed = [p for p in self.kept if p["s"] > seq]
        return missed if len(missed) == self.seq - seq else None


class Hub:
    """All sessions; events go in once and reach whoever may hear them."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self.sessions: dict[str, Session] = {}
        faults.on_gateway = self._trouble

    def open(self, app_id: int, intents: int, shard: tuple[int, int], large: int) -> Session:
        self._sweep()
        session = Session(app_id, intents, shard, large, self._faults)
        self.sessions[session.id] = session
        return session

    def _sweep(self) -> None:
        """Forget sessions that nobody came back to."""
        end = asyncio.get_running_loop().time() - _RESUMABLE_FOR
        for session in list(self.sessions.values()):
            if session.wire is None and session.lost_at < end:
                del self.sessions[session.id]

    def publish(self, event: Event) -> None:
        for session in self.sessions.values():
            if self._hears(session, event):
                session.send(event.name, self._told(session, event))

    def of_app(self, app_id: int) -> Iterable[Session]:
        return [s for s in self.sessions.values() if s.app_id == app_id]

    def _hears(self, session: Session, event: Event) -> bool:
        if event.intent and not session.intents & event.intent:
            return False
        if event.only_app is not None and event.only_app != session.app_id:
            return False
        shard, shards = session.shard
        if event.guild_id is None:
            return event.only_app is not None and shard == 0
        if (event.guild_id >> 22) % shards != shard:
            return False
        return event.only_app is not None or self._belongs(session, event)

    def _belongs(self, session: Session, event: Event) -> bool:
        guild = self._state.guilds[event.guild_id or 0]
        member = guild.members.get(session.app_id)
        if member is None:
            return False
        if event.name == "GUILD_AUDIT_LOG_ENTRY_CREATE":
            return bool(base_permissions(guild, member) & VIEW_AUDIT_LOG)
        return event.channel is None or sees(guild, session.app_id, event.channel)

    def _told(self, session: Session, event: Event) -> Json:
        message = event.message
        if message is None or session.intents & MESSAGE_CONTENT or event.guild_id is None:
            return dict(event.data)
        own = message.author_id == session.app_id or session.app_id in message.mention_users
        return dict(event.data) if own else without_content(event.data)

    def _trouble(self, kind: str) -> None:
        wired = [s for s in self.sessions.values() if s.wire is not None]
        _TROUBLES[kind](self, wired)

    def cut_all(self, wired: list[Session]) -> None:
        for session in wired:
            if session.wire is not None:
                session.wire.cut(1006, abrupt=True)

    def tell_all(self, wired: list[Session], payload: Json) -> None:
        for session in wired:
            if session.wire is not None:
                session.wire.push(payload)

    def invalidate(self, wired: list[Session]) -> None:
        for session in wired:
            self.sessions.pop(session.id, None)
        self.tell_all(wired, {"op": 9, "d": False, "s": None, "t": None})

    def forget(self, wired: list[Session]) -> None:
        self.sessions.clear()
        self.cut_all(wired)


_TROUBLES: dict[str, Callable[[Hub, list[Session]], None]] = {
    "drop": Hub.cut_all,
    "reconnect": lambda hub, wired: hub.tell_all(wired, {"op": 7, "d": None}),
    "invalidate-resumable": lambda hub, wired: hub.tell_all(wired, {"op": 9, "d": True}),
    "invalidate": Hub.invalidate,
    "forget": Hub.forget,
}
