"""DOCX: what a ZIP with a document in it must have, and in which order its parts are read."""

from __future__ import annotations

from tokenry.reading.found import Found, Script, Unreadable
from tokenry.reading.kinds import MEDIA
from tokenry.reading.markup import Attributes, listen
from tokenry.reading.package import Package
from tokenry.reading.styles import Numbering, Styles
from tokenry.reading.writing import Body

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_OTHERS = (
    ("xl/workbook.xml", "spreadsheet", "this is a spreadsheet; save each of its sheets as CSV and upload that"),
    ("xl/workbook.bin", "spreadsheet", "this is a spreadsheet; save each of its sheets as CSV and upload that"),
    ("ppt/presentation.xml", "presentation", "this is a presentation; save it as PDF and upload that"),
    ("content.xml", "opendocument", "this is an OpenDocument file; save it as DOCX or PDF and upload that"),
    ("META-INF/container.xml", "book", "this is an electronic book; save it as PDF or HTML and upload that"),
    ("EncryptedPackage", "encrypted", "this file is protected by a password; save it without one and upload that"),
)


class _Relations:
    """Listens to `_rels/.rels`: where the document itself lies."""

    def __init__(self) -> None:
        self.document = "word/document.xml"

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Listener."""
        if name == _RELATIONS and attributes.get("Type", "").endswith("/relationships/officeDocument"):
            self.document = attributes.get("Target", "").lstrip("/")

    def end(self, name: str) -> None:
        """See Listener."""

    def words(self, text: str) -> None:
        """See Listener."""


def read_office(data: bytes) -> Found:
    """The text of a DOCX. Raises Unreadable."""
    package = Package(data)
    relations = _Relations()
    if package.has("_rels/.rels"):
        listen(package.pieces("_rels/.rels"), relations)
    document = relations.document
    if not (document.startswith("word/") and package.has(document)):
        raise _no_document(package)
    styles, numbering, script = Styles(), Numbering(), Script()
    for name, listener in (("word/styles.xml", styles), ("word/numbering.xml", numbering)):
        if package.has(name):
            listen(package.pieces(name), listener)
    for name in (document, "word/footnotes.xml", "word/endnotes.xml"):
        if package.has(name):
            listen(package.pieces(name), Body(script, styles, numbering))
    if not script.pieces:
        raise Unreadable("no_text", "this document has no text in it; if it holds images only, upload those")
    return Found(kind="docx", mime_type=MEDIA["docx"], text=script.text, marks=tuple(script.marks), note=script.note)


def _no_document(package: Package) -> Unreadable:
    for name, code, words in _OTHERS:
        if package.has(name):
            return Unreadable(code, words)
    return Unreadable("archive", "this is a ZIP archive; unpack it and upload the files in it")
