"""HTML, PDF and plain text, one document a file. A file that was packed with gzip all the same is unpacked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from tokenry.corpus.encodings import unpacked
from tokenry.corpus.read.places import opened
from tokenry.corpus.read.source import RECORD_SIZE_MAX, Loss, Mark, Part, Record, Watch


class PagesReader:
    """A page as it lies on the disk. It has no URL and no headers.

    Args:
        media: of what it is.
    """

    def __init__(self, media: str) -> None:
        self._media = media

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        yield Mark(0, file.seek(0, io.SEEK_END))

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order."""
        made = Record(position=0, media=self._media)
        body = _body(made, part, watch)
        if made.loss is None:
            made.raw = body
        yield made


class TextReader:
    """Plain text in UTF-8; bytes that are none become U+FFFD."""

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        yield Mark(0, file.seek(0, io.SEEK_END))

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order."""
        made = Record(position=0, media="text/plain")
        body = _body(made, part, watch)
        if made.loss is None:
            made.text = body.decode("utf-8", "replace")
        yield made


def _body(made: Record, part: Part, watch: Watch) -> bytes:
    """The file's bytes, or a record with the reason why there are none."""
    made.loss = watch.look(0)
    if made.loss is not None:
        return b""
    with opened(part.file, watch.alive) as file:
        body = file.read(RECORD_SIZE_MAX + 1)
    try:
        body = unpacked(body, RECORD_SIZE_MAX) if len(body) <= RECORD_SIZE_MAX else body
    except ValueError as error:
        made.loss = Loss("damaged", f"gzip: {error}")
    if len(body) > RECORD_SIZE_MAX:
        made.loss = Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
    return body
