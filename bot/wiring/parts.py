"""What is opened from the outside world, before any use case is built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.jobs import Jobs
from config.database import Database
from gating.access.gate_book import GateBook
from gating.model import Platform
from gating.ports import Clock
from gating.ports.chats import Inviter
from gating.ports.doors import Doorkeeper
from governance.adapters.keys import ClubKey


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is opened from the outside world, before any use case is built."""

    database: Database
    http: aiohttp.ClientSession
    key: ClubKey
    data: Path
    clock: Clock
    jobs: Jobs
    gates: GateBook
    reach: Callable[[str], tuple[Platform, ...]]
    doors: dict[Platform, Doorkeeper] = field(default_factory=dict)
    inviters: dict[Platform, Inviter] = field(default_factory=dict)
