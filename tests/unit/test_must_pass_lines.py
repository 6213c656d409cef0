"""Every must-pass line of the threat model is a test that carries the line's code."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
THREATS = TESTS.parents[1] / "shared" / "threats.md"
LINE = re.compile(r"^- ((?:SW|BD|WB|CH|RP|PR)\d+) ", re.MULTILINE)
NAMED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def must_pass_lines() -> list[str]:
    return LINE.findall(THREATS.read_text()) if THREATS.exists() else []


def carrying(code: str) -> list[str]:
    """The tests whose name carries this code."""
    carried = re.compile(rf"_{code.lower()}(?:_|$)")
    names = [name for path in TESTS.rglob("test_*.py") for name in NAMED.findall(path.read_text())]
    return [name for name in names if carried.search(name)]


@pytest.mark.skipif(
    not THREATS.exists(), reason="NOT CHECKED: the threat model is not beside the project"
)
def test_the_threat_model_has_its_lines() -> None:
    assert len(must_pass_lines()) == 50


@pytest.mark.parametrize("code", must_pass_lines())
def test_each_must_pass_line_is_a_test(code: str) -> None:
    assert carrying(code), f"{code} has no test that carries its code"
