"""The readers of documents: any bytes are a text with marks in it, or words for why there is none.

    just fuzz reading --minutes 15

What a reader raises beside that would end its child, and the file's owner would hear nothing of use.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.reading import documents as made
from tokenry.reading.found import Found, Unreadable
from tokenry.reading.images import read_image
from tokenry.reading.kinds import binary_kind, text_kind
from tokenry.reading.office import read_office
from tokenry.reading.pages import read_page
from tokenry.reading.plain import decoded, read_plain
from tokenry.reading.printed import read_print
from tokenry.reading.tables import read_table
from tokenry.workspace.files.passages import cut

ROOMS = ("tokenry.reading", "tokenry.workspace.files.passages")
WORDS = ("<w:p>", "<w:t>", "</w:p>", "word/document.xml", "PK\x03\x04", "%PDF-1.4", "endstream", "<table>", "<li>",
         "```", "&#x41;", "<!DOCTYPE", "charset=", "\n\n", "# ", ";", '"', "IHDR", "VP8X", "{\"a\":")  # fmt: skip
_NAMES = ("a", "a.csv", "a.md", "a.json", "a.py", "a.html")


def target(data: bytes) -> None:
    """One input: a byte for the name, then the document."""
    if len(data) < 2:
        return
    try:
        found = _read(data[1:], _NAMES[data[0] % len(_NAMES)])
    except Unreadable as error:
        assert len(error.refused.words) > 20
        return
    places = [mark.at for mark in found.marks]
    assert places == sorted(places)
    assert not places or 0 <= places[0] <= places[-1] <= len(found.text)
    assert found.text == found.text.encode().decode()
    passages = cut(found.text, found.marks, found.kind)
    assert all(found.text.startswith(one.text, one.starts_at) for one in passages)


def _read(document: bytes, name: str) -> Found:
    kind = binary_kind(document)
    if kind is not None:
        match kind[0]:
            case "pdf":
                return read_print(document)
            case "docx":
                return read_office(document)
            case "image":
                return read_image(document, kind[1])
        return Found(kind=kind[0], mime_type=kind[1])
    text = decoded(document)
    sort = text_kind(name, text)
    if sort == "html":
        return read_page(document)
    return read_table(text) if sort == "csv" else read_plain(text, sort)


def seeds() -> Iterator[bytes]:
    """A document of each kind."""
    body = made.paragraph("Rules", "H1") + made.paragraph("x", level=1) + made.table(["a", "b"], ["c", "d|e"])
    for name, document in (
        (0, made.pdf("One page", "Another")), (0, made.locked_pdf()), (0, made.docx(body)),
        (0, made.zipped({"a": "b"})), (0, made.png(3, 4)), (0, made.jpeg(3, 4)), (0, made.gif(3, 4)),
        (0, made.webp(3, 4)), (1, b'a;b\n"c";d\n'),
        (2, b"# A\n\ntext\n\n## B\n"), (3, b'{"a":[1,{"b":null}]}'), (4, b"#!/bin/sh\nexit 0\n"),
        (5, b"<html><h1>a</h1><ul><li>b<table><tr><td>c</table><pre>d\n</pre>&amp;&#0;</html>"),
        (0, "grüße".encode("utf-16")), (0, b"RIFF\0\0\0\0WAVE"), (0, b"\x1f\x8b\x08"), (0, bytes(range(256))),
    ):  # fmt: skip
        yield bytes([name]) + document
