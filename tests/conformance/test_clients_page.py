"""The lines on docs/guides/clients.md, run as they stand: only the address, the key and the model's name are put in.

The scripted engine answers. aider's lines are held by name alone; `test_aider.py` runs it with them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance import clients
from tests.conformance.house import SCRIPTED, House
from tests.e2e.harness import Key

PAGE = Path(__file__).parents[2] / "docs/guides/clients.md"
RUN_TIMEOUT_S = 120
ANSWER = "scripted: Hello"
_SNIPPET = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def snippets(language: str) -> list[str]:
    """The page's snippets in a language, in their order."""
    return [text for name, text in _SNIPPET.findall(PAGE.read_text(encoding="utf-8")) if name == language]


@pytest.fixture(scope="module")
def key(house: House) -> Iterator[Key]:
    """A key for all of them; what they asked for is in the books."""
    key = house.server.key("clients page", budget_nano=10**9)
    yield key
    assert {receipt["model"] for receipt in house.asked_by(key)} == {SCRIPTED}


def filled(text: str, house: House, key: Key) -> str:
    """A snippet with what its reader puts in."""
    for stands, told in (
        ("http://127.0.0.1:8080", house.server.url), ("sk-tok-…", key.text), ("house-default", SCRIPTED)
    ):  # fmt: skip
        assert stands in text or stands == "sk-tok-…", f"{stands} is not in:\n{text}"
        text = text.replace(stands, told)
    return text


def printed(command: list[str], folder: Path, **variables: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RUN_TIMEOUT_S,
        check=False, env=clients.environment(folder, **variables),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("place", range(3))
def test_python(house: House, key: Key, tmp_path: Path, place: int) -> None:
    text = snippets("python")[place]
    assert len(snippets("python")) == 3
    package = re.findall(r"^from (agents|langchain)", text, re.MULTILINE)
    program = clients.python(package[0]) / "python" if package else sys.executable
    (tmp_path / "lines.py").write_text(filled(text, house, key), encoding="utf-8")
    assert printed([program, "lines.py"], tmp_path) == ANSWER


@pytest.mark.parametrize("place", range(3))
def test_javascript(house: House, key: Key, tmp_path: Path, place: int) -> None:
    assert len(snippets("javascript")) == 3
    node = clients.node("javascript")
    (tmp_path / "node_modules").symlink_to(node.folder / "node_modules")
    (tmp_path / "lines.mjs").write_text(filled(snippets("javascript")[place], house, key), encoding="utf-8")
    assert printed([node / "node", "lines.mjs"], tmp_path) == ANSWER


def test_llm(house: House, key: Key, tmp_path: Path) -> None:
    (lines,) = snippets("yaml")
    (tmp_path / "extra-openai-models.yaml").write_text(filled(lines, house, key), encoding="utf-8")
    llm = clients.python("llm") / "llm"
    assert printed([llm, "-m", "tokenry", "--key", key.text, "Hello"], tmp_path, LLM_USER_PATH=str(tmp_path)) == ANSWER


def test_aider_is_told_by_the_names_that_its_test_uses() -> None:
    (lines,) = snippets("bash")
    tried = (Path(__file__).with_name("test_aider.py")).read_text(encoding="utf-8")
    for name in ("OPENAI_API_BASE", "OPENAI_API_KEY", "--model", "openai/"):
        assert name in lines
        assert name in tried
