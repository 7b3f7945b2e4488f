"""Images by their heads: what they are and how large, without unpacking a pixel.

Sources: PNG (W3C, §11.2.2), JPEG (ITU T.81, Annex B), GIF89a, WebP (RFC 9649).
"""

from __future__ import annotations

import struct

from tokenry.reading.found import Found, Unreadable

SIDE_MAX = 16_384  # pixels
PIXELS_MAX = 64_000_000
_NO_SIZE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers of JPEG that stand alone
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

Size = tuple[int, int]


def read_image(data: bytes, mime_type: str) -> Found:
    """Width and height of an image. Raises Unreadable: it says none, or too many pixels."""
    size = _SIZES[mime_type](data)
    if size is None or not all(size):
        raise Unreadable("damaged", "this image is damaged: its head does not say how large it is")
    width, height = size
    if max(size) > SIDE_MAX or width * height > PIXELS_MAX:
        raise Unreadable(
            "too_large",
            f"this image has {width:,} by {height:,} pixels; make it smaller, at most {SIDE_MAX:,} on a side and "
            f"{PIXELS_MAX // 1_000_000} million in all",
        )
    return Found(kind="image", mime_type=mime_type, width=width, height=height)


def image_type(head: bytes) -> str | None:
    """The media type of an image that models take, by its first bytes."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def _png(data: bytes) -> Size | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> Size | None:
    if len(data) < 10:
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8 " and len(data) >= 30 and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
        elif marker in _NO_SIZE:
            at += 2
        elif marker in _FRAMES:
            if at + 9 > len(data):
                return None
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None


_SIZES = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}
