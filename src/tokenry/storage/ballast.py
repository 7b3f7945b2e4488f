"""Room that is kept for the worst hour: a file of its own size, given back when the disk is full.

Whoever fills the disk leaves this much for the settlements of requests that already run. Knows files; when to give it
back is its caller's to say.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from tokenry.storage.folder import sync_folder

BALLAST_NAME = "ballast"
_CHUNK = 1024 * 1024
_UNABLE = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}


def free_bytes(folder: Path) -> int:
    """What we may still write to the folder's disk. Raises OSError."""
    return shutil.disk_usage(folder).free


def make_ballast(folder: Path, size: int) -> None:
    """Have a file of `size` bytes that really takes them. One of another size is made anew; 0 removes it.

    Raises:
        OSError: there is no room; nothing of it is left.
    """
    path = folder / BALLAST_NAME
    if path.exists() and path.stat().st_size == size and size:
        return
    give_ballast(folder)
    if not size:
        return
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        _take(handle, size)
        os.fsync(handle)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(handle)
    sync_folder(folder)


def give_ballast(folder: Path) -> bool:
    """Give the room back; whether there was any."""
    try:
        (folder / BALLAST_NAME).unlink()
    except FileNotFoundError:
        return False
    return True


def _take(handle: int, size: int) -> None:
    """Real blocks, not a promise of some: where the file system cannot reserve them, they are written."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            if error.errno not in _UNABLE:
                raise
        else:
            return
    for start in range(0, size, _CHUNK):
        os.write(handle, os.urandom(min(_CHUNK, size - start)))  # what could be packed would take no room
