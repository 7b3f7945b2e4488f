"""WARC, plain or gzipped by record. Source: ISO 28500 (WARC 1.1), and RFC 9110 for the responses inside.

A position is the byte where a record begins, so that reading starts at any of them. Headers that speak about opt-outs
are kept as they came; nothing here decides what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fastwarc.warc import ArchiveIterator, WarcRecordType

from tokenry.corpus.evidence import RESPONSE_MAX, Policy, found, kind_of
from tokenry.corpus.read.source import RECORD_SIZE_MAX, Damaged, Loss, Mark, Part, Record

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
_CHUNK = 1 << 20


class WarcReader:
    """Responses with pages in them, resources that are pages, and conversions (plain text)."""

    def survey(self, path: Path) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        with path.open("rb") as file:
            try:
                for record in ArchiveIterator(file, parse_http=False, record_types=KINDS):
                    size, policy = _drained(record)
                    if size < record.content_length:
                        raise Damaged(Loss("truncated", f"record at byte {record.stream_pos} ends too soon"))
                    yield Mark(record.stream_pos, size, policy)
            except OSError as error:
                raise Damaged(Loss("damaged", str(error))) from error

    def read(self, part: Part) -> Iterator[Record]:
        """The records of a part, in order."""
        with Path(part.file.path).open("rb") as file:
            file.seek(part.offset)
            records = iter(ArchiveIterator(file, parse_http=True, record_types=KINDS))
            for _ in range(part.count):
                try:
                    yield _record(next(records))
                except StopIteration:
                    raise Damaged(Loss("truncated", "fewer records than a moment ago")) from None
                except OSError as error:
                    raise Damaged(Loss("damaged", str(error))) from error


def _drained(record: Any) -> tuple[int, Policy | None]:
    url = record.headers.get("WARC-Target-URI")
    start = record.reader.read(RESPONSE_MAX) if kind_of(url) and record.record_type == WarcRecordType.response else b""
    size = len(start)
    while chunk := record.reader.read(_CHUNK):
        size += len(chunk)
    return size, found(url, record.headers.get("WARC-Date"), start) if start else None


def _record(found: Any) -> Record:
    headers = found.headers
    made = Record(position=found.stream_pos, url=headers.get("WARC-Target-URI"), date=headers.get("WARC-Date"))
    media = headers.get("WARC-Identified-Payload-Type") or headers.get("Content-Type")
    if found.http_headers is not None:
        status = found.http_headers.status_code
        if status is not None and status != 200:
            made.loss = Loss("http_status", str(status))
            return made
        made.evidence = [(f"http:{k.lower()}", v) for k, v in found.http_headers.items() if k.lower() in TOLD]
        made.charset = found.http_charset
        media = found.http_headers.get("Content-Type") or headers.get("WARC-Identified-Payload-Type")
    if (site := kind_of(made.url)) is not None:
        made.loss = Loss("site_file", site)  # kept as evidence: it is about documents, and is none
        return made
    body = found.reader.read(RECORD_SIZE_MAX + 1)
    if len(body) > RECORD_SIZE_MAX:
        made.loss = Loss("too_large", f"more than {RECORD_SIZE_MAX} bytes")
        return made
    made.media = (media or "text/html").partition(";")[0].strip().lower()
    if found.record_type == WarcRecordType.conversion:
        made.text = body.decode("utf-8", "replace")
    elif made.media in PAGES:
        made.raw = body
    else:
        made.loss = Loss("media", made.media)
    return made
