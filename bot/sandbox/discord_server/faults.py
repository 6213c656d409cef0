"""Troubles to switch on while a session runs; each has the effect the real one has."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class RestTrouble:
    """What to do to one request: wait, then answer with a status instead of doing the work."""

    delay: float = 0.0
    status: int | None = None
    lose_answer: bool = False


def _dice() -> random.Random:
    return random.Random(7)  # noqa: S311  - chance, not a secret


def _nothing(_: str) -> None:
    return None


@dataclass(slots=True)
class Faults:
    """Set fields at any time; `clear()` ends all trouble. Delays in seconds, rates from 0 to 1.

    `only` narrows the REST troubles to paths that contain this text. `lose_next` does the work and
    then answers 502: the client cannot know that it happened. `storm_next` answers 429 that many
    times, each asking for `storm_wait` seconds. `shuffle_events` swaps neighbours.
    `refuse_gateway` turns new gateway connections away with HTTP 503.
    """

    error_rate: float = 0.0
    fail_next: int = 0
    fail_status: int = 500
    lose_next: int = 0
    delay: float = 0.0
    storm_next: int = 0
    storm_wait: float = 0.2
    storm_global: bool = False
    only: str = ""
    event_delay: float = 0.0
    shuffle_events: bool = False
    refuse_gateway: bool = False
    silent_heartbeats: bool = False
    on_gateway: Callable[[str], None] = field(default=_nothing, repr=False)
    _dice: random.Random = field(default_factory=_dice, repr=False)

    def clear(self) -> None:
        """End every trouble; the connection to the gateway stays wired."""
        fresh = Faults()
        for name in self.__slots__:
            if name not in ("on_gateway", "_dice"):
                setattr(self, name, getattr(fresh, name))

    def drop_gateway(self) -> None:
        """Cut every gateway connection without a closing word. Sessions can be resumed."""
        self.on_gateway("drop")

    def ask_reconnect(self) -> None:
        """Op 7: the gateway asks clients to come back, as it does before a restart."""
        self.on_gateway("reconnect")

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Op 9: sessions are over (or, with `resumable`, may be tried once more)."""
        self.on_gateway("invalidate-resumable" if resumable else "invalidate")

    def forget_sessions(self) -> None:
        """Cut the connections and lose the sessions, as after a crash: RESUME then fails."""
        self.on_gateway("forget")

    def for_request(self, path: str) -> RestTrouble:
        """What this request suffers; the counted troubles are used up here."""
        if self.only not in path:
            return RestTrouble()
        return RestTrouble(self.delay, self._status(), self._loses())

    def _status(self) -> int | None:
        if self.storm_next > 0:
            self.storm_next -= 1
            return 429
        if self.fail_next > 0:
            self.fail_next -= 1
            return self.fail_status
        return self.fail_status if self._dice.random() < self.error_rate else None

    def _loses(self) -> bool:
        lost = self.lose_next > 0
        self.lose_next -= lost
        return lost
