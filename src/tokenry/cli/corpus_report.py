"""`tokenry corpus report`: the public summary of training content, as a page and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenry.cli import show

if TYPE_CHECKING:
    from types import ModuleType


def tell(corpus: ModuleType, folder: Path, answers: Path | None, to: Path | None, as_json: bool) -> None:
    """Write the report of a set and say where it is.

    Args:
        corpus: the room.
        folder: the set.
        answers: a person's answers, if there are any yet.
        to: where to write; `report` in the set's folder unless said otherwise.
        as_json: whether to print the whole summary instead.
    """
    place = to or folder / "report"
    said = corpus.read_answers(answers) if answers is not None else {}
    summary = corpus.report(folder, corpus.read_manifest(folder), said, place)
    if as_json:
        show.document(summary.plain())
        return
    for one in summary.fields:
        if one.by == "open":
            show.say(f'{one.key} = ""  # {one.section} {one.label}')
    missing = len(summary.missing)
    show.pairs(
        [
            ("page", str(place / "index.html")),
            ("JSON", str(place / "summary.json")),
            ("filled from the set", show.count(sum(one.by == "set" for one in summary.fields))),
            ("answered", show.count(sum(one.by == "person" for one in summary.fields))),
            ("open", f"{missing}: fill in the lines above and give them with --answers FILE" if missing else None),
        ]
    )


Answers = Annotated[
    Path | None, typer.Option("--answers", metavar="FILE", help="TOML with what only a person can say.")
]
To = Annotated[
    Path | None, typer.Option("--to", metavar="DIR", help="Where to write; DIR/report unless said otherwise.")
]
