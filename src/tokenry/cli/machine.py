"""What `tokenry doctor` sees of the machine: Python, the data folder and its disk, the clock, who may read what.

Knows nothing of servers, providers and books. Leaves nothing behind: one small file is written, synced and removed.
"""

from __future__ import annotations

import os
import shutil
import stat
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tokenry.base.clock import NS_PER_MS, NS_PER_S, SystemClock, isoformat
from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.finding import Finding, Patient, State

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment] # asked for where it is used

FREE_MIN = 64 * 1024 * 1024  # bytes; the server refuses to start with less
FREE_GOOD = 1024 * 1024 * 1024
FILES_GOOD = 8192  # open files; a stream takes two
FSYNCS = 8
FSYNC_SIZE = 4096  # bytes of each, a page of the ledger
FSYNC_GOOD_MS = 20.0
SKEW_S = 60  # that the newest row may be ahead of the clock
MADE_NS = 1_767_225_600 * NS_PER_S  # 2026-01-01: a clock before that was never set
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_FAR_AWAY = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "fuse.sshfs", "glusterfs"})
_BOOKS = ("ledger.db", "app.db")


def python(_patient: Patient) -> Iterator[Finding]:
    """The interpreter, and how many files it may open."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok", f"Python {version} on {sys.platform}")
    if resource is None:
        return
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit != resource.RLIM_INFINITY and limit < FILES_GOOD:
        yield Finding("note", f"at most {limit} open files", "raise it (ulimit -Hn) to serve many streams at once")


def folder(patient: Patient) -> Iterator[Finding]:
    """The data folder: there, ours, private, with room."""
    at = patient.folder
    if not at.exists():
        yield Finding("note", f"no data folder at {at}", "`tokenry serve` makes it")
        return
    if not at.is_dir() or not os.access(at, os.W_OK | os.X_OK):
        yield Finding("wrong", f"{at} cannot be written", "mend its owner or mode, or name another --data")
        return
    mode = stat.S_IMODE(at.stat().st_mode)
    if mode & 0o077:
        yield Finding("note", f"others on this machine can look into {at} ({mode:o})", f"chmod 700 {at}")
    free = shutil.disk_usage(at).free
    if free < FREE_GOOD:
        state: State = "wrong" if free < FREE_MIN else "note"
        yield Finding(
            state, f"{show.size(free)} free on the disk of {at}", "make room: the ledger stops when it is full"
        )
    else:
        yield Finding("ok", f"{at}, {show.size(free)} free")


def files(patient: Patient) -> Iterator[Finding]:
    """Who may read the books, the configuration and the files that hold secrets, and whose the books are."""
    books = [path for name in _BOOKS if (path := patient.folder / name).exists()]
    for path in books:
        if path.stat().st_uid != os.getuid() and os.getuid() != 0:
            yield Finding("wrong", f"{path} belongs to another user", f"run as that user, or chown it: {path}")
    for path in [*books, *_secrets(patient)]:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Finding("note", f"others on this machine can read {path} ({mode:o})", f"chmod 600 {path}")


def _secrets(patient: Patient) -> Iterator[Path]:
    from tokenry.config import environ

    try:
        config = places.read_config(patient.folder, patient.config)
    except TokenryError:
        return
    variables = environ()
    for provider in config.provider:
        named = variables.get(f"{provider.api_key_env}_FILE") if provider.api_key_env else None
        if named and Path(named).is_file():
            yield Path(named)


def disk(patient: Patient) -> Iterator[Finding]:
    """What kind of disk holds the books, and how long it takes to make a page durable."""
    at = patient.folder
    if not at.is_dir() or not os.access(at, os.W_OK | os.X_OK):
        return
    kind = _file_system(at)
    if kind in _IN_MEMORY:
        yield Finding("note", f"{at} lies in memory ({kind}): it is gone at the next boot", "name a --data on a disk")
        return
    if kind in _FAR_AWAY:
        yield Finding("note", f"{at} lies on {kind}, whose locks SQLite cannot trust", "keep the books on a local disk")
    try:
        took_ms = _fsync_ms(at)
    except OSError as error:
        yield Finding("wrong", f"{at} cannot be written: {error.strerror}", "make room, or mend the disk")
        return
    if took_ms > FSYNC_GOOD_MS:
        how = "each answer waits for one or two of these: choose a disk with power-loss protection, or a faster one"
        yield Finding("note", f"the disk takes {took_ms:.1f} ms to make a page durable", how)
    else:
        yield Finding("ok", f"the disk takes {took_ms:.2f} ms to make a page durable")


def _fsync_ms(at: Path) -> float:
    clock, took = SystemClock(), []
    with tempfile.TemporaryFile(dir=at) as probe:
        for _ in range(FSYNCS):
            probe.write(b"\0" * FSYNC_SIZE)
            probe.flush()
            began = clock.monotonic_ns()
            os.fsync(probe.fileno())
            took.append((clock.monotonic_ns() - began) / NS_PER_MS)
    return statistics.median(took)


def _file_system(at: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """The kind of file system that holds a folder, by the longest mount point above it; empty when nobody says."""
    found, longest = "", -1
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    above = {str(one) for one in (at.resolve(), *at.resolve().parents)}
    for line in lines:  # proc_pid_mountinfo(5): … mount point (5th) … - kind source options
        fields, _, kind = line.partition(" - ")
        point = fields.split()[4].replace("\\040", " ") if len(fields.split()) > 4 else ""
        if point in above and len(point) >= longest:
            found, longest = kind.split()[0], len(point)
    return found


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the clock was ever set, and whether it stands behind what the books have seen."""
    now_ns = SystemClock().now_ns()
    if now_ns < MADE_NS:
        yield Finding(
            "wrong", f"the clock says {isoformat(now_ns)}: it was never set", "let it follow NTP (timedatectl)"
        )
        return
    newest_ns = _newest_row_ns(patient.folder)
    if newest_ns > now_ns + SKEW_S * NS_PER_S:
        yield Finding(
            "wrong",
            f"the clock went back: it says {isoformat(now_ns)}, and the newest row of the books is of "
            f"{isoformat(newest_ns)}",
            "let it follow NTP (timedatectl); until then budgets' windows and awards' terms are counted wrongly",
        )
    else:
        yield Finding("ok", f"the clock says {isoformat(now_ns)}")


def _newest_row_ns(at: Path) -> int:
    """0 when there are no books, or none that can be read; that is told elsewhere."""
    from tokenry.cli.journal import opened

    if not (at / places.LEDGER_NAME).exists():
        return 0
    try:
        with opened(at) as journal:
            return max((row.at for row in journal.reader.read(journal.last_seq - 1, journal.last_seq)), default=0)
    except TokenryError:
        return 0
