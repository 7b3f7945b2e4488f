"""Bodies, forms and queries as the types a route names, or an error that says which member is wrong and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar, get_origin, get_type_hints

import msgspec

from tokenry.api.guarded.route import Query, Taken
from tokenry.base.errors import InvalidRequest

Q = TypeVar("Q", bound=Query)
T = TypeVar("T", bound=Taken)
S = TypeVar("S", bound=msgspec.Struct)
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?$", re.DOTALL)
_NESTED = re.compile(r"^(\w+)\[([^\[\]]*)\]$")


def read_body(kind: type[T], body: bytes) -> T:
    """The body of a request. Raises InvalidRequest."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _refused("body", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"the body must be one JSON object: {error}") from None


def read_query(kind: type[Q], items: Iterable[tuple[str, str]]) -> Q:
    """The query of a request: `a=1`, `b=x&b=y` or `b[]=x&b[]=y`, `c[gte]=5`. Raises InvalidRequest."""
    return _named(kind, items, "query")


def read_fields(kind: type[T], items: Iterable[tuple[str, str]]) -> T:
    """The fields of a form, written as those of a query are. Raises InvalidRequest."""
    return _named(kind, items, "form")


def _named(kind: type[S], items: Iterable[tuple[str, str]], part: str) -> S:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for key, value in items:
        nested = _NESTED.match(key)
        name, inner = (nested[1], nested[2]) if nested else (key, "")
        if inner:
            held = found.setdefault(name, {})
            if isinstance(held, dict):
                held[inner] = value
        elif _is_many(hints.get(name)):
            held = found.setdefault(name, [])
            if isinstance(held, list):
                held.append(value)
        else:
            found[name] = value
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _refused(part, str(error)) from None


def _is_many(hint: Any) -> bool:
    return get_origin(hint) is tuple or any(get_origin(part) is tuple for part in getattr(hint, "__args__", ()))


def _refused(part: str, complaint: str) -> InvalidRequest:
    told = _AT.match(complaint)
    assert told is not None
    where = told["where"] or None
    words = f"{part}: {told['what']}" if where is None else f"{where}: {told['what']}"
    return InvalidRequest(words[:500], param=where)
