"""`tokenry corpus report`: the public summary of training content, as a page, as JSON, and held against metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show

if TYPE_CHECKING:
    from types import ModuleType


_COUNTED = ("met", "assumed", "attested")
_BELONGS = "2.1 public, 2.2.1 licensed, 2.2.2 private, 2.3 crawled, 2.4.a or 2.4.b of users, 2.5 synthetic, 2.6 other"


class Wish(NamedTuple):
    """What was typed.

    Args:
        answers: a person's answers, if there are any yet.
        to: where to write; `report` in the set's folder unless said otherwise.
        metrics: a file of metrics to score the summary by.
        samples: how many removed documents the page shows of each rule.
        as_json: whether to print the whole summary, or the whole score, instead.
        ask: a file to make, with what a person still has to say.
    """

    answers: Path | None
    to: Path | None
    metrics: Path | None
    samples: int
    as_json: bool
    ask: Path | None = None


def tell(corpus: ModuleType, folder: Path, wish: Wish) -> None:
    """Write the report of a set and say where it is."""
    place = wish.to or folder / "report"
    if wish.ask is not None and wish.ask.exists():
        raise TokenryError(f"{wish.ask} is there already, and may hold somebody's answers: name another file")
    yardstick = corpus.read_yardstick(wish.metrics) if wish.metrics is not None else None
    said = corpus.read_answers(wish.answers) if wish.answers is not None else corpus.Answers()
    summary = corpus.report(folder, corpus.read_manifest(folder), said, place, samples=wish.samples)
    if wish.ask is not None:
        _write(wish.ask, _asked(summary, corpus.QUESTIONS))
    if yardstick is not None:
        _tell_score(corpus.scored(place, yardstick), wish.as_json)
        return
    if wish.as_json:
        show.document(summary.plain())
        return
    if wish.ask is None and summary.missing:
        show.say(*_asked(summary, corpus.QUESTIONS), "")
    show.pairs(
        [
            ("page", str(place / "index.html")),
            ("JSON", str(place / "summary.json")),
            ("PDF", str(place / "summary.pdf")),
            ("filled from the set", show.count(sum(one.by == "set" for one in summary.fields))),
            ("answered", show.count(sum(one.by == "person" for one in summary.fields))),
            ("open", _open(len(summary.missing), wish.ask) if summary.missing else None),
        ]
    )


def _open(count: int, asked: Path | None) -> str:
    if asked is not None:
        return f"{count}: fill in {asked}, then --answers {asked}"
    return f"{count}: fill in the lines above, --answers FILE; --ask FILE writes them into one"


def _write(path: Path, lines: Iterator[str]) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise TokenryError(f"{path}: {error.strerror}") from error


def _asked(summary: Any, questions: Mapping[str, Any]) -> Iterator[str]:
    """Lines of TOML to fill in: questions first, then tables, as TOML wants it."""
    missing = set(summary.missing)
    for one in summary.fields:
        if one.key in missing:
            yield f'{one.key} = ""  # {one.section} {questions[one.key].words}'
    for name in summary.unplaced:
        yield f"[sources.{json.dumps(name, ensure_ascii=False)}]  # what it is"
        yield f'belongs = ""  # {_BELONGS}'


def _tell_score(score: Any, as_json: bool) -> None:
    if as_json:
        show.document(score.plain())
        return
    words = {one.id: one.words for one in score.yardstick.metrics}
    for one in score.marks:
        points = f"{one.weight if one.state in _COUNTED else 0} of {one.weight}"
        head = points if one.state != "not applicable" else "-"
        show.say(*show.hanging(f"{one.id:<11}{one.state:<15}{head:>8}  ", f"{words[one.id]} | {one.why}", 36))
    show.say("")
    show.table(
        ["SECTION", "GRADE", ">POINTS", ">OF", "BY RULES ALONE", ">POINTS"],
        [_graded(name, told) for name, told in [*score.sections().items(), *score.grades().items()]],
        empty="No sections.",
    )
    counted = ", ".join(f"{count} {state}" for state, count in score.states().items())
    show.say("", f"Self-assessed, not audited: of {len(score.marks)} metrics {counted}.")


def _graded(name: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    counts = [show.count(told[key]) for key in ("assessed", "most")]
    return (name, told["grade"], *counts, told["grade_checked"], show.count(told["checked"]))


Answers = Annotated[
    Path | None, typer.Option("--answers", metavar="FILE", help="TOML with what only a person can say.")
]
To = Annotated[
    Path | None, typer.Option("--to", metavar="DIR", help="Where to write; DIR/report unless said otherwise.")
]
Metrics = Annotated[
    Path | None,
    typer.Option("--score", metavar="FILE", help="Score the summary by these metrics, field by field."),
]
Samples = Annotated[
    int, typer.Option("--samples", metavar="N", min=0, help="Removed documents of each rule that the page shows.")
]
Ask = Annotated[
    Path | None, typer.Option("--ask", metavar="FILE", help="Make a file of the lines that a person must fill in.")
]
