"""A raw tree from a TOML parser into the schema's types, with every mistake on the way, not just the first.

Knows msgspec's description of the types and how to say what does not fit. Knows no key by name but those whose values
may be secrets, which it never repeats.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from tokenry.base.units import usd_to_nano
from tokenry.config import rules
from tokenry.config.problems import Path, Problem, did_you_mean, nearest, shown
from tokenry.config.schema import Config, Section

_NOTHING: Final = object()  # stands where a value could not be made; its mistake is noted
_PRIVATE = frozenset({"headers", "url", "api_key_env", "base_url", "index_url", "hub_url", "public_url", "proxy"})
_SECRETS = frozenset({"api_key", "apikey", "key", "token", "secret", "password"})
_INTEGER_SHOWN_MAX = 10**15
_USD_DIGITS_MAX = 40
_KEYS_LISTED_MAX = 20


def to_config(tree: Mapping[str, Any]) -> tuple[Config | None, list[Problem]]:
    """The configuration that `tree` describes, or None and every mistake found in it (without lines)."""
    shape = _Shape()
    made = shape.table(_described(Config), tree, ())
    shape.problems += [Problem(path, words) for path, words in rules.between_tables(tree)]
    return (made if isinstance(made, Config) and not shape.problems else None), shape.problems


@cache  # to describe the types takes longer than to read a file by the description
def _described(struct: type[msgspec.Struct]) -> inspect.StructType:
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    return described


class _Shape:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: Path, words: str) -> object:
        self.problems.append(Problem(path, words))
        return _NOTHING

    def table(self, kind: inspect.StructType, raw: object, path: Path) -> object:
        if not isinstance(raw, dict):
            name = path[-1] if path and isinstance(path[-1], str) else None
            if isinstance(raw, list) and name:
                return self.wrong(path, f"must be one table: write [{name}], not [[{name}]]")
            return self.wrong(path, f"must be a table, not {_saying(raw, path)}")
        known = {field.name: field for field in kind.fields}
        for key in raw:
            if key not in known:
                self.wrong((*path, key), _unknown(key, list(known), path))
        values: dict[str, object] = {}
        for name, field in known.items():
            if name in raw:
                values[name] = self.value(field.type, raw[name], (*path, name))
            elif field.required:
                values[name] = self.wrong((*path, name), "is missing")
        if any(value is _NOTHING for value in values.values()):
            return _NOTHING
        table = kind.cls(**values)
        assert isinstance(table, Section)
        for name, words in rules.of_table(table):
            self.wrong((*path, name), words)
        return table

    def value(self, kind: inspect.Type, raw: object, path: Path) -> object:
        match kind:
            case inspect.StructType():
                return self.table(kind, raw, path)
            case inspect.VarTupleType():
                return self.list(kind, raw, path)
            case inspect.DictType():
                return self.texts(kind, raw, path)
            case inspect.UnionType():  # always `T | None` or `T | one word | None` here, and TOML has no null
                words = [one for one in kind.types if isinstance(one, inspect.LiteralType)]
                return self.value(words[0] if words and isinstance(raw, str) else kind.types[0], raw, path)
            case inspect.Metadata(type=inspect.DecimalType()):
                return self.usd(int((kind.extra or {})["usd_max"]), raw, path)
            case inspect.StrType():
                return self.text(kind, raw, path)
            case inspect.LiteralType():
                return self.literal(kind, raw, path)
            case inspect.BoolType():
                return raw if isinstance(raw, bool) else self.wrong(path, _expected("true or false", raw, path))
            case inspect.IntType():
                if not _is_number(raw) or isinstance(raw, Decimal):
                    return self.wrong(path, _expected("a whole number", raw, path))
                return self.number(kind, raw, path)
            case inspect.FloatType():
                if not _is_number(raw):
                    return self.wrong(path, _expected("a number", raw, path))
                return self.number(kind, raw, path)
        raise TypeError(f"the schema has a type that the reader does not know: {kind!r}")

    def list(self, kind: inspect.VarTupleType, raw: object, path: Path) -> object:
        of_tables = isinstance(kind.item_type, inspect.StructType)
        if not isinstance(raw, list):
            if of_tables and isinstance(raw, dict) and len(path) == 1:
                return self.wrong(path, f"there may be several: write [[{path[0]}]], not [{path[0]}]")
            return self.wrong(path, _expected("a list of tables" if of_tables else "a list", raw, path))
        if len(raw) < (kind.min_length or 0):
            return self.wrong(path, "must not be empty")
        items = [self.value(kind.item_type, item, (*path, index)) for index, item in enumerate(raw)]
        return _NOTHING if any(item is _NOTHING for item in items) else tuple(items)

    def texts(self, kind: inspect.DictType, raw: object, path: Path) -> object:
        if not isinstance(raw, dict):
            return self.wrong(path, _expected("a table", raw, path))
        items = {name: self.value(kind.value_type, value, (*path, name)) for name, value in raw.items()}
        return _NOTHING if any(item is _NOTHING for item in items.values()) else items

    def text(self, kind: inspect.StrType, raw: object, path: Path) -> object:
        if not isinstance(raw, str):
            return self.wrong(path, _expected("text in quotes", raw, path))
        if any(c < " " or c == "\x7f" for c in raw):
            return self.wrong(path, "must not hold control characters")
        if len(raw) < (kind.min_length or 0):
            return self.wrong(path, "must not be empty")
        if kind.max_length is not None and len(raw) > kind.max_length:
            return self.wrong(path, f"is {len(raw)} characters long; at most {kind.max_length}")
        if kind.pattern is not None and re.search(kind.pattern, raw) is None:
            return self.wrong(
                path, f"{shown(raw)} must be 1 to 64 letters, digits, dots, _ or -, a letter or digit first"
            )
        return raw

    def literal(self, kind: inspect.LiteralType, raw: object, path: Path) -> object:
        names = [str(value) for value in kind.values]
        if isinstance(raw, str) and raw in names:
            return raw
        choices = ", ".join(f'"{name}"' for name in names)
        hint = did_you_mean(raw, names) if isinstance(raw, str) else ""
        return self.wrong(path, f"must be one of {choices}, not {_saying(raw, path)}{hint}")

    def number(self, kind: inspect.IntType | inspect.FloatType, raw: Any, path: Path) -> object:
        too_long = isinstance(raw, int) and abs(raw) > _INTEGER_SHOWN_MAX  # would not fit a float
        number = raw if too_long or isinstance(kind, inspect.IntType) else float(raw)
        if isinstance(number, float) and not math.isfinite(number):
            return self.wrong(path, "must be a finite number")
        if kind.ge is not None and number < kind.ge:
            return self.wrong(path, f"must be at least {kind.ge}, not {_saying(raw, path)}")
        if kind.gt is not None and number <= kind.gt:
            return self.wrong(path, f"must be more than {kind.gt}, not {_saying(raw, path)}")
        if kind.le is not None and number > kind.le:
            return self.wrong(path, f"must be at most {kind.le}, not {_saying(raw, path)}")
        return number

    def usd(self, usd_max: int, raw: Any, path: Path) -> object:
        if not _is_number(raw):
            return self.wrong(path, _expected("an amount in dollars", raw, path))
        if isinstance(raw, Decimal) and not raw.is_finite():
            return self.wrong(path, "must be a finite number")
        if raw < 0:
            return self.wrong(path, "must not be negative")
        if raw > usd_max:
            return self.wrong(path, f"is more than {usd_max} dollars")
        amount = Decimal(raw)
        if len(amount.as_tuple().digits) > _USD_DIGITS_MAX:
            return self.wrong(path, "has more digits than money has")
        try:
            usd_to_nano(amount)
        except ValueError:
            return self.wrong(path, "is finer than a nano-dollar (9 decimals)")
        return amount


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | Decimal) and not isinstance(raw, bool)


def _unknown(key: str, known: list[str], path: Path) -> str:
    if key.lower() in _SECRETS and "api_key_env" in known:
        return "a secret never stands in this file; name an environment variable in api_key_env"
    if guess := nearest(key, known):
        return f"unknown key; did you mean {shown(guess)}?"
    if not path:
        for section in _described(Config).fields:
            if isinstance(section.type, inspect.StructType) and key in {field.name for field in section.type.fields}:
                return f"unknown key; it belongs below [{section.name}]"
    return f"unknown key; known here: {', '.join(sorted(known)[:_KEYS_LISTED_MAX])}"


def _expected(what: str, raw: object, path: Path) -> str:
    words = f"must be {what}, not {_saying(raw, path)}"
    if isinstance(raw, str) and what != "text in quotes" and re.fullmatch(r"[0-9][0-9_.]*|true|false", raw):
        words += "; leave out the quotes"
    return words


def _saying(raw: object, path: Path) -> str:
    """How a message speaks of a value: in full where it is short and no secret, else by its kind."""
    private = not _PRIVATE.isdisjoint(part for part in path if isinstance(part, str))
    match raw:
        case str():
            return "text" if private else f"the text {shown(raw)}"
        case bool():
            return "true" if raw else "false"
        case int():
            return str(raw) if abs(raw) <= _INTEGER_SHOWN_MAX and not private else "a whole number"
        case Decimal():
            return str(raw) if len(raw.as_tuple().digits) <= 20 and not private else "a number"
        case dict():
            return "a table"
        case list():
            return "a list"
    return "a date or time"
