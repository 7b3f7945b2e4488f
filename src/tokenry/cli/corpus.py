"""`tokenry corpus`: build, inspect, verify. The room behind it is optional, and is imported when a verb runs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import corpus_demo, corpus_inspect, corpus_plan, corpus_proof, corpus_report, show
from tokenry.cli.corpus_room import app, cluster, room
from tokenry.cli.options import AsJson, example

__all__ = ["app", "corpus_demo", "corpus_proof"]

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run's output folder.")]
Json = dict[str, Any]


@app.command(
    epilog=example(
        "tokenry corpus build recipe.toml",
        "tokenry corpus build recipe.toml --limit 1000 --output trial",
        "tokenry corpus build recipe.toml --dry-run",
        "tokenry corpus build recipe.toml --ray auto",
    )
)
def build(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe: preset, input and output in TOML.")],
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Read the first N documents only.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write there, and not where the recipe says.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes; one a core unless said otherwise.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Build nothing: measure a sample and say what the build would take.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Work on this Ray cluster's machines; `auto`: this machine's."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build a training set, or go on where a run was broken off: the bytes come out the same.

    Every document ends in a shard, or in a list of what was dropped with the rule and the value that decided.
    """
    import msgspec

    from tokenry.cli.corpus_progress import cores

    corpus = room()
    made = corpus.load_recipe(recipe)
    if limit is not None:
        made = msgspec.structs.replace(made, limit=limit)
    if output is not None:
        made = msgspec.structs.replace(made, output=str(output.absolute()))
    if dry_run and ray is not None:
        raise TokenryError("--dry-run looks at this machine; for a cluster: tokenry corpus plan RECIPE --cores N")
    if dry_run:
        corpus_plan.tell(corpus, made, corpus_plan.SAMPLE, corpus.Terms(cores=workers or cores()), as_json=as_json)
        return
    manifest = _built(corpus, made, workers, ray)
    if as_json:
        show.document(manifest)
        return
    _tell_built(manifest, str(Path(made.base) / made.output))


