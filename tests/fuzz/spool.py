"""A file in memory-backed storage where there is one, for readers that take a path. Knows nothing of what is read."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path


@functools.cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="tokenry-fuzz-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def spooled(name: str, data: bytes) -> Path:
    """The path of a file that holds `data`, until the next call with the same name."""
    path = _folder() / name
    path.write_bytes(data)
    return path
