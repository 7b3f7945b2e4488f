"""The run's book: one line of JSON for each piece of work that is done and durable. A run resumes by reading it.

Its first row says which recipe and which versions the run is of. A row is written once its files are: a kill between
the two makes the work be done again, with the same bytes. A last row that was torn is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from tokenry.corpus.durable import lock, sync_folder
from tokenry.corpus.errors import RunFolderError

NAME = "book.jsonl"
_TOLD_MAX, _SHORT = 4, 40  # things that differ, and characters of their values


class Book:
    """Use as a context manager. One process at a time: the open file is locked, and the lock ends with the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._rows: dict[tuple[str, str], Any] = {}
        self._file = self._open()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        os.close(self._file)

    def row(self, kind: str, key: str) -> Any:
        """What was entered for this piece of work; None when it is still to do."""
        return self._rows.get((kind, key))

    def rows(self, kind: str) -> Mapping[str, Any]:
        """All of a kind by key, in the order of their keys."""
        return {key: self._rows[kind, key] for one, key in sorted(self._rows) if one == kind}

    def enter(self, kind: str, key: str, row: object) -> None:
        """Enter a piece of work; it is durable when this returns."""
        line = msgspec.json.encode({"kind": kind, "key": key, "row": row}) + b"\n"
        written = os.write(self._file, line)
        if written != len(line):
            raise RunFolderError(f"{self._path} could not be written to its end; make room and start the run again")
        os.fsync(self._file)
        self._rows[kind, key] = msgspec.json.decode(line)["row"]

    def begin(self, head: Mapping[str, object]) -> bool:
        """Say which run this is; True when it goes on with one that is there.

        Raises:
            RunFolderError: the folder holds another run.
        """
        there = self.row("head", "")
        if there is None:
            self.enter("head", "", head)
            return False
        wanted = msgspec.json.decode(msgspec.json.encode(head))
        differing = [name for name in wanted if there.get(name) != wanted[name]]
        if differing:
            raise RunFolderError(
                f"{self._path.parent} holds a run of another kind: {_told(there, wanted, differing)}; "
                "name another output (--output DIR), or delete that folder"
            )
        return True

    def _open(self) -> int:
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            lock(file, wait=False)
            os.ftruncate(file, self._read())
        except BlockingIOError:
            os.close(file)
            raise RunFolderError(f"another build works in {self._path.parent}; wait for it, or stop it") from None
        except BaseException:
            os.close(file)
            raise
        sync_folder(self._path.parent)
        return file

    def _read(self) -> int:
        """Take over the rows that are there; answers how many bytes of them are whole."""
        text = self._path.read_bytes() if self._path.exists() else b""
        self._rows = _rows(self._path, text)
        return text.rfind(b"\n") + 1


def read_book(folder: Path) -> dict[tuple[str, str], Any]:
    """A run's rows, read beside a run that may be going on.

    Raises:
        RunFolderError: there is no run.
    """
    try:
        text = (folder / NAME).read_bytes()
    except OSError as error:
        raise RunFolderError(f"{folder} holds no run: {NAME}: {error.strerror}") from error
    return _rows(folder / NAME, text)


def _rows(path: Path, text: bytes) -> dict[tuple[str, str], Any]:
    rows = {}
    for number, line in enumerate(text[: text.rfind(b"\n") + 1].splitlines(), 1):
        try:
            entry = msgspec.json.decode(line)
            rows[entry["kind"], entry["key"]] = entry["row"]
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, RecursionError) as error:
            raise RunFolderError(f"{path}:{number} was changed by hand, or the disk is damaged: {error}") from error
    return rows


def _told(there: Any, wanted: Any, names: list[str]) -> str:
    """What differs, by its dotted name, with both values where they are short."""
    rows = [row for name in names for row in _differing(name, there.get(name), wanted[name])]
    more = f" and {len(rows) - _TOLD_MAX} more" if len(rows) > _TOLD_MAX else ""
    return ", ".join(rows[:_TOLD_MAX]) + more


def _differing(name: str, there: Any, wanted: Any) -> Iterator[str]:
    if isinstance(there, dict) and isinstance(wanted, dict):
        for key in sorted(there.keys() | wanted.keys()):
            if there.get(key) != wanted.get(key):
                yield from _differing(f"{name}.{key}", there.get(key), wanted.get(key))
    elif name == "files_listed":
        yield "the list of input files is another"
    else:
        short = [str(one) if one is not None else "none" for one in (there, wanted)]
        yield f"{name} is {short[0]}, not {short[1]}" if max(map(len, short)) <= _SHORT else f"{name} differs"
