"""What the reading of a document gives: its text with marks in it, or words for why there is none. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import msgspec

CHARACTERS_MAX = 4_000_000  # of one document's text; what is beyond is left out, and said to be

Kind = Literal["text", "markdown", "code", "json", "csv", "html", "pdf", "docx", "image", "audio"]


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place in a text from which something holds.

    Args:
        at: character, from 0.
        page: of print, from 1. line: from 1; of a table its row, the one with the names being 1.
        heading: the headings that it stands under, the outermost first. time_ms: of speech, from its beginning.
    """

    at: int
    page: int | None = None
    line: int | None = None
    heading: str | None = None
    time_ms: int | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document that was read.

    Args:
        kind: what it is by its content. mime_type: the same, as a media type.
        text: all of it, as Markdown where it has a form; paragraphs are parted by an empty line. Nothing of an image.
        marks: ascending. Without any that names lines, lines are those of the text.
        pages: of print.
        width, height: pixels of an image.
        note: in words, what was left out.
    """

    kind: Kind
    mime_type: str
    text: str = ""
    marks: tuple[Mark, ...] = ()
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    note: str | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A document that cannot be read.

    Args:
        code: why, for programs. words: for the person whose file it is, with what to do.
    """

    code: str
    words: str


class Unreadable(Exception):
    """Raised within a reader: the document gives no text, and these are the words for it."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.refused = Refused(code=code, words=words)


@dataclass(slots=True)
class Script:
    """A text that is being put together from paragraphs, with marks where something changes.

    Attributes:
        full: CHARACTERS_MAX was reached, and nothing more is taken.
    """

    pieces: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    size: int = 0
    full: bool = False

    def add(self, text: str, glue: str = "\n\n", *, page: int | None = None, line: int | None = None,
            heading: str | None = None) -> None:  # fmt: skip
        """One more paragraph; `glue` parts it from what is there. Empty ones are passed over."""
        if not text or self.full:
            return
        if self.pieces:
            text = glue + text
        else:
            glue = ""
        text = clean(text)
        if self.size + len(text) > CHARACTERS_MAX:
            text, self.full = text[: CHARACTERS_MAX - self.size], True
        last = self.marks[-1] if self.marks else Mark(at=0)
        if (last.page, last.line, last.heading) != (page, line, heading):
            at = min(self.size + len(glue), CHARACTERS_MAX)
            self.marks.append(Mark(at=at, page=page, line=line, heading=heading))
        self.pieces.append(text)
        self.size += len(text)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    @property
    def note(self) -> str | None:
        """In words, that something was left out."""
        return f"only the first {CHARACTERS_MAX:,} characters were read" if self.full else None


def clean(text: str) -> str:
    """Without characters that have no form in UTF-8 or that no text has."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
