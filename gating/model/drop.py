"""A drop: a small release of the artist, kept behind a gate."""

from dataclasses import dataclass
from datetime import datetime

from gating.model import Account, DropId, FanId, GateId


@dataclass(frozen=True, slots=True)
class Track:
    """The audio of a drop: its sha-256 in the content store, media type, and size in bytes."""

    digest: str
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What an artist has prepared and not yet sent. `asked` names the question now open."""

    account: Account
    track: Track
    title: str
    note: str
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A published drop. `gate` says who may listen."""

    id: DropId
    title: str
    note: str
    track: Track
    gate: GateId
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ListenSession:
    """One browser in which one fan may listen to one drop until `expires_at`."""

    drop: DropId
    fan: FanId
    expires_at: datetime
