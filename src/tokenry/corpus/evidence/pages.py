"""What a page says about itself in its own HTML: meta tags and links about opt-outs and licences, as they came.

A scan for tags, no parse: it must hold for pages that no parser likes, and comments are left out by hand because a
pattern for them takes quadratic time on a page of beginnings. Knows no meaning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice

SCRIPT_MAX = 16 * 1024  # bytes of a script element that are kept
SCRIPTS_MAX = 4
VALUE_MAX = 500  # characters of a value that are kept
COUNT_MAX = 50  # words of a page that are kept
METAS = re.compile(
    r"robots|googlebot|tdm-reservation|tdm-policy|content-usage|licen[cs]e|copyright|rights|"
    r"dc(?:terms)?\.(?:licen[cs]e|rights(?:\.license)?)",
)
_ATTRIBUTE = re.compile(rb"""([a-zA-Z][a-zA-Z:.-]{0,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMONS = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)
_LICENCE = (b"licen", b"creativecommons")
_TAGS = {  # the tags that are looked at, and what must stand in one for its attributes to be taken apart
    b"<meta": (b"robots", b"googlebot", b"tdm-", b"content-usage", b"licen", b"right"),
    b"<link": (*_LICENCE, b"copyright"),
    b"<a": _LICENCE,
}
_RSL = b"application/rsl+xml"
_TAG_MAX = 4096  # bytes of a tag
_TAGS_MAX = 1000  # of a kind that are taken apart


def words(page: bytes) -> list[tuple[str, str]]:
    """Evidence of a page: (`meta:robots`, content), (`html:rel-license`, address), (`html:rsl`, address),
    (`html:rsl-inline`, document), (`html:commons-link`, address)."""
    page = _uncommented(page)
    lowered = page.lower()
    tags = [tag for name in _TAGS for tag in islice(_tags(page, lowered, name), _TAGS_MAX)]
    found = dict.fromkeys(word for _, name, inside in sorted(tags) if (word := _word(name, inside)) is not None)
    inline = [("html:rsl-inline", one) for one in islice(_scripts(page, lowered), SCRIPTS_MAX)]
    if len(found) > COUNT_MAX:  # of many licences' links, none is worth what the page says of itself
        found = dict.fromkeys(sorted(found, key=lambda one: not one[0].startswith("meta:")))
    return [*list(found)[:COUNT_MAX], *inline]


def _scripts(page: bytes, lowered: bytes) -> Iterator[str]:
    """RSL documents in script elements."""
    at = lowered.find(_RSL)
    while at >= 0:
        start, inside = lowered.rfind(b"<script", max(0, at - _TAG_MAX), at), lowered.find(b">", at, at + _TAG_MAX)
        if start >= 0 <= inside and b">" not in lowered[start:at]:
            end = lowered.find(b"</script", inside, inside + SCRIPT_MAX)
            if end >= 0:
                yield page[inside + 1 : end].decode("utf-8", "replace").strip()
                inside = end
        at = lowered.find(_RSL, max(at + 1, inside))


def _tags(page: bytes, lowered: bytes, name: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Where a tag of this name begins, its name and what is inside it, if that may be worth a look."""
    if not any(word in lowered for word in _TAGS[name]):
        return
    at = lowered.find(name)
    while at >= 0:
        start = at + len(name)
        end = lowered.find(b">", start, start + _TAG_MAX)
        inside = lowered[start:end] if end >= 0 else b""
        if inside[:1].isspace() and any(word in inside for word in _TAGS[name]):
            yield at, name[1:], page[start:end]
        at = lowered.find(name, start)


def _word(tag: bytes, inside: bytes) -> tuple[str, str] | None:
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
    lowered = page.lower()
    pieces: list[bytes] = []
    at = seek = 0
    while (start := page.find(b"<!--", seek)) >= 0:
        script = lowered.rfind(b"<script", at, start)
        if script >= 0 and lowered.find(b"</script", script, start) < 0:  # a script's own words
            seek = lowered.find(b"</script", start)
            if seek < 0:
                break
            continue
        pieces.append(page[at:start])
        end = page.find(b"-->", start + 2)  # `<!-->` is a whole one
        if end < 0:
            return b"".join(pieces)
        at = seek = end + 3
    return b"".join([*pieces, page[at:]])
