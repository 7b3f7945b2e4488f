"""What a machine must see to do a run's work as the machine that began it does. A folder that is another one there, an
input that is not there, or another version of a library would change the bytes without a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenry.base.ids import new_id
from tokenry.corpus.durable import PARTIAL, sha256_of, sweep
from tokenry.corpus.read import Found
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run.versions import versions


@dataclass(frozen=True, slots=True)
class Sight:
    """Picklable.

    Args:
        mark: a file of this build alone, in the run's folder.
        sizes: bytes of one input of each folder, by its path.
        reads: sha256 of the files that stages read beside the inputs, by path.
        versions: of Python and of the libraries that decide bytes.
    """

    mark: Path
    sizes: Mapping[str, int]
    reads: Mapping[str, str]
    versions: Mapping[str, str]

    def missing(self) -> str | None:
        """What is not as it should be here; None when all is."""
        if not self.mark.exists():
            return f"{self.mark.parent} is not the folder that the build began in; share it under this path"
        if not os.access(self.mark.parent, os.W_OK):
            return f"{self.mark.parent} cannot be written; let every machine's user write there"
        for path, size in self.sizes.items():
            if _size(path) != size:
                return f"{path} is not the file that the build began with; share the inputs under the same paths"
        for path, digest in self.reads.items():
            if not Path(path).is_file() or sha256_of(Path(path)) != digest:
                return f"{path} is not the file that the build began with; share it under this path"
        here = _versions()
        for name in sorted(here.keys() | self.versions.keys()):
            if here.get(name) != self.versions.get(name):
                theirs, ours = (found.get(name) or "missing" for found in (here, self.versions))
                return f"{name} is {theirs}, and {ours} where the build began; install the same everywhere"
        return None


@contextmanager
def marked(out: Path, recipe: Recipe, found: Iterable[Found], reads: Mapping[str, Any]) -> Iterator[Sight]:
    """Sweep the run's folder, leave a mark in it for as long as it is worked in, and say what is seen from here.

    Args:
        out: the run's folder.
        recipe: of the run.
        found: the inputs.
        reads: sha256 of other files, by their paths as the recipe has them.

    Raises:
        OSError: the folder cannot be written.
    """
    mark = out / f"{new_id('here')}{PARTIAL}"
    first = {str(Path(one.path).parent): one.path for one in reversed(list(found))}
    sizes = {path: size for path in first.values() if (size := _size(path)) is not None}
    base = Path(recipe.base)
    files = {str(base / Path(path).expanduser()): digest for path, digest in reads.items()}
    own = base / Path(recipe.tokens.tokenizer).expanduser()
    if own.is_file():
        files[str(own)] = sha256_of(own)
    sweep(out)
    mark.touch()
    try:
        yield Sight(mark.absolute(), sizes, files, _versions())
    finally:
        mark.unlink(missing_ok=True)


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None


def _versions() -> dict[str, str]:
    return {"Python": ".".join(map(str, sys.version_info[:2])), **versions()}
