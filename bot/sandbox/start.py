"""Start the demo from the command line, and say where it is."""

import asyncio
import errno
import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import app
from bot.sandbox.chain.binary import AnvilMissing
from bot.sandbox.chain.process import ChainStopped
from bot.sandbox.demo import DemoOptions, open_demo
from config.folders import make_folder
from config.logs import start_logging
from gating.errors import NeedsPerson

LOOPBACK = "127.0.0.1"


def demonstrate(data: Path, port: int, say: Callable[[str], None]) -> None:
    """Run the demo until Ctrl+C. Raises `NeedsPerson` where a part of it cannot start."""
    start_logging(as_json=False, secrets=(), out=sys.stderr)
    folder = data.resolve()
    with only_demo_in(make_folder(folder)):
        must_be_free(port)
        try:
            asyncio.run(_until_stopped(DemoOptions(data=folder, port=port), say))
        except* (AnvilMissing, ChainStopped) as missing:
            raise NeedsPerson("E-NODE", cause=str(missing.exceptions[0])) from missing


@contextmanager
def only_demo_in(folder: Path) -> Iterator[None]:
    """Hold this folder alone, for a demo that starts drops the database of the one before.

    The lock ends with the process, however it ends. Raises `NeedsPerson` (E-DEMORUNS, E-STORAGE).
    """
    try:
        lock = (folder / "demo.lock").open("wb")
    except OSError as error:
        raise NeedsPerson("E-STORAGE", folder=str(folder)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NeedsPerson("E-DEMORUNS", folder=str(folder)) from error
        yield


def must_be_free(port: int) -> None:
    """Raises `NeedsPerson("E-PORT")` where another program listens, before anything is started."""
    with socket.socket() as probe:
        # what an earlier demo left in TIME_WAIT does not keep the web service from listening
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise NeedsPerson("E-PORT", port=port) from error
            cause = os.strerror(error.errno or 0)
            raise NeedsPerson("E-LISTEN", host=LOOPBACK, port=port, cause=cause) from error


async def _until_stopped(options: DemoOptions, say: Callable[[str], None]) -> None:
    stop = app.stop_on_signals()
    async with open_demo(options) as running:
        say(f"\n  Tide Club is open: {running.url}/\n\n  Stop it with Ctrl+C.\n")
        await stop.wait()
