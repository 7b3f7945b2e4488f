"""A picture as PDF 1.7: one page of outlines, its words as text that can be searched, and what is attached to it.

Source of the format: ISO 32000-1. The same picture gives the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from tokenry.programmes.certificates.drawing.shapes import Outline, Picture


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the file, and whither the page leads: `box` is (x, y, width, height) on the page."""

    name: str
    media: str
    content: bytes
    link: str | None = None
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def pdf(picture: Picture, attached: Attached, made_at: str) -> bytes:
    """The picture.

    Args:
        made_at: as PDF writes a time, `20261122150405Z`.
    """
    title = picture.spoken[0] if picture.spoken else ""
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_number(picture.width)} {_number(picture.height)}] "
        f"/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>{_link(picture, attached)} >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> "
        b"/Names << /EmbeddedFiles << /Names [" + _text(attached.name) + b" 7 0 R] >> >> /AF [7 0 R] >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode("ascii"),
        _stream(_content(picture).encode("ascii")),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(attached.content, f"/Type /EmbeddedFile /Subtype /{attached.media.replace('/', '#2F')}"),
        b"<< /Type /Filespec /AFRelationship /Data /F " + _text(attached.name) + b" /UF " + _text(attached.name)
        + b" /EF << /F 6 0 R >> >>",
        b"<< /Title " + _text(title) + b" /Producer (Tokenry) /CreationDate (D:" + made_at.encode("ascii") + b") >>",
    ]  # fmt: skip
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
    table = len(out)
    digest = sha256(out).hexdigest()[:32]
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    out += b"".join(f"{place:010d} 00000 n \n".encode("ascii") for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R /ID [<{digest}> <{digest}>] >>\n"
        f"startxref\n{table}\n%%EOF\n"
    ).encode("ascii")
    return bytes(out)


def _content(picture: Picture) -> str:
    words = [f"q 1 0 0 -1 0 {_number(picture.height)} cm 1 J 1 j"]
    for shape in picture.shapes:
        if shape.stroke is not None:
            words.append(f"{_colour(shape.stroke)} RG {_number(shape.width)} w")
        if shape.fill is not None:
            words.append(f"{_colour(shape.fill)} rg")
        words.append(_path(shape.outlines))
        words.append("B" if shape.fill and shape.stroke else "f" if shape.fill else "S")
    words.append("Q BT /F 8 Tf 3 Tr 12 TL 60 540 Td")  # the words once more, unseen: for searching and for speaking
    for line in picture.spoken:
        shown = _text_1252(line)
        if shown:
            words.append(f"{shown} Tj T*")
    words.append("ET")
    return "\n".join(words)


def _path(outlines: Iterable[Outline]) -> str:
    words: list[str] = []
    for one in outlines:
        words.append(f"{_number(one.start[0])} {_number(one.start[1])} m")
        for step in one.steps:
            numbers = " ".join(map(_number, step))
            words.append("h" if not step else f"{numbers} {'c' if len(step) == 6 else 'l'}")
    return " ".join(words)


def _link(picture: Picture, attached: Attached) -> str:
    if attached.link is None:
        return ""
    x, y, width, height = attached.box
    low, high = picture.height - y - height, picture.height - y
    corners = " ".join(map(_number, (x, low, x + width, high)))
    address = _text(attached.link).decode("ascii")
    return (
        f" /Annots [<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [{corners}] "
        f"/A << /S /URI /URI {address} >> >>]"
    )


def _stream(content: bytes, words: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< {words} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode("ascii")
    return head + packed + b"\nendstream"


def _text(text: str) -> bytes:
    """A string as hexadecimal, so that nothing in it is ever taken for syntax."""
    if text.isascii():
        return f"<{text.encode('ascii').hex()}>".encode("ascii")
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>".encode("ascii")


def _text_1252(text: str) -> str:
    """As much of a line as the unseen font has."""
    known = text.encode("cp1252", "ignore")
    return f"<{known.hex()}>" if known.strip() else ""


def _colour(colour: str) -> str:
    return " ".join(_number(int(colour[n : n + 2], 16) / 255, 3) for n in (1, 3, 5))


def _number(value: float, places: int = 2) -> str:
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
