"""House rules about size and names: the tail is where code turns ugly, so the tail is what is counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.tidy.house import Breach, Function, Source, dotted

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 40
PARAMETERS_MAX = 5
NAMES_THAT_SAY_NOTHING = {
    word + ending for word in ("util", "helper", "common", "misc", "manager", "core", "service") for ending in ("", "s")
}


def file_length(source: Source) -> Iterator[Breach]:
    """A file is 150 to 300 lines and is looked at again at 500."""
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield Breach(1, f"{lines} lines, {FILE_LINES_MAX} at most: two nouns live here")


def function_length(source: Source) -> Iterator[Breach]:
    """A function fits a screen. Its docstring does not count: words must never be the thing that is cut."""
    if not source.is_product and not source.path.startswith(("bench/", "tests/tidy/", "tests/docs/")):
        return
    for function in source.functions:
        lines = _lines_without_docstring(function)
        if lines > FUNCTION_LINES_MAX:
            yield Breach(function.lineno, f"{function.name}: {lines} lines, {FUNCTION_LINES_MAX} at most")


def parameters(source: Source) -> Iterator[Breach]:
    """Five parameters, then a dataclass. A CLI verb's parameters are its options, so verbs are left out."""
    if not source.is_product and not source.path.startswith("bench/"):
        return
    for function in source.functions:
        if any(_is_verb(decorator) for decorator in function.decorator_list):
            continue
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        names = [name for name in names if name not in ("self", "cls")]
        if len(names) > PARAMETERS_MAX:
            yield Breach(function.lineno, f"{function.name}: {len(names)} parameters, {PARAMETERS_MAX} at most")


def file_name(source: Source) -> Iterator[Breach]:
    """A file is named for what it knows; these names gather what nobody found a place for."""
    for part in PurePosixPath(source.path).with_suffix("").parts:
        if part.removeprefix("test_").lower().strip("_") in NAMES_THAT_SAY_NOTHING:
            yield Breach(1, f"{part!r} says nothing about what is inside")


def _lines_without_docstring(function: Function) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _is_verb(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and dotted(decorator.func).endswith((".command", ".callback"))
