"""HTML, PDF and plain text, one document a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tokenry.corpus.read.source import RECORD_SIZE_MAX, Damaged, Loss, Mark, Part, Record


class PagesReader:
    """A page as it lies on the disk. It has no URL and no headers.

    Args:
        media: of what it is.
    """

    def __init__(self, media: str) -> None:
        self._media = media

    def survey(self, path: Path) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        yield Mark(0, path.stat().st_size)

    def read(self, part: Part) -> Iterator[Record]:
        """The records of a part, in order."""
        made = Record(position=0, media=self._media)
        body = _start(Path(part.file.path))
        if len(body) > RECORD_SIZE_MAX:
            made.loss = Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
        else:
            made.raw = body
        yield made


class TextReader:
    """Plain text in UTF-8; bytes that are none become U+FFFD."""

    def survey(self, path: Path) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        yield Mark(0, path.stat().st_size)

    def read(self, part: Part) -> Iterator[Record]:
        """The records of a part, in order."""
        made = Record(position=0, media="text/plain")
        body = _start(Path(part.file.path))
        if len(body) > RECORD_SIZE_MAX:
            made.loss = Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
        else:
            made.text = body.decode("utf-8", "replace")
        yield made


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(RECORD_SIZE_MAX + 1)
    except OSError as error:
        raise Damaged(Loss("unreadable", error.strerror or str(error))) from error
