"""Fields of the template: what sources' own nature says, what a person places, what goes before either."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.corpus import Answers
from tokenry.corpus.papers.answers import QUESTIONS, Source
from tokenry.corpus.papers.fields import Field, by_key
from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.shares import Share
from tokenry.corpus.papers.tally import Origin, Tally
from tokenry.corpus.papers.template import filled

MANIFEST: dict[str, Any] = {
    "tokens": 60,
    "tokenizer": {"name": "o200k_base", "sha256": "ab"},
    "recipe": {"opt_out": {"honour": True, "protocols": ["robots.txt"], "agents": ["CCBot"]}, "filters": {"pii": {}}},
    "funnel": [],
}


def fields(answers: Answers | None = None) -> dict[str, Field]:
    """Of a set with crawled pages, chats under a consent, and letters of which nothing is known."""
    tally = Tally(
        languages=[Share("de", 2, 40), Share("en", 4, 20)],
        domains=[Share("a.de", 6, 60)],
        sources=[Share("crawl", 3, 30), Share("chats", 2, 20), Share("letters", 1, 10)],
        origins={
            "crawl": Origin(["warc"], [Share("de", 3, 30)], "2026-01-02", "2026-02-03"),
            "chats": Origin(["jsonl"], [Share("en", 2, 20)], consented=2),
            "letters": Origin(["jsonl"], [Share("en", 1, 10)]),
        },
        last_date="2026-02-03",
    )
    return dict(by_key(filled(MANIFEST, tally, answers or Answers())))


def test_archives_are_crawled_and_what_came_under_a_consent_is_of_users() -> None:
    told = fields()
    assert (told["crawling"].value, told["crawling"].by) == ("yes: 30 tokens of this set", "set")
    assert told["crawl_period"].value == "crawl: 01/2026 to 02/2026"
    assert told["interactions"].value == "yes: 20 tokens of this set"
    assert (told["consents"].value or "").startswith("2 documents")
    assert told["crawlers"].by == "open"


def test_a_section_is_open_until_every_source_is_placed_and_says_no_then() -> None:
    assert {fields()[key].by for key in ("public_datasets", "licensed_datasets", "synthetic")} == {"open"}
    told = fields(Answers(sources={"letters": Source("2.1", link="https://a.de/l", version="1.2", part="it is large")}))
    line = told["public_list"].value or ""
    assert line.startswith("letters 1.2 (https://a.de/l): text; 1 document, 10 tokens; English (en) 100.0 %; collected")
    assert line.endswith("a part, because it is large")
    assert (told["public_list"].by, told["public_others"].by) == ("both", "none")
    assert (told["licensed_datasets"].value, told["synthetic_models"].by) == (
        "no: no source of this set belongs here",
        "none",
    )
    described = fields(Answers(sources={"letters": Source("2.1", listed=False, description="Old letters")}))
    assert (described["public_list"].by, described["public_others"].by) == ("none", "both")
    assert (described["public_others"].value or "").startswith("Old letters: text; ")


def test_a_person_s_word_goes_before_the_set_s() -> None:
    placed = {"letters": Source("2.6", description="an attic"), "crawl": Source("2.1", version="CC-MAIN-2026-05")}
    told = fields(Answers({"synthetic": "Yes, questions", "crawling": "no"}, placed))
    assert (told["synthetic"].by, told["synthetic_models"].by, told["other_models"].by) == ("person", "open", "open")
    assert (told["crawling"].value, told["crawlers"].by, told["domains"].by) == ("no", "none", "none")
    assert "CC-MAIN-2026-05" in (told["public_list"].value or "")
    assert "an attic" in (told["other_sources"].value or "")


def test_every_question_is_asked_somewhere_and_sections_are_in_order() -> None:
    told = fields(Answers(sources={"letters": Source("2.5")}))
    assert set(QUESTIONS) <= set(told)
    order = [one.section for one in told.values() if one.section != "0"]
    assert order == sorted(order, key=lambda section: section.split("."))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.de/b.", ["https://a.de/b"]),
        ("(https://a.de/b), and https://a.de/c(d)!", ["https://a.de/b", "https://a.de/c(d)"]),
        ("https://a.de/b: words", ["https://a.de/b"]),
        ("a.de, javascript:alert(1), ftp://a.de", []),
        ('<a href="https://a.de/x">', ["https://a.de/x"]),
    ],
)
def test_links_end_where_sentences_go_on(text: str, found: list[str]) -> None:
    assert [link for _, link in links(text)] == found
    assert all(text[at:].startswith(link) for at, link in links(text))
