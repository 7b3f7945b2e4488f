"""What a recipe does to a sample of its own inputs, and what that costs: nothing is written that stays.

Files are taken at even distances through the inputs and walked whole; from each, parts at even distances are worked on.
Costs are processor time, which a busy machine does not change much; a first small batch warms everything up.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tokenry.corpus.documents import DOCUMENT, Stage, joined
from tokenry.corpus.errors import InputError
from tokenry.corpus.read import Part, read_batch, survey
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run.chain import chain
from tokenry.corpus.run.inputs import found_inputs, size
from tokenry.corpus.shards import TOKENIZED, WRITERS, Vocabulary
from tokenry.corpus.tokens import tokenizer, with_ends

FILES = 4
WARM_UP = 4  # documents
Cpu = Callable[[], int]  # nanoseconds of processor time of this process


class Measured(msgspec.Struct, frozen=True):
    """Of a sample: counts, bytes and nanoseconds of processor time."""

    input_files: int  # of all inputs
    input_bytes: int  # of all inputs, as they lie on disk
    walked_bytes: int  # of the files that were walked
    walked_documents: int
    documents: int  # of the sample, as all that follows
    kept: int
    bytes: int  # as they came, unpacked
    characters: int  # of what was kept
    tokens: int
    shard_bytes: int
    cpu_ns: dict[str, int]  # by stage, in order
    limit: int | None = None  # the recipe's

    @property
    def input_documents(self) -> int:
        """That a build would read: in all inputs, as the walked files suggest, or the recipe's limit."""
        there = self.walked_documents * self.input_bytes // max(self.walked_bytes, 1)
        return there if self.limit is None else min(there, self.limit)


def sampled_costs(recipe: Recipe, documents: int, cpu: Cpu = time.process_time_ns) -> Measured:
    """Work on a sample.

    Args:
        recipe: what to do.
        documents: about how many to read.
        cpu: the meter.

    Raises:
        CorpusError: an input is not there, or holds nothing that can be read.
    """
    found = found_inputs(recipe)
    walked = _spread(found, FILES)
    spent: dict[str, int] = {}
    began = cpu()
    surveys = [survey(msgspec.structs.replace(one, spool="")) for one in walked]
    spent["survey"] = cpu() - began
    parts = [part for one in surveys for part in one.parts]
    if not parts:
        raise InputError("no document can be read from the inputs; there is nothing to measure")
    counted = sum(part.count for part in parts)
    chosen = _few(_spread(parts, FILES), documents)
    stages = chain(recipe)
    made = tokenizer(recipe.tokens.tokenizer, recipe.tokens.end, Path(recipe.base), recipe.tokens.engine)
    _worked(_few(chosen, WARM_UP), stages, {}, cpu)
    made.encode(["warm"])
    read, worked, kept = _worked(chosen, stages, spent, cpu)
    spent["survey"] = spent["survey"] * read // max(counted, 1)
    tokens, written = _tokenized(kept, made, recipe.shards.formats, spent, cpu)
    sizes = [size(one) for one in found]
    return Measured(
        input_files=len(found), input_bytes=sum(sizes), walked_bytes=sum(one.file.size for one in surveys),
        walked_documents=counted, documents=read, kept=kept.num_rows, bytes=worked,
        characters=sum(map(len, _texts(kept))), tokens=tokens, shard_bytes=written, cpu_ns=spent, limit=recipe.limit,
    )  # fmt: skip  # a line a fact would bury the call


def _worked(parts: Sequence[Part], stages: Sequence[Stage], spent: dict[str, int], cpu: Cpu) -> tuple[int, int, Any]:
    """Read and put through the stages; adds to `spent`, answers documents read, their bytes, and what was kept."""
    documents = size = 0
    batches = []
    for part in parts:
        began = cpu()
        read = read_batch([part])
        spent["read"] = spent.get("read", 0) + cpu() - began
        documents += read.kept.num_rows + read.dropped.num_rows
        size += part.size
        batch = read.kept
        for at, stage in enumerate(stages):
            began = cpu()
            batch = stage(batch).kept if batch.num_rows else batch
            name = _named(at, stages)
            spent[name] = spent.get(name, 0) + cpu() - began
        batches.append(batch)
    return documents, size, joined(batches, DOCUMENT)


def _named(at: int, stages: Sequence[Stage]) -> str:
    """A stage's name; the second of the same name says so."""
    before = sum(one.stage == stages[at].stage for one in stages[:at])
    return stages[at].stage if not before else f"{stages[at].stage} ({before + 1})"


def _tokenized(kept: Any, made: Any, formats: Sequence[str], spent: dict[str, int], cpu: Cpu) -> tuple[int, int]:
    began = cpu()
    column = with_ends(made.encode(_texts(kept)), made.end)
    spent["tokens"] = cpu() - began
    batch = kept.select([name for name in TOKENIZED.names if name != "tokens"])
    batch = batch.append_column(TOKENIZED.field("tokens"), column)
    began = cpu()
    with tempfile.TemporaryDirectory() as folder:
        vocabulary = Vocabulary(made.vocabulary, made.name)
        files = [
            file for name in formats for file in WRITERS[name].write(Path(folder) / "0", iter([batch]), vocabulary)
        ]
        written = sum(file.stat().st_size for file in files)
    spent["shards"] = cpu() - began
    return len(column.values), written


def _texts(kept: Any) -> list[str]:
    return [text or "" for text in kept.column("text").to_pylist()]


def _spread(things: Sequence[Any], count: int) -> list[Any]:
    """So many of them at even distances, the first among them."""
    step = max(len(things) / count, 1.0)
    return [things[int(at * step)] for at in range(min(count, len(things)))]


def _few(parts: Sequence[Part], documents: int) -> list[Part]:
    """The beginnings of parts, about so many documents in all."""
    each = max(documents // max(len(parts), 1), 1)
    return [_cut(part, min(part.count, each)) for part in parts]


def _cut(part: Part, count: int) -> Part:
    return msgspec.structs.replace(part, count=count, size=part.size * count // part.count)
