"""Forms with files: multipart/form-data read from bytes and written to bytes. Knows no HTTP and no field's meaning.

Whoever sends a form may be hostile: the number of parts, their heads and the boundary are bounded, and what breaks the
grammar is refused, not guessed at. Bodies of parts are slices of what came; nothing is decoded.

Source: RFC 7578 (multipart/form-data), RFC 2046 §5.1 (multipart), RFC 6266 (file names).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PARTS_MAX = 256
PART_HEAD_SIZE_MAX = 8 * 1024
_BOUNDARY = re.compile(r"""boundary=(?:"([^"\\]{1,200})"|([!#$%&'*+.^_`|~0-9A-Za-z:/=?()-]{1,200}))""", re.IGNORECASE)
_PARAMETER = re.compile(r""";\s*([A-Za-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))""")


class BadForm(ValueError):
    """What came is no form with files; the message says where it stops being one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field. `filename` is None where it is no file; its content type is what the sender says."""

    name: str
    value: bytes
    filename: str | None = None
    content_type: str | None = None


def boundary_of(content_type: str) -> bytes:
    """What stands between the parts, from the Content-Type header. Raises BadForm."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        raise BadForm("the Content-Type is not multipart/form-data")
    found = _BOUNDARY.search(rest)
    if found is None:
        raise BadForm("the Content-Type names no boundary")
    return (found[1] or found[2]).encode("latin-1", "replace")


def parse(body: bytes, content_type: str) -> list[Part]:
    """The parts of a form, in the order in which they came. Raises BadForm."""
    delimiter = b"\r\n--" + boundary_of(content_type)
    begin = _after_preamble(body, delimiter)
    parts: list[Part] = []
    while (start := _next_part(body, begin)) is not None:
        end = body.find(delimiter, start - 2)  # the line end of an empty part's head may begin the delimiter
        if end < 0:
            raise BadForm("the form ends inside a part")
        if len(parts) == PARTS_MAX:
            raise BadForm(f"the form has more than {PARTS_MAX} parts")
        parts.append(_part(body, start, end))
        begin = end + len(delimiter)
    return parts


def _after_preamble(body: bytes, delimiter: bytes) -> int:
    """Where the first delimiter ends: it may stand at the very beginning, without a line end before it."""
    if body.startswith(delimiter[2:]):
        return len(delimiter) - 2
    found = body.find(delimiter, 0, PART_HEAD_SIZE_MAX)
    if found < 0:
        raise BadForm("the body does not begin with the boundary that the Content-Type names")
    return found + len(delimiter)


def _next_part(body: bytes, at: int) -> int | None:
    """Where the next part begins, after a delimiter; None after the last one."""
    if body.startswith(b"--", at):
        return None
    end = body.find(b"\r\n", at, at + 256)
    if end < 0 or body[at:end].strip(b" \t"):
        raise BadForm("a boundary is followed by something else than a line end")
    return end + 2


def _part(body: bytes, start: int, end: int) -> Part:
    split = body.find(b"\r\n\r\n", start, min(end, start + PART_HEAD_SIZE_MAX))
    if body.startswith(b"\r\n", start):
        raise BadForm("a part has no head, so it has no name")
    if split < 0:
        raise BadForm("the head of a part does not end, or is too long")
    headers: dict[str, str] = {}
    for line in body[start:split].split(b"\r\n"):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if not colon:
            raise BadForm("the head of a part has a line that is no header")
        headers[name.strip().lower()] = value.strip()
    disposition = headers.get("content-disposition", "")
    given = {name.lower(): (quoted or plain) for name, quoted, plain in _PARAMETER.findall(disposition)}
    name = _unquoted(given.get("name", ""))
    if not disposition.lower().startswith("form-data") or not name:
        raise BadForm("a part is not form-data with a name")
    filename = given.get("filename")
    return Part(
        name,
        body[split + 4 : end] if split + 4 <= end else b"",
        None if filename is None else _unquoted(filename),
        headers.get("content-type"),
    )


def _unquoted(value: str) -> str:
    """Browsers write %22 for a quote (RFC 7578 §2), others a backslash before it."""
    return re.sub(r"\\(.)", r"\1", value).replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def build(parts: Iterable[Part], boundary: str) -> bytes:
    """The bytes of a form. Raises BadForm when the boundary stands in a part: choose another."""
    mark = b"--" + boundary.encode("ascii")
    pieces: list[bytes] = []
    for part in parts:
        if mark in part.value:
            raise BadForm("the boundary stands in a part")
        head = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
        if part.filename is not None:
            head += f'; filename="{_quoted(part.filename)}"'
        if part.content_type is not None:
            head += f"\r\nContent-Type: {_field_value(part.content_type)}"
        pieces += [mark, b"\r\n", head.encode(), b"\r\n\r\n", part.value, b"\r\n"]
    return b"".join([*pieces, mark, b"--\r\n"])


def _quoted(value: str) -> str:
    return value.replace('"', "%22").replace("\\", "\\\\").replace("\r", "%0D").replace("\n", "%0A")


def _field_value(value: str) -> str:
    """A sender's content type as a header may have it: what is not printable ASCII is dropped."""
    return "".join(character for character in value if " " <= character <= "~")[:255]
