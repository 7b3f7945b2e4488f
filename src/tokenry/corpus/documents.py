"""Documents as columns: the Arrow schemas that every stage takes and gives, and how a batch is parted in two.

Knows no file format, no rule and no order of stages. A stage is a function from a batch to an `Outcome`: what it keeps,
perhaps with other columns, and what it drops, each row with the rule and the value that decided. **A stage looks at
each row by itself**: a batch gives the same rows as its documents one by one. That law lets the engine retry a batch
document by document, resume at any batch, and spread batches over machines without changing a byte of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import pyarrow as pa

EXCERPT_LENGTH = 2000  # characters of a dropped document that are kept to be looked at

_EVIDENCE = pa.list_(pa.struct([("kind", pa.string()), ("value", pa.string())]))
DOCUMENT = pa.schema(
    [
        ("id", pa.string()),  # 32 hex digits of sha256("FILE'S SHA256:POSITION")
        ("url", pa.string()),
        ("source", pa.string()),  # the input's name, then the file's
        ("position", pa.int64()),  # byte offset (WARC), line (JSONL) or row (Parquet), from 0
        ("date", pa.string()),  # as the source gives it, RFC 3339 in WARC
        ("media", pa.string()),  # of `raw`
        ("charset", pa.string()),  # of `raw`, as its sender declared it; null: unknown
        ("raw", pa.large_binary()),  # the page as it came; null once it is sealed, and for sources of plain text
        ("text", pa.large_string()),
        ("language", pa.string()),  # ISO 639-1 where there is one, else 639-3
        ("language_score", pa.float32()),
        ("licence", pa.string()),  # an SPDX expression
        ("evidence", _EVIDENCE),  # raw words about opt-outs and licences: ("http:tdm-reservation", "1")
        ("digest", pa.binary(32)),  # sha256 of the normalised text; set when the document is sealed
        ("bands", pa.binary(112)),  # MinHash: 14 keys of 8 bytes; null without `dedup.minhash`, or under five words
    ]
)
DROPPED = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("stage", pa.string()),
        ("rule", pa.string()),
        ("value", pa.string()),  # what was measured, or the words of what went wrong
        ("characters", pa.int64()),
        ("excerpt", pa.large_string()),
    ]
)


class Verdict(NamedTuple):
    """Why a document goes: the rule by its published name, and the value that broke it, as text."""

    rule: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage made of a batch.

    Args:
        kept: rows of the schema `DOCUMENT`, in the order in which they came.
        dropped: rows of the schema `DROPPED`, in that order too.
    """

    kept: Any
    dropped: Any


class Stage(Protocol):
    """A pure function on a batch. `slow`: one document may take long, so the engine hands them over one by one."""

    slow: ClassVar[bool]

    @property
    def stage(self) -> str:
        """Its name in the book, the funnel and every row it drops."""
        ...

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch (rows of `DOCUMENT`) into kept and dropped; see the law at the top of this file."""
        ...


def batch(rows: Sequence[dict[str, object]]) -> Any:
    """Rows of `DOCUMENT`; what a row does not name is null."""
    return pa.RecordBatch.from_pylist(list(rows), schema=DOCUMENT)


def texts(documents: Any) -> list[str]:
    """The text of each row; empty where there is none."""
    return [text or "" for text in documents.column("text").to_pylist()]


def with_column(documents: Any, name: str, values: Any) -> Any:
    """The batch with one column set anew; its type stays the schema's."""
    at = documents.schema.get_field_index(name)
    field = documents.schema.field(at)
    column = values if isinstance(values, pa.Array) else pa.array(values, type=field.type)
    return documents.set_column(at, field, column)


def sift(documents: Any, stage: str, verdicts: Sequence[Verdict | None]) -> Outcome:
    """Part a batch by one verdict a row; None keeps it."""
    assert len(verdicts) == documents.num_rows
    gone = [at for at, verdict in enumerate(verdicts) if verdict is not None]
    if not gone:
        return Outcome(documents, nothing_dropped())
    mask = pa.array([verdict is None for verdict in verdicts])
    lost = documents.take(pa.array(gone)).select(["id", "url", "source", "position", "text"]).to_pylist()
    rows = [dropped_row(row, stage, verdicts[at]) for row, at in zip(lost, gone, strict=True)]
    return Outcome(documents.filter(mask), dropped_batch(rows))


def dropped_row(document: dict[str, Any], stage: str, verdict: Verdict | None) -> dict[str, object]:
    """A row of `DROPPED` for a document that is a dict of `id`, `url`, `source`, `position` and perhaps `text`."""
    assert verdict is not None
    text = document.get("text") or ""
    return {
        **{name: document.get(name) for name in ("id", "url", "source", "position")},
        "stage": stage, "rule": verdict.rule, "value": verdict.value,
        "characters": len(text), "excerpt": text[:EXCERPT_LENGTH],
    }  # fmt: skip  # a line a key would bury the pair


def dropped_batch(rows: Sequence[dict[str, object]]) -> Any:
    """Rows of `DROPPED`."""
    return pa.RecordBatch.from_pylist(list(rows), schema=DROPPED)


def nothing_dropped() -> Any:
    """No rows of `DROPPED`."""
    return dropped_batch([])


def joined(batches: Sequence[Any], schema: Any) -> Any:
    """Batches of one schema as one batch."""
    return pa.concat_batches(batches) if batches else pa.RecordBatch.from_pylist([], schema=schema)


def run_chain(stages: Sequence[Stage], documents: Any, pulse: Callable[[], None]) -> Outcome:
    """One batch through stages in turn.

    Args:
        stages: in order; a slow one is given a document at a time.
        documents: rows of `DOCUMENT`.
        pulse: called whenever a stage, or a document in a slow one, is through; the engine's watch looks for it.
    """
    dropped: list[Any] = []
    for stage in stages:
        if not documents.num_rows:
            break
        pieces = [documents.slice(at, 1) for at in range(documents.num_rows)] if stage.slow else [documents]
        kept: list[Any] = []
        for piece in pieces:
            outcome = stage(piece)
            kept.append(outcome.kept)
            if outcome.dropped.num_rows:
                dropped.append(outcome.dropped)
            pulse()
        documents = joined(kept, DOCUMENT)
    return Outcome(documents, joined(dropped, DROPPED))
