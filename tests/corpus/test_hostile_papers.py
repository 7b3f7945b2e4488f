"""Sites, pages and documents that say more, or something else, than papers were made for: what is told stays true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import LIGHT, recipe, sentences
from tokenry.base.clock import ManualClock
from tokenry.corpus import Answers, CorpusError, build, read_answers, read_manifest, report
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.robots import forbidding, parsed, rules_for
from tokenry.corpus.evidence.sites import Policy, Sites, write
from tokenry.corpus.papers.answers import Source
from tokenry.corpus.papers.findings.removed import drawn
from tokenry.corpus.papers.findings.texts import Counting
from tokenry.corpus.papers.scoring.consistency import domains_wrong
from tokenry.corpus.papers.scoring.paper import Paper
from tokenry.corpus.papers.shares import NO_DOMAIN, percent
from tokenry.corpus.papers.tally import dated, domain, tallied

ILL = '"><img src=x onerror=1>'
ILL_ROWS: list[dict[str, Any]] = [
    {"text": sentences(1), "url": f"https://{ILL}.example/", "date": "2024", "licence": ILL},
    {"text": sentences(2), "url": "https://\u202egpj.example/", "date": "2024-13", "licence": "=1+1"},
    {"text": sentences(3), "url": "consent:c-17", "date": ILL},
    {"text": "too short", "url": "consent:c-18"},
]
ALL_BUT_ONE = "User-agent: *\nDisallow:\n\nUser-agent: GPTBot\nDisallow: /\n"


@pytest.mark.parametrize(
    ("body", "agent", "refused"),
    [
        (ALL_BUT_ONE, "CCBot", False),
        (ALL_BUT_ONE, "GPTBot", True),
        ("User-agent: GPTBot\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "GPTBot", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", "CCBot", True),
        ("User-agent: GPTBot/1.2 (all of them)\nDisallow: /\n", "GPTBot", True),
        ("User-agent:\nUser-agent: AI2Bot\nDisallow: /\n", "AI2Bot", True),
    ],
)
def test_robots_as_people_write_them(body: str, agent: str, refused: bool) -> None:
    assert (forbidding(rules_for(parsed(body), agent), "/x") is not None) is refused


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("tdmrep.json", "[" * 200_000),
        ("tdmrep.json", json.dumps([{"location": "*", "tdm-reservation": 1, "tdm-policy": "x" * 200_000}])),
        ("robots.txt", "User-agent: *\nDisallow: /" + "*" * 200_000 + "\nContent-Usage: train-ai=n" + "x" * 200_000),
        ("robots.txt", "".join(f"License: https://h.example/{n}\n" for n in range(5000))),
    ],
)
def test_a_site_s_file_burdens_its_pages_with_little(kind: str, body: str, tmp_path: Path) -> None:
    write(tmp_path / "sites.parquet", [Policy("h.example", kind, "2026", f"https://h.example/{kind}", body)])
    told = Sites(tmp_path / "sites.parquet", ("GPTBot",)).words("https://h.example/x")
    assert sum(len(value) for _, value in told) < 10_000


def test_a_file_with_a_mark_of_its_bytes_order_is_read(tmp_path: Path) -> None:
    body = '\ufeff[{"location": "/", "tdm-reservation": 1}]'
    write(tmp_path / "sites.parquet", [Policy("h.example", "tdmrep.json", "2026", "https://h.example/t", body)])
    assert Sites(tmp_path / "sites.parquet", ()).words("https://h.example/x") == [("tdmrep.json", "1")]


@pytest.mark.parametrize("comment", [b"<!-->", b"<!--->", b"<!-- a -->", b"<!--[if IE]><!-->"])
def test_a_comment_ends_where_browsers_end_it(comment: bytes) -> None:
    assert words(comment + b'<meta name="robots" content="noai">') == [("meta:robots", "noai")]
    assert words(comment + b'<!-- <meta name="robots" content="noai"> -->') == []


@pytest.mark.parametrize(
    "page",
    [
        b"<script>a = '<!--'</script><meta name=robots content=noai>",
        b"".join(b'<a rel=license href="https://l.example/%d">' % n for n in range(60))
        + b"<meta name=robots content=noai>",
    ],
)
def test_a_wish_is_heard_behind_whatever_stands_before_it(page: bytes) -> None:
    assert ("meta:robots", "noai") in words(page)


def test_a_licence_s_words_burden_a_page_with_little(tmp_path: Path) -> None:
    uses = f'<rsl><content url="/"><license><permits>{"ai " * 50_000}</permits></license></content></rsl>'
    ((_, told),) = Sites(tmp_path / "none.parquet", ()).licensed("https://h.example/x", [], [uses])
    assert len(told) < 1000


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06"), ("2024/05/06", "2024-05-06"), ("20240506", "2024-05-06"),
        ("2024-05", "2024-05"), ("2024", None), ("2024-", None), ("2024-13-01", None), ("0000-01-01", None),
        ("٢٠٢٤-01-02", None), ("1712345678", None), ("May 2024", None), ("", None), (None, None),
    ],
)  # fmt: skip  # a case an item
def test_dates(date: str | None, told: str | None) -> None:
    assert dated(date) == told


def test_domains_and_percents_at_their_ends() -> None:
    assert domain("https://a.example./x") == domain("https://www.a.example/x") == "a.example"
    assert domain("https://..") == domain(f"https://{'h' * 300}.example/") == NO_DOMAIN
    assert [percent(part, 3) for part in (1, 2, 3)] == ["33.3 %", "66.7 %", "100.0 %"]
    assert percent(99_999, 100_000) == "> 99.9 %"


def test_a_report_holds_whatever_documents_say_of_themselves(mixed: Path, tmp_path: Path) -> None:
    told = report(mixed, read_manifest(mixed), Answers(), tmp_path / "to").plain()
    page = (tmp_path / "to/index.html").read_text()
    assert (told["months"], told["last_date"]) == ({}, None)
    assert "<img" not in page
    assert "too short" not in page
    assert "c-18" not in page
    spdx = json.loads((tmp_path / "to/spdx.json").read_bytes())["@graph"]
    said = {one["simplelicensing_licenseExpression"] for one in spdx if "License" in one["type"]}
    assert said == {"NOASSERTION"}
    assert json.loads((tmp_path / "to/croissant.json").read_bytes())["license"] == [
        "https://spdx.org/rdf/terms#noassertion"
    ]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven crawled domains of a document each, one that a public dataset has three of, and ill documents."""
    base = tmp_path_factory.mktemp("mixed")
    (base / "i.jsonl").write_text("\n".join(map(json.dumps, ILL_ROWS)))
    for name, urls in (("c", [f"https://c{n}.example/" for n in range(11)]), ("p", ["https://p.example/"] * 3)):
        rows = [{"text": sentences(n + ord(name)), "url": url} for n, url in enumerate(urls)]
        (base / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    inputs = [{"path": f"{name}.jsonl", "name": name} for name in "cpi"]
    filters = {"language": False, "length": {"min_characters": 50}}
    settings = LIGHT | {"preset": "own-documents", "input": inputs, "filters": filters}
    build(recipe(base, **settings), workers=1, tell=lambda _: None, clock=ManualClock())
    return base / "out"


def test_the_list_of_crawled_domains_is_of_crawled_sources(mixed: Path, tmp_path: Path) -> None:
    answers = Answers(sources={"c": Source("2.3"), "p": Source("2.1")})
    told = report(mixed, read_manifest(mixed), answers, tmp_path).plain()
    assert told["domains"][0]["name"] == "p.example"
    assert [one["name"][0] for one in told["top_domains"]] == ["c", "c"]  # two of eleven, rounded up
    field = next(one for one in told["fields"] if one["key"] == "domains")
    assert "the tenth of all 11 crawled domains" in field["value"]
    assert domains_wrong(Paper(tmp_path)) == ""


@pytest.mark.parametrize("name", ["a/b", "a\nb", "\x1b[2J"])
def test_a_source_s_name_that_papers_would_cut_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"input\[0\].name: must be printable"):
        recipe(tmp_path, preset="own-documents", input=[{"path": "a.jsonl", "name": name}])


