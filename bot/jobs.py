"""Work that runs by itself, on procrastinate over the same PostgreSQL.

The database rows are the truth and every job recomputes from them, so a job that is lost,
repeated or late does no harm. No job takes a lock: the lanes of the outbox keep order among any
number of workers, and a worker that is killed leaves nothing locked behind.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status

from bot import tasks
from bot.services import PollServices
from gating.access.closing import CloseDue
from gating.access.deliver import DeliverOutbox
from gating.access.elsewhere import AskElsewhere
from gating.access.everyone import LookWhenDue, RefreshEveryone
from gating.errors import NeedsPerson, NotDone
from gating.identity.reproving import ReproveWallets
from gating.model import Platform
from governance.model import PollId

log = structlog.get_logger(__name__)

EVERY_SECOND = "* * * * * *"
EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
DATABASE_AWAY = (ConnectorException, psycopg.Error)
PAUSE = 1.0
A_MOMENT = 0.03
"""Seconds in which many calls to wake the workers are one."""
CONCURRENCY = 6
GRACE = 5.0
"""Seconds that calls to the platforms may still take when the service stops."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the jobs call."""

    deliver: DeliverOutbox
    close_due: CloseDue
    refresh_everyone: RefreshEveryone
    look_when_due: LookWhenDue
    ask_elsewhere: AskElsewhere
    reprove: ReproveWallets
    sweep: Callable[[], Awaitable[None]]
    polls: PollServices

    async def move_polls(self) -> None:
        """Open and close the polls whose time has come; what cannot be done now is tried again."""
        due = await self.polls.due()
        for poll in due.to_open:
            await self._attempt(poll, self.polls.open(poll))
        for poll in due.to_close:
            await self._attempt(poll, self.polls.close(poll))

    async def _attempt(self, poll: PollId, work: Awaitable[object]) -> None:
        try:
            await work
        except NeedsPerson as stuck:
            if await self.polls.alarm(poll, stuck):
                log.warning("a poll waits for a moderator", poll=poll, reason=str(stuck))
        except NotDone as error:
            log.warning("a poll must wait", poll=poll, reason=str(error))


class Jobs:
    """The job engine: `wake` it, and `run` it in one or more processes."""

    def __init__(self, database_url: str, platforms: Sequence[Platform]) -> None:
        self.app = App(connector=PsycopgConnector(conninfo=database_url))
        self._platforms = tuple(platforms)
        self._calls = 0
        self._waking: asyncio.Task[None] | None = None
        self._delivering: set[asyncio.Task[None]] = set()
        self._stop_delivering: Callable[[], None] = _nothing

    async def wake(self) -> None:
        """`gating.ports.Wake`: something was written into the outbox.

        Nobody waits for it, and however many call within a moment, the workers are woken once
        at its begin and once at its end.
        """
        self._calls += 1
        if self._waking is None or self._waking.done():
            self._waking = tasks.start("wake", self._wake_all())

    async def quiet(self) -> None:
        """Let a call that is under way end, before the connections close."""
        if self._waking is not None:
            await asyncio.wait([self._waking], timeout=PAUSE)

    async def _wake_all(self) -> None:
        answered = -1
        while answered != self._calls:
            answered = self._calls
            await self._defer()
            await asyncio.sleep(A_MOMENT)

    async def _defer(self) -> None:
        try:
            for platform in self._platforms:
                await self._wake(platform)
        except DATABASE_AWAY as error:
            # what was decided is saved, and the beat wakes the workers in a second anyway
            log.warning("could not wake the workers", reason=type(error).__name__)

    async def _wake(self, platform: Platform) -> None:
        task = self.app.configure_task("deliver", queueing_lock=f"deliver-{platform}")
        try:
            await task.defer_async(platform=platform.value)
        except AlreadyEnqueued:
            return

    def define(self, work: Work) -> None:
        """Say what each job does; before `run`."""
        self._define_looks(work)
        self._stop_delivering = work.deliver.last_calls.set

        @self.app.task(name="deliver")
        async def deliver(platform: str) -> None:
            """Not waited for: a server at its limit would keep one of the few places of jobs."""
            self._delivering.add(task := tasks.start("deliver", work.deliver(Platform(platform))))
            task.add_done_callback(self._delivering.discard)

        @self.app.periodic(cron=EVERY_SECOND)
        @self.app.task(name="beat", queueing_lock="beat")
        async def beat(timestamp: int) -> None:
            await work.move_polls()
            await work.close_due()
            await self.wake()

        @self.app.task(name="refresh-all", queueing_lock="refresh-all")
        async def refresh_all() -> None:
            await work.refresh_everyone()

        @self.app.periodic(cron=EVERY_FIVE_MINUTES)
        @self.app.task(name="refresh-everyone", queueing_lock="refresh-everyone")
        async def refresh_everyone(timestamp: int) -> None:
            await work.reprove()
            await work.refresh_everyone()

        @self.app.periodic(cron=EVERY_FIVE_MINUTES)
        @self.app.task(name="tidy", queueing_lock="tidy")
        async def tidy(timestamp: int) -> None:
            await work.sweep()
            for job in await self.app.job_manager.get_stalled_jobs():
                await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    def _define_looks(self, work: Work) -> None:
        @self.app.periodic(cron=EVERY_SECOND)
        @self.app.task(name="look-when-due", queueing_lock="look-when-due")
        async def look_when_due(timestamp: int) -> None:
            await work.look_when_due()

        @self.app.periodic(cron=EVERY_MINUTE)
        @self.app.task(name="ask-elsewhere", queueing_lock="ask-elsewhere")
        async def ask_elsewhere(timestamp: int) -> None:
            await work.ask_elsewhere()

    async def run(self) -> None:
        """Work until cancelled; a worker that the database left behind is started again."""
        while True:
            try:
                await self.app.run_worker_async(
                    concurrency=CONCURRENCY,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    fetch_job_polling_interval=1,
                )
            except DATABASE_AWAY as error:
                log.warning("the workers lost the database", reason=type(error).__name__)
            except asyncio.CancelledError:
                await self._deliver_no_more()
                raise
            await asyncio.sleep(PAUSE)

    async def _deliver_no_more(self) -> None:
        """What is under way may end; what is cut off is done again when its lease has lapsed."""
        self._stop_delivering()
        if self._delivering:
            await asyncio.wait(self._delivering, timeout=GRACE)
        await tasks.stop(*self._delivering)

    async def refresh_everyone(self) -> bool:
        """Look at every fan soon; False if that could not be asked for now."""
        try:
            await self.app.configure_task("refresh-all", queueing_lock="refresh-all").defer_async()
        except AlreadyEnqueued:
            return True
        except DATABASE_AWAY:
            return False
        return True


def _nothing() -> None:
    """Before it is said what the jobs do, nothing is delivered."""
