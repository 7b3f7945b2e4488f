"""Lists that a recipe names: text files of one entry a line. Blank lines and those that begin with `#` say nothing."""

from __future__ import annotations

from pathlib import Path

from tokenry.corpus.errors import RecipeError

LIST_SIZE_MAX = 2 * 2**30  # bytes


def entries(path: str, base: Path, place: str) -> frozenset[str]:
    """The entries of a list; none for no path.

    Args:
        path: as the recipe writes it.
        base: the folder that relative paths start from.
        place: the recipe's key, for the words of a mistake.

    Raises:
        RecipeError: it cannot be read, or is larger than 2 GiB.
    """
    if not path:
        return frozenset()
    file = base / Path(path).expanduser()
    try:
        if file.stat().st_size > LIST_SIZE_MAX:
            raise RecipeError(f"{place}: {path} is larger than 2 GiB; this is no list")
        text = file.read_text("utf-8", "replace")
    except OSError as error:
        raise RecipeError(f"{place}: {path}: {error.strerror}") from error
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
