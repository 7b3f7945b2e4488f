"""Receipts of the past into a file: CSV for spreadsheets or JSON lines for programs, oldest first.

The journal's file is read here, beside the server and not through it, so an export of a year keeps nobody waiting and
needs no memory that grows with it. The file is whole or it is not there. Knows no options: `requests` has them.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask

if TYPE_CHECKING:
    from tokenry.cli.journal import JournalFile
    from tokenry.ledger import Selection, Span

Json = dict[str, Any]
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # what a spreadsheet computes, wide signs too
KINDS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
COLUMNS = (
    "id", "at", "outcome", "status", "endpoint", "model", "stream", "deployment", "key", "key_name", "project",
    "project_name", "organization", "user", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens",
    "total_tokens", "count_source", "charge_usd", "writeoff_usd", "cost_usd", "estimated", "price_version", "ttft_ms",
    "duration_ms", "attempts", "seen_by", "training", "energy_wh", "charge_tokens", "covered_usd",
    "writeoff_tokens", "purpose", "downgraded_from",
)  # fmt: skip  # one a line would bury the module

Writer = Callable[[Json], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for, with names turned into ids; and names by id, for those that are met."""

    selection: Selection
    span: Span
    names: dict[str, str]


def export(data: Path | None, target: Path, args: dict[str, object]) -> None:
    """Write every receipt that fits to `target`, and say how many there were.

    Args:
        data: the data folder. target: ends in .csv, .jsonl or .ndjson; replaced when it is there.
        args: the filter, as the verb `requests` takes it.

    Raises:
        TokenryError: the filter, the file or the books cannot be read or written; no file is left then.
    """
    from tokenry.cli.journal import opened

    kind = KINDS.get(target.suffix.lower())
    if kind is None:
        raise TokenryError(f"{target}: say what it is to be by its name: .csv or .jsonl")
    wanted = _wanted(data, args)
    with opened(data) as journal, _whole(target) as file:
        write = _csv(file) if kind == "csv" else _jsonl(file)
        count = 0
        for one in _receipts(journal, wanted):
            write(one)
            count += 1
    show.note(f"{show.counted(count, 'request')} written to {target}")


def _wanted(data: Path | None, args: dict[str, object]) -> _Wanted:
    from tokenry.api.admin import Who, wanted
    from tokenry.base.clock import SystemClock

    keys, projects = ask(data, "key list", {"every": True})["keys"], ask(data, "project list", {})["projects"]
    who = Who(_ident(keys, args.get("key"), "key"), _ident(projects, args.get("project"), "project"))
    selection, span = wanted(dict(args), who, SystemClock().now_ns())
    return _Wanted(selection, span, {one["id"]: one["name"] for one in (*keys, *projects)})


def _ident(known: list[Json], ref: object, what: str) -> str | None:
    """The id meant by an id, a name or a key's prefix; None by nothing. Raises TokenryError."""
    if ref is None:
        return None
    found = [one["id"] for one in known if ref in {one["id"], one["name"], one.get("prefix")}]
    if len(found) != 1:
        how_many = f"{len(found)} {what}s are called" if found else f"there is no {what}"
        raise TokenryError(f"{how_many} {str(ref)[:100]!r}; `tokenry {what} list` shows their ids")
    return str(found[0])


def _receipts(journal: JournalFile, wanted: _Wanted) -> Iterator[Json]:
    """The receipts of the span that fit, as JSON data."""
    from tokenry.api.admin import Names, shown_receipt
    from tokenry.cli.journal import watched
    from tokenry.ledger import receipt_of

    names = Names.known(wanted.names)
    for row in watched(journal, wanted.span):
        if row.kind == "settle":
            one = receipt_of(row)
            if wanted.selection.fits(one):
                told = shown_receipt(one, names)
                del told["organization_name"]  # of which no verb tells us
                yield told


@contextmanager
def _whole(target: Path) -> Iterator[TextIO]:
    """A file beside the target that takes its place when all is written, and is gone when anything fails."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as file:
            draft.chmod(0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _jsonl(file: TextIO) -> Writer:
    return lambda one: print(json.dumps(one, ensure_ascii=False), file=file)


def _csv(file: TextIO) -> Writer:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    return lambda one: rows.writerow(_cells(one))


def _cells(one: Json) -> Iterable[object]:
    tries = [f"{a['deployment']}:{a['ended']}" for a in one["attempts"]]
    flat = {**one, "attempts": " ".join(tries), "seen_by": " ".join(one["seen_by"])}
    return [_cell(flat[name]) for name in COLUMNS]


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quotation mark in front."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip().startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
