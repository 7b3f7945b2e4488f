"""From the recipe's patterns to files, each with its reader: local paths, S3 and web servers.

The order is the recipe's, then the paths' own: nothing depends on the order in which a disk lists its files.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tokenry.corpus.errors import InputError
from tokenry.corpus.read.far import MAGIC
from tokenry.corpus.read.lines import LinesReader
from tokenry.corpus.read.pages import PagesReader, TextReader
from tokenry.corpus.read.places import is_far, listed
from tokenry.corpus.read.source import Found, Origin, Reader
from tokenry.corpus.read.tables import TablesReader
from tokenry.corpus.read.warc import WarcReader

READERS: dict[str, Reader] = {
    "warc": WarcReader(),
    "jsonl": LinesReader(),
    "parquet": TablesReader(),
    "html": PagesReader("text/html"),
    "pdf": PagesReader("application/pdf"),
    "text": TextReader(),
}
ENDINGS = {
    ".warc": "warc", ".warc.gz": "warc", ".wet": "warc", ".wet.gz": "warc",
    ".jsonl": "jsonl", ".jsonl.gz": "jsonl", ".jsonl.zst": "jsonl", ".ndjson": "jsonl", ".json.gz": "jsonl",
    ".parquet": "parquet", ".pdf": "pdf", ".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text",
}  # fmt: skip  # one ending a line would bury the list


def find(pattern: str, origin: Origin, base: Path) -> Iterator[Found]:
    """The files that a pattern means, in order.

    Args:
        pattern: a path, an address, a folder (all files below it that a reader knows) or a pattern with `*`, `**`, `?`.
        origin: what the recipe says of them.
        base: the folder that a relative pattern starts from.

    Raises:
        InputError: nothing fits, a file that was named has no reader, or the place cannot be asked.
    """
    if is_far(pattern):
        yield from _far(pattern, origin)
        return
    if re.match(r"[a-z][a-z0-9+]*://", pattern):
        raise InputError(f"{pattern}: only local paths, s3:// and https:// can be read; copy the files here first")
    whole = str(base / Path(pattern).expanduser())
    root = _root(Path(whole))
    if Path(whole).is_dir():
        names = [str(path) for path in Path(whole).rglob("*") if path.is_file() and format_of(path.name)]
    else:
        names = [name for name in glob.glob(whole, recursive=True) if Path(name).is_file()]
    if not names:
        raise InputError(f"{pattern}: no file there that can be read; known endings: {', '.join(sorted(ENDINGS))}")
    for name in sorted(names):
        kind = format_of(name)
        if kind is None:
            raise InputError(f"{name}: no reader for this ending; known are {', '.join(sorted(ENDINGS))}")
        if not name.isascii() and name.encode("utf-8", "replace").decode() != name:
            raise InputError(f"{name!a}: its name is no UTF-8, and could stand in no manifest; rename it")
        shown = f"{origin.name or root.name}/{Path(name).relative_to(root).as_posix()}"
        yield Found(name, shown, kind, origin)


def _far(pattern: str, origin: Origin) -> Iterator[Found]:
    start = pattern.partition("://")[2]
    magic = MAGIC.search(start) if pattern.startswith("s3:") else re.search(r"[*\[]", start)
    root = start[: magic.start()].rpartition("/")[0] if magic else start.rstrip("/")
    found = listed(pattern)
    if not magic and len(found) == 1 and found[0].address == pattern:
        root = root.rpartition("/")[0]
        if _format_at(pattern) is None:
            raise InputError(f"{pattern}: no reader for this ending; known are {', '.join(sorted(ENDINGS))}")
    known = [(one, kind) for one in found if (kind := _format_at(one.address)) is not None]
    if not known:
        raise InputError(f"{pattern}: no file there that can be read; known endings: {', '.join(sorted(ENDINGS))}")
    for one, kind in known:
        below = one.address.partition("://")[2].removeprefix(root).partition("?")[0].lstrip("/")
        shown = f"{origin.name or root.rpartition('/')[2]}/{below}"
        yield Found(one.address, shown, kind, origin, size=one.size, version=one.version, ranges=one.ranges)


def _format_at(address: str) -> str | None:
    return format_of(address if address.startswith("s3:") else urlsplit(address).path)


def format_of(name: str) -> str | None:
    """The reader for a file of this name; None when there is none."""
    return next((kind for ending, kind in ENDINGS.items() if name.lower().endswith(ending)), None)


def _root(whole: Path) -> Path:
    """The folder that a pattern's files lie below: its parts before the first with a `*`, `?` or `[`."""
    if whole.is_dir():
        return whole
    root = Path(whole.anchor)
    for part in whole.relative_to(whole.anchor).parts[:-1]:
        if glob.has_magic(part):
            break
        root /= part
    return root
