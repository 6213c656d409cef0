"""One running demo per test file: real chain, real database, real bots, both local platforms."""

import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.demo import Demo, DemoOptions
from tests.doors.discord_spec import DiscordSpec
from tests.doors.discord_support import SPEC as DISCORD
from tests.doors.telegram_spec import SPEC as TELEGRAM
from tests.doors.telegram_spec import TelegramSpec
from tests.flows.house import Fan, hosted


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Not below pytest's own folder: the database runs as another user when tests run as root."""
    with tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data) as demo:
        yield demo


@asynccontextmanager
async def played(data: Path, **changed: Any) -> AsyncIterator[Demo]:
    """A running demo, with these of its options changed."""
    options = DemoOptions(data=data, block_seconds=None, role_limit=False, **changed)
    async with hosted(options) as demo:
        watched = described(demo)
        yield demo
        # whatever the flows made the bots say must be what the platforms describe
        assert [broken for spec in watched for broken in spec.violations] == []


def described(demo: Demo) -> list[DiscordSpec | TelegramSpec]:
    """Hold every call of both bots to the platforms' own descriptions, where they are at hand."""
    if not (DISCORD.exists() and TELEGRAM.exists()):
        warnings.warn("NOT CHECKED: the platforms' descriptions are not at hand", stacklevel=1)
        return []
    discord, telegram = DiscordSpec(DISCORD), TelegramSpec(TELEGRAM)
    demo.discord.observers.append(discord.observe)
    demo.telegram.observers.append(telegram.observe)
    return [discord, telegram]


@pytest.fixture
def fan(demo: Demo) -> Fan:
    return Fan(demo, "fan")


@pytest.fixture
def second_fan(demo: Demo) -> Fan:
    return Fan(demo, "fan2")


@pytest.fixture
def newcomer(demo: Demo) -> Fan:
    return Fan(demo, "newcomer")


@pytest.fixture
def artist(demo: Demo) -> Fan:
    return Fan(demo, "artist")


@pytest.fixture
def moderator(demo: Demo) -> Fan:
    return Fan(demo, "moderator")
