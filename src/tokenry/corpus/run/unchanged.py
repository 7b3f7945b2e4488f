"""Whether inputs are still what a run surveyed: a set whose inputs changed under it names bytes that nobody has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tokenry.corpus.errors import CorpusError, InputError
from tokenry.corpus.read import Found, is_far, opened, stamp

Stamps = dict[str, list[int | str]]
_PIECE = 1 << 20  # bytes


def stamps(found: Iterable[Found]) -> Stamps:
    """What tells each file from what it was, by its path; to be taken before the survey."""
    told: Stamps = {one.path: [one.size, one.version] if is_far(one.path) else stamp(one.path) for one in found}
    return {path: there for path, there in told.items() if there}


def changed(surveyed: Iterable[Found], before: Stamps) -> str | None:
    """The first file that is no more what it was; None when all are. One of another stamp is read again."""
    for one in surveyed:
        if not one.sha256 or (now := stamp(one.path)) == before.get(one.path):
            continue
        if not now or now[0] != one.size or _sum(one, now) != one.sha256:
            return one.path
    return None


def _sum(one: Found, now: list[int | str]) -> str | None:
    """The sha256 of a file as it is now; None where it cannot be read."""
    found = msgspec.structs.replace(one, version=str(now[1]), spool="")
    summed = hashlib.sha256()
    try:
        with opened(found, lambda: None) as file:
            while piece := file.read(_PIECE):
                summed.update(piece)
    except CorpusError:
        return None
    return summed.hexdigest()


def refuse(path: str, out: Path) -> InputError:
    """What is said then."""
    return InputError(f"{path} changed since this build began; delete {out}, or name another output, and build anew")
