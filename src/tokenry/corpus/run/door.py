"""Consented texts on their way in: kept in the run's folder until the set stands, so that a run can go on after a kill.

Afterwards they stand in documents and shards alone, where a withdrawal finds them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import BinaryIO

import msgspec

from tokenry.corpus import consent
from tokenry.corpus.durable import write_whole
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.read import Found, Origin
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run.book import Book

FOLDER = "consented"
NAME = "texts.jsonl"


def found(out: Path) -> Found:
    """The file as an input."""
    return Found(str(out / FOLDER / NAME), f"{FOLDER}/{NAME}", "jsonl", Origin(name=FOLDER))


def admit(recipe: Recipe, texts: consent.Door) -> int:
    """Take consented texts into a run that has not begun; `build` then reads them after the recipe's inputs.

    Args:
        recipe: of the run.
        texts: walked through once.

    Returns:
        How many texts came in; those of an earlier call when they are there already.

    Raises:
        InputError: one has no consent's id, or is no text.
        RunFolderError: the run has begun without them, or the folder cannot be written.
    """
    out = Path(recipe.base) / Path(recipe.output).expanduser()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Book(out) as book:
            there = book.row("door", "")
            if there is None:
                if book.row("head", "") is not None:
                    raise RunFolderError(f"the build in {out} has begun without these texts; name another output")
                there = {"texts": _spool(out, texts)}
                book.enter("door", "", there)
    except OSError as error:
        raise RunFolderError(f"{error.filename or out}: {error.strerror or error}; make room and try again") from error
    return int(there["texts"])


def _spool(out: Path, texts: consent.Door) -> int:
    count = 0

    def fill(file: BinaryIO) -> None:
        nonlocal count
        for one in texts:
            if not isinstance(one.text, str):
                raise InputError(f"what comes under the consent {one.consent!r:.100} is no text")
            text = one.text.encode("utf-8", "replace").decode()
            file.write(msgspec.json.encode({"text": text, "url": consent.url(one.consent)}) + b"\n")
            count += 1

    (out / FOLDER).mkdir(mode=0o700, exist_ok=True)
    write_whole(out / FOLDER / NAME, fill)
    return count


def let_go(out: Path) -> None:
    """The set stands; texts need not lie here as well."""
    shutil.rmtree(out / FOLDER, ignore_errors=True)
