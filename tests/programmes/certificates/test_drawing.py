"""A certificate as a picture: whoever's name is on it, the files are whole, the same again, and no name is markup."""

from __future__ import annotations

import zlib
from xml.etree import ElementTree

import msgspec
import pytest

from tests.programmes.certificates.made import CERTIFICATE, STATEMENT
from tokenry.programmes.certificates import Certificate, document, printed, short, spelled, undrawable
from tokenry.programmes.certificates.drawing.direction import base_level, levels, visual
from tokenry.programmes.certificates.drawing.lettering import clean
from tokenry.programmes.certificates.drawing.sheet import fitted

URL = "https://tokens.example.org/verify/cert_01kdx3c8v2h5m7q9r1s3t5v7w9"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = {
    "plain": "Example University",
    "long": "Institute for the Advanced Study of Names " * 5,
    "one word": "W" * 200,
    "arabic": "جامعة الملك عبدالله (KAUST) 2026",
    "many scripts": "भारतीय विज्ञान · จุฬาลงกรณ์ · מכון ויצמן · Εθνικό Київ Ġ",
    "han": "東京大学",
    "emoji": "🎓👩‍🔬 School",
    "markup": "<script>alert(1)</script>\"'>&]]>--><svg onload=x>",
    "turned": "abc\u202ecba\u2066\u200b\ufeff",
    "blank": "\u3000 \u2003",
    "control": "a\x00b\x1b[31m",
    "stacked": "Z" + "\u0351" * 300,
    "pdf": "(\\) Tj ET endstream endobj %%EOF",
}


def of(name: str, tokens: int = 10**12) -> Certificate:
    statement = msgspec.structs.replace(STATEMENT, organization=name, threshold_tokens=tokens)
    return Certificate(statement=statement, signature=CERTIFICATE.signature)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_name_makes_a_whole_svg_without_anything_active(name: str) -> None:
    text = printed(of(name), "svg", URL).decode()
    root = ElementTree.fromstring(text)
    tags = {element.tag for element in root.iter()}
    assert tags <= {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "metadata", "path", "text")}
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert names <= {
        "width", "height", "viewBox", "role", "aria-labelledby", "id", "d", "fill", "stroke", "stroke-width", "x", "y",
        "font-size", "text-anchor", "font-family", "textLength", "lengthAdjust",
    }  # fmt: skip
    assert len(text) < 1_500_000
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace(URL, "")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_name_makes_a_whole_pdf(name: str) -> None:
    raw = printed(of(name), "pdf", URL)
    assert raw.startswith(b"%PDF-1.7\n")
    assert raw.endswith(b"%%EOF\n")
    assert raw.count(b"%%EOF") == 1
    at = int(raw.rsplit(b"startxref\n", 1)[1].split()[0])
    rows = raw[at:].split(b"\n")[3:10]
    for number, row in enumerate(rows, start=1):
        place = int(row.split()[0])
        assert raw[place:].startswith(f"{number} 0 obj\n".encode())
    streams = [part.split(b"\nendstream")[0] for part in raw.split(b"stream\n")[1:] if not part.startswith(b"endobj")]
    page, attached = (zlib.decompress(stream) for stream in streams[::1] if stream.startswith(b"x"))
    assert page.startswith(b"q 1 0 0 -1 0 595.28 cm")
    assert attached == document(of(name)).encode()


def test_the_same_certificate_gives_the_same_bytes_and_another_signature_another_ornament() -> None:
    printed.cache_clear()
    one = printed(of("A"), "svg", URL), printed(of("A"), "pdf", URL)
    printed.cache_clear()
    assert one == (printed(of("A"), "svg", URL), printed(of("A"), "pdf", URL))
    other = msgspec.structs.replace(of("A"), signature="YW5vdGhlcg")
    assert printed(other, "svg", URL) != one[0]


def test_the_certificate_itself_is_inside_the_picture() -> None:
    root = ElementTree.fromstring(printed(of("Söhne & Töchter"), "svg", None))
    inside = root.find(f"{SVG}metadata")
    assert inside is not None
    assert inside.text == document(of("Söhne & Töchter"))
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert title.text == "Certificate of achievement: 1,000,000,000,000 tokens"
    assert words.text is not None
    assert "Söhne & Töchter has processed 1,000,000,000,000 tokens, in words: one trillion." in words.text


def test_what_no_font_at_hand_writes_is_told_and_left_to_the_readers_fonts_in_svg() -> None:
    assert undrawable("Example Universität Київ جامعة") == ""
    assert undrawable("東京大学 X") == "京大学東"
    texts = ElementTree.fromstring(printed(of("東京大学"), "svg", None)).findall(f"{SVG}text")
    assert [one.text for one in texts] == ["東京大学"]
    with pytest.raises(OSError, match="nothing-there"):
        undrawable("東", ("/nothing-there.otf",))
    with pytest.raises(OSError, match="holds no font"):
        undrawable("東", (__file__,))


@pytest.mark.parametrize("name", [clean(name) or "-" for name in NAMES.values()], ids=NAMES)
def test_a_name_stays_within_its_place(name: str) -> None:
    lines = fitted(name, 600.0)
    assert 1 <= len(lines) <= 3
    assert all(line.width <= 600.5 for line in lines)
    assert "".join("".join(line.text for line in lines).split()) == "".join(name.split())


def test_a_name_is_cleaned_of_what_cannot_be_seen() -> None:
    assert clean(" a\u202eb\u200b\ufeff \n c\x00 ") == "ab c"
    assert len(clean("x" * 500)) == 200
    assert clean("x" * 500).endswith("…")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 123 דהו", "והד 123 גבא"),
        ("אבג (abc) 12", "12 (abc) גבא"),
        ("جامعة 2026", "2026 ةعماج"),
        ("abc (אבג) def", "abc (גבא) def"),
        ("", ""),
    ],
)
def test_letters_stand_in_the_order_in_which_they_are_read(text: str, seen: str) -> None:
    order = levels(text, base_level(text))
    turned = str.maketrans("()", ")(")
    letters = [text[n].translate(turned) if order[n] % 2 else text[n] for n in visual(order)]
    assert "".join(letters) == seen


def test_numbers_in_words_and_in_short() -> None:
    assert spelled(10**12) == "one trillion"
    assert spelled(10**10) == "ten billion"
    assert spelled(2_500_000_000) == "two billion five hundred million"
    assert spelled(123_045) == "one hundred twenty-three thousand forty-five"
    assert [short(n) for n in (10**10, 10**11, 10**12, 10**13, 2_500_000_000, 999, 1234)] == [
        "10 B", "100 B", "1 T", "10 T", "2.5 B", "999", "1 k+",
    ]  # fmt: skip
