"""What the code offers to people: configuration keys, verbs, error codes, metrics, variables, headers, limits.

Read from the code itself, so that a docs test fails the day something is added without a word about it.
"""

from __future__ import annotations

import ast
import inspect
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

ROUTE = re.compile(r"/(?:v1/[a-z0-9_/{}:]+|healthz|readyz|metrics|docs|openapi\.json)")
VARIABLE = re.compile(r"(?:TOKENRY|XDG|OPENAI|ANTHROPIC|HF|PIP|LLAMA|OTEL)_[A-Z0-9_]+")
HEADER = re.compile(r"x-tokenry-[a-z0-9-]+")


@dataclass(frozen=True)
class Key:
    """One configuration key: its dotted name and the default as the file would write it (None = it must be given)."""

    name: str
    default: str | None


@dataclass(frozen=True)
class Verb:
    """One CLI verb: its words after `tokenry`, its help, its arguments and options as (spelling, help) pairs."""

    words: str
    help: str
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]

    @property
    def switches(self) -> set[str]:
        """Every spelling of its options: `{"--json", "-n", "--name"}`."""
        return {name for spelling, _ in self.options for name in re.findall(r"(?<![\w-])-{1,2}[a-z][a-z-]*", spelling)}


@cache
def product() -> list[Source]:
    """The files that ship."""
    return [source for source in sources() if source.is_product]


def config_keys() -> list[Key]:
    """Every key of the configuration file, tables' own names left out. A kind of table that stands in several places is
    told of where it stands first; in the others it is one key."""
    return list(_keys(import_module("tokenry.config").Config, "", set()))


def _keys(section: type[msgspec.Struct], prefix: str, told: set[type[msgspec.Struct]]) -> Iterator[Key]:
    for field in msgspec.structs.fields(section):
        inner = _section(field.type)
        if inner is not None and inner not in told:
            told.add(inner)
            yield from _keys(inner, f"{prefix}{field.name}.", told)
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
    return verbs_of(import_module("tokenry.cli").app) if cli_is_built() else ()


def verbs_of(app: Any) -> tuple[Verb, ...]:
    """The verbs of a Typer application."""
    return tuple(_verbs(import_module("typer.main").get_command(app), ""))


def _verbs(command: Any, words: str) -> Iterator[Verb]:
    if command.hidden:
        return
    if hasattr(command, "list_commands"):
        context = command.make_context(words or "tokenry", [], resilient_parsing=True)
        for name in command.list_commands(context):
            yield from _verbs(command.get_command(context, name), f"{words} {name}".strip())
        return
    shown = [one for one in command.params if not getattr(one, "hidden", False) and "--help" not in one.opts]
    arguments = [(one.name.upper(), one.help or "") for one in shown if one.param_type_name == "argument"]
    options = [(_spelling(one), one.help or "") for one in shown if one.param_type_name == "option"]
    yield Verb(words, inspect.cleandoc(command.help or ""), tuple(arguments), tuple(options))


def _spelling(option: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.name.upper()}"


def error_codes() -> set[str]:
    """Every `code` that an error class of ours puts into an answer."""
    found: set[str] = set()
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                found |= {value for name, value in _class_words(node) if name == "code"}
            elif isinstance(node, ast.Assign) and dotted(node.targets[0]).endswith(".code"):
                found |= {str(ast.literal_eval(node.value))} if isinstance(node.value, ast.Constant) else set()
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
    """Every Prometheus metric by its name."""
    return set(import_module("tokenry.api.families").FAMILIES)


def routes() -> set[str]:
    """Every path that the API serves, but for the administrative ones, whose page is written from their table."""
    elsewhere = ("/api/organization/", "/api/openai/unserved.py")  # their pages are written from tables, and not served
    room = [source for source in product() if source.room == "api" and not any(e in source.path for e in elsewhere)]
    administrative = {route.path for route in import_module("tokenry.api").ADMINISTRATION}
    return {word for word in _constants(room) if ROUTE.fullmatch(word)} - administrative


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


def _constants(files: list[Source] | None = None) -> Iterator[str]:
    for source in product() if files is None else files:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    yield node.value
                elif isinstance(node.value, bytes):
                    yield node.value.decode("latin1")