@app.command(
    epilog=example(
        "tokenry corpus inspect out",
        "tokenry corpus inspect out --url https://example.org/page",
        "tokenry corpus inspect out --rule short_line_ratio --count 20",
    )
)
def inspect(
    folder: Folder,
    url: Annotated[str | None, typer.Option("--url", help="What became of the documents of this URL.")] = None,
    document: Annotated[str | None, typer.Option("--id", help="What became of the document of this id.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Documents that this rule or stage dropped.")] = None,
    count: Annotated[int, typer.Option("--count", "-n", metavar="N", min=1, help="How many of them.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Say what a run did: to all documents, or to one, and why. Works while it runs, too."""
    if sum(given is not None for given in (url, document, rule)) > 1:
        raise TokenryError("name one of --url, --id and --rule")
    corpus = room()
    none = "No such document in this run."
    if rule is not None:
        rows = corpus.sampled(folder, rule, count)
        none = none if rows else corpus_inspect.no_such_rule(rule, corpus.standing(folder)["funnel"])
    elif url is not None or document is not None:
        rows = corpus.traced(folder, "url" if url is not None else "id", url if url is not None else document)
    else:
        corpus_inspect.tell_standing(corpus.standing(folder), as_json)
        return
    if as_json:
        show.document({"documents": rows})
    elif not rows:
        show.say(none)
    else:
        corpus_inspect.tell_documents(folder, rows)


@app.command(
    "train-tokenizer",
    epilog=example(
        "tokenry corpus train-tokenizer out --vocabulary 32000",
        "tokenry corpus train-tokenizer out --vocabulary 64000 --share 0.05 --to small.json",
    ),
)
def train_tokenizer(
    folder: Folder,
    vocabulary: Annotated[
        int, typer.Option("--vocabulary", metavar="N", min=257, help="Tokens in all, the end token included.")
    ] = 32_000,
    share: Annotated[
        float, typer.Option("--share", metavar="SHARE", min=0.000001, max=1, help="Of the documents, to learn from.")
    ] = 1.0,
    end: Annotated[str, typer.Option("--end", help="The token after each document.")] = "<|endoftext|>",
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it.")] = Path("tokenizer.json"),
    as_json: AsJson = False,
) -> None:
    """Train a byte-level BPE on what a run kept; name its file in a recipe as `tokens.tokenizer`."""
    corpus = room()
    texts = corpus.kept_texts(folder, round(share * 1_000_000))
    size = corpus.train_tokenizer(texts, vocabulary, (end,), to)
    if size < vocabulary:
        show.note(f"{vocabulary:,} tokens were asked for; these texts have pairs enough for {size:,}")
    if as_json:
        show.document({"file": str(to), "vocabulary": size})
    else:
        show.say(f'{to}: {size:,} tokens. In a recipe: [tokens] tokenizer = "{to.name}"')


@app.command(epilog=example("tokenry corpus verify out", "tokenry corpus verify out --sample 100 --json"))
def verify(
    folder: Folder,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, help="Turn N documents a shard into text; all of them otherwise."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a set with its manifest: every byte, sums, sources, trees, signed roots, and tokens back to their texts.

    Exit code 1 when anything differs.
    """
    corpus = room()
    breaches = [{"file": breach.file, "what": breach.what} for breach in corpus.verify(folder, sample)]
    unchecked = corpus.unchecked(folder, sample)
    if as_json:
        show.document({"ok": not breaches, "breaches": breaches, "not_checked": unchecked})
    elif breaches:
        show.say(*(f"BREACH {breach['file']}: {breach['what']}" for breach in breaches))
    else:
        manifest = corpus.read_manifest(folder)
        show.say(f"The set is what its manifest says: {show.counted(manifest['documents']['kept'], 'document')}.")
        show.say(*(f"Not checked: {words}." for words in unchecked))
    raise typer.Exit(1 if breaches else 0)


@app.command(
    epilog=example(
        "tokenry corpus report out --ask answers.toml",
        "tokenry corpus report out --answers answers.toml --to public",
        "tokenry corpus report out --answers answers.toml --score methodology.html",
    )
)
def report(
    folder: Folder,
    answers: corpus_report.Answers = None,
    ask: corpus_report.Ask = None,
    to: corpus_report.To = None,
    score: corpus_report.Metrics = None,
    samples: corpus_report.Samples = 3,
    as_json: AsJson = False,
) -> None:
    """Write the public summary of training content that the EU's AI Act asks for, filled from the manifest.

    With `--score`, say what it is worth by the metrics that published summaries were graded by.
    """
    corpus_report.tell(room(), folder, corpus_report.Wish(answers, to, score, samples, as_json, ask))


def _built(corpus: ModuleType, recipe: Any, workers: int | None, ray: str | None) -> Json:
    """The manifest, made by processes of this machine or of a cluster."""
    from tokenry.cli.corpus_progress import Live, cores

    try:
        if ray is None:
            with Live() as live:
                return dict(corpus.build(recipe, workers=workers or cores(), tell=live.tell))
        with cluster(ray) as joined, Live() as live:
            made = corpus.build(recipe, workers=workers or joined.cores, tell=live.tell, executor=joined.crew)
            return dict(made)
    except KeyboardInterrupt:
        show.note("stopped; what is done stays done, and the same command goes on from here")
        raise


def _tell_built(manifest: Json, out: str) -> None:
    corpus_inspect.tell_funnel(manifest["funnel"])
    lost = sum(len(one["losses"]) for one in manifest["inputs"])
    show.pairs(
        [
            ("read", show.counted(manifest["documents"]["read"], "document")),
            ("kept", show.counted(manifest["documents"]["kept"], "document")),
            ("tokens", f"{manifest['tokens']:,} ({manifest['tokenizer']['name']})"),
            ("shards", show.count(len(manifest["shards"]))),
            ("files with losses", show.count(lost) if lost else None),
            ("in", out),
        ]
    )


# The verbs stand in files of their own, which may be imported in any order; people read them in this one.
_ORDER = (
    "demo", "build", "inspect", "verify", "report", "plan", "train_tokenizer", "sign", "roots", "prove", "diff",
    "withdraw",
)  # fmt: skip
app.registered_commands.sort(key=lambda verb: _ORDER.index(getattr(verb.callback, "__name__", "")))
