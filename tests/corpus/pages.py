"""Made-up documents for the tests of this room: pages with something to say, and files of each format."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from random import Random

from fastwarc.warc import WarcRecord, WarcRecordType

from tokenry.corpus import Recipe, parse_recipe

SUBJECTS = [
    "harbour",
    "boat",
    "crew",
    "town",
    "market",
    "teacher",
    "river",
    "garden",
    "doctor",
    "bridge",
    "forest",
    "letter",
    "winter",
    "engine",
    "island",
]
VERBS = [
    "waits",
    "leaves",
    "returns",
    "grows",
    "carries",
    "follows",
    "changes",
    "finds",
    "keeps",
    "opens",
    "crosses",
    "reaches",
    "holds",
    "gathers",
    "builds",
]
PLACES = [
    "morning",
    "summer",
    "evening",
    "mountains",
    "village",
    "station",
    "kitchen",
    "valley",
    "library",
    "street",
    "meadow",
    "workshop",
    "church",
]
HOW = [
    "quietly",
    "slowly",
    "rarely",
    "often",
    "almost",
    "never",
    "gladly",
    "early",
    "late",
    "again",
    "together",
    "alone",
    "twice",
    "soon",
    "still",
]


LIGHT: dict[str, object] = {  # for runs whose matter is not what becomes of words
    "filters": {"language": False},
    "extract": {"extractor": "quick"},
    "dedup": {"minhash": False},
    "tokens": {"tokenizer": "cl100k_base"},
}


def sentences(number: int, count: int = 12) -> str:
    """English that every published filter lets pass: no two lines alike, and none like another number's."""
    chance = Random(number)
    return "\n".join(_sentence(chance, number, line) for line in range(count))


def _sentence(chance: Random, number: int, line: int) -> str:
    one, two, three = (chance.choice(SUBJECTS) for _ in range(3))
    first, second = (chance.choice(VERBS) for _ in range(2))
    here, there = (chance.choice(PLACES) for _ in range(2))
    return (
        f"{chance.choice(HOW).title()} the {one} {first} {chance.choice(HOW)} in the {here} "
        f"of day {100 * number + line}, and {chance.choice(HOW)} a {two} {second} with that {three} "
        f"to the {there} {chance.choice(HOW)}."
    )


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
