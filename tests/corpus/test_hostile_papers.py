"""Sites, pages and documents that say more, or something else, than papers were made for: what is told stays true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import LIGHT, recipe, sentences
from tokenry.base.clock import ManualClock
from tokenry.corpus import Answers, build, read_manifest, report
from tokenry.corpus.evidence.pages import words
from tokenry.corpus.evidence.robots import forbidding, parsed, rules_for
from tokenry.corpus.evidence.sites import Policy, Sites, write
from tokenry.corpus.papers.findings.removed import drawn
from tokenry.corpus.papers.shares import NO_DOMAIN, percent
from tokenry.corpus.papers.tally import dated, domain

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


def test_a_report_holds_whatever_documents_say_of_themselves(tmp_path: Path) -> None:
    ill = '"><img src=x onerror=1>'
    rows: list[dict[str, Any]] = [
        {"text": sentences(1), "url": f"https://{ill}.example/", "date": "2024", "licence": ill},
        {"text": sentences(2), "url": "https://\u202egpj.example/", "date": "2024-13", "licence": "=1+1"},
        {"text": sentences(3), "url": "consent:c-17", "date": ill},
        {"text": "too short", "url": "consent:c-18"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    settings = LIGHT | {"preset": "own-documents", "filters": {"language": False, "length": {"min_characters": 50}}}
    build(recipe(tmp_path, "a.jsonl", **settings), workers=1, tell=lambda _: None, clock=ManualClock())
    told = report(tmp_path / "out", read_manifest(tmp_path / "out"), Answers(), tmp_path / "to").plain()
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


def test_nothing_of_a_consented_text_is_shown() -> None:
    row = {
        "id": "1", "stage": "length", "rule": "short", "value": "9", "url": "consent:c-1", "source": "consented/t",
        "characters": 9, "excerpt": "My secret",
    }  # fmt: skip  # a row
    (shown,) = drawn([[row]], 1, 0)
    assert (shown.url, shown.begins, shown.value, shown.source) == (None, "", "", "consented/t")
