"""A file of awards, line by line: CSV as spreadsheets write it, read into plain values, or into what is wrong with it.

Nothing is looked up here. Source of the format: RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tokenry.base.errors import InvalidRequest
from tokenry.base.units import usd_to_nano
from tokenry.programmes.terms import UnitName

LINES_MAX: Final = 1_000  # all of a file is one transaction, for which everybody else waits
SIZE_MAX: Final = 900_000  # characters of a file
CELL_LENGTH_MAX: Final = 1_000
TAKEN: Final = (
    "name", "tokens", "usd", "project", "awardee", "tier", "begins", "ends", "tranches", "every_days", "released_by",
)  # fmt: skip
# What an export tells beside that, and an import does not read.
TOLD: Final = (
    "id", "status", "issued", "committed", "held", "spent", "left", "returned", "expired", "application", "renews",
    "created",
)  # fmt: skip
COLUMNS: Final = (*TAKEN, *TOLD)
_DAYS_MAX, _TRANCHES_MAX = 3660, 120


@dataclass(frozen=True, slots=True)
class Line:
    """One award of a file, as it is written there. `amount` in whole units; `begins` and `ends` are as people wrote."""

    number: int
    name: str
    amount: int
    project: str | None = None
    awardee: str | None = None
    tier: str | None = None
    begins: str | None = None
    ends: str | None = None
    tranches: int = 1
    every_days: int | None = None
    released_by: str = "date"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, in words. Line 1 holds the names of the columns."""

    line: int
    words: str


def read_lines(text: str, unit: UnitName) -> tuple[list[Line], list[Fault]]:
    """All lines that can be read, and what is wrong with the others.

    Raises:
        InvalidRequest: the file as a whole: it is too long, has no line of names, or a column that nobody knows.
    """
    if len(text) > SIZE_MAX:
        raise InvalidRequest(f"the file has more than {SIZE_MAX} characters; import it in several files", param="csv")
    if "\x00" in text:
        raise InvalidRequest("the file holds a zero byte; save it as CSV in UTF-8", param="csv")
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found: list[Line] = []
    faults: list[Fault] = []
    names: dict[str, int] = {}
    columns: list[str] | None = None
    for number, cells, wrong in _rows(reader):
        if wrong is not None:
            faults.append(Fault(number, wrong))
        elif columns is None:
            columns = _columns(cells, unit)
        elif any(cell.strip() for cell in cells):
            _take(number, (columns, cells), unit, (found, faults), names)
        if len(found) + len(faults) > LINES_MAX:
            raise InvalidRequest(f"a file has at most {LINES_MAX} lines; import it in several", param="csv")
    if columns is None:
        raise InvalidRequest("the file is empty; its first line names the columns, as `name,tokens,project`")
    return found, faults


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str], str | None]]:
    """Each row with the number of its last line; a file that breaks off is told where."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield getattr(reader, "line_num", 0), [], f"this is not CSV: {error}"
            return
        yield getattr(reader, "line_num", 0), cells, None


def _columns(cells: list[str], unit: UnitName) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    for name in columns:
        if columns.count(name) > 1:
            raise InvalidRequest(f"line 1: the column {name[:60]!r} stands twice", param="csv")
        if name not in TAKEN and name not in TOLD:
            raise InvalidRequest(f"line 1: there is no column {name[:60]!r}; there are {', '.join(TAKEN)}", param="csv")
    other = "usd" if unit == "tokens" else "tokens"
    if other in columns:
        raise InvalidRequest(f"line 1: the programme awards {unit}, so the column is called {unit}", param="csv")
    for name in ("name", unit):
        if name not in columns:
            raise InvalidRequest(f"line 1: the column {name!r} is missing", param="csv")
    return columns


def _take(
    number: int,
    row: tuple[list[str], list[str]],
    unit: UnitName,
    into: tuple[list[Line], list[Fault]],
    names: dict[str, int],
) -> None:
    columns, cells = row
    found, faults = into
    if len(cells) != len(columns):
        faults.append(Fault(number, f"it has {len(cells)} cells, and the first line names {len(columns)} columns"))
        return
    try:
        line = _line(number, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}, unit)
    except ValueError as error:
        faults.append(Fault(number, str(error)))
        return
    if line.name in names:
        faults.append(Fault(number, f"name: {line.name!r} stands in line {names[line.name]} already"))
        return
    names[line.name] = number
    found.append(line)


def _line(number: int, cells: Mapping[str, str], unit: UnitName) -> Line:
    """Raises ValueError in words for people."""
    for column, cell in cells.items():
        if len(cell) > CELL_LENGTH_MAX:
            raise ValueError(f"{column}: more than {CELL_LENGTH_MAX} characters")
    text = {column: _plain(cells.get(column, "")) or None for column in TAKEN}
    name = text["name"]
    if name is None or len(name) > 100 or not name.isprintable():
        raise ValueError("name: an award has one, of 1 to 100 printable characters")
    released_by = text["released_by"] or "date"
    if released_by not in {"date", "report"}:
        raise ValueError(f"released_by: {released_by[:40]!r} is neither date nor report")
    if text["project"] is None and text["awardee"] is None:
        raise ValueError("project: name one, or an awardee, who gets one")
    return Line(
        number=number, name=name, amount=_amount(text[unit], unit), project=text["project"], awardee=text["awardee"],
        tier=text["tier"], begins=text["begins"], ends=text["ends"],
        tranches=_whole("tranches", text["tranches"], _TRANCHES_MAX) or 1,
        every_days=_whole("every_days", text["every_days"], _DAYS_MAX), released_by=released_by,
    )  # fmt: skip  # one line of names


def _plain(cell: str) -> str:
    """Without the apostrophe that an export puts before what a spreadsheet would compute."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _amount(text: str | None, unit: UnitName) -> int:
    if text is None:
        raise ValueError(f"{unit}: how much is missing")
    if unit == "usd":
        try:
            amount = usd_to_nano(text)
        except ValueError as error:
            raise ValueError(f"usd: {error}") from None
    else:
        digits = text.replace("_", "").replace(",", "")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
            raise ValueError(f"tokens: {text[:40]!r} is no whole number of tokens")
        amount = int(digits)
    if amount < 1:
        raise ValueError(f"{unit}: an award is of more than nothing")
    return amount


def _whole(name: str, text: str | None, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or not 1 <= int(text) <= most:
        raise ValueError(f"{name}: {text[:40]!r} is no whole number from 1 to {most}")
    return int(text)
