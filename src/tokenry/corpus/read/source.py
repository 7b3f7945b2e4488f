"""What a reader is, and the plain data it deals in: files that were found, parts of them, records.

A reader looks at a file twice: `survey` walks its records without looking inside, so that batches have their borders
before work begins (the same borders on every machine); `read` gives the records of one part. Where bytes come from, a
disk or a network, is `places`' matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from tokenry.corpus.errors import CorpusError
from tokenry.corpus.evidence import Policy

RECORD_SIZE_MAX = 32 * 2**20  # bytes of one document as it comes; what is larger is dropped by name
BATCH_SIZE = 8 * 2**20  # bytes of documents as they come; pages give about a tenth of that in text


class Origin(msgspec.Struct, frozen=True):
    """What the recipe says of an input that its files cannot: see `recipe.Input`."""

    name: str = ""  # of the source; the input's folder when empty
    licence: str | None = None
    text: str = "text"  # the field that holds the text, in JSONL and Parquet
    url: str = "url"


class Found(msgspec.Struct, frozen=True):
    """One input file: its path or address, its reader's name, what the recipe says of it, and its facts."""

    path: str
    shown: str  # the source's name and the path below the input's folder: what papers tell
    format: str
    origin: Origin
    size: int = 0  # of a remote one as it is listed, of all after the survey
    sha256: str = ""  # from the survey
    version: str = ""  # of a remote one, as its server tells versions apart
    etag: str = ""  # of a remote one, after the survey
    ranges: bool = True  # whether a remote one can be read from any byte on
    spool: str = ""  # where a copy of a remote one is kept between its survey and its reading


class Part(msgspec.Struct, frozen=True):
    """Consecutive records of one file: `count` of them from number `first`, which begins at byte `offset`."""

    file: Found
    offset: int
    first: int
    count: int
    size: int  # bytes of the records, unpacked


class Loss(NamedTuple):
    """A record, or a piece of a file, that cannot become a document."""

    rule: str
    value: str


class Mark(NamedTuple):
    """One record as the survey sees it: where it begins (0 where the format cannot seek) and its bytes."""

    offset: int
    size: int
    policy: Policy | None = None  # what a site says about all of its pages, where the record is that
    loss: Loss | None = None  # no record, but a damaged place that reading goes on behind


class Watch(NamedTuple):
    """Who looks on while a part is read."""

    look: Callable[[int], Loss | None]  # told a record's number in its part before it is read; a loss passes it over
    alive: Callable[[], None]  # called now and then while bytes are waited for


@dataclass(slots=True)
class Record:
    """One document as a reader gives it: a page (`raw`, bytes) or plain text, or why it is neither."""

    position: int
    raw: bytes | None = None
    text: str | None = None
    url: str | None = None
    date: str | None = None
    media: str | None = None
    charset: str | None = None
    licence: str | None = None
    evidence: list[tuple[str, str]] = field(default_factory=list)
    loss: Loss | None = None


class Damaged(CorpusError):
    """The file is broken from here on: what came before it counts, the rest is a loss."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(f"{loss.rule}: {loss.value}")
        self.loss = loss


class Reader(Protocol):
    """One file format. Both may raise Damaged after the records before the damage."""

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order. The file can be moved about in."""
        ...

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order, one for every one that the survey counted until damage."""
        ...
