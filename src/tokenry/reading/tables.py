"""CSV and its kin: each row with the names of its columns, so that a row found alone still says what its values are."""

from __future__ import annotations

import csv
import io

from tokenry.reading.found import Found, Script, Unreadable
from tokenry.reading.kinds import MEDIA

ROWS_MAX = 200_000
COLUMNS_MAX = 1_000
_FIELD_MAX = 131_072  # characters; the reader's own default
_SIGNS = ",;\t|"
_SAMPLE = 64 * 1024  # characters
_NAME_MAX = 80  # characters of a column's name


def read_table(text: str) -> Found:
    """Rows as `name: value; name: value`, a line each, marked with their numbers. Raises Unreadable."""
    csv.field_size_limit(_FIELD_MAX)
    script, note = Script(), None
    names: list[str] = []
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        for number, row in enumerate(rows, start=1):
            if script.full:
                break
            if number > ROWS_MAX:
                note = f"only the first {ROWS_MAX:,} rows were read"
                break
            if len(row) > COLUMNS_MAX:
                raise Unreadable(
                    "too_large", f"row {number} has more than {COLUMNS_MAX:,} columns; is this a CSV file?"
                )
            values = [value.strip() for value in row]
            if not any(values):
                continue
            if not names:
                names = [value[:_NAME_MAX] for value in values]
                script.add(" | ".join(values), "\n", line=number)
                continue
            script.add(_told(names, values), "\n", line=number)
    except csv.Error as error:
        raise Unreadable("damaged", f"this CSV file is damaged: {error}") from None
    return Found(
        kind="csv", mime_type=MEDIA["csv"], text=script.text, marks=tuple(script.marks), note=note or script.note
    )


def _told(names: list[str], values: list[str]) -> str:
    parts = []
    for at, value in enumerate(values):
        if value:
            name = names[at] if at < len(names) else ""
            parts.append(f"{name or f'column {at + 1}'}: {' '.join(value.split())}")
    return "; ".join(parts)


def _delimiter(text: str) -> str:
    """The sign that parts the first lines into the same number of columns, the larger the better."""
    lines = [line for line in text[:_SAMPLE].split("\n")[:50] if line.strip()]
    best, most = ",", 0
    for sign in _SIGNS:
        counts = [line.count(sign) for line in lines]
        least = min(counts, default=0)
        if least > most:
            best, most = sign, least
    if most:
        return best
    return max(_SIGNS, key=lines[0].count) if lines else ","
