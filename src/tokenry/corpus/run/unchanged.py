"""Whether inputs are still what a run surveyed: a set whose inputs changed under it names bytes that nobody has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenry.corpus.durable import sha256_of
from tokenry.corpus.errors import InputError
from tokenry.corpus.read import Found

Stamps = dict[str, list[int]]


def stamps(found: Iterable[Found]) -> Stamps:
    """Each file's size in bytes and time of change in nanoseconds, by its path; to be taken before the survey."""
    return {one.path: stamp for one in found if (stamp := _stamp(Path(one.path)))}


def changed(surveyed: Iterable[Found], before: Stamps) -> str | None:
    """The first file that is no more what it was; None when all are. One of another time of change is read again."""
    for one in surveyed:
        path = Path(one.path)
        if not one.sha256 or _stamp(path) == before.get(one.path):
            continue
        try:
            if sha256_of(path) != one.sha256:
                return one.path
        except OSError:
            return one.path
    return None


def refuse(path: str, out: Path) -> InputError:
    """What is said then."""
    return InputError(f"{path} changed since this build began; delete {out}, or name another output, and build anew")


def _stamp(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]
