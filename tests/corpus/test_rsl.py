"""RSL: what a licence document says about training on a page, wherever it is named, and what is no document."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.corpus.pages import warc_record
from tokenry.corpus.documents import batch
from tokenry.corpus.evidence import AGENTS, Gather, found, write_sites
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.rsl import Unread, read, terms

PAGE = "https://a.org/news/1?x=2"


def document(*contents: str) -> str:
    return f'<?xml version="1.0"?>\n<rsl xmlns="https://rslstandard.org/rsl">{"".join(contents)}</rsl>'


def content(licences: str, url: str = "/", more: str = "") -> str:
    return f'<content url="{url}" {more}>{licences}</content>'


def licence(permits: str | None = None, prohibits: str = "", payment: str = "", more: str = "") -> str:
    listed = "" if permits is None else f'<permits type="usage">{permits}</permits>'
    refused = f'<prohibits type="usage">{prohibits}</prohibits>' if prohibits else ""
    paid = f'<payment type="{payment}"><amount currency="USD">1</amount></payment>' if payment else ""
    return f"<license>{listed}{refused}{paid}{more}</license>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (content(licence(prohibits="ai-train")), "prohibits ai-train"),
        (content(licence(prohibits="search, ai-all")), "prohibits ai-all"),
        (content(licence(prohibits="train-ai")), "prohibits train-ai"),
        (content(licence("search", "all")), "prohibits all"),
        (content(licence("ai-train", "ai-all")), "prohibits ai-all"),
        (content(licence("ai-train", "all")), "permits ai-train"),  # the more exact of the two
        (content(licence("ai-all") + licence(prohibits="ai-train")), "prohibits ai-train"),
        (content(licence("search")), "permits search only"),
        (content(licence("")), "permits nothing only"),
        (content(licence("all")), "permits all"),
        (content(licence("ai-train", payment="attribution")), "permits ai-train"),
        (content(licence("ai-train", payment="training")), "permits ai-train under conditions: training"),
        (content(licence("ai-train", payment="training") + licence("ai-train")), "permits ai-train"),
        (content(licence("ai-train", more='<permits type="user">education</permits>')),
         "permits ai-train under conditions: users or regions"),
        (content(licence(payment="subscription")), "any use under conditions: subscription"),
        (content(licence("ai-train"), more='server="https://l.org"'), "a licence of https://l.org is needed"),
        (content(licence()), None),
        (content(licence(prohibits="ai-input search")), None),
        (content(licence(prohibits="ai-train"), "/blog/"), None),
        (content(licence(prohibits="ai-train")) + content(licence("all"), "/news/*"), "permits all"),
        (content(licence(prohibits="ai-train"), "https://a.org/news/") + content(licence("all")), "prohibits ai-train"),
        (content(licence(prohibits="ai-train"), "https://b.org/news/"), None),
        (content(licence(prohibits="ai-train"), ""), "prohibits ai-train"),
        ("", None),
    ],
)  # fmt: skip  # a case a line
def test_what_a_document_says(body: str, said: str | None) -> None:
    found_terms = terms(read(document(body)), PAGE)
    assert (found_terms and found_terms.words) == said
    if found_terms is not None:
        assert found_terms.refused == (said not in {"permits all", "permits ai-train"})


def test_an_address_that_is_none() -> None:
    contents = read(document(content(licence(prohibits="all")), content(licence("all"), "")))
    assert terms(contents, "http://[broken") == (False, "permits all")


def test_a_feed_with_licences_in_its_items() -> None:
    feed = (
        '<rss xmlns:rsl="https://rslstandard.org/rsl" version="2.0"><channel><item><link>x</link>'
        '<rsl:content url="/news/*"><rsl:license><rsl:prohibits type="usage">ai-train</rsl:prohibits></rsl:license>'
        "</rsl:content></item></channel></rss>"
    )
    assert terms(read(feed), PAGE) == (True, "prohibits ai-train")


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE rsl [<!ENTITY e0 "prohibits">{ENTITIES}]>' + document(content("&e9;")).partition("\n")[2]
OUTSIDE = '<!DOCTYPE rsl SYSTEM "file:///etc/passwd">' + document(content(licence())).partition("\n")[2]


@pytest.mark.parametrize("body", [BOMB, OUTSIDE, "", "<rsl", "no document", "<rsl>\0</rsl>", "<a>" * 200_000])
def test_what_is_no_document(body: str) -> None:
    with pytest.raises(Unread):
        read(body)


def response(url: str, body: bytes, media: str = "application/rsl+xml", more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n{more}\r\n".encode() + body


@pytest.mark.parametrize(
    ("page", "told", "robots", "place"),
    [
        ("", [], "License: https://a.org/license.xml", "https://a.org/license.xml"),
        ("", [], "License: /license.xml", "https://a.org/license.xml"),
        ("", [("http:link", '</license.xml>; rel="license"; type="application/rsl+xml"')], "", "a.org/license.xml"),
        ('<link rel="license" type="application/rsl+xml" href="/license.xml">', [], "", "a.org/license.xml"),
        ("INLINE", [], "", "in the page"),
        ('<link rel="license" href="/license.xml">', [], "", None),  # a licence of another kind
        ("", [("http:link", '</license.xml>; rel="license"')], "", None),
        ("", [], "License: https://a.org/another.xml", None),  # the inputs do not hold it
    ],
)
def test_each_way_to_name_a_document(
    page: str, told: list[tuple[str, str]], robots: str, place: str | None, tmp_path: Path
) -> None:
    no = document(content(licence(prohibits="ai-train")))
    html = page.replace("INLINE", f'<script type="application/rsl+xml">\n{no}\n</script>')
    files = [
        found("https://a.org/license.xml", "2026", response("", no.encode())),
        found("https://a.org/robots.txt", "2026", response("", robots.encode(), "text/plain")),
    ]
    write_sites(tmp_path / "sites.parquet", [one for one in files if one is not None])
    row = {
        "id": "x", "url": "https://a.org/news/1", "raw": f"<html><head>{html}</head><p>words</p>".encode(),
        "evidence": [{"kind": kind, "value": value} for kind, value in told],
    }  # fmt: skip  # one row
    (kept,) = Gather(tmp_path / "sites.parquet", AGENTS)(batch([row])).kept.to_pylist()
    said = [one["value"] for one in kept["evidence"] if one["kind"] == "rsl"]
    assert len(said) == (place is not None)
    assert place is None or (said[0].startswith("prohibits ai-train") and place in said[0])


def test_the_page_itself_is_heard_before_its_site(tmp_path: Path) -> None:
    no, yes = document(content(licence(prohibits="all"))), document(content(licence("all"), ""))
    made = found("https://a.org/l", "2026", response("", no.encode()))
    robots = found("https://a.org/robots.txt", "2026", response("", b"License: /l", "text/plain"))
    assert made is not None
    assert robots is not None
    write_sites(tmp_path / "s", [made, robots])
    page = f"<script type='application/rsl+xml'>{yes}</script>".encode()
    rows = [{"id": "a", "url": "https://a.org/1", "raw": page}, {"id": "b", "url": "https://a.org/2", "raw": b"<p>"}]
    one, other = Gather(tmp_path / "s", AGENTS)(batch(rows)).kept.column("evidence").to_pylist()
    assert [said["kind"] for said in one if said["kind"].startswith("rsl")] == ["rsl:permission"]
    assert [said["kind"] for said in other if said["kind"].startswith("rsl")] == ["rsl"]


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ("Content-Encoding: gzip\r\n", gzip.compress(b"User-agent: *\nDisallow: /\n")),
        ("Transfer-Encoding: chunked\r\n", chunked(b"User-agent: *\nDisallow: /\n")),
        (
            "Transfer-Encoding: chunked\r\ncontent-encoding: gzip\r\n",
            chunked(gzip.compress(b"User-agent: *\nDisallow: /\n")),
        ),
    ],
)
def test_a_robots_txt_sent_compressed_or_in_chunks_is_read(more: str, body: bytes) -> None:
    made = found("https://a.org/robots.txt", "2026", response("", body, "text/plain", more))
    assert made is not None
    assert made.body == "User-agent: *\nDisallow: /\n"
    assert (
        found("https://a.org/robots.txt", "2026", response("", b"\x1f\x8bx", "", "Content-Encoding: gzip\r\n")) is None
    )


def test_scripts_are_found_and_bounded() -> None:
    assert words(b"<p>application/rsl+xml</p>") == []
    assert words(b'<script type="application/rsl+xml">' * 50_000) == []
    assert words(b'<script type="application/rsl+xml">x</script>' * 9) == [("html:rsl-inline", "x")] * 4
    assert warc_record("https://a.org/", b"")
