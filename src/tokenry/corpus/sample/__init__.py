"""A sample to try a build on: ten made-up pages, a robots.txt and an error as a web archive, written for this; CC0-1.0.

It holds what a build must meet: pages with a licence, three that refuse by three protocols, a copy, a page that is too
short.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from tokenry.corpus.durable import write_whole
from tokenry.corpus.errors import RunFolderError

RECIPE = """# Try other presets and thresholds: change a line, give `output` another name, and build again.
preset = "own-documents"
input = ["sample.warc"]
output = "out"

[filters.length]
min_characters = 100
"""


def write_sample(folder: Path) -> Path:
    """Write the sample and a recipe for it, and answer the recipe's path.

    Raises:
        RunFolderError: the folder cannot be written, or holds another `recipe.toml`.
    """
    recipe = folder / "recipe.toml"
    pages = files(__package__).joinpath("sample.warc").read_bytes()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if recipe.exists() and recipe.read_bytes() != RECIPE.encode():
            raise RunFolderError(f"{recipe} is there and is another one; name another folder")
        for name, content in (("sample.warc", pages), ("recipe.toml", RECIPE.encode())):
            write_whole(folder / name, lambda file, content=content: _fill(file.write(content)))  # type: ignore[misc]  # bound now
    except OSError as error:
        raise RunFolderError(f"{folder}: {error.strerror}; name another folder") from error
    return recipe


def _fill(count: int) -> None:
    assert count
