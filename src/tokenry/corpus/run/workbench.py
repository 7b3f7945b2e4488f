"""What a worker does with each kind of task. Results go to files; answers are the rows of the book.

Knows the recipe and the run's folder. Does the same for a batch at once and document by document: the rows are the
same, and they are put in the same order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from tokenry.corpus.documents import (
    DOCUMENT,
    DROPPED,
    Outcome,
    Verdict,
    dropped_batch,
    dropped_row,
    joined,
    run_chain,
)
from tokenry.corpus.durable import read_parquet, sha256_of, write_parquet
from tokenry.corpus.errors import StageFailed
from tokenry.corpus.read import Found, Read, Surveyed, read_batch, survey
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run import layout
from tokenry.corpus.run.chain import chain
from tokenry.corpus.run.sight import Sight
from tokenry.corpus.shards import TOKENIZED, WRITERS, Span, Vocabulary
from tokenry.corpus.tokens import Tokenizer, tokenizer, with_ends
from tokenry.corpus.work import OUTSIDE, Pulse, Task

TEXTS_AT_ONCE = 256
BLAMED_MAX = 10  # documents of a batch that may raise before the batch's stages are blamed instead


@dataclass(frozen=True, slots=True)
class Factory:
    """Makes the workbench of each worker, on whatever machine; picklable."""

    recipe: Recipe
    out: Path
    sight: Sight

    def __call__(self) -> Workbench:
        """A workbench of one's own."""
        return Workbench(self.recipe, self.out)

    def missing(self) -> str | None:
        """What this machine does not see as it should."""
        return self.sight.missing()


