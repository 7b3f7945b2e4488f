"""Files inside a set's folder, opened so that nothing leads out of it and nothing keeps whoever reads waiting.

The folder itself may be a link: whoever configured it named it. Inside no link is followed, and only ordinary files of
a bounded size are read.
"""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

FILE_SIZE_MAX: Final = 64 * 1024 * 1024  # bytes of any file that is read or handed out
_KEPT = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to must not block
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _KEPT
_WORDS: Final = {
    errno.EACCES: "may not be read by the user that the server runs as",
    errno.EPERM: "may not be read by the user that the server runs as",
    errno.ELOOP: "is a link, and links inside a set are not followed",
    errno.ENOTDIR: "is a link or no folder, and links inside a set are not followed",
}


class Unread(Exception):
    """A file is there and was not read. Its words name the file within its set, and never where the set lies."""


class Mark(NamedTuple):
    """What tells whether a file is still the same."""

    device: int
    inode: int
    size: int  # bytes
    changed_ns: int


def opened(folder: Path, name: str, most: int = FILE_SIZE_MAX) -> tuple[BinaryIO, Mark]:
    """An ordinary file for reading, and its mark.

    Args:
        folder: the set's.
        name: within it, parts separated by `/`; a constant of ours, never what somebody said.
        most: bytes that it may have.

    Raises:
        FileNotFoundError: it is not there.
        Unread: it is, and is no ordinary file, is too large, or may not be read.
    """
    try:
        held = _descriptor(folder, name.split("/"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unread(f"{name} {_WORDS.get(error.errno or 0, f'cannot be read: {error.strerror}')}") from error
    file = os.fdopen(held, "rb")
    found = os.fstat(held)
    if not stat.S_ISREG(found.st_mode):
        file.close()
        raise Unread(f"{name} is no ordinary file")
    if found.st_size > most:
        file.close()
        raise Unread(f"{name} has {found.st_size} bytes, and files of more than {most} are not read here")
    return file, Mark(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def whole(file: BinaryIO, mark: Mark, name: str) -> bytes:
    """All of an opened file. Raises Unread: it cannot be read, or grows while it is."""
    try:
        content = file.read(mark.size + 1)
    except OSError as error:
        raise Unread(f"{name} cannot be read: {error.strerror}") from error
    if len(content) > mark.size:
        raise Unread(f"{name} is being written")
    return content


def there(folder: Path, name: str) -> Mark | None:
    """The mark of an ordinary file that could be handed out; None = there is none."""
    try:
        file, mark = opened(folder, name)
    except (FileNotFoundError, Unread):
        return None
    file.close()
    return mark


def digest(content: bytes) -> str:
    """sha256, hex."""
    return sha256(content).hexdigest()


def _descriptor(folder: Path, steps: list[str]) -> int:
    if os.open not in os.supports_dir_fd:  # Windows: links are looked for first
        return _by_path(folder, steps)
    held = os.open(folder, _FOLDER)
    try:
        for step in steps[:-1]:
            below = os.open(step, _FOLDER | _NO_LINK, dir_fd=held)
            os.close(held)
            held = below
        return os.open(steps[-1], os.O_RDONLY | _KEPT | _NO_LINK, dir_fd=held)
    finally:
        os.close(held)


def _by_path(folder: Path, steps: list[str]) -> int:
    path = folder
    for step in steps:
        path = path / step
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return os.open(path, os.O_RDONLY | _KEPT)
