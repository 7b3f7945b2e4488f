"""From a file, or its text, to a Config. Every mistake comes out as one ConfigError that lists them all.

Reading never contacts anybody and never looks at a secret's value; it only sees to it that the secrets named are there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokenry.config.environment import secret
from tokenry.config.lines import lines_of
from tokenry.config.problems import ConfigError, Problem, printable
from tokenry.config.problems import Path as KeyPath
from tokenry.config.schema import Config
from tokenry.config.shape import to_config

FILE_SIZE_MAX = 1024 * 1024  # bytes
_MESSAGE_LENGTH_MAX = 200
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration in the file at `path`; the defaults when there is none to read (`path` is None).

    Args:
        path: a TOML file in UTF-8, at most FILE_SIZE_MAX bytes.
        environ: environment variables, as `environ()` gives them; each `…_env` that names
            a secret we cannot do without must name one that is set.

    Raises:
        ConfigError: with every mistake found, each on one line.
    """
    if path is None:
        return Config()
    source = str(path)
    text = _text(path, source)
    config = parse(text, source=source)
    problems = []
    for at, name in _secrets(config):
        try:
            secret(environ, name)
        except ConfigError as error:
            problems += [Problem(at, f"{name}: {problem.words}") for problem in error.problems]
    if problems:
        raise _located(source, text, problems)
    return config


def _secrets(config: Config) -> Iterator[tuple[KeyPath, str]]:
    """The environment variables that the configuration needs, and where it names them."""
    for index, provider in enumerate(config.provider):
        if provider.api_key_env is not None:
            yield ("provider", index, "api_key_env"), provider.api_key_env
    if config.mail.password_env is not None:
        yield ("mail", "password_env"), config.mail.password_env


def parse(text: str, *, source: str) -> Config:
    """The configuration that `text` says. Looks at nothing else, so it tells nothing of missing files or secrets.

    Args:
        text: a TOML document.
        source: what messages call it, usually a file's path.

    Raises:
        ConfigError: with every mistake found, each on one line.
    """
    tree = _tree(text, source)
    config, problems = to_config(tree)
    if config is None:
        raise _located(source, text, problems)
    return config


def _text(path: Path, source: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_SIZE_MAX + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
        raise ConfigError(source, [Problem((), f"cannot read this file: {why}")]) from None
    if len(data) > FILE_SIZE_MAX:
        raise ConfigError(source, [Problem((), f"is larger than {FILE_SIZE_MAX} bytes; is this a configuration file?")])
    try:
        return data.decode("utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(source, [Problem((), "is not UTF-8 text; save the file as UTF-8", line)]) from None


def _tree(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        words, line = "nests deeper than any configuration", None
    except ValueError as error:  # TOMLDecodeError, or a number beyond what Python reads
        words, line = _syntax(str(error), text)
    raise ConfigError(source, [Problem((), words, line)])


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError("a number is too large or too small to read") from None


def _syntax(message: str, text: str) -> tuple[str, int | None]:
    found = _AT.search(message)
    said = printable(_AT.sub("", message))[:_MESSAGE_LENGTH_MAX]
    if found is None:
        return f"is not valid TOML: {said}", None
    if found[1] is None:
        return f"is not valid TOML: {said} (at the end of the file)", text.count("\n") + 1
    return f"is not valid TOML: {said} (column {found[2]})", int(found[1])


def _located(source: str, text: str, problems: list[Problem]) -> ConfigError:
    lines = lines_of(text)
    return ConfigError(source, [Problem(p.path, p.words, _line(lines, p.path)) for p in problems])


def _line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of the key, else of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None
