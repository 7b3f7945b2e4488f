"""PDF by PDFium: the text of each page in reading order, as the file stores it. No recognition of scanned pages.

A PDF comes from strangers. Bombs and endless files are the worker's to survive, which is killed at its budget of time
and memory; the counts here keep what is merely huge from coming that far.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pypdfium2 import PdfDocument, PdfiumError

from tokenry.corpus.documents import Outcome, Verdict, sift, texts, with_column

PDF = "application/pdf"
PAGES_MAX = 5_000
CHARACTERS_MAX = 20_000_000
_HYPHEN = re.compile("[\x02\ufffe](?:\r\n|\n)?")  # where PDFium found a word that goes on in the next line
_BLANKS = re.compile(r"[ \t]+\n")


class Printed:
    """Fills `text` from `raw` of PDFs, which are documents that came as text from then on; all others pass."""

    slow: ClassVar[bool] = True

    @property
    def stage(self) -> str:
        return "pdf_extract"

    def __call__(self, documents: Any) -> Outcome:
        media = documents.column("media").to_pylist()
        if PDF not in media:
            return sift(documents, self.stage, [None] * documents.num_rows)
        raws, found = documents.column("raw").to_pylist(), texts(documents)
        verdicts: list[Verdict | None] = [None] * documents.num_rows
        for at, (kind, raw) in enumerate(zip(media, raws, strict=True)):
            if kind != PDF or raw is None:
                continue
            told = printed(raw)
            if isinstance(told, Verdict):
                verdicts[at] = told
            else:
                found[at], raws[at] = told, None
        filled = with_column(with_column(documents, "text", found), "raw", raws)
        return sift(filled, self.stage, verdicts)


def printed(raw: bytes) -> str | Verdict:
    """The text of a PDF, pages parted by an empty line; or why there is none."""
    try:
        document = PdfDocument(raw)
    except PdfiumError as error:
        return Verdict("encrypted" if "password" in str(error).lower() else "damaged", str(error)[:200])
    try:
        if len(document) > PAGES_MAX:
            return Verdict("too_many_pages", str(len(document)))
        text = _text(document)
    except PdfiumError as error:
        return Verdict("damaged", str(error)[:200])
    finally:
        document.close()
    if len(text) > CHARACTERS_MAX:
        return Verdict("too_large", str(len(text)))
    return text or Verdict("empty", "0")


def _text(document: PdfDocument) -> str:
    pages, size = [], 0
    for number in range(len(document)):
        page = document[number]
        told = page.get_textpage()
        text = _cleaned(told.get_text_range())
        told.close()
        page.close()
        if text:
            pages.append(text)
            size += len(text)
        if size > CHARACTERS_MAX:
            break
    return "\n\n".join(pages)


def _cleaned(text: str) -> str:
    """Words that a line's end broke are whole, lines end as everywhere, and every character has a form in UTF-8."""
    whole = _HYPHEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _BLANKS.sub("\n", whole).strip().encode("utf-8", "replace").decode("utf-8")
