"""Input files as a run counts them: those that a recipe means, looked at in groups, each by its bytes once, and as they
stand in the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tokenry.corpus.read import Found, Origin, Surveyed, find
from tokenry.corpus.recipe import Recipe

SURVEYED_AT_ONCE = 64  # files a task
SURVEYED_SIZE = 32 * 2**20  # bytes of files a task, unless one is larger


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


def grouped(found: list[Found]) -> Iterator[list[Found]]:
    """Files for one task to survey: many small ones, or one that is large."""
    group: list[Found] = []
    held = 0
    for one in found:
        size = Path(one.path).stat().st_size if Path(one.path).exists() else 0
        if group and (len(group) == SURVEYED_AT_ONCE or held + size > SURVEYED_SIZE):
            yield group
            group, held = [], 0
        group.append(one)
        held += size
    if group:
        yield group


def once(surveys: Iterable[Surveyed]) -> Iterator[tuple[Surveyed, str]]:
    """Each file, and the name of an earlier one of the same bytes, which it is left out for."""
    seen: dict[str, str] = {}
    for one in surveys:
        yield one, seen.get(one.file.sha256, "") if one.file.sha256 else ""
        seen.setdefault(one.file.sha256, one.file.shown)


def listed(surveys: Iterable[tuple[Surveyed, str]]) -> list[dict[str, Any]]:
    """A row of the manifest for each file: what it is, and what of it was lost."""
    rows = []
    for one, same in surveys:
        losses = [{"rule": rule, "value": value} for rule, value in one.losses]
        if same:
            losses.append({"rule": "same_file", "value": same})
        file = one.file
        rows.append({
            "name": file.shown, "format": file.format, "bytes": file.size, "sha256": file.sha256,
            "licence": file.origin.licence, "documents": sum(part.count for part in one.parts), "losses": losses,
        })  # fmt: skip  # a key a line would bury the row
    return rows
