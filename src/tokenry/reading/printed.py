"""PDF by PDFium: the text of each page in reading order, as the file stores it. No recognition of scanned pages.

Bombs and endless files are the cage's to survive; the counts here keep what is merely huge from coming that far.
"""

from __future__ import annotations

import re
from contextlib import closing

from pypdfium2 import PdfDocument, PdfiumError

from tokenry.reading.found import Found, Script, Unreadable
from tokenry.reading.kinds import MEDIA

PAGES_MAX = 5_000
_HYPHEN = re.compile("[\x02\ufffe](?:\r\n|\n)?")  # where PDFium found a word that goes on in the next line
_BLANKS = re.compile(r"[ \t]+\n")


def read_print(data: bytes) -> Found:
    """The text of a PDF with marks at its pages. Raises Unreadable."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Unreadable(
                "encrypted", "this PDF is protected by a password; save it without one and upload that"
            ) from None
        raise Unreadable(
            "damaged",
            "this PDF is damaged and cannot be opened; open it in a viewer, print it to a new PDF and upload that",
        ) from None
    with closing(document):
        return _read(document)


def _read(document: PdfDocument) -> Found:
    script, pages, broken = Script(), len(document), 0
    for number in range(min(pages, PAGES_MAX)):
        try:
            text = _page(document, number)
        except PdfiumError:
            broken += 1
            continue
        script.add(text, page=number + 1)
        if script.full:
            break
    if not script.pieces:
        if broken:
            raise Unreadable("damaged", "this PDF is damaged: none of its pages can be read")
        raise Unreadable(
            "no_text",
            "this PDF has no text in it, it is probably a scan; run text recognition (OCR) over it and upload that, "
            "or upload its pages as images for a model that sees",
        )
    notes = [script.note or "", f"only the first {PAGES_MAX:,} pages were read" if pages > PAGES_MAX else ""]
    notes.append(f"{broken} pages are damaged and were left out" if broken else "")
    return Found(
        kind="pdf", mime_type=MEDIA["pdf"], text=script.text, marks=tuple(script.marks), pages=pages,
        note="; ".join(note for note in notes if note) or None,
    )  # fmt: skip


def _page(document: PdfDocument, number: int) -> str:
    with closing(document[number]) as page, closing(page.get_textpage()) as told:
        text = told.get_text_range()
    return _BLANKS.sub("\n", _HYPHEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")).strip()
