"""A pytest plug-in that fails the run when a test is skipped that `.ci/skips` does not list with a reason.

A skipped test proves nothing, and a whole suite can quietly turn into skips when a tool goes missing.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("skips")
_skipped: dict[str, str] = {}


def listed(text: str) -> dict[str, str]:
    """Pattern → reason, from the list's text. Raises ValueError for a line without a reason."""
    found = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, _, reason = line.strip().partition(" ")
        if len(reason.split()) < 2:
            raise ValueError(f"{LIST.name}: {pattern} is listed without a reason")
        found[pattern] = reason.strip()
    return found


def unlisted(skipped: dict[str, str], patterns: dict[str, str]) -> dict[str, str]:
    """The skipped tests (id → why) that no pattern covers. Brackets of parametrized ids mean themselves."""
    return {
        test: why
        for test, why in skipped.items()
        if not any(fnmatchcase(test, pattern.replace("[", "[[]")) for pattern in patterns)
    }


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each skip, in whichever process the test ran. An expected failure is not a skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[report.nodeid] = _why(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember modules that skipped themselves as a whole."""
    if report.skipped:
        _skipped[report.nodeid] = _why(report)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a passing run into a failing one when something was skipped that is not listed."""
    if session.exitstatus == pytest.ExitCode.OK and unlisted(_skipped, listed(LIST.read_text(encoding="utf-8"))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name them."""
    extra = unlisted(_skipped, listed(LIST.read_text(encoding="utf-8")))
    if extra:
        terminalreporter.section("skipped, and not listed in .ci/skips", red=True)
    for test, why in sorted(extra.items()):
        terminalreporter.line(f"{test}: {why}")


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