class Workbench:
    """The work of a worker; see `work.Work`."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        self._recipe = recipe
        self._out = out
        self._stages = chain(recipe)
        self._made: Tokenizer | None = None
        self._kinds = {
            "survey": self._survey, "documents": self._documents, "tokens": self._tokens, "shards": self._shards
        }  # fmt: skip  # a table of four

    def __call__(self, task: Task, pulse: Pulse) -> Any:
        return self._kinds[task.kind](task, pulse)

    def _survey(self, task: Task, pulse: Pulse) -> Any:
        return [msgspec.to_builtins(_surveyed(found, at, task, pulse)) for at, found in enumerate(task.payload)]

    def _documents(self, task: Task, pulse: Pulse) -> Any:
        read = read_batch(task.payload, pulse, task.avoid)
        pulse(OUTSIDE)
        if task.singly:
            outcome = self._one_by_one(read, task, pulse)
        else:
            outcome = run_chain(self._stages, read.kept, lambda: pulse(OUTSIDE))
        pulse(OUTSIDE)
        dropped = joined([read.dropped, _in_order(outcome.dropped, read.kept)], DROPPED)
        kept_at, dropped_at = layout.documents(self._out, task.key), layout.dropped(self._out, task.key)
        write_parquet(kept_at, [outcome.kept], DOCUMENT)
        write_parquet(dropped_at, [dropped], DROPPED)
        return {
            "documents": read.kept.num_rows + read.dropped.num_rows,
            "bytes": sum(part.size for part in task.payload),
            "kept": outcome.kept.num_rows,
            "characters": pa.compute.sum(pa.compute.utf8_length(outcome.kept.column("text"))).as_py() or 0,
            "funnel": funnel(dropped),
            "files": {str(path.relative_to(self._out)): sha256_of(path) for path in (kept_at, dropped_at)},
        }

    def _one_by_one(self, read: Read, task: Task, pulse: Pulse) -> Outcome:
        kept, dropped, raised = [], [], 0
        for at, row in enumerate(read.numbers):
            single = read.kept.slice(at, 1)
            verdict = Verdict(*task.avoid[row]) if row in task.avoid else None
            if verdict is None:
                pulse(row)
                try:
                    outcome = run_chain(self._stages, single, lambda row=row: pulse(row))  # type: ignore[misc]  # bound now
                    kept.append(outcome.kept)
                    dropped.append(outcome.dropped)
                    continue
                except Exception as error:  # edge: a hostile document; it is dropped with what it raised
                    raised += 1
                    if raised > BLAMED_MAX and raised * 2 > at:
                        raise StageFailed(
                            f"{raised} of {at + 1} documents of batch {task.key} raised: {error!r}"
                        ) from error
                    verdict = Verdict("raised", f"{type(error).__name__}: {error}"[:500])
            dropped.append(dropped_batch([dropped_row(single.to_pylist()[0], "engine", verdict)]))
        return Outcome(joined(kept, DOCUMENT), joined(dropped, DROPPED))

    def _tokens(self, task: Task, pulse: Pulse) -> Any:
        if self._made is None:
            settings = self._recipe.tokens
            self._made = tokenizer(settings.tokenizer, settings.end, Path(self._recipe.base), settings.engine)
        table = without(read_parquet(layout.documents(self._out, task.key)), task.payload)
        pulse(OUTSIDE)
        texts = table.column("text").to_pylist()
        ids = []
        for at in range(0, len(texts), TEXTS_AT_ONCE):
            ids += self._made.encode(texts[at : at + TEXTS_AT_ONCE])
            pulse(OUTSIDE)
        made = table.select([name for name in TOKENIZED.names if name != "tokens"])
        column = with_ends(ids, self._made.end)
        made = made.append_column(TOKENIZED.field("tokens"), column).combine_chunks()
        write_parquet(layout.tokens(self._out, task.key), made.to_batches(), TOKENIZED)
        return {"documents": len(ids), "tokens": len(column.values), "lengths": column.value_lengths().to_pylist()}

    def _shards(self, task: Task, pulse: Pulse) -> Any:
        vocabulary, spans = task.payload
        files: list[Path] = []
        for name in self._recipe.shards.formats:
            files += WRITERS[name].write(layout.shard(self._out, task.key), self._spans(spans, pulse), vocabulary)
        counts = [len(ids) for batch in self._spans(spans, pulse) for ids in batch.column("tokens")]
        facts = [
            {"name": str(path.relative_to(self._out)), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for path in files
        ]
        return {"documents": len(counts), "tokens": sum(counts), "files": facts}

    def _spans(self, spans: list[Span], pulse: Pulse) -> Any:
        for span in spans:
            table = read_parquet(layout.tokens(self._out, layout.key(span.batch)))
            pulse(OUTSIDE)
            yield from table.slice(span.first, span.last - span.first).combine_chunks().to_batches()


def _surveyed(found: Found, at: int, task: Task, pulse: Pulse) -> Surveyed:
    """One file, which is a task's row here: one that its reader dies of is lost by name."""
    if at in task.avoid:
        return Surveyed(found, (), (task.avoid[at],))
    return survey(found, lambda: pulse(at if task.singly else OUTSIDE))


def without(table: Any, rows: list[int]) -> Any:
    """A batch's table without the rows that a deduplicator removed."""
    if not rows:
        return table
    gone = set(rows)
    return table.filter(pa.array([at not in gone for at in range(table.num_rows)]))


def funnel(dropped: Any) -> list[tuple[str, str, int, int]]:
    """How much each rule dropped: (stage, rule, documents, characters), in order."""
    documents: Counter[tuple[str, str]] = Counter()
    characters: Counter[tuple[str, str]] = Counter()
    for stage, rule, count in zip(
        *(dropped.column(name).to_pylist() for name in ("stage", "rule", "characters")), strict=True
    ):
        documents[stage, rule] += 1
        characters[stage, rule] += count
    return [(*key, documents[key], characters[key]) for key in sorted(documents)]


def _in_order(dropped: Any, documents: Any) -> Any:
    """Rows in the order of their documents: a batch at once drops by stage, one by one by document."""
    place = {one: at for at, one in enumerate(documents.column("id").to_pylist())}
    order = sorted(range(dropped.num_rows), key=lambda at: place[dropped.column("id")[at].as_py()])
    return dropped.take(pa.array(order, type=pa.int64()))


__all__ = ["Factory", "Vocabulary", "Workbench", "funnel", "without"]
