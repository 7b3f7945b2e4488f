"""Whether a command line of `tokenry` is taken as it stands: every verb, option and argument, and nothing missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tokenry.cli.root import app


def lines_of(words: Sequence[str]) -> Iterator[list[str]]:
    """What stands after `tokenry` in the words of a shell's line: at its start, after `uv run`, or inside `$(…)`."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        opens = word.endswith("$(tokenry") or (word == "tokenry" and (before == "run" or before in {"", "exec"}))
        if not opens:
            continue
        line = []
        for one in words[at + 1 :]:
            if one.startswith((">", "2>", "<")):
                break
            line.append(one.rstrip(")"))
            if one.endswith(")"):
                break
        yield line


def wrong_with(line: Sequence[str]) -> str | None:
    """What the command line complains about before it does anything; None = nothing."""
    command: Any = get_command(app)
    context, rest = None, list(line)
    try:
        while True:
            context = command.make_context(command.name, rest, parent=context)
            if not isinstance(command, TyperGroup):
                return None
            rest = [*context._protected_args, *context.args]
            if not rest:
                return None
            _, command, rest = command.resolve_command(context, rest)
    except typer.Exit:  # --help and --version
        return None
    except typer.TyperException as error:
        return str(error.format_message())
