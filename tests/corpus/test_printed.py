"""PDFs: their text in reading order, what is none, and the way of one through a whole build."""

from __future__ import annotations

import ctypes
import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from tests.corpus.pages import recipe, sentences
from tokenry.base.clock import ManualClock
from tokenry.corpus import build
from tokenry.corpus.documents import Verdict, batch
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.extract import PDF, Printed
from tokenry.corpus.extract.printed import printed


def pdf(*pages: str) -> bytes:
    """A PDF with these texts, a line of each page a line."""
    document = pdfium.PdfDocument.new()
    for text in pages:
        page = document.new_page(595, 842)
        for number, line in enumerate(text.split("\n")):
            told = raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", 11)
            letters = (line + "\0").encode("utf-16-le")
            raw.FPDFText_SetText(told, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
            raw.FPDFPageObj_Transform(told, 1, 0, 0, 1, 50, 780 - 14 * number)
            raw.FPDFPage_InsertObject(page.raw, told)
        page.gen_content()
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_lines_and_pages_come_in_their_order() -> None:
    assert printed(pdf("The boat waits\nin the harbour.", "The crew returns.")) == (
        "The boat waits\nin the harbour.\n\nThe crew returns."
    )


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7\nnothing follows", "damaged"),
        (b"<html><body>a page</body></html>", "damaged"),
        (pdf("half of it")[:300], "damaged"),
        (pdf(""), "empty"),
    ],
)
def test_what_has_no_text_says_why(body: bytes, rule: str) -> None:
    verdict = printed(body)
    assert isinstance(verdict, Verdict)
    assert verdict.rule == rule


def test_a_flood_of_pages_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.extract.printed.PAGES_MAX", 2)
    assert printed(pdf("one", "two")) == "one\n\ntwo"
    assert printed(pdf("one", "two", "three")) == Verdict("too_many_pages", "3")


def test_a_flood_of_characters_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.corpus.extract.printed.CHARACTERS_MAX", 5)
    assert printed(pdf("seven letters")) == Verdict("too_large", "13")


def test_other_documents_pass_and_a_pdf_is_text_from_then_on() -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "media": "text/html", "raw": b"<p>page</p>"},
        {"id": "b", "media": PDF, "raw": pdf("The doctor opens the letter.")},
        {"id": "c", "media": "text/plain", "text": "plain"},
        {"id": "d", "media": PDF, "raw": b"none"},
    ]
    outcome = Printed()(batch(rows))
    kept = {row["id"]: (row["raw"], row["text"]) for row in outcome.kept.to_pylist()}
    assert kept == {
        "a": (b"<p>page</p>", ""),
        "b": (None, "The doctor opens the letter."),
        "c": (None, "plain"),
    }
    assert [(row["id"], row["rule"]) for row in outcome.dropped.to_pylist()] == [("d", "damaged")]


def test_a_folder_of_pdfs_becomes_a_set(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    said = sentences(7).replace(". ", ".\n")
    (folder / "one.pdf").write_bytes(pdf(said))
    (folder / "two.PDF").write_bytes(pdf("The same meta robots noindex, licence and tdm-reservation as text.\n" + said))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    build(
        recipe(tmp_path, preset="own-documents", input=["papers"]), workers=1, tell=lambda _: None, clock=ManualClock()
    )
    kept = read_parquet(tmp_path / "out/documents/000000.parquet", ["source", "text"]).to_pylist()
    assert sorted(row["source"] for row in kept) == ["papers/one.pdf", "papers/two.PDF"]
    assert " ".join(kept[0]["text"].split()) == " ".join(said.split())
    lost = read_parquet(tmp_path / "out/dropped/000000.parquet", ["source", "stage", "rule"]).to_pylist()
    assert lost == [{"source": "papers/broken.pdf", "stage": "pdf_extract", "rule": "damaged"}]
