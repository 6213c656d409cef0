"""A line of the audit trail, as moderators search and export it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.model import GateId


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What is looked for; what is None or empty is not asked. The newest lines come first."""

    within: timedelta = timedelta(days=30)
    kind: str = ""
    """How the names of what happened begin: `pass.close`, `brake`, ..."""
    gate: GateId | None = None
    name: str = ""
    """A chat account's username, without regard to case."""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """Who or what changed access: when, at which block, why, and what became of it outside.

    `outcome` is the state of the outbox entry (`done`, `due`, `stuck`, `dropped`) with its code;
    empty where nothing had to be done on a platform, or where that is long ago.
    """

    at: datetime
    what: str
    who: str
    block: int | None
    outcome: str
    facts: Mapping[str, str] = field(default_factory=dict)
