"""How answers look: one JSON document, or tables that read well at 80 columns. Knows no verbs."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 500  # columns when nobody looks at the output: nothing is cut

Json = dict[str, Any]
_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_COLOURS = {
    "active": "green", "ready": "green", "open": "green", "completed": "green", "ok": "green", "closed": "dim",
    "revoked": "dim", "suspended": "yellow", "exhausted": "red", "expired": "red", "down": "red", "wrong": "red",
    "agrees": "green", "explained": "yellow", "unexplained": "red",
}  # fmt: skip  # one line a pair would bury the table


def console(*, stderr: bool = False) -> Console:
    """Where tables are drawn."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width())


def width() -> int:
    """Columns of the terminal; many when nobody looks."""
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns


def hanging(mark: str, words: str, indent: int) -> list[str]:
    """A paragraph as wide as the terminal: `mark`, then words that all begin at the column `indent`."""
    return textwrap.wrap(
        words, width(), initial_indent=mark.ljust(indent), subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def document(answer: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def line(answer: object) -> None:
    """One JSON document on one line, at once."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain(words: str) -> str:
    """Without characters that command a terminal: names and addresses are other people's."""
    return words.translate(_CONTROLS)


def say(*words: str) -> None:
    """Plain text on stdout."""
    sys.stdout.write(plain("\n".join(words)) + "\n")


def note(words: str) -> None:
    """A line beside the answer, on stderr, so that it never gets into what a script reads."""
    sys.stderr.write(f"note: {words}\n")


def flush() -> None:
    """Let whoever reads our output have it now."""
    sys.stdout.flush()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table, or the words for having nothing to show.

    Args:
        columns: titles; a leading `>` aligns to the right, a leading `*` lets long cells fold instead of being cut.
    """
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in columns:
        right: Literal["left", "right"] = "right" if title.startswith(">") else "left"
        fold = title.startswith("*")
        drawn.add_column(title.lstrip(">*"), justify=right, no_wrap=not fold, overflow="fold" if fold else "ellipsis")
    count = 0
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
        count += 1
    if count:
        _draw(drawn)
    else:
        say(empty)


def pairs(facts: Iterable[tuple[str, object]]) -> None:
    """Facts about one thing, one a line; those that are None are left out."""
    drawn = Table.grid(padding=(0, 2, 0, 0))
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for label, value in facts:
        if value is not None:
            drawn.add_row(label, _cell(value))
    _draw(drawn)


def usd(amount: object) -> str:
    """`$1.50` for `1.50`, `-$1.50` for `-1.50`; a dash for nothing."""
    if amount is None:
        return "-"
    text = str(amount)
    return f"-${text[1:]}" if text.startswith("-") else f"${text}"


def day(moment: object) -> str:
    """The day of an RFC 3339 time; a dash for none."""
    return "-" if moment is None else str(moment)[:10]


def on_day(seconds: int) -> str:
    """The day of an instant, seconds since the epoch, UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def clock_time(moment: object) -> str:
    """The time of day of an RFC 3339 time, UTC."""
    return str(moment)[11:19]


def count(number: object) -> str:
    """`1,234`."""
    return f"{number:,}" if isinstance(number, int) else "-"


def counted(number: int, one: str, more: str | None = None) -> str:
    """`1 key`, `1,234 keys`; `more` where the plural is not made with an s."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def size(number: int | None) -> str:
    """Bytes as people say them."""
    if number is None:
        return "-"
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= bytes_:
            return f"{number / bytes_:.1f} {unit}"
    return f"{number} B"


def _draw(table: Table) -> None:
    """To a terminal as it is; to anything else without the blanks that fill it up on the right."""
    screen = console()
    if screen.is_terminal:
        screen.print(table)
        return
    with screen.capture() as drawn:
        screen.print(table)
    say(*(line.rstrip() for line in drawn.get().splitlines()))


def _cell(value: object) -> Text:
    text = "-" if value is None or value == "" else str(value)
    return Text(plain(text), style=_COLOURS.get(text, ""))
