"""The house itself keeps its rules, up to counts that may only fall."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from tests.tidy.house import ROOT, Breach, Source, sources
from tests.tidy.ratchet import FILE, RULES, allowed, better, breaches, render, worse


@pytest.fixture(scope="module")
def files() -> list[Source]:
    return sources()


@pytest.fixture(scope="module")
def broken(files: list[Source]) -> Callable[[str], dict[str, list[Breach]]]:
    """What breaks a rule, by file. Two tests ask for each rule, and all files are gone through once."""
    return cache(lambda name: breaches(RULES[name], files))


def test_the_product_is_looked_at(files: list[Source]) -> None:
    paths = {source.path for source in files}
    assert {"src/tokenry/base/clock.py", "tests/conftest.py", "tests/tidy/test_house.py"} <= paths


@pytest.mark.parametrize("name", RULES)
def test_no_new_breach(name: str, broken: Callable[[str], dict[str, list[Breach]]]) -> None:
    complaints = worse(broken(name), allowed().get(name, {}))
    assert not complaints, f"{RULES[name].__doc__}\n" + "\n".join(complaints)


@pytest.mark.parametrize("name", RULES)
def test_what_got_better_is_written_down(name: str, broken: Callable[[str], dict[str, list[Breach]]]) -> None:
    gains = better(broken(name), allowed().get(name, {}))
    assert not gains, "run `just ratchet`, which lowers the counts:\n" + "\n".join(gains)


def test_the_ratchet_names_known_rules_and_is_in_its_own_format() -> None:
    counts = allowed()
    assert set(counts) <= set(RULES)
    assert render(counts) == FILE.read_text(encoding="utf-8")


def test_every_lint_rule_we_ignore_carries_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.search(r"\nignore = \[\n(.*?)\n\]", text, re.DOTALL)
    per_file = re.search(r"\[tool\.ruff\.lint\.per-file-ignores\]\n(.*?)\n\n", text, re.DOTALL)
    assert lists
    assert per_file
    for line in [*lists.group(1).splitlines(), *per_file.group(1).splitlines()]:
        assert re.search(r"# \S+ \S+", line), f"pyproject.toml ignores a rule without saying why: {line}"
