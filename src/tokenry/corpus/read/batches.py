"""Where batches begin and end, and a batch's documents as columns.

Borders depend on the files' contents alone, so that they are the same for any number of workers and after any kill.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from tokenry.corpus.documents import Outcome, Verdict, batch, dropped_batch, dropped_row
from tokenry.corpus.evidence import Policy
from tokenry.corpus.read.finding import READERS
from tokenry.corpus.read.places import PIECE, Hashed, etag, opened
from tokenry.corpus.read.source import BATCH_SIZE, Damaged, Found, Loss, Part, Record, Watch


def _nothing() -> None:
    pass


def _unheard(row: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Read(Outcome):
    """A batch's records.

    Args:
        numbers: of each document in `kept`, the how manieth of the batch's records it is, from 0: the same whatever
            other records are lost, so that it is the row by which a task knows the document.
    """

    numbers: tuple[int, ...]


class Surveyed(msgspec.Struct, frozen=True):
    """What a walk through one file found: its parts in order, and what is lost of it."""

    file: Found
    parts: tuple[Part, ...]
    losses: tuple[tuple[str, str], ...] = ()
    policies: tuple[Policy, ...] = ()


def survey(found: Found, alive: Callable[[], None] = _nothing) -> Surveyed:
    """Walk through a file; damaged places are passed over where its format allows it, else it counts up to its damage.

    Args:
        found: the file.
        alive: called now and then, with each piece of the file.
    """
    losses: list[Loss] = []
    parts: list[Part] = []
    policies: list[Policy] = []
    facts = found
    try:
        with opened(found, alive, keep=True) as file:
            raw = Hashed(file, alive)
            try:
                parts = list(_parts(found, io.BufferedReader(raw, PIECE), policies, losses))
            except Damaged as damage:
                losses.append(damage.loss)
            size, sha256 = raw.ended()
            facts = msgspec.structs.replace(found, size=size, sha256=sha256, etag=etag(found))
    except Damaged as damage:
        losses.append(damage.loss)
    except OSError as error:
        losses.append(Loss("unreadable", error.strerror or str(error)))
    parts = [msgspec.structs.replace(part, file=facts) for part in parts] if facts.sha256 else []
    return Surveyed(facts, tuple(parts), tuple((loss.rule, loss.value) for loss in losses), tuple(policies))


def _parts(found: Found, file: BinaryIO, policies: list[Policy], losses: list[Loss]) -> list[Part]:
    parts: list[Part] = []
    offset = first = count = size = 0
    try:
        for mark in READERS[found.format].survey(file):
            if mark.policy is not None:
                policies.append(mark.policy)
            if mark.loss is not None:
                losses.append(mark.loss)
            elif not count:
                offset = mark.offset
            if mark.loss is None:
                count, size = count + 1, size + mark.size
            if count and (size >= BATCH_SIZE or mark.loss is not None):
                parts.append(Part(found, offset, first, count, size))
                first, count, size = first + count, 0, 0
    except Damaged as damage:
        losses.append(damage.loss)
    if count:
        parts.append(Part(found, offset, first, count, size))
    return parts


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


def reading(number: int) -> int:
    """The row by which a pulse names a record that is being read, the batch's so manieth: no row of a document."""
    return -2 - number


def read_batch(
    parts: Iterable[Part], pulse: Callable[[int], None] = _unheard, avoid: Mapping[int, tuple[str, str]] | None = None
) -> Read:
    """A batch's records: documents, and those that cannot become one.

    Args:
        parts: of the batch.
        pulse: called with the row (see `reading`) of each record before it is read, and while its bytes are waited for.
        avoid: rows (see `reading`) to pass over, each with the rule and the words that it is dropped by; others are not
            looked at.
    """
    rows: dict[int, dict[str, object]] = {}
    lost: list[dict[str, object]] = []
    before = 0
    for part in parts:
        passed = _passed(avoid or {}, before)
        for record in _records(part, _watch(before, pulse, passed)):
            document = _document(record, part)
            if record.loss is None:
                rows[len(rows) + len(lost)] = document
            else:
                stage = "engine" if record.loss in passed.values() else "read"
                lost.append(dropped_row(document, stage, Verdict(*record.loss)))
        before += part.count
    return Read(batch([*rows.values()]), dropped_batch(lost), tuple(rows))


def _passed(avoid: Mapping[int, tuple[str, str]], before: int) -> dict[int, Loss]:
    return {-2 - row - before: Loss(*words) for row, words in avoid.items() if row <= reading(before)}


def _watch(before: int, pulse: Callable[[int], None], passed: Mapping[int, Loss]) -> Watch:
    at = before

    def look(number: int) -> Loss | None:
        nonlocal at
        at = before + number
        pulse(reading(at))
        return passed.get(number)

    return Watch(look, lambda: pulse(reading(at)))


def _records(part: Part, watch: Watch) -> Iterator[Record]:
    seen = 0
    position = part.first
    try:
        for record in READERS[part.file.format].read(part, watch):
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
