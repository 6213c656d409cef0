"""The set-up gives every machine the same packages and says in one sentence what it lacks."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bootstrap

LOCKS = (bootstrap.RUN_LOCK, bootstrap.DEV_LOCK, bootstrap.TOOLS_LOCK)
PROJECT = tomllib.loads((bootstrap.PROJECT / "pyproject.toml").read_text())
RUNNING = PROJECT["project"]["dependencies"]
TESTING = PROJECT["dependency-groups"]["dev"]


def pins(lock: Path) -> dict[str, str]:
    """Each package of a lock with its version; entries by platform keep the last."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE))


def unlocked(wanted: list[str], lock: Path) -> list[str]:
    found = {canonicalize_name(name): version for name, version in pins(lock).items()}
    needs = [Requirement(text) for text in wanted]
    return [
        str(need)
        for need in needs
        if not need.specifier.contains(found.get(canonicalize_name(need.name), "0"))
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_by_hash_and_names_no_host(lock):
    text = lock.read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text
    assert "make lock" in text


def test_the_locks_hold_everything_that_the_project_declares():
    assert unlocked(RUNNING, bootstrap.RUN_LOCK) == []
    assert unlocked(RUNNING + TESTING, bootstrap.DEV_LOCK) == []


def test_tests_run_with_the_versions_that_the_product_runs_with():
    running, testing = pins(bootstrap.RUN_LOCK), pins(bootstrap.DEV_LOCK)
    assert {name: testing.get(name) for name in running} == running


def test_the_local_chains_program_is_pinned_and_its_lock_names_no_host():
    text = (bootstrap.ANVIL_PIN / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert "://" not in text
    assert '"@foundry-rs/anvil": "1.7.1"' in (bootstrap.ANVIL_PIN / "package.json").read_text()


def test_the_accessibility_check_is_pinned_and_its_lock_names_no_host():
    text = (bootstrap.AXE_PIN / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert "://" not in text
    assert '"axe-core": "4.14.1"' in (bootstrap.AXE_PIN / "package.json").read_text()


def test_an_older_python_is_told_what_to_do_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "setup"])
    with pytest.raises(SystemExit) as ending:
        bootstrap.main()
    assert str(ending.value).startswith("set-up: Python 3.11 or newer is needed and this is 3.10:")
    assert "\n" not in str(ending.value)


def test_a_set_up_that_is_done_changes_nothing(tmp_path, monkeypatch):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", venv / "set-up.json")
    installed = []
    monkeypatch.setattr(bootstrap, "_uv", lambda: Path("uv"))
    monkeypatch.setattr(bootstrap, "_install_with_uv", lambda _, lock: installed.append(lock))
    for dev in (False, False, True, True, False):
        bootstrap._install_python(dev=dev)
    assert installed == [bootstrap.RUN_LOCK, bootstrap.DEV_LOCK]


def test_every_make_target_says_what_it_is_for():
    makefile = (bootstrap.PROJECT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)
    assert sorted(explained) == sorted(phony.group(1).split())
