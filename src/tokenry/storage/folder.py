"""The data folder before anything lies in it: made, private, writable, with room. Knows no file that others keep."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from tokenry.storage.errors import StorageError

RUN_NAME = "run"
DEMO_NAME = "DEMO"  # a file in a data folder in which nothing is real
FREE_SPACE_MIN = 64 * 1024 * 1024  # bytes; a journal's write-ahead log and a migration's backup need some


def prepare(data_dir: Path, *, free_space_min: int = FREE_SPACE_MIN) -> Path:
    """Make the data folder ready and answer its absolute path.

    Folders that are made get mode 0700, and so does `run/`, where the admin socket lies. A data folder that is already
    there keeps its mode: its owner may have shared it on purpose.

    Args:
        data_dir: where everything durable of this installation lives.
        free_space_min: bytes that must be free on its disk.

    Raises:
        StorageError: it cannot be made or written, is not a folder, or its disk is nearly full.
    """
    folder = data_dir.expanduser().absolute()
    try:
        _make(folder)
        _make(folder / RUN_NAME)
        os.chmod(folder / RUN_NAME, 0o700)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"tokenry")
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(folder).free
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError(f"{error.filename or folder} is a file, not a folder; choose another data folder") from error
    except OSError as error:
        at = error.filename if isinstance(error.filename, str) else folder
        raise StorageError(
            f"cannot write the data folder {folder} ({at}: {error.strerror}); make room, mend its owner or mode, "
            "or choose another"
        ) from error
    if free < free_space_min:
        raise StorageError(
            f"the disk of {folder} has {free // 2**20} MiB free and {free_space_min // 2**20} MiB are needed; make room"
        )
    return folder


def is_demo(data_dir: Path) -> bool:
    """Whether a data folder says that nothing in it is real."""
    return (data_dir / DEMO_NAME).is_file()


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable, so that a file just made is still there after a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _make(folder: Path) -> None:
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    if not missing[-1].parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(missing[-1].parent))
    for each in reversed(missing):
        if not each.is_dir():
            os.mkdir(each, 0o700)
            sync_folder(each.parent)