def test_answers_upon_answers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("model = " + "[" * 100_000)
    with pytest.raises(CorpusError, match=r"a\.toml: "):
        read_answers(tmp_path / "a.toml")


def test_an_answer_that_denies_what_the_set_has_is_refused(mixed: Path, tmp_path: Path) -> None:
    answers = Answers({"crawling": "No.", "synthetic": "no"}, {"c": Source("2.3")})
    with pytest.raises(CorpusError, match=r"crawling says no, but c belongs to 2\.3") as told:
        report(mixed, read_manifest(mixed), answers, tmp_path)
    assert "synthetic" not in str(told.value)


def test_a_set_whose_batches_lost_a_document_is_not_counted(mixed: Path, tmp_path: Path) -> None:
    manifest = read_manifest(mixed)
    manifest["files"] = {name: sha for name, sha in manifest["files"].items() if not name.startswith("documents/")}
    with pytest.raises(CorpusError, match="17 documents of"):
        tallied(mixed, manifest)


def test_words_of_a_set_that_has_one_word() -> None:
    counting = Counting(["a.example", "b.example"], "en")
    for text, host in [("hello", "a.example"), ("hello", "b.example"), *[("1 2 3", "c.example")] * 8]:
        counting.add(text, "en", host)
    assert [one.words for one in counting.told().standing_out] == [["hello"], ["hello"]]


def test_nothing_of_a_consented_text_is_shown() -> None:
    row = {
        "id": "1", "stage": "length", "rule": "short", "value": "9", "url": "consent:c-1", "source": "consented/t",
        "characters": 9, "excerpt": "My secret",
    }  # fmt: skip  # a row
    (shown,) = drawn([[row]], 1, 0)
    assert (shown.url, shown.begins, shown.value, shown.source) == (None, "", "", "consented/t")
