"""What the command line says, and with which exit code, when a club cannot start."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.club_kit import CLUB, ROOT, club_file

__all__ = ["club_file"]


COMPLETE = {
    "STAGEDOOR_RPC_URLS": "http://127.0.0.1:9",
    "STAGEDOOR_TELEGRAM_TOKEN": "7000001:canary-canary-canary-canary",
}


def run(club: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What an operator sees who starts the house with this file and these settings."""
    return subprocess.run(  # noqa: S603  - our own program
        [sys.executable, "-m", "bot", "run", "--club", str(club)],
        cwd=ROOT,
        env={"STAGEDOOR_DATA": str(club.parent / "kept"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def must_be_told(ended: subprocess.CompletedProcess[str], code: str, *words: str) -> None:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert lines[-1].endswith(f"[{code}]"), ended.stderr
    for word in words:
        assert word in lines[-1]
    assert "canary" not in ended.stderr + ended.stdout


def test_the_command_line_tells_a_wrong_club_file_and_ends_with_two(club_file: Path) -> None:
    club_file.write_text(CLUB.replace("accent =", "acent ="))
    must_be_told(run(club_file, **COMPLETE), "E-CLUBFILE", str(club_file), "line 3", "club.acent")


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("STAGEDOOR_RPC_URLS", "STAGEDOOR_RPC_URLS is not set"),
        ("STAGEDOOR_TELEGRAM_TOKEN", "STAGEDOOR_DISCORD_TOKEN is not set"),
    ],
)
def test_the_command_line_tells_what_is_not_set(club_file: Path, missing: str, told: str) -> None:
    given_settings = {key: value for key, value in COMPLETE.items() if key != missing}
    must_be_told(run(club_file, **given_settings), "E-SETTINGS", told)


@pytest.mark.parametrize(
    ("given", "missing"), [("CLIENT_SECRET", "CLIENT_ID"), ("CLIENT_ID", "CLIENT_SECRET")]
)
def test_half_a_sign_in_with_discord_is_told(club_file: Path, given: str, missing: str) -> None:
    ended = run(club_file, **COMPLETE, **{f"STAGEDOOR_DISCORD_{given}": "canary"})
    told = f"STAGEDOOR_DISCORD_{missing} is not set, but STAGEDOOR_DISCORD_{given} is"
    must_be_told(ended, "E-SETTINGS", told)


def test_a_database_that_cannot_be_reached_is_told_without_its_password(club_file: Path) -> None:
    url = "postgresql://club:canary@127.0.0.1:9/club"
    ended = run(club_file, **COMPLETE, STAGEDOOR_DATABASE_URL=url)
    must_be_told(ended, "E-DATABASE")


@pytest.mark.parametrize(
    "url",
    [
        "canary",
        "mysql://club:canary@db.example/club",
        "postgresql://club:canary@db.example:many/club",
        "postgresql://club@db.example/club?canary=1",
    ],
)
def test_what_is_no_address_of_a_database_is_told(club_file: Path, url: str) -> None:
    ended = run(club_file, **COMPLETE, STAGEDOOR_DATABASE_URL=url)
    must_be_told(ended, "E-SETTINGS", "STAGEDOOR_DATABASE_URL is not a PostgreSQL address")


def test_a_data_folder_that_is_a_file_is_told(club_file: Path) -> None:
    for path in (club_file, club_file / "below"):
        ended = run(club_file, **COMPLETE, STAGEDOOR_DATA=str(path))
        must_be_told(ended, "E-NOTFOLDER", str(path))


def test_a_port_in_use_is_told(club_file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run(club_file, **COMPLETE, STAGEDOOR_PORT=port)
    must_be_told(ended, "E-PORT", port)
