"""Opt-outs: read from what documents and their sites bring, kept raw, and heeded by the protocol's own rule."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import page, recipe, warc_record
from tests.corpus.typed import typed
from tokenry.base.clock import ManualClock
from tokenry.corpus import RecipeError, build, traced
from tokenry.corpus.documents import batch
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.evidence import AGENTS, PROTOCOLS, Gather, HonourOptOuts, found, refusal, write_sites
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.robots import fits, forbidding, parsed, rules_for
from tokenry.corpus.evidence.sites import Sites


def evidence(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"kind": kind, "value": value} for kind, value in pairs]


@pytest.mark.parametrize(
    ("pattern", "path", "fit"),
    [
        ("/", "/a", True),
        ("/a", "/b", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*.pdf$", "/x/y.pdf", True),
        ("/*.pdf$", "/x/y.pdf?z", False),
        ("*.html", "/x.html", True),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*b*c", "/a1c2b3", False),
        ("/a%20b", "/a b", True),
        ("/ab*b$", "/ab", False),
        ("*" * 5000 + "x", "/" + "y" * 5000, False),
    ],
)
def test_patterns(pattern: str, path: str, fit: bool) -> None:
    assert fits(pattern, path) is fit


def test_the_longest_rule_of_ones_own_group_decides() -> None:
    robots = parsed(
        "User-agent: GPTBot\nUser-Agent: CCBot\nDisallow: /\nAllow: /free # really\n\n"
        "User-agent: *\nDisallow: /private\nDisallow:\nnonsense\n"
    )
    assert forbidding(rules_for(robots, "gptbot"), "/x") == ("disallow", "/", "Disallow: /")
    assert forbidding(rules_for(robots, "CCBot"), "/free/x") is None
    assert forbidding(rules_for(robots, "Other"), "/x") is None
    assert forbidding(rules_for(robots, "Other"), "/private/1") is not None
    assert forbidding(rules_for(parsed("Disallow: /"), "x"), "/") is None


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ([("robots.txt", "Disallow: / (to GPTBot)")], "robots.txt"),
        ([("ai.txt", "Disallow: / (to GPTBot)")], "ai.txt"),
        ([("http:tdm-reservation", "1")], "tdm-reservation"),
        ([("meta:tdm-reservation", "1")], "tdm-reservation"),
        ([("tdmrep.json", "1")], "tdm-reservation"),
        ([("tdmrep.json", "1"), ("http:tdm-reservation", "0")], None),
        ([("http:tdm-reservation", "1"), ("meta:tdm-reservation", "0")], None),
        ([("http:content-usage", "search=y, train-ai=n")], "content-usage"),
        ([("http:content-usage", "train-ai=y"), ("robots.txt:content-usage", "train-ai=n")], None),
        ([("http:content-usage", "search=n")], None),
        ([("robots.txt:content-usage", "train-ai=n")], "content-usage"),
        ([("robots.txt:content-signal", "search=yes,ai-train=no")], "content-signal"),
        ([("http:content-signal", "ai-train=yes")], None),
        ([("rsl", "prohibits ai-train (in the page)")], "rsl"),
        ([("rsl:permission", "permits all (in the page)"), ("html:rsl", "/l.xml")], None),
        ([("http:x-robots-tag", "GPTBot: noai, noimageai")], "x-robots-tag"),
        ([("http:x-robots-tag", "noindex, nofollow")], None),
        ([("meta:robots", "NOAI")], "meta-robots"),
        ([("meta:robots", "noimageai")], None),
        ([], None),
    ],
)
def test_each_protocol_by_its_own_rule(told: list[tuple[str, str]], rule: str | None) -> None:
    verdict = refusal(evidence(*told), PROTOCOLS)
    assert (verdict and verdict.rule) == rule
    if rule is not None:
        assert verdict is not None
        assert verdict.value.startswith(f"{told[0][0]}: {told[0][1]}")
        assert refusal(evidence(*told), [one for one in PROTOCOLS if one != rule]) is None


def test_words_of_a_page() -> None:
    html = (
        b"<head><META name='Robots' content=\"noai, noindex\"><meta content=1 name=tdm-reservation>"
        b"<!-- <meta name=robots content=commented> --><meta name=viewport content=x>"
        b'<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head>'
        b'<a href="https://creativecommons.org/licenses/by-nc/2.0/?a&amp;b">photo</a><!-- <meta name=robots content=z>'
    )
    assert words(html) == [
        ("meta:robots", "noai, noindex"),
        ("meta:tdm-reservation", "1"),
        ("html:rel-license", "https://creativecommons.org/licenses/by/4.0/"),
        ("html:commons-link", "https://creativecommons.org/licenses/by-nc/2.0/?a&b"),
    ]
    assert words(b"<p>nothing</p>") == []
    assert len(words(b"".join(b"<meta name=robots content=%d>" % n for n in range(900)))) == 50
    assert words(b"<!--" * 200_000 + b"<meta name=robots content=x>") == []


def test_a_site_s_files_speak_about_its_own_paths(tmp_path: Path) -> None:
    def file(url: str, date: str, body: str, status: str = "200 OK") -> Any:
        return found(url, date, f"HTTP/1.1 {status}\r\nServer: x\r\n\r\n{body}".encode())

    refused = file("https://B.org/robots.txt", "2026", "", "404 Not Found")
    rules = (
        '[{"location": "/a/", "tdm-reservation": 1, "tdm-policy": "p"}, {"location": "/a/b", "tdm-reservation": 0}, 7]'
    )
    made = [
        file("https://a.org/robots.txt", "2025", "User-agent: *\nDisallow: /\n"),
        file("https://a.org:443/robots.txt", "2026", "User-agent: CCBot\nDisallow: /x\nLicense: l.xml\n"),
        file("https://a.org/.well-known/tdmrep.json", "2026", rules),
        file("https://c.org/.well-known/tdmrep.json", "2026", "{broken"),
    ]
    assert refused is None
    path = tmp_path / "sites.parquet"
    assert write_sites(path, [*made, made[0]]) == 4
    first = path.read_bytes()
    assert write_sites(path, reversed(made)) == 4
    assert path.read_bytes() == first
    sites = Sites(path, AGENTS)
    assert sites.words("http://a.org/x?y") == [
        ("robots.txt", "Disallow: /x (to CCBot)"),
        ("robots.txt:license", "l.xml"),
    ]
    assert ("tdmrep.json", "1") in sites.words("https://a.org/a/1")
    assert ("tdmrep.json", "0") in sites.words("https://a.org/a/b")
    assert sites.words("https://c.org/") == sites.words("https://[bad") == sites.words(None) == []
    assert Sites(tmp_path / "none", AGENTS).words("https://a.org/x") == []


def test_stages_look_at_each_row_alone_and_keep_no_text_of_a_refusal(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "url": "https://a.org/", "raw": b"<meta name=robots content=noai>"},
        {"id": "b", "text": "words", "evidence": evidence(("http:tdm-reservation", "1"))},
        {"id": "c", "text": "words"},
    ]
    gather, honour = Gather(tmp_path / "none", AGENTS), HonourOptOuts(PROTOCOLS)
    whole = gather(batch(rows)).kept
    assert whole.to_pylist() == [gather(batch([row])).kept.to_pylist()[0] for row in rows]
    outcome = honour(whole)
    assert [row["id"] for row in outcome.kept.to_pylist()] == ["c"]
    assert [(row["rule"], row["excerpt"]) for row in outcome.dropped.to_pylist()] == [
        ("meta-robots", ""),
        ("tdm-reservation", ""),
    ]


LICENCE = (
    b'<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license><prohibits type="usage">ai-train</prohibits>'
    b"</license></content></rsl>"
)
RSL_NAMED = "https://rsl.org/robots.txt"  # names the licence that refuses
FILES = {  # what sites say about all of their pages
    "https://robots.org/robots.txt": b"User-agent: GPTBot\nDisallow: /private/\n",
    "https://ai.org/ai.txt": b"User-Agent: *\nDisallow: /\n",
    "https://tdm.org/.well-known/tdmrep.json": b'[{"location": "/", "tdm-reservation": 1}]',
    "https://usage.org/robots.txt": b"User-agent: *\nContent-Usage: train-ai=n\n",
    "https://signal.org/robots.txt": b"User-agent: *\nContent-Signal: search=yes,ai-train=no\n",
    "https://rsl.org/robots.txt": b"License: https://rsl.org/licences/all.xml\n",
    "https://rsl.org/licences/all.xml": LICENCE,
}
PAGES = {  # a page's address, its headers, what stands in its head: by which rule it goes, and the words
    ("https://robots.org/private/1", "", ""): ("robots.txt", "robots.txt: Disallow: /private/ (to GPTBot"),
    ("https://ai.org/1", "", ""): ("ai.txt", "ai.txt: Disallow: / (to GPTBot"),
    ("https://tdm.org/1", "", ""): ("tdm-reservation", "tdmrep.json: 1"),
    ("https://free.org/1", "TDM-Reservation: 1\r\n", ""): ("tdm-reservation", "http:tdm-reservation: 1"),
    ("https://free.org/2", "", "<meta name=tdm-reservation content=1>"): (
        "tdm-reservation",
        "meta:tdm-reservation: 1",
    ),
    ("https://usage.org/1", "", ""): ("content-usage", "robots.txt:content-usage: train-ai=n"),
    ("https://free.org/3", "Content-Usage: train-ai=n\r\n", ""): ("content-usage", "http:content-usage: train-ai=n"),
    ("https://signal.org/1", "", ""): ("content-signal", "robots.txt:content-signal: search=yes,ai-train=no"),
    ("https://rsl.org/1", "", ""): ("rsl", "rsl: prohibits ai-train (https://rsl.org/licences/all.xml)"),
    ("https://free.org/4", "", f'<script type="application/rsl+xml">{LICENCE.decode()}</script>'): (
        "rsl",
        "rsl: prohibits ai-train (in the page)",
    ),
    ("https://free.org/5", "X-Robots-Tag: noai\r\n", ""): ("x-robots-tag", "http:x-robots-tag: noai"),
    ("https://free.org/6", "", "<meta name=robots content=noai>"): ("meta-robots", "meta:robots: noai"),
}
FREE = ("https://robots.org/2", "https://free.org/7")


def crawl(path: Path) -> None:
    records = [
        warc_record(url, page(n).replace("<title>", f"{head}<title>").encode(), headers=headers)
        for n, (url, headers, head) in enumerate([*PAGES, *((url, "", "") for url in FREE)])
    ]
    for url, body in FILES.items():  # after the pages that they are about
        media = b"application/rsl+xml" if url.endswith(".xml") else b"text/plain"
        records.append(warc_record(url, body).replace(b"text/html; charset=utf-8", media.ljust(24)))
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) for one in records))


def test_a_build_before_and_after_with_each_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    crawl(tmp_path / "a.warc.gz")
    own = {"preset": "own-documents", "filters": {"length": False}}
    before = recipe(tmp_path, "a.warc.gz", **own, opt_out={"honour": False})
    after = recipe(tmp_path, "a.warc.gz", **{**own, "output": "after"})
    one, other = (build(made, workers=1, tell=lambda _: None, clock=ManualClock()) for made in (before, after))
    assert one["documents"] == {"read": len(PAGES) + len(FREE) + len(FILES), "kept": len(PAGES) + len(FREE)}
    assert other["documents"]["kept"] == len(FREE)
    rules = {row["rule"] for row in other["funnel"] if row["stage"] == "opt_out"}
    assert rules == set(PROTOCOLS) == {rule for rule, _ in PAGES.values()}
    for (url, _, _), (rule, said) in PAGES.items():
        assert typed(monkeypatch, "inspect", tmp_path / "after", "--url", url) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert f"dropped by opt_out: {rule} its owner says {said}" in told
        assert "text none is kept of what its owner refuses" in told
        assert typed(monkeypatch, "inspect", tmp_path / "after", "--url", url, "--json") == 0
        (gone,) = json.loads(capsys.readouterr().out)["documents"]
        assert typed(monkeypatch, "inspect", tmp_path / "out", "--url", url, "--json") == 0
        (kept,) = json.loads(capsys.readouterr().out)["documents"]
        assert any(f"{one['kind']}: {one['value']}".startswith(said) for one in kept["evidence"])
        (site,) = [one for one in FILES if one.split("/")[2] == url.split("/")[2] and one != RSL_NAMED] or [None]
        behind = {site: FILES[site]} if site else {}  # the file in which the words stand; none where the page says so
        assert {one["url"]: one["begins"].encode() for one in gone["site_files"]} == behind
        assert behind.keys() <= {one["url"] for one in kept["site_files"]} <= FILES.keys()
        assert (f"in {site}, fetched 2026-" in told) is bool(site)
    for url in FREE:
        assert [row["fate"] for row in traced(tmp_path / "after", "url", url)] == ["kept"]
    sites = read_parquet(tmp_path / "after/evidence/sites.parquet").to_pylist()
    assert {row["url"]: row["body"].encode() for row in sites} == FILES


def test_a_protocol_that_is_mistyped(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"'robots.tx' is not known; did you mean 'robots.txt'"):
        recipe(tmp_path, "x", opt_out={"protocols": ["robots.tx"]})
