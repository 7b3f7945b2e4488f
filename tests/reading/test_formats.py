"""What is read of each format, and how what cannot be read is refused."""

from __future__ import annotations

import pytest

from tests.reading import documents as made
from tokenry.reading import package
from tokenry.reading.found import CHARACTERS_MAX, Found, Mark, Script, Unreadable
from tokenry.reading.images import read_image
from tokenry.reading.kinds import binary_kind, text_kind
from tokenry.reading.office import read_office
from tokenry.reading.pages import read_page
from tokenry.reading.plain import decoded, read_plain
from tokenry.reading.printed import read_print
from tokenry.reading.tables import read_table


def _read(document: bytes) -> None:
    kind = binary_kind(document[:4096])
    assert kind is not None
    {"pdf": read_print, "docx": read_office}[kind[0]](document)


def refusal(document: bytes) -> str:
    """The code with which a binary document is refused."""
    with pytest.raises(Unreadable) as caught:
        _read(document)
    assert len(caught.value.refused.words) > 20, "words for a person"
    return caught.value.refused.code


def test_a_pdf_keeps_its_pages() -> None:
    found = read_print(made.pdf("The first page", "", "The third"))
    assert (found.kind, found.pages) == ("pdf", 3)
    assert found.text == "The first page\n\nThe third"
    assert found.marks == (Mark(at=0, page=1), Mark(at=16, page=3))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"%PDF-1.7\nnothing of a PDF follows", "damaged"),
        (made.pdf("one", "two")[:300], "damaged"),
        (made.locked_pdf(), "encrypted"),
        (made.pdf("", ""), "no_text"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (made.zipped({"a.txt": "a"}), "archive"),
        (made.zipped({"inner.zip": made.zipped({"inner.zip": "…"})}), "archive"),
        (made.zipped({"xl/workbook.xml": "<a/>"}), "spreadsheet"),
        (made.zipped({"ppt/presentation.xml": "<a/>"}), "presentation"),
        (made.zipped({"content.xml": "<a/>"}), "opendocument"),
        (made.zipped({"word/document.xml": "<w:document"}), "damaged"),
        (made.docx(""), "no_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old_office"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"\x1f\x8b\x08\0", "archive"),
        (b"II*\0\x08\0\0\0", "image_kind"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image_kind"),
        (b"{\\rtf1 hello}", "rtf"),
    ],
)
def test_what_cannot_be_read_says_why(document: bytes, code: str) -> None:
    assert refusal(document) == code


