"""The front page, every verb's help, and how a line ends that cannot be run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.conftest import Tokenry
from tokenry import __version__
from tokenry.cli import app
from tokenry.cli.front import HEADINGS, VERBS, page


def commands() -> Iterator[tuple[str, Any]]:
    root = get_command(app)
    context = root.make_context("tokenry", [], resilient_parsing=True)
    for name in root.list_commands(context):
        verb = root.get_command(context, name)
        inner = getattr(verb, "commands", None)
        if inner is None:
            yield name, verb
        else:
            yield from ((f"{name} {word}", command) for word, command in inner.items())


def test_the_front_page_names_every_verb_and_fits_80_columns() -> None:
    lines = page(colour=False).splitlines()
    assert max(map(len, lines)) <= 80
    for name, words in VERBS.items():
        assert f"  {name:<14}{words}" in lines
    assert set(HEADINGS) <= set(VERBS)


def test_every_verb_says_what_it_does_with_an_example_that_begins_with_itself() -> None:
    found = dict(commands())
    assert {words.split()[0] for words in found} == set(VERBS)
    for words, command in found.items():
        assert command.help, words
        assert f"tokenry {words}" in command.epilog, words


def test_every_option_says_what_it_is_for() -> None:
    for words, command in commands():
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"tokenry {words}: {parameter.name}"


def test_the_front_page_and_the_version_come_without_loading_anything_else() -> None:
    code = (
        "import sys; sys.argv = ['tokenry', sys.argv[1]]; from tokenry.cli import main; main();"
        "print([m for m in ('typer', 'rich', 'msgspec', 'asyncio', 'tokenry.config') if m in sys.modules])"
    )
    for word, first in (("--help", "tokenry: award"), ("--version", f"tokenry {__version__}")):
        run = subprocess.run([sys.executable, "-c", code, word], capture_output=True, text=True, check=True)
        assert run.stdout.startswith(first)
        assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kee"], "did you mean 'key'?"),
        (["frobnicate"], "there is no verb 'frobnicate'"),
        (["key", "creat"], "'create'"),
        (["key", "create"], "--name"),
        (["key", "list", "--jsn"], "--json"),
        (["serve", "--port", "70000"], "--port"),
        (["requests", "-n", "0"], "-n"),
        (["pull"], "which model"),
        (["budget", "set", "--limit", "1"], "say one of"),
        (["budget", "set", "--limit", "1", "--key", "a", "--user", "b"], "say one of"),
    ],
)
def test_a_line_typed_wrong_is_one_line_on_stderr_and_2(tokenry: Tokenry, words: list[str], said: str) -> None:
    ran = tokenry(*words, where=None)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert said in ran.err


def test_whoever_stops_reading_early_is_not_bothered(tokenry: Tokenry, data: Path) -> None:
    assert tokenry("key", "create", "--name", "a").code == 0
    command = [sys.executable, "-c", "from tokenry.cli import main; main()", "ledger", "export", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1
