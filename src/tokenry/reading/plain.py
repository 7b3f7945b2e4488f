"""Bytes to text, and text that needs no more than that: plain, Markdown, source code, JSON."""

from __future__ import annotations

import codecs
import json
import re
from itertools import accumulate

from tokenry.reading.found import CHARACTERS_MAX, Found, Kind, Mark, Script, Unreadable
from tokenry.reading.kinds import MEDIA

CODECS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1", "cp1252", "cp437",
    "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "gbk", "gb2312",
    "gb18030", "big5",
)  # fmt: skip  # those that a page may name; all are loaded before the door is shut
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 64 * 1024  # characters that are looked at
_CONTROLS_MAX = 0.01  # of a text that is one
_JSON_LINE_MAX = 400  # characters of a line that somebody can read
_JSON_DEPTH_MAX = 200
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


def decoded(data: bytes, charset: str | None = None) -> str:
    """A text's characters, with lines that end in a line feed. Raises Unreadable: it is none.

    Args:
        charset: what it says of itself; believed when it is right.
    """
    told = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _known(charset)
    for name in (told, "utf-8", _wide(data[:_SAMPLE])):
        if name is None:
            continue
        try:
            return _checked(data.decode(name))
        except (UnicodeDecodeError, _NoText):
            continue
    try:
        return _checked(data.decode("cp1252", "replace"))
    except _NoText:
        raise Unreadable("no_text", "this is no text, and no document of a kind that can be read here") from None


class _NoText(ValueError):
    pass


def _known(charset: str | None) -> str | None:
    if charset is None:
        return None
    name = charset.strip().lower().replace("windows-", "cp").replace("iso-8859-", "iso8859-").replace("iso8859-1,", "")
    if name in {"iso8859-1", "latin1", "us-ascii"}:
        return "cp1252"  # as the Encoding standard has it
    return next((one for one in CODECS if one.replace("_", "-") == name.replace("_", "-")), None)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark of its own: every other byte of Latin text is 0."""
    evens, odds = sample[0::2].count(0), sample[1::2].count(0)
    if odds > len(sample) // 5 > evens:
        return "utf-16-le"
    return "utf-16-be" if evens > len(sample) // 5 > odds else None


def _checked(text: str) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _CONTROLS_MAX * len(sample):
        raise _NoText
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_plain(text: str, kind: Kind) -> Found:
    """Text as it stands; Markdown's headings are noted."""
    if kind == "json":
        kind, text = _json(text)
    script = Script()
    script.add(text)
    marks = _headings(script.text) if kind == "markdown" else ()
    return Found(kind=kind, mime_type=MEDIA[kind], text=script.text, marks=marks, note=script.note)


def _json(text: str) -> tuple[Kind, str]:
    """JSON that is all in one line is set out; what is none is text."""
    if len(text) > CHARACTERS_MAX:
        return "json", text  # it is cut anyway, and to set it out would take many times its memory
    if _depth(text) > _JSON_DEPTH_MAX:
        return "text", text
    try:
        value = json.loads(text)
    except ValueError:
        return "text", text
    if max((len(line) for line in text.split("\n")), default=0) > _JSON_LINE_MAX:
        text = json.dumps(value, ensure_ascii=False, indent=1)
    return "json", text


def _depth(text: str) -> int:
    """How deep brackets go, those within strings included: at least as deep as its values."""
    steps = (1 if sign in "[{" else -1 for sign in text if sign in "[]{}")
    return max(accumulate(steps), default=0)


def _headings(text: str) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    path: list[tuple[int, str]] = []
    at, fence = 0, ""
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if opened is not None and fence in ("", opened[1]):
            fence = "" if fence else opened[1]
        elif not fence and (found := _HEADING.match(line)) is not None:
            path = [one for one in path if one[0] < len(found[1])] + [(len(found[1]), found[2])]
            marks.append(Mark(at=at, heading=heading_path([words for _, words in path])))
        at += len(line) + 1
    return tuple(marks)


def heading_path(words: list[str]) -> str:
    """Headings within each other, as they are shown: the outermost first, at most 200 characters."""
    return " / ".join(word[:80] for word in words if word)[:200]