def test_an_encrypted_member_of_a_zip_is_said_to_be_so() -> None:
    locked = bytearray(made.docx(made.paragraph("secret")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = locked.find(mark)
        while place >= 0:
            locked[place + at] |= 1
            place = locked.find(mark, place + 4)
    assert refusal(bytes(locked)) == "encrypted"


def test_a_docx_is_markdown() -> None:
    body = (
        made.paragraph("Rules", "H1") + made.paragraph("Of money", "Mine") + made.paragraph("Nobody pays twice.")
        + made.paragraph("ask", level=0) + made.paragraph("kindly", level=1) + made.paragraph("wait", level=0)
        + made.table(["who", "pays"], ["Ada", "5|6"])
        + "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:t>deleted</w:t></w:r></w:del>"
        + '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )  # fmt: skip
    note = f'<w:footnote w:id="2">{made.paragraph("A note.")}</w:footnote>'
    notes = f'<w:footnotes xmlns:w="{made.WORD}">{note}</w:footnotes>'
    found = read_office(made.docx(body, {"word/footnotes.xml": notes}))
    assert found.text == (
        "# Rules\n\n## Of money\n\nNobody pays twice.\n\n1. ask\n  - kindly\n2. wait\n\n"
        "| who | pays |\n| --- | --- |\n| Ada | 5\\|6 |\n\nkept[^2]\n\n[^2]: A note."
    )
    assert [mark.heading for mark in found.marks] == ["Rules", "Rules / Of money", None]


def test_a_text_box_is_read_once() -> None:
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{made.paragraph('boxed')}</w:txbxContent>"
    body = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{space}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>around</w:t></w:r></w:p>"
    )
    assert read_office(made.docx(body)).text == "boxed\n\naround"


@pytest.mark.parametrize(
    "document",
    [
        made.zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}),
        made.zipped({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}),
        made.docx("<w:p>" * 300),
        made.docx(made.paragraph("a" * 3_000_000)),
    ],
    ids=["entities", "outside", "depth", "size"],
)
def test_bombs_in_a_docx(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MEMBER_SIZE_MAX", 2_000_000)
    assert refusal(document) == "bomb"


def test_html_is_what_a_reader_sees() -> None:
    page = b"""<!doctype html><html><head><title>Prices</title><style>p{}</style><script>steal()</script></head>
    <body><h1>What  it\ncosts</h1><p>One<br>two <b>bold</b></p><ul><li>a<li>b<ol><li>deep</ol></ul>
    <table><tr><th>n<th>v</tr><tr><td>1</td><td>x|y</td></tr></table><pre>  kept
    as is</pre><svg><text>drawn</text></svg><noscript>no</noscript><img alt="A chart" onerror=alert(1)></body></html>"""
    found = read_page(page)
    assert found.text == (
        "Prices\n\n# What it costs\n\nOne\ntwo bold\n\n- a\n- b\n  1. deep\n\n| n | v |\n| 1 | x\\|y |\n\n"
        "```\n  kept\n    as is\n```\n\nA chart"
    )
    assert found.marks[-1].heading == "What it costs"


def test_html_says_its_own_charset() -> None:
    assert read_page("<html><meta charset=koi8-r><p>Привет".encode("koi8-r")).text == "Привет"
    assert read_page(b"<html><meta charset=zlib_codec><p>plain").text == "plain"


def test_rows_know_their_columns() -> None:
    found = read_table('name;note\nAda;"two\nlines; one row"\n\nBob;\n;alone;more\n')
    assert found.text == ("name | note\nname: Ada; note: two lines; one row\nname: Bob\nnote: alone; column 3: more")
    assert [mark.line for mark in found.marks] == [1, 2, 4, 5]


def test_a_table_with_too_many_columns_is_none() -> None:
    with pytest.raises(Unreadable, match="columns"):
        read_table("a," * 2000 + "\n" + "b," * 2000)


def test_a_formula_in_a_table_is_text() -> None:
    assert read_table('a,b\n=HYPERLINK("x"),1\n').text.endswith('a: =HYPERLINK("x"); b: 1')


def test_markdown_knows_its_headings() -> None:
    found = read_plain("# A\n\ntext\n\n```\n# no heading\n```\n\n## B\n\nmore\n\n# C\n", "markdown")
    assert [mark.heading for mark in found.marks] == ["A", "A / B", "C"]
    assert found.text[found.marks[1].at :].startswith("## B")


def test_json_in_one_line_is_set_out_and_broken_json_is_text() -> None:
    wide = read_plain('{"a":[' + "1," * 500 + "1]}", "json")
    assert wide.kind == "json"
    assert "\n" in wide.text
    assert read_plain('{"a":', "json").kind == "text"
    assert read_plain("[" * 5000 + "]" * 5000, "json").kind == "text"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc"),
        ("grüße".encode("utf-16"), "grüße"),
        ("hello".encode("utf-16-be"), "hello"),
        ("grüße".encode("latin-1"), "grüße"),
        (b"a\0b" + b"c" * 200, "a\0b" + "c" * 200),
    ],
)
def test_text_in_many_charsets(data: bytes, text: str) -> None:
    assert decoded(data) == text


def test_what_is_no_text() -> None:
    with pytest.raises(Unreadable, match="no text"):
        decoded(bytes(range(256)) * 40)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.py", "print(1)", "code"), ("a.csv", "a,b", "csv"), ("a.MD", "x", "markdown"),
        ("a", "<!DOCTYPE html>", "html"),
        ("a.txt", "<html>", "html"), ("a.pdf", "only text", "text"), ("a.svg", "<svg onload=x>", "code"),
        ("a", "#!/bin/sh\n", "code"), ("a.exe", "words", "text"), ("../../a.json", "{}", "json"),
    ],
)  # fmt: skip
def test_a_name_says_only_which_sort_of_text(name: str, text: str, kind: str) -> None:
    assert binary_kind(text.encode()) is None
    assert text_kind(name, text) == kind


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (made.png(640, 480), "image/png"), (made.jpeg(640, 480), "image/jpeg"), (made.gif(640, 480), "image/gif"),
        (made.webp(640, 480), "image/webp"),
    ],
)  # fmt: skip
def test_images_by_their_heads(data: bytes, mime: str) -> None:
    assert binary_kind(data) == ("image", mime)
    assert read_image(data, mime) == Found(kind="image", mime_type=mime, width=640, height=480)


@pytest.mark.parametrize(
    ("data", "code"),
    [(made.png(20_000, 10), "too_large"), (made.png(16_000, 16_000), "too_large"), (made.png(0, 5), "damaged"),
     (made.png(1, 1)[:20], "damaged")],
)  # fmt: skip
def test_images_that_are_too_large_or_damaged(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_image(data, "image/png")
    assert caught.value.refused.code == code


def test_a_text_that_is_too_long_is_cut_and_said_to_be() -> None:
    script = Script()
    for page in range(1, 6):
        script.add("x" * 1_000_000, page=page)
    assert len(script.text) == CHARACTERS_MAX
    assert script.note is not None
    assert [mark.page for mark in script.marks] == [1, 2, 3, 4]


def test_characters_without_a_form_are_no_characters() -> None:
    script = Script()
    script.add("a\0b\ud800c")
    assert script.text == "ab?c"
