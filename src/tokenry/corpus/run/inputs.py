"""The files that a recipe means, each once, in the recipe's order."""

from __future__ import annotations

from pathlib import Path

from tokenry.corpus.read import Found, Origin, find
from tokenry.corpus.recipe import Recipe


def found_inputs(recipe: Recipe) -> list[Found]:
    """Every input file; one that two patterns mean counts with the first.

    Raises:
        InputError: a pattern means no file.
    """
    files: dict[str, Found] = {}
    for one in recipe.input:
        origin = Origin(one.name, one.licence, one.text, one.url)
        for found in find(one.path, origin, Path(recipe.base)):
            files.setdefault(found.path, found)
    return list(files.values())
