"""`tokenry corpus demo`: a whole build on a sample that comes with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.corpus_inspect import tell_funnel
from tokenry.cli.corpus_room import app, room
from tokenry.cli.options import AsJson, example


@app.command(epilog=example("tokenry corpus demo", "tokenry corpus demo --to /tmp/sample --json"))
def demo(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to write it all.")] = Path("corpus-demo"),
    as_json: AsJson = False,
) -> None:
    """Build a training set from a small sample, with its report: a recipe to start from, in seconds."""
    from tokenry.cli.corpus_progress import Live

    corpus = room()
    recipe = corpus.write_sample(to)
    out = to / "out"
    with Live() as live:
        manifest = corpus.build(corpus.load_recipe(recipe), workers=1, tell=live.tell)
    corpus.report(out, manifest, corpus.Answers(), out / "report")
    if as_json:
        show.document(manifest)
        return
    tell_funnel(manifest["funnel"])
    show.pairs(
        [
            ("kept", f"{manifest['documents']['kept']} of {show.counted(manifest['documents']['read'], 'document')}"),
            ("tokens", f"{manifest['tokens']:,} ({manifest['tokenizer']['name']})"),
            ("recipe", str(recipe)),
            ("report", str(out / "report" / "index.html")),
            ("then try", f"tokenry corpus inspect {out} --rule opt_out"),
        ]
    )
