"""Blobs in backups: those that a copy of app.db names, copied beside it, proven by their own names.

Knows which tables name blobs by their column `sha256` and `size`, and nothing of what they mean.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tokenry.storage.blobs import BLOBS_NAME
from tokenry.storage.copying import Watch
from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.tables import files, upload_parts, workspace_files

_TABLES = (files.name, upload_parts.name, workspace_files.name)
_CHUNK = 1024 * 1024


def named_blobs(app: Path, *, still: bool = True) -> dict[str, int]:
    """The blobs that an app.db names, with their sizes in bytes; none in one of an older schema.

    Args:
        still: nobody writes it; then nothing is written beside it either.

    Raises:
        StorageError: it cannot be read.
    """
    found: dict[str, int] = {}
    how = "immutable=1" if still else "mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(f"{app.absolute().as_uri()}?{how}", uri=True)) as file:
            known = {name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            for table in _TABLES:
                if table in known:
                    found |= dict(file.execute(f"SELECT sha256, size FROM {table}"))  # noqa: S608 - one of ours
    except sqlite3.Error as error:
        raise StorageError(f"{app} cannot be read ({error})") from error
    return found


def copy_blobs(source: Path, target: Path, names: Mapping[str, int], watch: Watch) -> tuple[str, ...]:
    """Copy blobs from one data folder or backup into another, durably.

    Returns the names of those that are not there as their names say; they are left out.

    Raises:
        OSError: the target cannot be written. Stopped: `watch` says so.
    """
    total, done, missing = sum(names.values()), 0, []
    for name in sorted(names):
        began_s = time.monotonic()
        if not _copy(_place(source, name), _place(target, name), name):
            missing.append(name)
        done += names[name]
        watch.turn("copying files", done, total, began_s)
    kept = target / BLOBS_NAME
    if kept.is_dir():
        for folder in (*kept.iterdir(), kept):
            sync_folder(folder)
    return tuple(missing)


def faulty_blobs(folder: Path, names: Mapping[str, int], watch: Watch) -> Iterator[str]:
    """Those of these blobs that are missing or are not what their names say."""
    total, done = sum(names.values()), 0
    for name in sorted(names):
        began_s = time.monotonic()
        if _digest(_place(folder, name)) != name:
            yield name
        done += names[name]
        watch.turn("reading it back", done, total, began_s)


def _place(folder: Path, name: str) -> Path:
    return folder / BLOBS_NAME / name[:2] / name


def _copy(source: Path, target: Path, name: str) -> bool:
    try:
        reading = source.open("rb")
    except OSError:
        return False
    with reading:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = hashlib.sha256()
        with open(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as copy:
            while piece := reading.read(_CHUNK):
                copy.write(piece)
                found.update(piece)
            copy.flush()
            os.fsync(copy.fileno())
    if found.hexdigest() != name:
        target.unlink()
        return False
    return True


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()
