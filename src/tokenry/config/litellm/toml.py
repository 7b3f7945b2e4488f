"""A tree of tables as TOML text. Knows what our configuration needs of the grammar: https://toml.io/en/v1.0.0"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def document(tree: Mapping[str, Any]) -> str:
    """Tables first to last; a list of tables becomes `[[name]]`, other lists and inner tables stand inline."""
    blocks: list[str] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            blocks.append(_table(f"[{name}]", value))
        else:
            blocks += [_table(f"[[{name}]]", row) for row in value]
    return "\n".join(blocks)


def _table(head: str, table: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{_key(name)} = {_value(value)}" for name, value in table.items())]) + "\n"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() | float():
            text = format(Decimal(str(value)), "f")
            return text if "." in text else f"{text}.0"
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items()) + " }"
        case _:
            items = [_value(item) for item in value]
            return "[\n" + "".join(f"  {item},\n" for item in items) + "]" if len(items) > 1 else f"[{''.join(items)}]"


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _text(name)


def _text(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair has no place in TOML
    made = [_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08X}") for c in text]
    return '"' + "".join(made) + '"'
