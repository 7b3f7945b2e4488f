"""What `tokenry doctor` looks at in a data folder beside the books: a restore, the room that is left, backups."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.backup import FOLDER
from tokenry.cli.finding import Finding, Patient

BACKUPS_GOOD_DAYS = 8
DAY_NS = 86_400 * 10**9


def restored(patient: Patient) -> Iterator[Finding]:
    """A restore that is not over."""
    from tokenry.base.clock import isoformat
    from tokenry.storage import StorageError, read_restore

    try:
        found = read_restore(patient.folder) if patient.folder.is_dir() else None
    except StorageError as error:
        yield Finding("wrong", error.message, "tokenry restore BACKUP --force")
        return
    if found is None:
        return
    if found.state == "moving":
        yield Finding("wrong", f"a restore of {found.backup} was interrupted", "start the server: it goes on with it")
        return
    known = isoformat(found.newest_at) if found.newest_at else "its beginning"
    yield Finding(
        "wrong",
        f"this folder was restored: spending after {known} is forgotten, and none is let in before that is confirmed",
        "look at awards and keys, then: tokenry restore confirm",
    )


def room(patient: Patient) -> Iterator[Finding]:
    """Whether the disk has what the configuration asks for, and the ballast lies by."""
    from tokenry.storage import BALLAST_NAME

    if not patient.folder.is_dir() or not (patient.folder / places.LEDGER_NAME).exists():
        return
    try:
        settings = places.read_config(patient.folder, patient.config).storage
    except TokenryError:
        return  # the configuration's own finding says so
    free = shutil.disk_usage(patient.folder).free
    if free < settings.disk_free_min:
        yield Finding(
            "wrong",
            f"{show.size(free)} are free and no request is taken below {show.size(settings.disk_free_min)}",
            "make room, or lower storage.disk_free_min",
        )
    if patient.running and settings.ballast_size and not (patient.folder / BALLAST_NAME).exists():
        yield Finding(
            "note",
            "no ballast lies by for a full disk",
            f"it comes back by itself when {show.size(settings.disk_free_min + 2 * settings.ballast_size)} are free",
        )


def left(patient: Patient) -> Iterator[Finding]:
    """Whether the contents of files that projects left are all there; whether they are whole, only a backup reads."""
    from tokenry.storage import APP_DB_NAME, BLOBS_NAME, StorageError, named_blobs

    app, blobs = patient.folder / APP_DB_NAME, patient.folder / BLOBS_NAME
    try:
        names = named_blobs(app, still=False) if app.exists() else {}
    except StorageError:
        return  # what is wrong with it is said elsewhere
    missing = [name for name, size in names.items() if not _has(blobs / name[:2] / name, size)]
    if missing:
        yield Finding(
            "wrong",
            f"{show.counted(len(missing), 'content')} of files that projects left is missing or cut in {blobs}",
            f"copy {missing[0][:2]}/{missing[0]} there from a backup's folder blobs, or: tokenry file delete",
        )
    elif names:
        yield Finding("ok", f"projects have left {show.size(sum(names.values()))} of files")


def _has(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def backups(patient: Patient) -> Iterator[Finding]:
    """The newest backup in the data folder itself; those elsewhere are not ours to look for. And copies of upgrades."""
    from tokenry.base.clock import SystemClock, isoformat
    from tokenry.storage import StorageError, read_manifest

    if not patient.folder.is_dir():
        return
    newest = 0
    for path in (patient.folder / FOLDER).glob("tokenry-*"):
        try:
            newest = max(newest, read_manifest(path).made_at)
        except StorageError as error:
            yield Finding("note", error.message, "remove it, or keep it elsewhere")
    if newest:
        age_days = (SystemClock().now_ns() - newest) // DAY_NS
        old = age_days > BACKUPS_GOOD_DAYS
        yield Finding(
            "note" if old else "ok",
            f"the newest backup in this folder is of {isoformat(newest)}",
            "tokenry backup /mnt/elsewhere --keep 14" if old else "",
        )
    copies = [path for pattern in ("*.db.before-*", "before-restore-*") for path in patient.folder.glob(pattern)]
    if copies:
        size = sum(file.stat().st_size for path in copies for file in ([path] if path.is_file() else path.iterdir()))
        yield Finding(
            "note",
            f"{show.size(size)} are taken by {show.counted(len(copies), 'copy', 'copies')} of earlier files",
            "delete them once you are sure: " + ", ".join(sorted(path.name for path in copies)),
        )
