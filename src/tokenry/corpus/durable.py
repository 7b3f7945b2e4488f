"""Files that are there whole or not at all: written beside, synced, renamed, and the folder's list of names synced.

Knows Parquet's writing, because bytes must come out the same each time. Knows nothing of what the files mean.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tokenry.corpus.errors import CorpusError, RunFolderError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment] # `lock` says so

PARTIAL = ".partial"
PRIVATE, PUBLIC = 0o600, 0o666  # texts are their owner's; a report is written to be published
ZSTD_LEVEL = 3
ROW_GROUP = 16_384  # rows


def lock(file: int, *, wait: bool) -> None:
    """Be the only one with a lock on an open file; it ends when the file is closed, or with the process.

    Raises:
        BlockingIOError: somebody else has it, and nobody waits. CorpusError: this system has no such locks.
    """
    if fcntl is None:
        raise CorpusError("a training set is built on Linux or macOS: this system cannot lock a run's folder")
    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def write_whole(path: Path, fill: Callable[[BinaryIO], None], *, mode: int = PRIVATE) -> None:
    """Make or replace `path` by what `fill` writes. After a kill there is the old file or the new one.

    Args:
        path: of the file.
        fill: writes its bytes.
        mode: who may read it, less what the process's umask takes away.

    Raises:
        OSError: the disk is full, or the folder cannot be written; nothing is left behind.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_parquet(path: Path, batches: Iterable[Any], schema: Any) -> None:
    """Record batches as one zstd Parquet file, the same bytes for the same rows in the same batches."""

    def fill(file: BinaryIO) -> None:
        with pq.ParquetWriter(file, schema, compression="zstd", compression_level=ZSTD_LEVEL) as writer:
            for batch in batches:
                writer.write_table(pa.Table.from_batches([batch], schema=schema), row_group_size=ROW_GROUP)

    write_whole(path, fill)


def read_parquet(path: Path, columns: list[str] | None = None) -> Any:
    """A whole file as one table.

    Raises:
        RunFolderError: it is not there, is damaged, or lacks a column.
    """
    try:
        table = pq.ParquetFile(path).read(columns=columns, use_threads=False)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        words = str(error).partition("\n")[0].partition(" Detail:")[0][:200]
        raise RunFolderError(
            f"{path} cannot be read: {words}; `tokenry corpus verify` says what else is wrong"
        ) from error
    if lost := set(columns or ()).difference(table.column_names):
        raise RunFolderError(f"{path} has no column {min(lost)}: it is of another version, or no table of a set")
    return table


def write_json(path: Path, document: object, *, mode: int = PRIVATE) -> None:
    """A JSON document with sorted keys and an end of line; `mode` as `write_whole`'s."""
    text = msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"
    write_whole(path, lambda file: _all(file, text), mode=mode)


def sync_folder(folder: Path) -> None:
    """Make a folder's list of names durable. The room `storage` has the same; its import would double a worker's."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Remove what a kill left half written."""
    for stray in folder.rglob(f"*{PARTIAL}"):
        stray.unlink(missing_ok=True)


def _all(file: BinaryIO, text: bytes) -> None:
    file.write(text)
