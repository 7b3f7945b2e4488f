"""An export's file as rows with their line numbers: CSV, pages of JSON, a JSON list, JSON lines. Knows no providers.

Every file is hostile until read: sizes are bounded, and what cannot be read is refused with its line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BufferedReader
from pathlib import Path
from typing import Any

import msgspec

from tokenry.ledger.reconcile.statement import StatementRefused

JSON_SIZE_MAX = 256 * 1024 * 1024  # bytes of one document, which is held whole; lines are not
LINE_SIZE_MAX = 1024 * 1024
COLUMNS_MAX = 200
DECIMAL_DIGITS_MAX = 28  # what decimal adds up without rounding

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as it stands in the file: names and values, and the line it begins on."""

    line: int
    values: Values


class _Page(msgspec.Struct):
    data: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    has_more: bool = False


def rows(path: Path) -> Iterator[Raw]:
    """The rows of a file in the order they stand; the values of JSON as they are, those of CSV as text.

    A page of buckets gives its results, each with the bucket's own fields beside them; a last row without values but
    `has_more` says that the page is not the last.

    Raises:
        StatementRefused: it cannot be read as any of these; with the line.
    """
    with path.open("rb") as file:
        first = _first_byte(file)
        if first not in b"{[":
            yield from _csv(file)
        elif first == b"{" and _lines_of_json(file):
            yield from _json_lines(file)
        else:
            yield from _document(file)


def _first_byte(file: BufferedReader) -> bytes:
    head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if not head:
        raise StatementRefused("line 1: the file is empty")
    return head[:1]


def _lines_of_json(file: BufferedReader) -> bool:
    """Whether the first line is a whole object, and another one follows."""
    line = file.readline(LINE_SIZE_MAX).removeprefix(b"\xef\xbb\xbf").strip()
    more = file.readline(2).strip()[:1] == b"{"
    file.seek(0)
    return more and line.endswith(b"}")


def _lines(file: BufferedReader) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(LINE_SIZE_MAX + 1):
        number += 1
        if len(line) > LINE_SIZE_MAX:
            raise StatementRefused(f"line {number}: longer than {LINE_SIZE_MAX:,} bytes")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise StatementRefused(f"line {number}: not UTF-8 text; save the export as UTF-8") from None
        if "\x00" in text:
            raise StatementRefused(f"line {number}: a zero byte; this is no text")
        yield number, text


def _csv(file: BufferedReader) -> Iterator[Raw]:
    lines = _lines(file)
    number, header = next(lines)
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().strip('"').strip().lower() for name in header.rstrip("\r\n").split(delimiter)]
    if len(names) > COLUMNS_MAX:
        raise StatementRefused(f"line 1: {len(names)} columns; at most {COLUMNS_MAX}")
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled:
        raise StatementRefused(f"line 1: the column {min(doubled)[:60]!r} is there twice")
    reader = csv.reader((text for _, text in lines), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise StatementRefused(f"line {begins}: {error}") from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise StatementRefused(f"line {begins}: {len(cells)} columns where the first line has {len(names)}")
        yield Raw(begins, dict(zip(names, (cell.strip() for cell in cells), strict=True)))


def _json_lines(file: BufferedReader) -> Iterator[Raw]:
    for number, text in _lines(file):
        if text.strip():
            yield Raw(number, _object(text, number))


def _document(file: BufferedReader) -> Iterator[Raw]:
    data = file.read(JSON_SIZE_MAX + 1)
    if len(data) > JSON_SIZE_MAX:
        raise StatementRefused(f"more than {JSON_SIZE_MAX // 2**20} MiB of JSON in one document; take a shorter time")
    data = data.removeprefix(b"\xef\xbb\xbf")
    finder = _Finder(data)
    if data.lstrip()[:1] == b"[":
        for one in _decode(data, list[msgspec.Raw], 1):
            line = finder.line(one)
            yield Raw(line, _object(bytes(one), line))
        return
    page = _decode(data, _Page, 1)
    if page.data is msgspec.UNSET:
        yield Raw(1, _object(data, 1))  # a single row
        return
    for raw in page.data:
        line = finder.line(raw)
        bucket = _decode(bytes(raw), dict[str, msgspec.Raw], line)
        own = {name: _value(bytes(value), line) for name, value in bucket.items() if name != "results"}
        if "results" not in bucket:
            yield Raw(line, own)
            continue
        inner = _Finder(bytes(raw), line)
        for result in _decode(bytes(bucket["results"]), list[msgspec.Raw], line):
            at = inner.line(result)
            yield Raw(at, {**own, **_object(bytes(result), at)})
    if page.has_more:
        yield Raw(finder.last, {"has_more": True})


class _Finder:
    """Tells lines of the parts of a JSON text, asked for in the order in which they stand."""

    def __init__(self, data: bytes, first: int = 1) -> None:
        self.last = first
        self._data = data
        self._at = 0

    def line(self, part: msgspec.Raw) -> int:
        """The line on which the part begins."""
        found = self._data.find(bytes(part), self._at)
        assert found >= 0, "a part of a text stands in it"
        self.last += self._data.count(b"\n", self._at, found)
        begins = self.last
        self._at = found + len(bytes(part))
        self.last += self._data.count(b"\n", found, self._at)
        return begins


def _decode(data: bytes, kind: Any, first: int) -> Any:
    """JSON that begins on the line `first`."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        byte = str(error).rpartition("(byte ")[2].rstrip(")")
        line = first + (data.count(b"\n", 0, int(byte)) if byte.isdigit() else 0)
        raise StatementRefused(f"line {line}: {error}") from None


def _object(text: bytes | str, line: int) -> Values:
    """A JSON object; numbers with a point as Decimal, since no float holds money."""
    value = _value(text, line)
    if not isinstance(value, dict):
        raise StatementRefused(f"line {line}: expected a JSON object, not {type(value).__name__}")
    return value


def _value(text: bytes | str, line: int) -> Any:
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise StatementRefused(f"line {line}: {str(error)[:200]}") from None


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if len(value.as_tuple().digits) > DECIMAL_DIGITS_MAX or abs(value.adjusted()) > DECIMAL_DIGITS_MAX:
        raise ValueError(f"{text[:30]} is no amount that anybody bills")
    return value


def _no_number(text: str) -> Decimal:
    raise ValueError(f"{text} is no number")
