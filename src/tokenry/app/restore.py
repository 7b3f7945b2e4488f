"""A backup becomes a data folder: proven first, then put in place, then held until somebody confirms.

A key whose budget the restored books do not know would spend without a bound: it was made after the backup of the books
and before that of the keys, so it is revoked.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tokenry.access import KeyLimits, Keys
from tokenry.base.clock import Clock, SystemClock, isoformat
from tokenry.base.errors import Conflict, TokenryError
from tokenry.ledger import Proven, Receipt, prove_file, receipt_of
from tokenry.storage import (
    APP_DB_NAME,
    LEDGER_DB_NAME,
    RUN_NAME,
    AppDb,
    FolderLock,
    LedgerFile,
    Manifest,
    Reader,
    Restore,
    StorageError,
    Watch,
    begin_restore,
    clear_stages,
    copy_blobs,
    digest,
    faults,
    go_on,
    named_blobs,
    old_files,
    prepare,
    read_manifest,
    read_restore,
    stage_name,
    supported,
    sync_folder,
)

_NOBODYS = {"lock", RUN_NAME, "lost+found"}  # in a folder that counts as empty
_LIMITS = KeyLimits(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be restored where. `force`: though something lies there; our files of it are moved aside."""

    backup: Path
    data_dir: Path
    force: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `forgotten`: requests that the files moved aside have and the backup has not."""

    manifest: Manifest
    aside: Path | None
    revoked: tuple[str, ...]
    forgotten: tuple[Receipt, ...] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a backup, in words; nothing if it can be rested upon."""

    manifest: Manifest
    problems: tuple[str, ...]
    proven: Proven | None


def verify(path: Path, watch: Watch | None = None) -> Verdict:
    """Look whether a backup is whole and its books sound. Changes nothing.

    Raises:
        StorageError: it is no backup that this Tokenry can read.
    """
    watch = watch or Watch()
    manifest = read_manifest(path)
    if not supported(manifest):
        raise StorageError(
            f"{path} was made by a newer Tokenry ({manifest.tokenry}); install that version, then restore it"
        )
    problems, proven = list(faults(path, manifest, watch)), None
    if not problems:
        try:
            proven = prove_file(
                path / LEDGER_DB_NAME, lambda done, total: watch.turn("proving the books", done, total, 0.0)
            )
            problems += [f"row {breach.seq}: {breach.rule}: {breach.what}" for breach in proven.report.breaches]
        except ValueError as error:
            problems.append(f"{LEDGER_DB_NAME}: {error}")
    return Verdict(manifest, tuple(problems), proven)


def restore(wanted: Wanted, watch: Watch | None = None, clock: Clock | None = None) -> Restored:
    """Put a backup in the place of a data folder's files.

    Raises:
        FolderLocked: a server runs there. Conflict: something lies there, and no force was allowed.
        StorageError: the backup is not whole, or the disk refuses; then nothing was changed.
        TokenryError: its books do not add up; then nothing was changed.
    """
    watch, clock = watch or Watch(), clock or SystemClock()
    backup = wanted.backup.expanduser().absolute()
    folder = prepare(wanted.data_dir)
    with FolderLock(folder):
        go_on(folder)
        _refuse_a_full_one(folder, force=wanted.force)
        verdict = verify(backup, watch)
        if verdict.problems or verdict.proven is None:
            found = "; ".join(verdict.problems[:5])
            raise TokenryError(f"{backup} is not to be rested upon, nothing was restored: {found}")
        now, manifest = clock.now_ns(), verdict.manifest
        clear_stages(folder)
        stage = folder / stage_name(now)
        _stage(backup, manifest, stage, watch)
        revoked = _revoke_unbounded(stage, verdict.proven, clock)
        moves = old_files(folder)
        aside = f"before-restore-{now}"
        begin_restore(
            folder,
            Restore("moving", str(backup), now, manifest.newest_at, stage.name, aside, moves),
        )
        forgotten = _forgotten(folder / aside, manifest) if moves else None
        return Restored(manifest, folder / aside if moves else None, revoked, forgotten)


def _refuse_a_full_one(folder: Path, *, force: bool) -> None:
    there = sorted(
        path.name for path in folder.iterdir()
        if path.name not in _NOBODYS and not (path.name.startswith("restore-") and path.name.endswith(".part"))
    )  # fmt: skip
    if not there or force:
        return
    waiting = read_restore(folder)
    if waiting is not None:
        raise Conflict(
            f"{folder} was restored from {waiting.backup} at {isoformat(waiting.restored_at)} and waits for "
            "`tokenry restore confirm`; --force restores over it"
        )
    raise Conflict(
        f"{folder} is not empty ({', '.join(there[:5])}); choose an empty --data, or --force: then its books and keys "
        "are moved aside within it, and nothing is deleted"
    )


def _stage(backup: Path, manifest: Manifest, stage: Path, watch: Watch) -> None:
    """The files of the backup, beside their places, on disk and once more as the manifest says."""
    missing = frozenset(manifest.blobs_missing)
    try:
        stage.mkdir(mode=0o700)
        for part in manifest.files:
            target = stage / part.name
            with (backup / part.name).open("rb") as source, target.open("xb") as copy:
                os.fchmod(copy.fileno(), 0o600)
                shutil.copyfileobj(source, copy, 1024 * 1024)
                copy.flush()
                os.fsync(copy.fileno())
            if digest(target, watch) != part.sha256:
                raise StorageError(f"{part.name} was not copied as it is; the disk cannot be trusted")
        names = {name: size for name, size in named_blobs(stage / APP_DB_NAME).items() if name not in missing}
        if copy_blobs(backup, stage, names, watch):
            raise StorageError("a file's content was not copied as it is; the disk cannot be trusted")
        sync_folder(stage)
    except OSError as error:
        shutil.rmtree(stage, ignore_errors=True)
        raise StorageError(
            f"cannot copy {backup} into {stage.parent}: {error.strerror}; nothing was changed"
        ) from error


def _revoke_unbounded(stage: Path, proven: Proven, clock: Clock) -> tuple[str, ...]:
    db = AppDb.open(stage / APP_DB_NAME)
    try:
        keys = Keys(db, clock, _LIMITS)
        keys.load()
        unbounded = [
            key for key in keys.list(None)
            if key.revoked_at is None and key.budget_id is not None and key.budget_id not in proven.budgets
        ]  # fmt: skip
        for key in unbounded:
            keys.revoke(key.id)
    finally:
        db.close()
    return tuple(f"{key.name} ({key.prefix})" for key in unbounded)


def _forgotten(aside: Path, manifest: Manifest) -> tuple[Receipt, ...] | None:
    """What the old books have beyond the backup; None when they are not the same books, or cannot be read."""
    path = aside / LEDGER_DB_NAME
    try:
        reader = Reader(LedgerFile(path))
    except Exception:  # edge: probe; damaged books are a reason to restore, and no reason not to
        return None
    try:
        last = reader.last_seq()
        same = next(reader.read(manifest.last_seq - 1, manifest.last_seq), None)
        if manifest.last_seq and (same is None or same.at != manifest.newest_at):
            return None
        return tuple([receipt_of(row) for row in reader.read(manifest.last_seq, last) if row.kind == "settle"])
    except TokenryError:
        return None
    finally:
        reader.close()
