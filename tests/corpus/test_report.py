"""The public summary: figures that are the set's own, open fields that say so, and a page that runs nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tests.corpus.test_opt_outs import FREE, PAGES, crawl
from tests.corpus.typed import typed
from tokenry.base.clock import ManualClock
from tokenry.corpus import Answers, CorpusError, build, key_in, read_answers, read_manifest, report, sign
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.papers import PLACES_NAME, findings
from tokenry.corpus.papers.answers import QUESTIONS, Source
from tokenry.corpus.papers.funnel import funnel
from tokenry.corpus.papers.shares import NO_DOMAIN, percent
from tokenry.corpus.papers.tally import domain
from tokenry.corpus.papers.template import size_range
from tokenry.sets import REPORT_FILES, Sets
from tokenry.sets import steps as served_steps


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("set")
    crawl(base / "a.warc.gz")
    jsonl(base / "b.jsonl", [sentences(n) for n in range(40, 43)] + ["short"])
    own = {
        "preset": "own-documents",
        "input": [
            {"path": "a.warc.gz", "name": "crawl"},
            {"path": "b.jsonl", "name": "<own>", "licence": "CC0-1.0"},
        ],
    }
    build(recipe(base, **own), workers=1, tell=lambda _: None, clock=ManualClock())
    return base / "out"


def told(made: Path, to: Path, answers: Answers | None = None) -> dict[str, Any]:
    report(made, read_manifest(made), answers or Answers(), to)
    summary: dict[str, Any] = json.loads((to / "summary.json").read_bytes())
    return summary


def test_figures_are_the_set_s_own(made: Path, tmp_path: Path) -> None:
    summary = told(made, tmp_path)
    manifest = read_manifest(made)
    assert sum(one["tokens"] for one in summary["sources"]) == manifest["tokens"] == summary["tokens"]
    assert sum(one["documents"] for one in summary["licences"]) == manifest["documents"]["kept"]
    licences = {one["name"]: one["documents"] for one in summary["licences"]}
    assert licences == {"unknown": len(FREE), "CC0-1.0": 3}
    refused = {row["rule"]: row["documents"] for row in manifest["funnel"] if row["stage"] == "opt_out"}
    assert summary["opt_outs"] == {"dropped": refused, "kept_although_refused": {}}
    assert set(refused) == {rule for rule, _ in PAGES.values()}
    tokens: dict[str, int] = {}
    for row in read_parquet(made / PLACES_NAME).to_pylist():
        tokens[domain(row["url"])] = tokens.get(domain(row["url"]), 0) + row["tokens"]
    (largest,) = sorted(tokens.items() - {(NO_DOMAIN, tokens[NO_DOMAIN])}, key=lambda one: (-one[1], one[0]))[:1]
    assert [(one["name"], one["tokens"]) for one in summary["top_domains"]] == [largest]
    assert (summary["first_date"], summary["last_date"]) == ("2026-01-02", "2026-01-02")
    last = summary["funnel"][-1]
    assert (last["left"], last["tokens_left"]) == (manifest["documents"]["kept"], manifest["tokens"])
    fields = {one["key"]: one["value"] for one in summary["fields"]}
    assert fields["latest_date"] == "01/2026"
    assert fields["size"].startswith("less than 1 billion tokens; exactly")
    assert f"tdm-reservation: {refused['tdm-reservation']}" in fields["opt_outs"]


def test_what_no_manifest_knows_stands_open_until_a_person_says_it(made: Path, tmp_path: Path) -> None:
    summary = told(made, tmp_path / "a")
    page = (tmp_path / "a/index.html").read_text()
    assert {"provider_name", "sources.<own>"} <= set(summary["missing"])
    assert f"Draft: {len(summary['missing'])} fields wait" in page
    placed = {"<own>": Source("2.1", link="https://data.example/own")}
    answered = told(made, tmp_path / "b", Answers(dict.fromkeys(QUESTIONS, "<b>We & they</b>"), placed))
    assert answered["missing"] == []
    page = (tmp_path / "b/index.html").read_text()
    assert "Draft" not in page
    assert '<p class="subject">&lt;b&gt;We' in page  # the model and who provides it, as the title too
    assert "<title>Summary of training content · &lt;b&gt;We" in page
    assert "opt_<wbr>out" in page  # a name that a telephone can break
    assert "&lt;b&gt;We &amp; they&lt;/b&gt;" in page
    assert "&lt;own&gt;" in page
    assert not any(word in page.lower() for word in ("<script", "<b>we", "<own", "http://", "@import", "url("))
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page


def test_the_same_set_and_answers_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        told(made, tmp_path / name, Answers({"model": "m"}))
    for name in ("index.html", "summary.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sources.a]\nbelongs = "9"', r"\[sources\]: Invalid enum value '9'.*there are 2\.1, 2\.2\.1"),
        ("[attested]\nD1 = 3", r"\[attested\]: Expected"),
        ('modle = "x"', "did you mean 'model'"),
        ("model = 3", "model: must be text"),
        ("model = ", "a.toml: "),
        ('model = "' + "x" * 300_000 + '"', "256 KiB"),
    ],
)
def test_answers_are_hostile_until_parsed(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(CorpusError, match=words):
        read_answers(tmp_path / "a.toml")
    with pytest.raises(CorpusError):
        read_answers(tmp_path / "none")


def test_the_funnel_goes_in_the_order_of_stages() -> None:
    manifest = {
        "stages": ["quick_extract", "length", "extract", "length", "seal", "exact_dedup"],
        "documents": {"read": 20, "kept": 10},
        "tokens": 100,
        "funnel": [
            {"stage": "exact_dedup", "rule": "same_text", "documents": 4, "characters": 80},
            {"stage": "length", "rule": "min_characters", "documents": 4, "characters": 40},
            {"stage": "read", "rule": "media", "documents": 2, "characters": 0},
        ],
    }
    assert [tuple(step) for step in funnel(manifest, 400)] == [
        ("read", "media", 2, 18, None, 130),
        ("length", "min_characters", 4, 14, 10, 120),
        ("exact_dedup", "same_text", 4, 10, 20, 100),
    ]


def test_ranges_shares_and_domains() -> None:
    assert size_range(999_999_999) == "less than 1 billion tokens"
    assert size_range(10**13).startswith("1 billion")
    assert size_range(10**13 + 1).startswith("more")
    assert (percent(1, 3), percent(0, 3), percent(1, 10**6), percent(0, 0)) == ("33.3 %", "0.0 %", "< 0.1 %", "0.0 %")
    assert domain("https://WWW.Example.org:8443/x") == "example.org"
    assert domain("https://[bad") == domain(None) == domain("notes.txt") == "(no URL)"


def test_the_verb(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('provider_name = "The Harbour Archive"\n')
    assert typed(monkeypatch, "report", made, "--to", tmp_path / "r") == 0
    assert 'provider_name = ""  # 1.1.a' in capsys.readouterr().out
    assert typed(monkeypatch, "report", made, "--to", tmp_path / "r", "--answers", answers, "--json") == 0
    assert "provider_name" not in json.loads(capsys.readouterr().out)["missing"]
    assert "The Harbour Archive" in (tmp_path / "r/index.html").read_text()
    assert typed(monkeypatch, "report", made, "--to", tmp_path / "r", "--ask", answers) == 1
    assert "is there already" in capsys.readouterr().err
    assert typed(monkeypatch, "report", made, "--to", tmp_path / "r", "--ask", tmp_path / "asked.toml") == 0
    assert f"fill in {tmp_path / 'asked.toml'}" in capsys.readouterr().out
    asked = (tmp_path / "asked.toml").read_text()
    assert 'provider_name = ""  # 1.1.a' in asked
    (tmp_path / "asked.toml").write_text(asked.replace('belongs = ""', 'belongs = "2.1"'))
    assert typed(monkeypatch, "report", made, "--to", tmp_path / "r", "--answers", tmp_path / "asked.toml") == 0
    capsys.readouterr()
    assert typed(monkeypatch, "report", tmp_path) == 1
    assert "holds no finished set" in capsys.readouterr().err


def test_the_pdf_is_text_with_links_in_many_scripts(made: Path, tmp_path: Path) -> None:
    said = {"provider_name": "Ελλάδα Łódź Київ שלום مرحبا ไทย हिन्दी 日本", "model_links": "https://a.example/m(1)?x=ä."}
    told(made, tmp_path / "a", Answers(said))
    told(made, tmp_path / "b", Answers(said))
    whole = (tmp_path / "a/summary.pdf").read_bytes()
    assert whole == (tmp_path / "b/summary.pdf").read_bytes()
    read = pypdfium2.PdfDocument(whole)
    text = "\n".join(page.get_textpage().get_text_range() for page in read)
    for words in ("Summary of training content", "Ελλάδα Łódź Київ", "ไทย", "1.3.b Size of the text", "robots.txt"):
        assert words in text, words
    assert read.get_metadata_value("Title") == "Summary of training content"
    assert [one.get_title() for one in read.get_toc()][1:3] == ["About this summary", "1 General information"]
    read.close()
    assert rb"/URI (https://a.example/m\(1\)?x=%C3%A4)" in whole
    assert 'href="https://a.example/m(1)?x=ä"' in (tmp_path / "a/index.html").read_text("utf-8")


def test_sums_of_the_files_are_written_beside_them(made: Path, tmp_path: Path) -> None:
    told(made, tmp_path)
    files = [tmp_path / name for name in ("index.html", "summary.json", "sha256sums.txt")]
    assert {one.stat().st_mode & 0o777 for one in files} == {0o644}  # to be published: whoever serves it reads it
    rows = dict(reversed(line.split("  ")) for line in (tmp_path / "sha256sums.txt").read_text().splitlines())
    assert set(rows) == {one.name for one in tmp_path.iterdir()} - {"sha256sums.txt"}
    assert all(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == sum_ for name, sum_ in rows.items())


def test_a_source_that_the_set_does_not_have_is_told_with_those_that_it_has(made: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"names letters, which the set does not have; it has .*crawl"):
        told(made, tmp_path, Answers(sources={"letters": Source("2.1")}))


def test_texts_are_counted_on_a_bounded_sample_the_same_each_time(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(made, tmp_path / "a")
    assert whole["texts"]["documents"] == whole["documents"]["kept"]
    assert whole["texts"]["characters"] == whole["characters"]
    monkeypatch.setattr(findings, "SAMPLE_CHARACTERS", whole["characters"] // 2)
    half, again = (told(made, tmp_path / name)["texts"] for name in ("b", "c"))
    assert 0 < half["documents"] < whole["texts"]["documents"]
    assert half == again


def test_a_word_as_long_as_a_file_of_answers_is_laid_over_lines(made: Path, tmp_path: Path) -> None:
    told(made, tmp_path, Answers({"model": "W" * 100_000}))
    read = pypdfium2.PdfDocument(tmp_path / "summary.pdf")
    assert sum(page.get_textpage().get_text_range().count("W") for page in read) >= 100_000
    read.close()


def test_whoever_serves_reads_the_same_without_the_corpus(made: Path, tmp_path: Path) -> None:
    """The room `sets` knows the forms by itself: what it says is what was written, the funnel's order included."""
    to = tmp_path / "tides"
    shutil.copytree(made, to)
    manifest = read_manifest(to)
    summary = told(to, to / "report")
    sign(to, key_in(tmp_path / "key.pem"))
    sets = Sets()
    (one,) = sets.listing([str(tmp_path / "*")])
    found = sets.report(one)
    assert (one.state, one.name, found.state, sets.signed(one).state) == ("finished", "tides", "current", "good")
    assert one.manifest is not None
    steps = funnel(manifest, summary["characters"])
    assert [*served_steps(one.manifest, found.content)] == [
        (step.stage, step.rule, step.dropped, step.left, step.tokens_left) for step in steps
    ]
    assert sets.shards_state(one) == "there"
    assert set(found.files) == set(REPORT_FILES)
