"""A page's bytes as characters: the charset that was declared if it fits, else the one that the bytes show."""

from __future__ import annotations

import codecs

from resiliparse.parse.encoding import bytes_to_str, detect_encoding


def decoded(raw: bytes, declared: str | None) -> str:
    """The characters of a page. Never fails: what fits no charset becomes U+FFFD.

    Args:
        raw: the page as it came.
        declared: the charset that its sender named, which may be wrong or unknown.
    """
    if declared and _known(declared):
        try:
            return _utf8_safe(raw.decode(declared))
        except (UnicodeDecodeError, LookupError):
            pass  # it was declared wrongly, as happens
    return _utf8_safe(bytes_to_str(raw, detect_encoding(raw) or "utf-8", errors="replace"))


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # or `charset=base64` would be decoded
    except (LookupError, ValueError):
        return False


def _utf8_safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
