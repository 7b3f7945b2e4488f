"""The child process that reads one document: `python -m tokenry.reading.child`. It is told what to do in one line of
JSON on stdin, finds the document open, answers with one JSON object on stdout, and ends.

Everything it needs is imported before the cage is shut; the document is looked at after that.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec

from tokenry.reading.cage import limit, shut
from tokenry.reading.found import Found, Kind, Refused, Unreadable
from tokenry.reading.kinds import HEAD_SIZE, binary_kind, text_kind
from tokenry.reading.plain import CODECS, decoded, read_plain

_HEAVY: dict[Kind, str] = {  # what only some documents need
    "pdf": "tokenry.reading.printed", "docx": "tokenry.reading.office", "html": "tokenry.reading.pages",
    "csv": "tokenry.reading.tables", "image": "tokenry.reading.images",
}  # fmt: skip
_ORDER_SIZE_MAX = 64 * 1024


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to read.

    Args:
        fd: the open file. name: as its owner calls it.
        memory_bytes, cpu_s, wall_s: what reading may cost.
    """

    fd: int
    name: str
    memory_bytes: int
    cpu_s: int
    wall_s: int


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of it: one of the two."""

    found: Found | None = None
    refused: Refused | None = None


def read(order: Order) -> Found:
    """Read a document, after shutting the cage. Raises Unreadable, MemoryError."""
    head = os.pread(order.fd, HEAD_SIZE, 0)
    kind = binary_kind(head)
    for name in CODECS:
        codecs.lookup(name)
    wanted: tuple[Kind, ...] = ("html", "csv") if kind is None else (kind[0],)
    modules: dict[Kind, Any] = {one: import_module(_HEAVY[one]) for one in wanted if one in _HEAVY}
    limit(order.memory_bytes, order.cpu_s, order.wall_s)
    shut()
    data = _all(order.fd)
    if not data:
        raise Unreadable("empty", "this file is empty")
    if kind is not None:
        return _binary(kind, modules, data)
    return _text(order.name, modules, data)


def _binary(kind: tuple[Kind, str], modules: dict[Kind, Any], data: bytes) -> Found:
    match kind[0]:
        case "pdf":
            found: Found = modules["pdf"].read_print(data)
        case "docx":
            found = modules["docx"].read_office(data)
        case "image":
            found = modules["image"].read_image(data, kind[1])
        case other:
            found = Found(kind=other, mime_type=kind[1])
    return found


def _text(name: str, modules: dict[Kind, Any], data: bytes) -> Found:
    text = decoded(data)
    kind = text_kind(name, text)
    if kind == "html":
        found: Found = modules["html"].read_page(data)
    elif kind == "csv":
        found = modules["csv"].read_table(text)
    else:
        found = read_plain(text, kind)
    if not found.text.strip():
        raise Unreadable("no_text", "this file has no text in it")
    return found


def _all(fd: int) -> bytes:
    pieces = []
    while piece := os.read(fd, 1024 * 1024):
        pieces.append(piece)
    return b"".join(pieces)


def answer(order: Order, reading: Callable[[Order], Found] = read) -> Answer:
    """What to tell the parent."""
    try:
        return Answer(found=reading(order))
    except Unreadable as error:
        return Answer(refused=error.refused)
    except (MemoryError, RecursionError):
        words = "reading this file takes more memory than there is for it; split it into smaller documents"
        return Answer(refused=Refused(code="too_large", words=words))


def main() -> None:
    """Take the order, read, answer."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(_ORDER_SIZE_MAX), type=Order)
    told = msgspec.json.encode(answer(order))
    while told:
        told = told[os.write(1, told) :]


if __name__ == "__main__":
    main()
