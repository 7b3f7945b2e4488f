"""A whole run, from a recipe to its manifest: the folder, its lock, its workers. What is done in it: `phases`."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from tokenry.base.clock import Clock
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.mixing import unweighted
from tokenry.corpus.read import Found
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run import door, layout
from tokenry.corpus.run.book import Book
from tokenry.corpus.run.head import head
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.run.phases import Phases
from tokenry.corpus.run.progress import Tell
from tokenry.corpus.run.sight import marked
from tokenry.corpus.run.workbench import Factory
from tokenry.corpus.work import Limits, Opener, Pool

Json = dict[str, Any]


def build(recipe: Recipe, *, workers: int, tell: Tell, clock: Clock | None = None, executor: Opener = Pool) -> Json:
    """Make a training set, or go on making it, and answer its manifest.

    Args:
        recipe: what to build.
        workers: processes; decides nothing about the bytes that come out.
        tell: called after each piece of work.
        clock: for the watch over documents that take too long.
        executor: where the workers are: processes of this machine unless said otherwise.

    Raises:
        CorpusError: an input is not there, the folder holds another run or is worked in by another process, or a stage
            failed without a document to blame.
    """
    out = Path(recipe.base) / Path(recipe.output).expanduser()
    wanted = head(recipe)
    found = found_inputs(recipe)
    _weighed(recipe, found)
    try:
        for name in layout.FOLDERS:
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(f"cannot write to {out}: {error.strerror}; make room or name another output") from error
    limits = Limits(recipe.budget.seconds, recipe.budget.memory_mb * 2**20)
    try:
        with (
            Book(out) as book,
            marked(out, recipe, found, wanted["reads"]) as sight,
            executor(workers, Factory(recipe, out, sight), limits, clock) as crew,
        ):
            if book.row("door", "") is not None:
                found.append(door.found(out))
            listed = hashlib.sha256("\n".join(one.path for one in found).encode()).hexdigest()
            book.begin({**wanted, "files_listed": listed})
            if (done := book.row("manifest", "")) is None:
                done = Phases(recipe, out, book, crew, tell).all(wanted, found)
                book.enter("manifest", "", done)
            shutil.rmtree(out / "tokens", ignore_errors=True)
            door.let_go(out)
    except OSError as error:
        raise RunFolderError(
            f"{error.filename or out}: {error.strerror or error}; make room or mend the disk, and start the same build "
            "again: what is done stays done"
        ) from error
    manifest: Json = done
    return manifest


def _weighed(recipe: Recipe, found: list[Found]) -> None:
    """Refuse weights that do not fit the inputs, before a day's work is done."""
    if recipe.mix.weights:
        without, idle = unweighted(recipe.mix.weights, (one.shown for one in found))
        if idle:
            raise InputError(f"mix.weights: no input is named {', '.join(idle)}; give inputs a `name`")
        if without:
            raise InputError(f"mix.weights: {without[0]} has no weight; give one to its source, or leave the input out")
