"""Where batches begin and end, and a batch's documents as columns.

Borders depend on the files' contents alone, so that they are the same for any number of workers and after any kill.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tokenry.corpus.documents import Outcome, Verdict, batch, dropped_batch, dropped_row
from tokenry.corpus.durable import sha256_of
from tokenry.corpus.read.finding import READERS
from tokenry.corpus.read.source import BATCH_SIZE, Damaged, Found, Loss, Part, Record


class Surveyed(msgspec.Struct, frozen=True):
    """What a walk through one file found: its parts in order, and what is lost of it."""

    file: Found
    parts: tuple[Part, ...]
    losses: tuple[tuple[str, str], ...] = ()


def survey(found: Found) -> Surveyed:
    """Walk through a file; a damaged one counts up to its damage."""
    path = Path(found.path)
    losses: list[tuple[str, str]] = []
    try:
        file = msgspec.structs.replace(found, size=path.stat().st_size, sha256=sha256_of(path))
    except OSError as error:
        return Surveyed(found, (), (("unreadable", error.strerror or str(error)),))
    parts: list[Part] = []
    try:
        for part in _parts(file):
            parts.append(part)  # noqa: PERF402  # what came before an error stays
    except Damaged as damage:
        losses.append((damage.loss.rule, damage.loss.value))
    return Surveyed(file, tuple(parts), tuple(losses))


def _parts(file: Found) -> Iterator[Part]:
    offset = first = count = size = 0
    try:
        for mark in READERS[file.format].survey(Path(file.path)):
            if not count:
                offset = mark.offset
            count, size = count + 1, size + mark.size
            if size >= BATCH_SIZE:
                yield Part(file, offset, first, count, size)
                first, count, size = first + count, 0, 0
    except Damaged:
        if count:
            yield Part(file, offset, first, count, size)
        raise
    if count:
        yield Part(file, offset, first, count, size)


def planned(surveys: Iterable[Surveyed], limit: int | None) -> Iterator[tuple[Part, ...]]:
    """Parts packed into batches of about `BATCH_SIZE`, in order.

    Args:
        surveys: in the order of the input.
        limit: documents to read in all, from the first; all of them when None.
    """
    packed: list[Part] = []
    left = limit
    for part in (part for one in surveys for part in one.parts):
        taken = part
        if left is not None:
            if left <= 0:
                break
            taken = _first(part, left)
            left -= taken.count
        if packed and sum(one.size for one in packed) + taken.size > BATCH_SIZE:
            yield tuple(packed)
            packed = []
        packed.append(taken)
    if packed:
        yield tuple(packed)


def _first(part: Part, count: int) -> Part:
    if count >= part.count:
        return part
    return msgspec.structs.replace(part, count=count, size=part.size * count // part.count)


def read_batch(parts: Iterable[Part]) -> Outcome:
    """A batch's records: documents, and those that cannot become one."""
    rows: list[dict[str, object]] = []
    lost: list[dict[str, object]] = []
    for part in parts:
        for record in _records(part):
            document = _document(record, part)
            if record.loss is None:
                rows.append(document)
            else:
                lost.append(dropped_row(document, "read", Verdict(*record.loss)))
    return Outcome(batch(rows), dropped_batch(lost))


def _records(part: Part) -> Iterator[Record]:
    seen = 0
    position = part.first
    try:
        for record in READERS[part.file.format].read(part):
            seen, position = seen + 1, record.position
            yield record
    except Damaged as damage:
        for number in range(part.count - seen):  # each record that the survey promised is accounted for
            yield Record(position=position + number + 1, loss=Loss(*damage.loss))


def _document(record: Record, part: Part) -> dict[str, object]:
    origin = part.file.origin
    name = f"{part.file.sha256}:{record.position}"
    return {
        "id": hashlib.sha256(name.encode()).hexdigest()[:32],
        "url": record.url,
        "source": part.file.shown,
        "position": record.position,
        "date": record.date,
        "media": record.media,
        "charset": record.charset,
        "raw": record.raw,
        "text": None if record.text is None else _clean(record.text),
        "licence": record.licence or origin.licence,
        "evidence": [{"kind": kind, "value": value} for kind, value in record.evidence],
    }


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate has no UTF-8
