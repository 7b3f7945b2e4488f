"""A response's body as it was meant: chunks joined, packing undone, and never more bytes than are asked for.

Source: RFC 9112 (chunked) and RFC 9110 (content codings). Senders and crawlers lie: many archives keep the header of an
encoding that the crawler has undone, so a body that does not look encoded is taken as it is. Bombs stop at the limit.
"""

from __future__ import annotations

import zlib
from typing import Final

import pyarrow as pa

_LAYERS_MAX = 3  # encodings upon each other
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_CODECS: Final = {"br": "brotli", "zstd": "zstd"}
_PIECE = 1 << 20
_PACKED = 1 << 12  # bytes at once: what is behind a member's end is copied


def decoded_body(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """The body without its encodings.

    Args:
        body: as it came.
        transfer: the header Transfer-Encoding; empty where there is none.
        content: the header Content-Encoding; empty where there is none.
        limit: bytes at which reading ends; one more is answered when there are more.

    Raises:
        ValueError: it is encoded in a way that nobody knows, or is broken; the words say which.
    """
    layers = [name for header in (transfer, content) for name in reversed(_names(header))]
    if len(layers) > _LAYERS_MAX:
        raise ValueError(f"{len(layers)} encodings upon each other")
    for name in layers:
        body = _undone(body, name, limit + 1)
    return body


def unpacked(body: bytes, limit: int) -> bytes:
    """Bytes that begin as gzip does, unpacked; all others as they are. Stops after one byte more than the limit.

    Raises:
        ValueError: they are broken.
    """
    return _inflated(body, 31, limit + 1) if body.startswith(_GZIP) else body


def _names(header: str) -> list[str]:
    return [name for part in header.lower().split(",") if (name := part.strip()) and name != "identity"]


def _undone(body: bytes, name: str, most: int) -> bytes:
    if name == "chunked":
        return _joined(body)
    if name in ("gzip", "x-gzip"):
        return _inflated(body, 31, most) if body.startswith(_GZIP) else body
    if name == "deflate":
        return _deflated(body, most)
    if name == "zstd" and not body.startswith(_ZSTD):
        return body
    if name not in _CODECS:
        raise ValueError(f"the encoding {name[:40]!r} is not known")
    try:
        with pa.CompressedInputStream(pa.BufferReader(body), _CODECS[name]) as stream:
            return bytes(stream.read(most))
    except (OSError, pa.ArrowException) as error:
        if name == "br" and body.lstrip()[:1] == b"<":
            return body  # brotli has no mark to know it by; a page has
        raise ValueError(f"broken {name}") from error


def _joined(body: bytes) -> bytes:
    """The chunks of a body; what comes after broken ones is left out only where some were whole."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 4096)
        size = _size(body[at:end]) if end >= 0 else None
        if size is None:
            if pieces:
                raise ValueError("broken chunks")
            return body
        if not size:
            return b"".join(pieces)
        piece = body[end + 2 : end + 2 + size]
        if len(piece) < size:
            raise ValueError("the last chunk is cut off")
        pieces.append(piece)
        at = end + 2 + size + 2


def _size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    try:
        return int(digits, 16) if 0 < len(digits) <= 16 and digits.isalnum() else None
    except ValueError:
        return None


def _deflated(body: bytes, most: int) -> bytes:
    for kind in (15, -15):  # as the standard says, and as some servers send it
        try:
            return _inflated(body, kind, most)
        except ValueError:
            continue
    if body.lstrip()[:1] == b"<":
        return body
    raise ValueError("broken deflate")


def _inflated(body: bytes, kind: int, most: int) -> bytes:
    """All members of a gzip body, or one stream of zlib, up to so many bytes. It may be nothing but empty members."""
    pieces: list[bytes] = []
    left, at = most, 0
    stream = zlib.decompressobj(kind)
    try:
        while left > 0:
            packed = body[at : at + _PACKED]
            pieces.append(stream.decompress(packed, min(left, _PIECE)))
            left -= len(pieces[-1])
            at += len(packed) - len(stream.unconsumed_tail) - len(stream.unused_data)
            if stream.eof:
                if kind != 31 or not body.startswith(_GZIP, at):
                    break
                stream = zlib.decompressobj(kind)
            elif at >= len(body) and not pieces[-1]:
                raise ValueError("it is cut off")
    except zlib.error as error:
        raise ValueError(f"broken: {error}") from error
    return b"".join(pieces)
