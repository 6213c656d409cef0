"""One run of the node's program: started, listened to, ended."""

import asyncio
import ctypes
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot import tasks

log = structlog.get_logger(__name__)

START_SECONDS = 30
STOP_SECONDS = 20  # writing the state down takes a second per 100,000 tokens
_LISTENING = "Listening on "
_COMPLAINTS = ("error", "thread ", "the application panicked")
_PR_SET_PDEATHSIG = 1


class ChainStopped(Exception):
    """The node is not running; the text is one sentence that says how it ended."""


@dataclass
class NodeProcess:
    """A running program that has said on which `port` it listens."""

    process: asyncio.subprocess.Process
    port: int = 0
    ending: str = ""
    errors: deque[str] = field(default_factory=lambda: deque(maxlen=3))
    reading: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """False from the moment the program has ended, for whatever reason."""
        return self.process.returncode is None

    def story(self) -> str:
        """One sentence on how the run ended, for errors and the log."""
        if self.ending:
            return f"the local chain {self.ending}"
        code, words = self.process.returncode, "; ".join(self.errors)
        return f"the local chain ended by itself (exit code {code}): {words or 'no reason given'}"

    async def end(self, ending: str, *, at_once: bool = False) -> None:
        """End the program, `at_once` as a crash would; otherwise it first keeps its state."""
        if self.alive:
            self.ending = ending
            (self.process.kill if at_once else self.process.terminate)()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        if self.reading:
            await asyncio.wait([self.reading])


async def launch(program: Path, arguments: list[str]) -> NodeProcess:
    """Start the program and wait until it listens; raises ChainStopped when it does not."""
    process = await asyncio.create_subprocess_exec(
        str(program),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,  # a refused call may be printed with all its data
        start_new_session=True,  # Ctrl-C is for us, who then end the node in order
        preexec_fn=_end_with_us(),
    )
    run = NodeProcess(process)
    try:
        async with asyncio.timeout(START_SECONDS):
            await _wait_for_port(run)
    except TimeoutError as error:
        await run.end("did not listen in time and was ended", at_once=True)
        raise ChainStopped(run.story()) from error
    run.reading = tasks.start("local chain output", _read(run))
    return run


async def _wait_for_port(run: NodeProcess) -> None:
    async for line in _lines(run):
        if line.startswith(_LISTENING):
            run.port = int(line.rpartition(":")[2])
            return
    await run.process.wait()
    raise ChainStopped(run.story())


async def _read(run: NodeProcess) -> None:
    """Take the output, so that the node never waits for a full pipe; notice its end."""
    async for _ in _lines(run):
        pass
    await run.process.wait()
    if not run.ending:
        log.error(run.story())


async def _lines(run: NodeProcess) -> AsyncIterator[str]:
    stream = run.process.stdout
    while stream and (line := await stream.readline()):
        text = line.decode(errors="replace").strip()
        if text.lower().startswith(_COMPLAINTS):
            run.errors.append(text)
        yield text


def _end_with_us() -> Callable[[], None] | None:
    """On Linux the kernel ends the node when this process dies without a word."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
