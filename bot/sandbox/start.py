"""Start the demo from the command line, and say where it is."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from bot import app
from bot.sandbox.chain.binary import AnvilMissing
from bot.sandbox.chain.process import ChainStopped
from bot.sandbox.demo import DemoOptions, open_demo
from config.logs import start_logging
from gating.errors import NeedsPerson


def demonstrate(data: Path, port: int, say: Callable[[str], None]) -> None:
    """Run the demo until Ctrl+C. Raises `NeedsPerson` where a part of it cannot start."""
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    try:
        asyncio.run(_until_stopped(DemoOptions(data=data.resolve(), port=port), say))
    except* (AnvilMissing, ChainStopped) as missing:
        raise NeedsPerson("E-NODE", cause=str(missing.exceptions[0])) from missing


async def _until_stopped(options: DemoOptions, say: Callable[[str], None]) -> None:
    stop = app.stop_on_signals()
    async with open_demo(options) as running:
        say(f"\n  Tide Club is open: {running.url}/\n\n  Stop it with Ctrl+C.\n")
        await stop.wait()
