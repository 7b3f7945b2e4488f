"""A PDF file: numbered objects, streams, a table of where they begin. Knows nothing of what is drawn.

Source: ISO 32000-2. No date and no random id is in it: the same pages give the same bytes.
"""

from __future__ import annotations

import zlib
from typing import Final

_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class File:
    """Objects in the order in which they were made; a number may be asked for before its object is there."""

    def __init__(self) -> None:
        self._objects: list[bytes | None] = []

    def number(self) -> int:
        """For an object that comes later."""
        self._objects.append(None)
        return len(self._objects)

    def put(self, body: str, number: int | None = None) -> int:
        """An object."""
        return self._set(body.encode("latin-1"), number)

    def stream(self, content: bytes, more: str = "", number: int | None = None) -> int:
        """A compressed stream, with further entries of its dictionary."""
        packed = zlib.compress(content, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {more} >>\nstream\n".encode("latin-1")
        return self._set(head + packed + b"\nendstream", number)

    def whole(self, root: int, info: int) -> bytes:
        """The file."""
        out = bytearray(_HEAD)
        places = []
        for number, body in enumerate(self._objects, 1):
            assert body is not None
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
        out += f"trailer\n<< /Size {len(places) + 1} /Root {root} 0 R /Info {info} 0 R >>\n".encode()
        out += f"startxref\n{start}\n%%EOF\n".encode()
        return bytes(out)

    def _set(self, body: bytes, number: int | None) -> int:
        number = number or self.number()
        self._objects[number - 1] = body
        return number


def text(words: str) -> str:
    """A text string of any letters."""
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"


def uri(link: str) -> str:
    """An address as a string of ASCII, with what means something in PDF escaped."""
    safe = "".join(char if 32 < ord(char) < 127 else "".join(f"%{byte:02X}" for byte in char.encode()) for char in link)
    return "(" + safe.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
