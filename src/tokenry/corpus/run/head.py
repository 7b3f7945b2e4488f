"""What a run is a run of: its recipe, stages, versions and the bytes of the files that it reads beside its inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenry.corpus.durable import sha256_of
from tokenry.corpus.mixing import STAGE as MIXING
from tokenry.corpus.read import unsigned
from tokenry.corpus.recipe import Recipe, plain
from tokenry.corpus.run.chain import chain, deduplicators
from tokenry.corpus.run.versions import versions
from tokenry.corpus.tokens import tokenizer


def head(recipe: Recipe) -> dict[str, Any]:
    """The first row of the book; a run goes on only under the same one.

    Raises:
        CorpusError: a file that the recipe names cannot be read.
    """
    settings = recipe.tokens
    made = tokenizer(settings.tokenizer, settings.end, Path(recipe.base), settings.engine)
    return {
        "recipe": _told(recipe),
        "stages": [one.stage for one in chain(recipe)] + [one.stage for one in deduplicators(recipe)]
        + [MIXING] * bool(recipe.mix.weights),
        "reads": {path: sha256_of(Path(recipe.base) / Path(path).expanduser()) for path in _named(recipe)},
        "versions": versions(),
        "tokenizer": {
            "name": made.name, "sha256": made.fingerprint, "vocabulary": made.vocabulary, "end": made.end
        },
    }  # fmt: skip  # the tokenizer is one fact


def _told(recipe: Recipe) -> dict[str, Any]:
    """As papers show it, to everybody: without what lets one in at an input's address."""
    told: dict[str, Any] = plain(recipe)
    told["input"] = [{**one, "path": unsigned(one["path"])} for one in told["input"]]
    return told


def _named(recipe: Recipe) -> list[str]:
    """Files that filters read; `chain` has opened them, so they are there."""
    return sorted({path for one in recipe.filters for path in one.files()})
