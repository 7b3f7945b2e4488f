"""JSON schemas in words, as HTML: what type a member has, and tables of the members of an object."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

Schema = dict[str, Any]

_CODE = re.compile(r"`([^`]+)`")
_REF = "#/components/schemas/"


def prose(text: str) -> str:
    """Plain text with `code` in backticks, as HTML."""
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def named(schema: Schema) -> str | None:
    """The name of the type a schema refers to, if it does."""
    ref = schema.get("$ref")
    return str(ref).removeprefix(_REF) if ref else None


def link(name: str) -> str:
    """A link to a type's own table."""
    return f'<a href="#type-{name}">{name}</a>'


def kind(schema: Schema, *, optional: bool = False) -> str:
    """What type of value a schema allows. Null goes without saying where a member may be left out."""
    name = named(schema)
    if name is not None:
        return link(name)
    if "anyOf" in schema:
        told = [kind(one) for one in schema["anyOf"] if not (optional and one.get("type") == "null")]
        return " or ".join(told)
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value), quote=False)}</code>" for value in schema["enum"])
    match schema.get("type"):
        case "array":
            inner = kind(schema.get("items", {}))
            listed = f"list of ({inner})" if " or " in inner else f"list of {inner}"
            return listed + _between(schema, "minItems", "maxItems")
        case "string":
            length = _between(schema, "minLength", "maxLength")
            return f"text{length} characters" if "maxLength" in schema else f"text{length}"
        case "object" if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
            return f"object of {kind(schema['additionalProperties'])}"
        case "boolean":
            return "true or false"
        case None:
            return "anything"
        case other:
            return f"{other}{_between(schema, 'minimum', 'maximum')}"


def _between(schema: Schema, low: str, high: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if least is not None and most is not None:
        return f", {least:,} to {most:,}"
    if most is not None:
        return f" ≤ {most:,}"
    if least == 1 and low != "minimum":
        return ", not empty"
    return f" ≥ {least:,}" if least is not None else ""


def members(schema: Schema, *, taken: bool) -> str:
    """A table of an object's members, needed ones first.

    Args:
        taken: it is part of a request, where only some members are needed; in an answer nothing is said of it.
    """
    needed = set(schema.get("required", ()))
    rows = sorted(schema.get("properties", {}).items(), key=lambda item: taken and item[0] not in needed)
    cells = [
        (
            f"<code>{escape(name)}</code>"
            + (' <span class="needed">required</span>' if taken and name in needed else ""),
            kind(one, optional=name not in needed),
            prose(one.get("description", "")),
        )
        for name, one in rows
    ]
    return table(("member", "type", ""), cells, css="fields")


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, css: str = "") -> str:
    """A table of cells that are HTML already."""
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="{css}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
