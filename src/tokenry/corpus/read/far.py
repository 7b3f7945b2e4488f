"""What inputs on a network have in common, wherever they are: how they are listed, opened and read, and how that fails.
Knows no protocol.

A far file is read from any byte on, as it is asked for: nothing of it is kept but a buffer.
"""

from __future__ import annotations

import io
import re
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, cast

from tokenry.corpus.errors import InputError

BUFFER = 1 << 20  # bytes that are asked for at least
MAGIC = re.compile(r"[*?\[]")
_BEAT = 1.0  # seconds


_SECRET = re.compile(
    r"([?&][^=&\s]*(?:sig|token|secret|pass|auth|credential|session|key)[^=&\s]*=)[^&#\s;,)]+", re.IGNORECASE
)


def unsigned(words: str) -> str:
    """Words with addresses whose queries hold a signature, a token or the like: without what it is."""
    return _SECRET.sub(r"\1…", words)


class RemoteError(InputError):
    """An input on a network cannot be read; the message says what to do, and no secret of its address."""

    def __init__(self, message: str) -> None:
        super().__init__(unsigned(message))


class Listed(NamedTuple):
    """A file as its server lists it."""

    address: str
    size: int  # bytes
    version: str  # another one after each change: its ETag, or when it changed
    ranges: bool = True  # whether it can be read from any byte on


class Far(io.RawIOBase):
    """A file on a network. A child says how to get at its bytes.

    Args:
        size: of the file.
        alive: called while bytes are waited for.
    """

    def __init__(self, size: int, alive: Callable[[], None]) -> None:
        super().__init__()
        self.failed: RemoteError | None = None  # what went wrong; libraries that read through this may hide it
        self._size = size
        self._alive = alive
        self._at = 0

    @abstractmethod
    def bytes_at(self, at: int, most: int) -> bytes:
        """Some bytes from a place on, at least one.

        Raises:
            RemoteError: they cannot be had.
        """

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The byte where one is."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another byte; answers which it is."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Fill the beginning of a buffer; answers with how many bytes."""
        into = memoryview(cast(bytearray, buffer)).cast("B")
        most = min(len(into), self._size - self._at)
        if most <= 0:
            return 0
        try:
            with waiting(self._alive):
                data = self.bytes_at(self._at, most)
        except RemoteError as error:
            self.failed = error
            raise
        into[: len(data)] = data
        self._at += len(data)
        return len(data)


class Buffered(io.BufferedReader):
    """A far file for readers; what went wrong below is raised when it is left, whatever a library made of it."""

    def __init__(self, raw: Far) -> None:
        super().__init__(raw, BUFFER)
        self._far = raw

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        super().__exit__(kind, value, tb)
        if self._far.failed is not None and value is not self._far.failed:
            raise self._far.failed


@contextmanager
def waiting(alive: Callable[[], None]) -> Iterator[None]:
    """Call `alive` every second for as long as this lasts: a slow network is nobody's hanging document."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(_BEAT):
            alive()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def fitting(pattern: str) -> re.Pattern[str]:
    """What a pattern with `*` (within a folder), `**`, `?` and `[...]` fits.

    Raises:
        RemoteError: it has a range that ends before it begins.
    """
    pieces = re.split(r"(\*\*/?|\*|\?|\[[^\]/]+\])", pattern)
    try:
        return re.compile("".join(_PIECES.get(one) or _plain(one) for one in pieces), re.DOTALL)
    except re.error as error:
        raise RemoteError(f"{pattern}: {error}; in [...] write letters, or ranges such as a-z") from error


_PIECES = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _plain(piece: str) -> str:
    if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
        inside = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(piece)
