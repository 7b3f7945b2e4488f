"""Texts of inputs for the benches of `bench.corpus_*`: every page's, by one extractor and without a filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from tokenry.corpus import parse_recipe
from tokenry.corpus.documents import Stage
from tokenry.corpus.extract import Careful, Quick
from tokenry.corpus.extract.decode import decoded
from tokenry.corpus.read import planned, read_batch, survey
from tokenry.corpus.run.inputs import found_inputs

How = Literal["quick", "careful", "html"]
HOWS: tuple[How, ...] = ("quick", "careful", "html")


def rows(inputs: Sequence[str], how: How) -> Iterator[dict[str, str]]:
    """`url` and `text` of each document that has any text.

    Args:
        inputs: files, folders or patterns, as a recipe has them.
        how: by which extractor; `html` is the page itself, as characters.
    """
    recipe = parse_recipe({"input": [*inputs], "output": "none"}, source="bench", base=Path.cwd())
    stages: dict[str, Stage] = {"quick": Quick(), "careful": Careful(fast=True)}
    for parts in planned(map(survey, found_inputs(recipe)), None):
        documents = read_batch(parts).kept
        if how != "html":
            yield from stages[how](documents).kept.select(["url", "text"]).to_pylist()
            continue
        for row in documents.select(["url", "text", "raw", "charset"]).to_pylist():
            text = row["text"] if row["raw"] is None else decoded(row["raw"], row["charset"])
            yield {"url": row["url"], "text": text}
