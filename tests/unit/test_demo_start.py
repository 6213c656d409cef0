"""A demo that cannot start says so before it touches what another one uses."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.sandbox.start import must_be_free, only_demo_in
from gating.errors import NeedsPerson

ROOT = Path(__file__).resolve().parents[2]


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  - our own program
        [sys.executable, "-m", "bot", "demo", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def must_be_told(ended: subprocess.CompletedProcess[str], code: str, words: str) -> None:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert last.endswith(f"[{code}]")
    assert words in last


def test_a_second_demo_on_the_same_folder_starts_nothing(tmp_path: Path) -> None:
    with only_demo_in(tmp_path):
        ended = demo("--data", str(tmp_path), "--port", "0")
    must_be_told(ended, "E-DEMORUNS", f"running in {tmp_path} already")
    assert [each.name for each in tmp_path.iterdir()] == ["demo.lock"]


def test_a_folder_is_free_again_when_its_demo_has_ended(tmp_path: Path) -> None:
    for _start in range(2):
        with only_demo_in(tmp_path):
            pass


def test_a_demo_whose_port_is_taken_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = demo("--data", str(tmp_path), "--port", port)
    must_be_told(ended, "E-PORT", "or --port for the demo")
    assert [each.name for each in tmp_path.iterdir()] == ["demo.lock"]


def test_a_port_that_nobody_listens_on_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NeedsPerson, match="E-PORT"):
            must_be_free(port)
    must_be_free(port)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    must_be_told(demo("--data", str(tmp_path / "kept")), "E-NOTFOLDER", "is not a folder")
