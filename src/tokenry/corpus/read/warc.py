"""WARC, plain, gzipped by record, or gzipped as a whole. Source: ISO 28500 (WARC 1.1), and RFC 9110 for what is inside.

A position is the byte where a record begins, so that reading starts at any of them; in a file that was gzipped as a
whole it is the byte after unpacking, and reading goes through what lies before. Headers that speak about opt-outs are
kept as they came; nothing here decides what they mean. Behind a damaged place reading goes on at the next record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecordType

from tokenry.corpus.encodings import decoded_body
from tokenry.corpus.evidence import RESPONSE_MAX, RSL_MEDIA, Policy, found, kind_of, may_be
from tokenry.corpus.read.members import Members, whole
from tokenry.corpus.read.places import opened
from tokenry.corpus.read.source import RECORD_SIZE_MAX, Damaged, Loss, Mark, Part, Record, Watch

KINDS = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
PAGES = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})
TOLD: Final = (
    "x-robots-tag",
    "tdm-reservation",
    "tdm-policy",
    "content-usage",
    "content-signal",
    "link",
    "content-language",
)
GAPS_MAX = 1000  # damaged places of a file that are passed over; behind that its rest is lost
_BROKEN = (OSError, ValueError)  # what fastwarc raises, and what text that is none makes of it
_CHUNK = 1 << 20
_START = 8192  # bytes of a response: its headers, and the beginning of what it holds
_FIRST_LINES = ("WARC/1.0", "WARC/1.1")


class WarcReader:
    """Responses with pages in them, resources that are pages, and conversions (plain text)."""

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        stream = whole(file)
        if stream is not None:
            yield from _Walk(stream).all()
            return
        members = Members(file)
        at: int | None = 0
        gap: tuple[int, str] | None = None
        for _ in range(GAPS_MAX):
            walk = _Walk(file, at)
            words = None
            try:
                for mark in walk.all():
                    if gap is not None:
                        yield Mark(0, 0, loss=Loss("damaged", f"{_behind(*gap)}; reading goes on at byte {at}"))
                        gap = None
                    yield mark
            except Damaged as damage:
                words = damage.loss.value
            following = members.after(walk.last)
            if words is None and (following is not None or members.ending(walk.last)):
                words = "a record ends too soon"
            if words is not None and not walk.seen and not at and following is None:
                raise Damaged(Loss("no_warc", "not one record in it"))
            if words is not None and (gap is None or walk.seen):
                gap = walk.last, words
            at = following
            if at is None:
                break
        else:
            raise Damaged(Loss("damaged", f"more than {GAPS_MAX} damaged places; the rest is left out"))
        if gap is not None:
            rule = members.ending(gap[0]) or "damaged"
            yield Mark(0, 0, loss=Loss(rule, f"{_behind(*gap)}; nothing behind it can be read"))

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order."""
        with ExitStack() as held:
            file = held.enter_context(opened(part.file, watch.alive))
            stream = whole(file)
            if stream is None:
                file.seek(part.offset)
            else:
                stream.skip(part.offset, watch.alive)
            records = iter(ArchiveIterator(stream or file, parse_http=False, record_types=KINDS))
            for number in range(part.count):
                loss = watch.look(number)
                try:
                    one = next(records)
                except StopIteration:
                    raise Damaged(Loss("truncated", "fewer records than a moment ago")) from None
                except _BROKEN as error:
                    raise Damaged(Loss("damaged", str(error)[:300])) from error
                yield _record(one, loss)


class _Walk:
    """One way through a file's records, from a byte on, until its end or a damage."""

    def __init__(self, file: Any, start: int | None = None) -> None:
        self._file = file
        self._start = start
        self.last = start or 0  # where the last record began that was looked at
        self.seen = False

    def all(self) -> Iterator[Mark]:
        """Each page's mark; raises Damaged where it ends too soon."""
        if self._start is not None:
            self._file.seek(self._start)
        try:
            for record in ArchiveIterator(self._file, parse_http=False):
                self.last = record.stream_pos
                if record.headers.get("Content-Length") is None:
                    raise Damaged(Loss("damaged", "a record has no Content-Length"))
                if any(said.endswith(_FIRST_LINES) for pair in record.headers.items() for said in pair):
                    raise Damaged(Loss("damaged", "a record's header is cut off"))  # and goes over into the next one's
                size, policy = _drained(record)
                if size < record.content_length:
                    raise Damaged(Loss("truncated", "a record ends too soon"))
                self.seen = True
                if record.record_type & KINDS:
                    yield Mark(record.stream_pos, size, policy)
        except _BROKEN as error:
            words = str(error)[:300]
            raise Damaged(Loss("truncated" if "runcated" in words else "damaged", words)) from error


def _behind(last: int, words: str) -> str:
    return f"behind the record at byte {last}: {words}"


def _drained(record: Any) -> tuple[int, Policy | None]:
    url = record.headers.get("WARC-Target-URI")
    response = record.record_type == WarcRecordType.response
    start = record.reader.read(_START) if response else b""
    told = response and may_be(url, start)
    if told:
        start += record.reader.read(RESPONSE_MAX)
    size = len(start)
    while chunk := record.reader.read(_CHUNK):
        size += len(chunk)
    return size, found(url, record.headers.get("WARC-Date"), start) if told else None


def _record(found: Any, loss: Loss | None) -> Record:
    headers = found.headers
    made = Record(position=found.stream_pos, url=headers.get("WARC-Target-URI"), date=headers.get("WARC-Date"))
    made.loss = loss
    if loss is None:
        try:
            made.loss = _fill(made, found)
        except _BROKEN as error:  # of this record alone: what holds it was walked through by the survey
            made.loss = Loss("damaged", str(error)[:300])
    return made


def _fill(made: Record, found: Any) -> Loss | None:
    headers = found.headers
    media = headers.get("WARC-Identified-Payload-Type") or headers.get("Content-Type")
    found.parse_http(auto_decode="none")
    encodings = ("", "")
    if (http := found.http_headers) is not None:
        status = http.status_code
        if status is not None and status != 200:
            return Loss("http_status", str(status))
        made.evidence = [(f"http:{k.lower()}", v) for k, v in http.items() if k.lower() in TOLD]
        made.charset = found.http_charset
        media = http.get("Content-Type") or headers.get("WARC-Identified-Payload-Type")
        encodings = http.get("Transfer-Encoding") or "", http.get("Content-Encoding") or ""
    if (site := kind_of(made.url)) is not None:
        return Loss("site_file", site)  # kept as evidence: it is about documents, and is none
    body = found.reader.read(RECORD_SIZE_MAX + 1)
    if len(body) <= RECORD_SIZE_MAX and any(encodings):
        try:
            body = decoded_body(body, *encodings, RECORD_SIZE_MAX)
        except ValueError as error:
            return Loss("encoding", str(error)[:300])
    if len(body) > RECORD_SIZE_MAX:
        return Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
    made.media = (media or "text/html").partition(";")[0].strip().lower()
    if made.media == RSL_MEDIA:
        return Loss("site_file", "rsl")
    if found.record_type == WarcRecordType.conversion:
        made.text = body.decode("utf-8", "replace")
    elif made.media in PAGES:
        made.raw = body
    else:
        return Loss("media", made.media)
    return None
