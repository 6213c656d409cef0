"""What was skipped is said loudly, and in CI a skipped browser test is a failure."""

import os
from collections import Counter
from pathlib import Path

import pytest

from bootstrap import NO_BROWSER, find_browser

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}  # noqa: TID251  - CI says so only there


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium for Playwright's `executable_path`; skips with the reason if none."""
    path = find_browser()
    if path is None:
        said = NO_BROWSER.read_text() if NO_BROWSER.is_file() else "run `make browser`"
        pytest.skip(f"no Chromium on this machine: {said}")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    groups = Counter(map(_group, _skipped(terminalreporter)))
    if not groups:
        return
    terminalreporter.section("NOT TESTED", sep="!", red=True)
    for (folder, reason), count in sorted(groups.items()):
        terminalreporter.line(f"{folder}: {count} skipped: {reason}", red=True)
    if IN_CI and _browser_skips(terminalreporter):
        terminalreporter.line("CI must run the browser tests: this run has failed", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter and _browser_skips(reporter) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    return reporter.stats.get("skipped", [])


def _browser_skips(reporter: pytest.TerminalReporter) -> bool:
    return any(
        "browser" in report.keywords or report.nodeid.startswith("tests/browser/")
        for report in _skipped(reporter)
    )


def _group(report: pytest.TestReport) -> tuple[str, str]:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return str(Path(report.nodeid.split("::")[0]).parent), reason.removeprefix("Skipped: ")
