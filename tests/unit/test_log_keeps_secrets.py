"""No secret stands in the log."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from config.logs import start_logging
from config.redaction import BLOT
from tests.unit.club_kit import club_file

__all__ = ["club_file"]


TOKEN = "MTA0.canary.discord-token"
RPC = "https://rpc.example/v2/canary-key"
SECRETS = (TOKEN, RPC, "postgresql://club:canary-pass@db.example/club")
BY_FORM = (
    "7000001:canary_canary_canary_canary",
    "https://club.example/link/canary-canary-canary-canary",
    "https://club.example/listen/canary-canary-canary-canary",
    "postgresql://club:canary@db.example/club",
    "0x" + "ca" * 65,
)


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Any:
    """Where the log goes while a test looks at it."""
    root = logging.getLogger()
    kept, level, out = root.handlers, root.level, io.StringIO()
    structlog.reset_defaults()
    start_logging(as_json=request.param, secrets=SECRETS, out=out)
    yield out
    root.handlers = kept
    root.setLevel(level)
    structlog.reset_defaults()


def fails_with(text: str) -> None:
    local_copy = text
    raise ValueError(f"refused: {local_copy}")


@pytest.mark.parametrize("log", [False, True], indirect=True, ids=["readable", "JSON"])
@pytest.mark.parametrize("secret", [*SECRETS, *BY_FORM])
def test_no_secret_ever_stands_in_the_log(log: io.StringIO, secret: str) -> None:
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("theirs")
    ours.warning(f"in the words {secret}", fact=secret, inside={"deep": [secret]})
    theirs.warning("from a library: %s", secret)
    try:
        fails_with(secret)
    except ValueError:
        ours.exception("ours failed")
        theirs.exception("theirs failed")
    written = log.getvalue()
    assert written.count(BLOT) >= 6
    assert "canary" not in written
    assert "caca" not in written


@pytest.mark.parametrize("log", [True], indirect=True)
def test_json_lines_stay_json_after_blotting(log: io.StringIO) -> None:
    structlog.get_logger("ours").warning("one", url=RPC)
    logging.getLogger("theirs").error("two %s", TOKEN)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["one", f"two {BLOT}"]
    assert lines[0]["url"] == BLOT
