"""What the code offers to people: configuration keys, verbs, error codes, metrics, variables, headers, limits.

Read from the code itself, so that a docs test fails the day something is added without a word about it.
"""

from __future__ import annotations

import ast
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from tests.tidy.house import ROOT, Source, dotted, sources

METRIC_KINDS = ("Counter", "Gauge", "Histogram", "Summary", "Info", "Enum", "MetricFamily")
VARIABLE = re.compile(r"(?:TOKENRY|XDG|OPENAI|ANTHROPIC|HF|PIP|LLAMA)_[A-Z0-9_]+")
HEADER = re.compile(r"x-tokenry-[a-z0-9-]+")


@dataclass(frozen=True)
class Key:
    """One configuration key: its dotted name and the default as the file would write it (None = it must be given)."""

    name: str
    default: str | None


@dataclass(frozen=True)
class Verb:
    """One CLI verb: its words after `tokenry`, and its options' long names (`--data`)."""

    words: str
    options: tuple[str, ...]


@cache
def product() -> list[Source]:
    """The files that ship."""
    return [source for source in sources() if source.is_product]


def config_keys() -> list[Key]:
    """Every key of the configuration file, tables' own names left out."""
    return list(_keys(import_module("tokenry.config").Config, ""))


def _keys(section: type[msgspec.Struct], prefix: str) -> Iterator[Key]:
    for field in msgspec.structs.fields(section):
        inner = _section(field.type)
        if inner is not None:
            yield from _keys(inner, f"{prefix}{field.name}.")
            continue
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        yield Key(prefix + field.name, None if default is msgspec.NODEFAULT else _toml(default))


def _section(kind: Any) -> type[msgspec.Struct] | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for part in typing.get_args(kind) if (found := _section(part))), None)


def _toml(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + "}"
    return f"{value:g}" if isinstance(value, float | Decimal) else str(value)


def cli_is_built() -> bool:
    """Whether there are verbs at all yet."""
    return (ROOT / "src/tokenry/cli/__init__.py").exists()


@cache
def verbs() -> tuple[Verb, ...]:
    """Every verb that people can type, groups' inner verbs too, hidden ones left out."""
    if not cli_is_built():
        return ()
    get_command = import_module("typer.main").get_command
    return tuple(_verbs(get_command(import_module("tokenry.cli").app), ""))


def _verbs(command: Any, words: str) -> Iterator[Verb]:
    if command.hidden:
        return
    if not hasattr(command, "list_commands"):
        options = [name for p in command.params if not getattr(p, "hidden", False) for name in p.opts]
        yield Verb(words, tuple(name for name in options if name.startswith("--") and name != "--help"))
        return
    context = command.make_context(words or "tokenry", [], resilient_parsing=True)
    for name in command.list_commands(context):
        yield from _verbs(command.get_command(context, name), f"{words} {name}".strip())


def error_codes() -> set[str]:
    """Every `code` that an error class of ours puts into an answer."""
    found: set[str] = set()
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                found |= {value for name, value in _class_words(node) if name == "code"}
    return found


def _class_words(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in node.body:
        targets = (
            line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
        )
        value = getattr(line, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((target.id, value.value) for target in targets if isinstance(target, ast.Name))


def metrics() -> set[str]:
    """Every Prometheus metric by the name it is made with."""
    found: set[str] = set()
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func).endswith(METRIC_KINDS) and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    found.add(name.value)
    return found


def variables() -> set[str]:
    """Every environment variable that the code names."""
    return {word for word in _constants() if VARIABLE.fullmatch(word)}


def headers() -> set[str]:
    """Every header of our own that the code names."""
    return {word for word in _constants() if HEADER.fullmatch(word)}


def limits() -> dict[str, object]:
    """Every limit that is not configuration."""
    page = import_module("tokenry.base.limits")
    return {name: value for name, value in vars(page).items() if name.isupper()}


def _constants() -> Iterator[str]:
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    yield node.value
                elif isinstance(node.value, bytes):
                    yield node.value.decode("latin1")
