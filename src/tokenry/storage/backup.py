"""A backup: a folder with copies of both databases, the configuration and the blobs, and a manifest of what is in it.

It is made under a name that nobody takes for a backup and gets its own when every byte is on disk. Knows what a backup
is made of, not what the rows mean: the ledger's own proof of a copy is its caller's.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tokenry.base.clock import to_datetime
from tokenry.storage import schema
from tokenry.storage.appdb import APP_DB_NAME, revision, revisions
from tokenry.storage.blob_copies import copy_blobs, faulty_blobs, named_blobs
from tokenry.storage.copying import Watch, copy_app, copy_ledger, sound
from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.ledgerdb import LEDGER_DB_NAME, LedgerFile
from tokenry.storage.lock import take
from tokenry.storage.reading import Reader

FORMAT = 1
MANIFEST_NAME = "manifest.json"
CONFIG_NAME = "tokenry.toml"
NAMES = (LEDGER_DB_NAME, APP_DB_NAME, CONFIG_NAME)  # all that a backup may hold beside its manifest
MANIFEST_SIZE_MAX = 64 * 1024
MISSING_MAX = 500  # blobs that a backup may go without; more say that the disk is not to be rested upon
_NAME = re.compile(r"tokenry-\d{8}T\d{6}Z(-\d+)?")
_CHUNK = 1024 * 1024


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its name, its size in bytes, and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a backup.

    Args:
        format: of this manifest. tokenry: the version that made it.
        made_at: nanoseconds since the epoch. newest_at: the same of the newest row of the ledger, 0 = there is none.
        last_seq, base_seq: the newest row, and the newest one that was no longer kept.
        ledger_schema, app_revision: of the two databases.
        blobs, blobs_size: how many contents app.db names, and their bytes. blobs_missing: those that were damaged or
            not there when it was made, MISSING_MAX at most.
    """

    format: int
    tokenry: str
    made_at: int
    newest_at: int
    last_seq: int
    base_seq: int
    ledger_schema: int
    app_revision: str
    files: tuple[Part, ...]
    blobs: int = 0
    blobs_size: int = 0
    blobs_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """A backup that shall be made.

    Args:
        data_dir: of what. config_path: the configuration in force, None = there is none. into: the folder in which the
            backup's own folder is made. until: the newest acknowledged row. tokenry: our version. now_ns: the time.
        frozen: holds blobs where they are while they are copied.
    """

    data_dir: Path
    config_path: Path | None
    into: Path
    until: int
    tokenry: str
    now_ns: int
    frozen: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True, slots=True)
class Backup:
    """Where it lies, and what is in it."""

    path: Path
    manifest: Manifest


