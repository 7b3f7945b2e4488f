"""What a page says about itself in its own HTML: meta tags and links about opt-outs and licences, as they came.

A scan for tags, no parse: it must hold for pages that no parser likes, and comments are left out by hand because a
pattern for them takes quadratic time on a page of beginnings. Knows no meaning.
"""

from __future__ import annotations

import html
import re

VALUE_MAX = 500  # characters of a value that are kept
COUNT_MAX = 50  # words of a page that are kept
METAS = re.compile(
    r"robots|googlebot|tdm-reservation|tdm-policy|content-usage|licen[cs]e|copyright|rights|"
    r"dc(?:terms)?\.(?:licen[cs]e|rights(?:\.license)?)",
)
_TAG = re.compile(rb"<(meta|link|a)\s([^>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-zA-Z][a-zA-Z:.-]{0,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMONS = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)
_LICENCE = re.compile(rb"licen[cs]e|creativecommons", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,400}(?:robots|googlebot|tdm-|content-usage|licen|rights?)", re.IGNORECASE)


def words(page: bytes) -> list[tuple[str, str]]:
    """Evidence of a page: (`meta:robots`, content), (`html:rel-license`, address), (`html:commons-link`, address)."""
    if not _META.search(page) and not _LICENCE.search(page):
        return []
    found: dict[tuple[str, str], None] = {}
    for tag in _TAG.finditer(_uncommented(page)):
        one = _word(tag[1].lower(), tag[2])
        if one is not None:
            found[one] = None
            if len(found) == COUNT_MAX:
                break
    return list(found)


def _word(tag: bytes, inside: bytes) -> tuple[str, str] | None:
    if tag == b"a" and not _LICENCE.search(inside):
        return None
    attributes = {m[1].lower(): _text(m[2] or m[3] or m[4] or b"") for m in _ATTRIBUTE.finditer(inside)}
    if tag == b"meta":
        name = (attributes.get(b"name") or attributes.get(b"property") or attributes.get(b"http-equiv") or "").lower()
        content = attributes.get(b"content", "")
        return (f"meta:{name}", content) if content and METAS.fullmatch(name) else None
    address = attributes.get(b"href", "")
    rel = attributes.get(b"rel", "").lower().split()
    if address and ("license" in rel or "copyright" in rel):
        rsl = "rsl" in attributes.get(b"type", "").lower()
        return ("html:rsl" if rsl else f"html:rel-{'license' if 'license' in rel else 'copyright'}", address)
    return ("html:commons-link", address) if _COMMONS.match(address) else None


def _text(value: bytes) -> str:
    return html.unescape(value.decode("utf-8", "replace")).strip()[:VALUE_MAX]


def _uncommented(page: bytes) -> bytes:
    pieces, at = [], 0
    while (start := page.find(b"<!--", at)) >= 0:
        pieces.append(page[at:start])
        end = page.find(b"-->", start + 4)
        if end < 0:
            return b"".join(pieces)
        at = end + 3
    return b"".join([*pieces, page[at:]])
