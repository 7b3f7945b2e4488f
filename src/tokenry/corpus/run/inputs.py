"""Input files as a run counts them: those that a recipe means, looked at in groups, each by its bytes once, and as they
stand in the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tokenry.corpus.errors import InputError
from tokenry.corpus.read import Found, Origin, Surveyed, find, is_far, unsigned
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run import layout

SURVEYED_AT_ONCE = 64  # files a task
SURVEYED_SIZE = 32 * 2**20  # bytes of files a task, unless one is larger


def found_inputs(recipe: Recipe) -> list[Found]:
    """Every input file; one that two patterns mean counts with the first.

    What the run itself writes is no input of it, wherever its folder lies.

    Raises:
        InputError: a pattern means no file, or the run would be written into a folder that it reads.
    """
    files: dict[str, Found] = {}
    out = _plain(recipe, recipe.output)
    for one in recipe.input:
        origin = Origin(one.name, one.licence, one.text, one.url)
        if not is_far(one.path) and _plain(recipe, one.path) == out:
            raise InputError(f"output: {recipe.output} is a folder of inputs; name one for this run alone")
        for found in find(one.path, origin, Path(recipe.base)):
            if is_far(found.path) or not _plain(recipe, found.path).is_relative_to(out):
                files.setdefault(found.path, found)
    if not files:
        raise InputError(f"the inputs hold nothing but what lies in the output {recipe.output}")
    return list(_spooled(files.values(), recipe))


def _plain(recipe: Recipe, path: str) -> Path:
    """A path of a recipe, whole and without `..`."""
    return Path(os.path.normpath(Path(recipe.base).absolute() / Path(path).expanduser()))


def _spooled(found: Iterable[Found], recipe: Recipe) -> Iterator[Found]:
    """Remote files with the place of their copies, as many as there is room for; the others are fetched twice."""
    folder = layout.spool(Path(recipe.base) / Path(recipe.output).expanduser())
    room = recipe.spool_mb * 2**20
    for one in found:
        if not is_far(one.path):
            yield one
        elif one.size <= room:
            room -= one.size
            name = hashlib.sha256(one.path.encode()).hexdigest()[:32]
            yield msgspec.structs.replace(one, spool=str(folder / name))
        elif one.ranges:
            yield one
        else:
            raise InputError(
                f"{one.path}: its server sends no parts of a file, and its {one.size >> 20} MiB do not fit into "
                "`spool_mb`; make that larger, or copy the file here"
            )


def size(one: Found) -> int:
    """A file's bytes before its survey; 0 where it cannot be asked."""
    if is_far(one.path):
        return one.size
    return Path(one.path).stat().st_size if Path(one.path).exists() else 0


def grouped(found: list[Found]) -> Iterator[list[Found]]:
    """Files for one task to survey: many small ones, or one that is large."""
    group: list[Found] = []
    held = 0
    for one in found:
        if group and (len(group) == SURVEYED_AT_ONCE or held + size(one) > SURVEYED_SIZE):
            yield group
            group, held = [], 0
        group.append(one)
        held += size(one)
    if group:
        yield group


def wanted(groups: Mapping[str, list[Found]], counted: Mapping[str, int], limit: int | None) -> Iterator[str]:
    """Groups whose documents a run needs: all, but with a limit none on a network behind the last one that counts.

    Args:
        groups: files by the group's key, in order.
        counted: documents of the groups that were looked at; the others are taken to hold none.
        limit: documents to read in all.
    """
    before = 0
    for key, files in groups.items():
        if limit is None or before < limit or not any(is_far(one.path) for one in files):
            yield key
            before += counted.get(key, 0)


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
            **({"address": unsigned(file.path), "etag": file.etag} if is_far(file.path) else {}),
            "licence": file.origin.licence, "documents": sum(part.count for part in one.parts), "losses": losses,
        })  # fmt: skip  # a key a line would bury the row
    return rows
