"""Where sets lie: patterns of a configuration to folders, and each set's name and id."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

SETS_MAX: Final = 500  # told of; what comes after them in the order of paths is left out
MATCHES_MAX: Final = 5_000  # paths that a pattern may lead to
PLAIN_NAMES: Final = frozenset({"out", "output", "set", "corpus"})  # say nothing by themselves
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, as in all our ids
_ID_LENGTH: Final = 26


def folders(patterns: Iterable[str]) -> Iterator[Path]:
    """Each folder that a pattern leads to, once, in the order of the patterns and of their paths."""
    seen: set[Path] = set()
    for pattern in patterns:
        for path in matches(pattern):
            if path not in seen and path.is_dir():
                seen.add(path)
                yield path


def matches(pattern: str) -> list[Path]:
    """What a pattern leads to, in order."""
    found = glob.iglob(str(Path(pattern).expanduser()))
    return [Path(path) for path in sorted(islice(found, MATCHES_MAX))]


def name_of(folder: Path) -> str:
    """What people call a set: its folder's name, with that of the folder around it where it says nothing."""
    name, around = folder.name, folder.parent.name
    return f"{around}/{name}" if name.lower() in PLAIN_NAMES and around else name


def id_of(name: str, fingerprint: str) -> str:
    """The same for the same recipe and versions under the same name, wherever the folder is moved; tells no path."""
    number = int.from_bytes(sha256(f"{name}\0{fingerprint}".encode("utf-8", "surrogateescape")).digest()[:17])
    number >>= 17 * 8 - 5 * _ID_LENGTH
    return "set_" + "".join(_DIGITS[number >> 5 * at & 31] for at in reversed(range(_ID_LENGTH)))
