"""XML from strangers, as events: no document type, so no entities to blow up, nothing fetched, and a bounded depth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from tokenry.reading.found import Unreadable

DEPTH_MAX = 256
Attributes = dict[str, str]


class Listener(Protocol):
    """Hears what stands in a document. Names are `namespace name`."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def words(self, text: str) -> None:
        """Characters, in pieces of any size."""


def listen(pieces: Iterable[bytes], listener: Listener) -> None:
    """Tell the listener a document. Raises Unreadable: it is no XML, or one that is made to harm."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise Unreadable("bomb", f"this document has more than {DEPTH_MAX} elements within each other")
        listener.begin(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(name)

    def refuse(*_: object) -> None:
        raise Unreadable("bomb", "this document declares entities of its own, which no document needs; it is not read")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = listener.words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable(
            "damaged", "this document is damaged: its text breaks off or is no XML; save it anew"
        ) from None