def back_up(order: BackupOrder, watch: Watch) -> Backup:
    """Make a backup. Blocks, for long when the ledger is.

    Raises:
        StorageError: it cannot be made; nothing of it is left. Stopped: `watch` says so.
    """
    try:
        order.into.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(order.into)
        _refuse_too_little_room(order)
        target = _free_name(order)
        part = order.into / f".{target.name}.part"
        part.mkdir(mode=0o700)
        held = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
        try:
            take(held)  # as long as we live; see _sweep
            with order.frozen():
                manifest = _fill(part, order, watch)
            part.rename(target)
            sync_folder(order.into)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        finally:
            os.close(held)
    except OSError as error:
        raise StorageError(f"cannot back up into {order.into}: {error.strerror or error}") from error
    return Backup(target, manifest)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup's folder.

    Raises:
        StorageError: it is no backup, or one of a newer Tokenry.
    """
    try:
        with (path / MANIFEST_NAME).open("rb") as file:
            text = file.read(MANIFEST_SIZE_MAX)
    except OSError as error:
        raise StorageError(f"{path} is no backup: {MANIFEST_NAME} cannot be read ({error.strerror})") from error
    try:
        manifest = msgspec.json.decode(text, type=Manifest, strict=True)
    except msgspec.MsgspecError as error:
        raise StorageError(f"{path} is no backup that this Tokenry can read: {MANIFEST_NAME}: {error}") from error
    names = [part.name for part in manifest.files]
    if manifest.format != FORMAT or not {LEDGER_DB_NAME, APP_DB_NAME} <= set(names) <= set(NAMES):
        raise StorageError(f"{path} is a backup of another format ({manifest.format}); use the Tokenry that made it")
    if len(set(names)) < len(names):
        raise StorageError(f"{path} is no backup: {MANIFEST_NAME} names a file twice")
    return manifest


def faults(path: Path, manifest: Manifest, watch: Watch) -> Iterator[str]:
    """Whatever of the files is not as the manifest says, and what SQLite finds wrong with them, in words."""
    total, done = sum(part.size for part in manifest.files), 0
    for part in manifest.files:
        file = path / part.name
        if file.is_symlink() or not file.is_file():
            yield f"{part.name} is missing"
            continue
        size = file.stat().st_size
        if size != part.size:
            yield f"{part.name} has {size} bytes, the manifest says {part.size}"
        elif digest(file, watch, (done, total)) != part.sha256:
            yield f"{part.name} is not what was backed up: its SHA-256 is another one"
        elif part.name != CONFIG_NAME and (wrong := sound(file)):
            yield f"{part.name} is damaged: {wrong}"
        done += part.size
    yield from _faults_of_blobs(path, manifest, watch)


def _faults_of_blobs(path: Path, manifest: Manifest, watch: Watch) -> Iterator[str]:
    try:
        names = named_blobs(path / APP_DB_NAME)
    except StorageError:
        return  # it was told already what is wrong with it
    known = frozenset(manifest.blobs_missing)
    for name in faulty_blobs(path, {name: size for name, size in names.items() if name not in known}, watch):
        yield f"the content {name[:12]}… is missing or is not what was backed up"


def supported(manifest: Manifest) -> bool:
    """Whether this Tokenry knows the schemas of both databases, be they older ones."""
    return manifest.ledger_schema <= schema.VERSION and manifest.app_revision in revisions()


def thin(into: Path, keep: int) -> list[Path]:
    """Remove all backups in a folder but the `keep` newest; those that are gone. Whatever else lies there stays."""
    found = []
    for path in into.iterdir():
        if _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            try:
                found.append((read_manifest(path).made_at, path))
            except StorageError:
                continue  # no backup of ours, whatever its name
    gone = [path for _, path in sorted(found, reverse=True)[keep:]]
    for path in gone:
        path.rename(into / f".{path.name}.gone")  # a backup is there whole or not at all
    _sweep(into)
    return gone


def digest(path: Path, watch: Watch, progress: tuple[int, int] = (0, 0)) -> str:
    """SHA-256 of a file in hexadecimal. `progress`: bytes done before it, and of all files."""
    found, (done, total) = hashlib.sha256(), progress
    with path.open("rb") as file:
        began_s = time.monotonic()
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            done += len(chunk)
            watch.turn("reading it back", done, total, began_s)
            began_s = time.monotonic()
    return found.hexdigest()


def _fill(part: Path, order: BackupOrder, watch: Watch) -> Manifest:
    ledger, app = part / LEDGER_DB_NAME, part / APP_DB_NAME
    copy_ledger(order.data_dir / LEDGER_DB_NAME, ledger, order.until, watch)
    copy_app(order.data_dir / APP_DB_NAME, app)
    files = [ledger, app]
    if order.config_path is not None and order.config_path.is_file():
        files.append(_copy_private(order.config_path, part / CONFIG_NAME))
    blobs = named_blobs(app)
    missing = copy_blobs(order.data_dir, part, blobs, watch)
    if len(missing) > MISSING_MAX:
        raise StorageError(
            f"{len(missing)} contents of files are missing or damaged in {order.data_dir}; restore them, or delete the "
            "files that name them"
        )
    reader = Reader(LedgerFile(ledger, immutable=True))
    newest = next(reader.read(order.until - 1, order.until), None)
    base_seq = reader.base_seq()
    reader.close()
    total, done, parts = sum(file.stat().st_size for file in files), 0, []
    for file in files:
        size = file.stat().st_size
        parts.append(Part(file.name, size, digest(file, watch, (done, total))))
        done += size
    manifest = Manifest(
        format=FORMAT, tokenry=order.tokenry, made_at=order.now_ns, newest_at=newest.at if newest else 0,
        last_seq=order.until, base_seq=base_seq, ledger_schema=schema.VERSION, app_revision=revision(app) or "",
        files=tuple(parts), blobs=len(blobs) - len(missing),
        blobs_size=sum(size for name, size in blobs.items() if name not in missing), blobs_missing=missing,
    )  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    write_durably(part / MANIFEST_NAME, text)
    sync_folder(part)
    return manifest


def write_durably(path: Path, content: bytes) -> None:
    """A private file with this content, on disk when it returns; in place of another one at once or not at all."""
    new = path.with_name(path.name + ".new")
    with open(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def _copy_private(source: Path, target: Path) -> Path:
    write_durably(target, source.read_bytes())
    return target


def _free_name(order: BackupOrder) -> Path:
    name = f"tokenry-{to_datetime(order.now_ns):%Y%m%dT%H%M%SZ}"
    for n in range(1, 1000):
        target = order.into / (name if n == 1 else f"{name}-{n}")
        if not target.exists() and not (order.into / f".{target.name}.part").exists():
            return target
    raise StorageError(f"{order.into} has a thousand backups of this second")


def _refuse_too_little_room(order: BackupOrder) -> None:
    needed = sum((order.data_dir / name).stat().st_size for name in (LEDGER_DB_NAME, APP_DB_NAME))
    needed += sum(named_blobs(order.data_dir / APP_DB_NAME, still=False).values())
    free = shutil.disk_usage(order.into).free
    if free < needed:
        raise StorageError(
            f"{order.into} has {free // 2**20} MiB free and the backup may need {needed // 2**20 + 1}; make room, or "
            "back up into another folder"
        )


def _sweep(into: Path) -> None:
    """Remove what backups and removals that were cut short have left; one that still goes on holds a lock on it."""
    for path in into.glob(".tokenry-*"):
        if not (path.name.endswith((".part", ".gone")) and _NAME.fullmatch(path.stem[1:]) and path.is_dir()):
            continue
        held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if take(held):
                shutil.rmtree(path)
        finally:
            os.close(held)
