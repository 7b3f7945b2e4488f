"""Each house rule is shown a planted example that it must name, and its honest twin that it must let pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tidy import reach
from tests.tidy.house import Source
from tests.tidy.ratchet import RULES, better, breaches, render, worse

LEDGER = "src/tokenry/ledger/accounts.py"
DOC = '"""What this knows."""\n'


@dataclass(frozen=True)
class Case:
    rule: str
    text: str
    lines: list[int]  # where the rule must complain; empty = it must be silent
    path: str = LEDGER


def function(lines: int, doc: str = "") -> str:
    return "def f():\n" + doc + "    x = 1\n" * (lines - 1)


CASES = [
    Case("file_length", "x = 1\n" * 501, [1]),
    Case("file_length", "x = 1\n" * 500, []),
    Case("file_length", "x = 1\n" * 501, [1], "tests/ledger/test_accounts.py"),
    Case("function_length", function(41), [1]),
    Case("function_length", function(40), []),
    Case("function_length", function(40, '    """Words."""\n'), []),
    Case("function_length", "class A:\n    async def f(self):\n" + "        x = 1\n" * 40, [2]),
    Case("parameters", "def f(a, b, c, *, d, e, g): ...", [1]),
    Case("parameters", "class A:\n    def f(self, a, b, c, *, d, e): ...", []),
    Case("parameters", "@app.command('serve')\ndef f(a, b, c, d, e, g): ...", [], "src/tokenry/cli/serve.py"),
    Case("file_name", "", [1], "src/tokenry/ledger/utils.py"),
    Case("file_name", "", [1], "src/tokenry/core/accounts.py"),
    Case("file_name", "", [1], "tests/ledger/test_helpers.py"),
    Case("file_name", "", [], "src/tokenry/ledger/scores.py"),
    Case("broad_except", "try: ...\nexcept Exception: ...", [2]),
    Case("broad_except", "try: ...\nexcept: ...", [2]),
    Case("broad_except", "try: ...\nexcept (OSError, BaseException) as e: ...", [2]),
    Case("broad_except", "try: ...\nexcept Exception:  # edge: x\n    ...", [2]),
    Case("broad_except", "with contextlib.suppress(Exception): ...", [1]),
    Case("broad_except", "try: ...\nexcept Exception:  # edge: a task supervisor reports what it sees\n    ...", []),
    Case("broad_except", "try: ...\nexcept BaseException:\n    close()\n    raise", []),
    Case("broad_except", "try: ...\nexcept BaseException:\n    raise Other from None", [2]),
    Case("broad_except", "try: ...\nexcept OSError: ...", []),
    Case("wall_clock", "import time\nx = time.time()", [2]),
    Case("wall_clock", "from datetime import datetime\nx = datetime.now(tz)", [2]),
    Case("wall_clock", "import datetime\nx = datetime.datetime.utcnow()", [2]),
    Case("wall_clock", "from time import time_ns", [1]),
    Case("wall_clock", "f(clock=time.time)", [1]),
    Case("wall_clock", "import time\nx = time.time()", [], "src/tokenry/base/clock.py"),
    Case("wall_clock", "import time\nx = time.monotonic()", []),
    Case("environment", "import os\nx = os.environ['A']", [2]),
    Case("environment", "import os\nx = os.getenv('A')", [2]),
    Case("environment", "from os import environ", [1]),
    Case("environment", "import os\nx = os.environ['A']", [], "src/tokenry/config.py"),
    Case("lazy_import", "def f():\n    import json", [2]),
    Case("lazy_import", "def f():\n    def g():\n        from a import b", [3]),
    Case("lazy_import", "def f():\n    import json", [], "src/tokenry/cli/verbs.py"),
    Case("lazy_import", "if TYPE_CHECKING:\n    import json", []),
    Case("driver_import", "import apsw", [1]),
    Case("driver_import", "from sqlalchemy.engine import Engine", [1]),
    Case("driver_import", "from starlette.requests import Request", [1], "src/tokenry/gateway/run.py"),
    Case("driver_import", "import apsw", [], "src/tokenry/storage/journal.py"),
    Case("driver_import", "import uvicorn", [], "src/tokenry/app.py"),
    Case("module_docstring", "x = 1\n", [1]),
    Case("module_docstring", DOC, []),
    Case("module_docstring", "", [1], "src/tokenry/ledger/__init__.py"),
    Case("public_docstring", "def f(): ...", [1]),
    Case("public_docstring", "class A:\n    def f(self): ...", [1, 2]),
    Case("public_docstring", "if True:\n    def f(): ...", [2]),
    Case("public_docstring", "def _f(): ...\nclass _A:\n    def f(self): ...", []),
    Case(
        "public_docstring",
        f"class P:\n    {DOC}    def f(self):\n        {DOC}class A:\n    {DOC}    def f(self): ...",
        [],
    ),
    Case("public_docstring", f"class A:\n    {DOC}    def data_received(self, data): ...", []),
    Case("public_docstring", f"class A:\n    {DOC}    @property\n    def ok(self): return 1", []),
    Case(
        "public_docstring", f"class A:\n    {DOC}    @property\n    def ok(self):\n        a = 1\n        return a", [4]
    ),
    Case("public_docstring", "class A(msgspec.Struct):\n    n: int = 0", []),
    Case("public_docstring", "class A(Struct):\n    n: int\n    def f(self): ...", [1, 3]),
    Case("public_docstring", "class _A(Struct):\n    n: int\nclass B(_A):\n    m: int", []),
    Case("public_docstring", "class A:\n    n: int = 0", [1]),
    Case("reason_for_ignoring", "x = 1  # noqa: S101", [1]),
    Case("reason_for_ignoring", "x = 1  # noqa", [1]),
    Case("reason_for_ignoring", "x = 1  # type: ignore[misc]", [1]),
    Case("reason_for_ignoring", "x = 1  # type: ignore[misc]  # noqa: S101", [1]),
    Case("reason_for_ignoring", "x = 1  # pragma: no cover", [1]),
    Case("reason_for_ignoring", "x = 1  # noqa: S101, B008  # the driver wants it so", []),
    Case("reason_for_ignoring", "x = 1  # noqa: S101 - the driver wants it so", []),
    Case("reason_for_ignoring", "x = 1  # type: ignore[misc]  # apsw has no stubs", []),
    Case("reason_for_ignoring", "x = '# noqa'", []),
    Case("reason_for_ignoring", "x = 1  # plain words", []),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}-{'bad' if c.lines else 'good'}-{CASES.index(c)}")
def test_rule(case: Case) -> None:
    found = RULES[case.rule](Source(case.path, case.text))
    assert sorted(breach.line for breach in found) == case.lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from tokenry.storage.journal import Journal", [1]),
        ("import tokenry.storage.journal", [1]),
        ("from tokenry.storage import journal", [1]),
        ("from tokenry.storage import Journal", []),
        ("from tokenry.storage import pull", []),  # a function that bears its file's name
        ("from tokenry.storage.blobs import Blobs", []),  # a part with a door of its own
        ("from tokenry.storage.blobs.disk import Disk", [1]),
        ("from tokenry.base.clock import Clock", []),
        ("from tokenry.ledger.prices import Price", []),
    ],
)
def test_inner_import(tmp_path: Path, text: str, lines: list[int]) -> None:
    room = tmp_path / "src/tokenry/storage"
    (room / "blobs").mkdir(parents=True)
    for name in ("journal.py", "pull.py", "blobs/disk.py", "blobs/__init__.py"):
        (room / name).touch()
    (room / "__init__.py").write_text("from tokenry.storage.pull import pull\n")
    assert [breach.line for breach in reach.inner_import(Source(LEDGER, text), tmp_path)] == lines


def test_every_rule_has_a_planted_example_and_an_honest_twin() -> None:
    apart = {"inner_import"}
    assert {case.rule for case in CASES if case.lines} == set(RULES) - apart
    assert {case.rule for case in CASES if not case.lines} == set(RULES) - apart


def test_the_ratchet_lets_stand_what_it_counts_and_nothing_more() -> None:
    found = breaches(RULES["wall_clock"], [Source(LEDGER, "a = time.time()\nb = time.time()\n")])
    assert worse(found, {LEDGER: 2}) == []
    assert [line.split(": ")[0] for line in worse(found, {LEDGER: 1})] == [f"{LEDGER}:1", f"{LEDGER}:2"]
    assert better(found, {LEDGER: 2}) == []
    assert better(found, {LEDGER: 3}) == [f"{LEDGER}: 2 now, 3 let stand"]
    assert better({}, {LEDGER: 1}) == [f"{LEDGER}: 0 now, 1 let stand"]


def test_the_ratchet_file_leaves_zeros_out() -> None:
    text = render({"wall_clock": {LEDGER: 0}, "file_length": {LEDGER: 1}})
    assert "wall_clock" not in text
    assert text.endswith(f'[file_length]\n"{LEDGER}" = 1\n')
