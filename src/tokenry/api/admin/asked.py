"""From the arguments of a verb, as JSON brought them, to values: typed structs, amounts of money, points in time.

Everything that cannot be read is an InvalidRequest that names the argument and shows how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.base.units import usd_to_nano
from tokenry.config import did_you_mean

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SPAN = re.compile(r"(\d{1,9})([smhdw])\Z")
_NO_SUCH_WORD = re.compile(r"Invalid enum value '(.*)' - at `\$\.(\w+)", re.DOTALL)
_INSTANT_MAX = 2**63 - 1
_HOW = "write a span such as 7d, 24h or 30m, a day such as 2026-11-01, or a time such as 2026-11-01T12:00:00Z"


class Asked(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The arguments of one verb."""


A = TypeVar("A", bound=Asked)


def read(kind: type[A], args: dict[str, Any]) -> A:
    """The arguments as a struct.

    Raises:
        InvalidRequest: one is missing, unknown or of another type; the message says which.
    """
    try:
        return msgspec.convert(args, kind)
    except msgspec.ValidationError as error:
        raise _refused(kind, str(error)) from None


def _refused(kind: type[Asked], complaint: str) -> InvalidRequest:
    """A word that is none of those an argument takes is answered with those."""
    found = _NO_SUCH_WORD.match(complaint)
    if found is None:
        return InvalidRequest(f"the arguments cannot be taken: {complaint}")
    word, param = found[1][:60], found[2]
    right = list(_choices(get_type_hints(kind)[param]))
    hint = did_you_mean(word, right)
    return InvalidRequest(f'{param}: "{word}" is none of {", ".join(right)}{hint}', param=param)


def _choices(hint: Any) -> Iterator[str]:
    """The words of every Literal within a type."""
    if get_origin(hint) is Literal:
        yield from map(str, get_args(hint))
    else:
        for part in get_args(hint):
            yield from _choices(part)


def money(text: str, param: str) -> int:
    """Nano-USD for dollars as people write them. Raises InvalidRequest."""
    try:
        return usd_to_nano(text)
    except ValueError as error:
        raise InvalidRequest(f"{param}: {error}", param=param) from None


def since(text: str, now_ns: int, param: str) -> int:
    """A point in the past: a span before now, or an absolute time; ns since the epoch. Raises InvalidRequest."""
    span_ns = _span(text)
    return max(0, now_ns - span_ns) if span_ns is not None else _absolute(text, param)


def until(text: str, now_ns: int, param: str) -> int:
    """A point in the future: a span from now, or an absolute time; ns since the epoch. Raises InvalidRequest."""
    span_ns = _span(text)
    at = now_ns + span_ns if span_ns is not None else _absolute(text, param)
    if not now_ns < at <= _INSTANT_MAX:
        raise InvalidRequest(f"{param}: {text!r} does not lie in the future, before the year 2262", param=param)
    return at


def moment(text: str, now_ns: int, param: str) -> int:
    """A point in time: a span from now, or an absolute time; ns since the epoch. Raises InvalidRequest."""
    span_ns = _span(text)
    at = now_ns + span_ns if span_ns is not None else _absolute(text, param)
    if not 0 <= at <= _INSTANT_MAX:
        raise InvalidRequest(f"{param}: {text!r} lies before 1970 or after the year 2262", param=param)
    return at


def _span(text: str) -> int | None:
    found = _SPAN.match(text.strip())
    return int(found[1]) * _UNITS_S[found[2]] * NS_PER_S if found else None


def _absolute(text: str, param: str) -> int:
    """Days begin at midnight UTC; a time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRequest(f"{param}: {text[:60]!r} is neither a span nor a time; {_HOW}", param=param) from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * NS_PER_S
