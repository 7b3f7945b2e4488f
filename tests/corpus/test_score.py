"""The summary held against metrics: rules look at the summary's own fields, and a changed field changes a mark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tests.corpus.test_opt_outs import crawl
from tests.corpus.typed import typed
from tokenry.base.clock import ManualClock
from tokenry.corpus import Answers, CorpusError, build, read_answers, read_manifest, read_yardstick, report, scored
from tokenry.corpus.papers.answers import QUESTIONS
from tokenry.corpus.papers.scoring.checklist import CHECKLIST
from tokenry.corpus.papers.scoring.metrics import TRANSPARENCY, USEFULNESS

EXAMPLE = Path(__file__).parents[2] / "examples/corpus-answers.toml"
GRADES = [["A+", "Best", "95+", "x"], ["B", "Fair", "75+", "x"], ["F", "Worst", "0+", "x"]]
DIMENSIONS = (*TRANSPARENCY, *USEFULNESS)


def rows() -> list[list[str]]:
    """A metric for each rule there is, with made-up words, dimensions and weights."""
    told = [
        [name, f"Is {name} there?", name.rpartition(".")[0] or "Document", name, DIMENSIONS[at % 6], str(at % 3 + 1)]
        for at, name in enumerate(CHECKLIST)
    ]
    return [["ID", "Metric", "Section", "Field", "Dimension", "Weight"], *GRADES, *told, ["2.1", "A heading", "", ""]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("set")
    crawl(base / "a.warc.gz")
    jsonl(base / "b.jsonl", [sentences(n) for n in range(40, 43)])
    sources = [{"path": "a.warc.gz", "name": "crawl"}, {"path": "b.jsonl", "name": "letters", "licence": "CC0-1.0"}]
    build(recipe(base, preset="own-documents", input=sources), workers=1, tell=lambda _: None, clock=ManualClock())
    (base / "metrics.json").write_text(json.dumps(rows()))
    return base


def marks(made: Path, to: Path, answers: Answers) -> tuple[dict[str, str], dict[str, Any]]:
    """The state of each metric, and the grades."""
    out = made / "out"
    report(out, read_manifest(out), answers, to)
    score = scored(to, read_yardstick(made / "metrics.json"))
    return {one.id: one.state for one in score.marks}, score.grades()


def changed(answers: Answers, **said: str) -> Answers:
    """The answers with some of them anew; an empty one is none."""
    both = {**answers.said, **said}
    return Answers({key: words for key, words in both.items() if words}, answers.sources, answers.attested)


def test_the_example_is_nearly_whole_and_without_answers_there_is_little(made: Path, tmp_path: Path) -> None:
    states, grades = marks(made, tmp_path / "a", read_answers(EXAMPLE))
    assert grades["all"]["grade"] == "A+"
    assert grades["all"]["checked"] < grades["all"]["assessed"] <= grades["all"]["most"]
    assert "open" not in states.values()
    empty, grades = marks(made, tmp_path / "b", Answers())
    assert grades["all"]["grade"] == "F"
    assert list(empty.values()).count("open") > 40
    for key in ("F1.3.b.1", "F1.3.e.1", "F2.3.h.1", "F3.1.b.1", "D10"):
        assert empty[key] == states[key] == "met"  # the set itself says it


@pytest.mark.parametrize(
    ("key", "words", "metric", "state"),
    [
        ("last_update", "2027-03-01", "D30", "unmet"),
        ("last_update", "01/01/1999", "D29", "unmet"),  # before its data
        ("last_update", "", "D28", "open"),
        ("provider_contact", "info@harbour.example", "F1.1.a.4", "unmet"),
        ("provider_contact", "the front desk", "F1.1.a.3", "unmet"),
        ("representative_name", "not required: in the Union", "F1.1.b.3", "not applicable"),
        ("model", "Lighthouse", "F1.2.a.2", "unmet"),
        ("dependencies", "none", "F1.2.b.4", "not applicable"),
        ("crawler_behaviour", "It heeds robots.txt and paywalls.", "F2.3.d.2", "unmet"),
        ("synthetic", "no", "F2.5.c.1", "not applicable"),
        ("synthetic", "yes", "F2.5.c.1", "open"),
        ("synthetic", "perhaps", "F2.5.1", "unmet"),
        ("documents_at", "", "F2.3.i.2", "unmet"),
        ("illegal_content", "", "F3.2.a.1", "open"),
    ],
)
def test_one_changed_answer_changes_its_mark(
    made: Path, tmp_path: Path, key: str, words: str, metric: str, state: str
) -> None:
    answers = read_answers(EXAMPLE)
    assert key in QUESTIONS
    assert marks(made, tmp_path / "b", changed(answers, **{key: words}))[0][metric] == state


@pytest.mark.parametrize(
    ("change", "metric"),
    [
        (lambda told: told.update(tokens=told["tokens"] + 1), "F1.3.b.3"),
        (lambda told: told["top_domains"].clear(), "F2.3.h.1"),
        (lambda told: told["top_domains"][0].update(tokens=1), "F2.3.h.2"),
        (lambda told: told["languages"].append({"name": "mt", "documents": 1, "tokens": 1}), "F1.3.e.4"),
        (lambda told: told.update(last_date="2031-01-01"), "F1.3.d.4"),
        (lambda told: told["fields"].reverse(), "D5"),
        (lambda told: told.update(format="another"), "D9"),
        (lambda told: told["fields"].pop(), "D8"),
    ],
)
def test_a_summary_that_contradicts_itself_loses_the_mark(made: Path, tmp_path: Path, change: Any, metric: str) -> None:
    assert marks(made, tmp_path, read_answers(EXAMPLE))[0][metric] == "met"
    told = json.loads((tmp_path / "summary.json").read_bytes())
    change(told)
    (tmp_path / "summary.json").write_text(json.dumps(told))
    states = {one.id: one.state for one in scored(tmp_path, read_yardstick(made / "metrics.json")).marks}
    assert states[metric] == "unmet"


def test_no_mark_is_given_for_a_field_that_is_not_there(made: Path, tmp_path: Path) -> None:
    """Each metric that a rule met on the example is lost once the fields that it looked at say nothing."""
    out, yardstick = made / "out", read_yardstick(made / "metrics.json")
    report(out, read_manifest(out), read_answers(EXAMPLE), tmp_path)
    whole = json.loads((tmp_path / "summary.json").read_bytes())
    known = {one["key"] for one in whole["fields"]}
    tried = 0
    for mark in scored(tmp_path, yardstick).marks:
        looked_at = known & set(mark.keys)
        if mark.state not in ("met", "assumed", "attested") or not looked_at:
            continue
        gone = [{**one, "value": None, "by": "open"} if one["key"] in looked_at else one for one in whole["fields"]]
        (tmp_path / "summary.json").write_text(json.dumps({**whole, "fields": gone}))
        (again,) = [one for one in scored(tmp_path, yardstick).marks if one.id == mark.id]
        assert again.state == "open", mark.id
        tried += 1
    assert tried > 90


def test_only_what_no_summary_can_show_is_attested(made: Path, tmp_path: Path) -> None:
    answers = read_answers(EXAMPLE)
    bold = Answers(answers.said, answers.sources, {**answers.attested, "D30": "surely", "D2": "linked from the start"})
    states, _ = marks(made, tmp_path, changed(bold, last_update="yesterday"))
    assert (states["D30"], states["D2"]) == ("unmet", "attested")
    without, _ = marks(made, tmp_path, Answers(answers.said, answers.sources))
    assert (without["D2"], "attested" in without.values()) == ("unjudged", False)


def test_the_page_of_the_methodology_is_read_as_it_is_saved(tmp_path: Path) -> None:
    cells = "".join("<tr>" + "".join(f"<td> {cell}\n</td>" for cell in row) + "</tr>" for row in rows())
    (tmp_path / "page.html").write_text(f"<html><table>{cells}</table>")
    (tmp_path / "rows.json").write_text(json.dumps(rows()))
    assert read_yardstick(tmp_path / "page.html") == read_yardstick(tmp_path / "rows.json")
    yardstick = read_yardstick(tmp_path / "rows.json")
    assert len(yardstick.metrics) == len(CHECKLIST)
    assert [yardstick.grade(*one) for one in ((95, 100), (949, 1000), (0, 7), (0, 0))] == ["A+", "B", "F", "n/a"]
    for wrong in ("", "[]", "<table><tr><td>D1", json.dumps(GRADES)):
        (tmp_path / "wrong").write_text(wrong)
        with pytest.raises(CorpusError, match="no metrics and grades"):
            read_yardstick(tmp_path / "wrong")


def test_the_verb(made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(monkeypatch, "report", made / "out", "--answers", EXAMPLE, "--score", made / "metrics.json") == 0
    said = capsys.readouterr().out
    assert "Is F2.3.h.1 there?" in said
    assert "Self-assessed, not audited: of 242 metrics" in said
    assert typed(monkeypatch, "report", made / "out", "--score", made / "metrics.json", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["self_assessed"] is True
    assert sum(told["states"].values()) == len(told["metrics"]) == 242
    assert "Is F2.3.h.1 there?" not in json.dumps(told)  # the words are the framework's
