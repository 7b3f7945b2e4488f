"""The bytes inside a gzipped file, up to its damage: what comes before a cut is never lost with it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from tokenry.corpus.read.places import PIECE

PACKED = 1 << 14  # bytes at once: what is behind a member's end is copied, and a file may hold nothing but ends


class Unpacked(io.RawIOBase):
    """A gzipped file's bytes from its beginning on, all members, with the place where one is in them.

    Args:
        file: to read from; closed with this one.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        file.seek(0)
        self._file = file
        self._stream = zlib.decompressobj(31)
        self._packed = b""
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The byte where one is."""
        return self._at

    def close(self) -> None:
        """The file below is closed, too."""
        if not self.closed:
            self._file.close()
        super().close()

    def readinto(self, buffer: object) -> int:
        """Fill the beginning of a buffer; answers with how many bytes."""
        into = memoryview(cast(bytearray, buffer)).cast("B")
        data = self._next(len(into))
        into[: len(data)] = data
        return len(data)

    def skip(self, to: int, alive: Callable[[], None]) -> None:
        """Go on to a byte that is not behind us, and show meanwhile that we do."""
        while self._at < to and self._next(min(PIECE, to - self._at)):
            alive()

    def _next(self, most: int) -> bytes:
        """Some bytes; none at the end. Raises OSError where the file is damaged."""
        while True:
            self._packed = self._packed or self._file.read(PACKED)
            if not self._packed:
                if not self._stream.eof:
                    raise OSError("truncated gzip")
                return b""
            if self._stream.eof:
                self._stream = zlib.decompressobj(31)
            try:
                data = self._stream.decompress(self._packed, most)
            except zlib.error as error:
                raise OSError(f"damaged gzip: {error}") from error
            self._packed = self._stream.unconsumed_tail or self._stream.unused_data
            if data:
                self._at += len(data)
                return data
