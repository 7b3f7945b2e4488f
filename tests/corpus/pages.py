"""Made-up documents for the tests of this room: pages with something to say, and files of each format."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType

from tokenry.corpus import Recipe, parse_recipe

WORDS = "The harbour lies quiet in the morning and every boat waits for its crew to come down from the town."


def sentences(number: int, count: int = 12) -> str:
    return "\n".join(f"On day {number} of line {line} we wrote down what happened. {WORDS}" for line in range(count))


def page(number: int, *, body: str | None = None) -> str:
    text = body if body is not None else sentences(number)
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f"<html><head><title>Page {number}</title></head><body><nav><a href='/'>Home</a> <a href='/b'>More</a></nav>"
        f"<main><article><h1>Page {number}</h1>{paragraphs}</article></main><footer>All rights</footer></body></html>"
    )


def warc_record(url: str, html: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.response, record_urn=f"urn:x:{url}".encode())
    record.headers["WARC-Target-URI"] = url
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.headers["WARC-Date"] = "2026-01-02T03:04:05Z"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n".encode()
    record.set_bytes_content(head + html)
    out = io.BytesIO()
    record.write(out)
    return out.getvalue()


def warc(path: Path, count: int, *, packed: bool = True) -> Path:
    records = [warc_record(f"https://example.org/{n}", page(n).encode()) for n in range(count)]
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) if packed else one for one in records))
    return path


def jsonl(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(json.dumps({"text": text, "url": f"u{n}"}) + "\n" for n, text in enumerate(texts)))
    return path


def recipe(base: Path, *inputs: str, **more: object) -> Recipe:
    tree = {"input": list(inputs), "output": "out", **more}
    return parse_recipe(tree, source="recipe.toml", base=base)
