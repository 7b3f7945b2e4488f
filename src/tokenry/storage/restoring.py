"""A backup put in the place of a data folder's files, so that a crash at any step leaves what was or what shall be.

`restore.json` says how far it is. It is written before the first file moves, and from then on whoever opens the folder
goes on with it. When all files stand it stays, to say that what was spent after the backup is forgotten, until somebody
confirms that.

    nothing             the files of before
    "moving"            the old files go into `before-restore-…`, then those of `restore-….part` come into their places
    "unconfirmed"       the files of the backup; nothing is charged
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from tokenry.storage.appdb import APP_DB_NAME
from tokenry.storage.backup import CONFIG_NAME, write_durably
from tokenry.storage.blobs import BLOBS_NAME
from tokenry.storage.errors import StorageError
from tokenry.storage.folder import sync_folder
from tokenry.storage.ledgerdb import LEDGER_DB_NAME

RESTORE_NAME = "restore.json"
_SUFFIXES = ("", "-wal", "-shm", "-journal")
_OURS = (*[name + suffix for name in (LEDGER_DB_NAME, APP_DB_NAME) for suffix in _SUFFIXES], CONFIG_NAME, BLOBS_NAME)


class Restore(msgspec.Struct, frozen=True):
    """A restore that is not over. Times are nanoseconds since the epoch.

    Args:
        state: see above. backup: where it was taken from. restored_at: when. newest_at: the newest row it has; later
            spending is forgotten. stage: the folder's own folder with the new files. aside: the one for the old files.
        moves: names of the old files.
    """

    state: Literal["moving", "unconfirmed"]
    backup: str
    restored_at: int
    newest_at: int
    stage: str
    aside: str
    moves: tuple[str, ...]


def stage_name(restored_at: int) -> str:
    """What the folder of the new files is called."""
    return f"restore-{restored_at}.part"


def clear_stages(folder: Path) -> None:
    """Remove what restores have left that ended before their first step; they changed nothing."""
    for path in folder.glob("restore-*.part"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def begin_restore(folder: Path, restore: Restore, step: Callable[[], None] = lambda: None) -> None:
    """Put the files in the stage folder, which are all on disk, in the place of those that are there.

    Args:
        folder: locked by us.
        step: called between any two changes of the disk, for whoever wants to know that a crash there does no harm.
    """
    step()
    _write(folder, restore)
    go_on(folder, step)


def go_on(folder: Path, step: Callable[[], None] = lambda: None) -> None:
    """Finish a restore that was interrupted, if there is one. The folder is locked by us.

    Raises:
        StorageError: a file that should be moved cannot be.
    """
    restore = read_restore(folder)
    if restore is None or restore.state != "moving":
        return
    stage, aside = folder / restore.stage, folder / restore.aside
    try:
        aside.mkdir(mode=0o700, exist_ok=True)
        for name in restore.moves:
            step()
            if (folder / name).exists() and not (aside / name).exists():
                (folder / name).rename(aside / name)
        _sync(aside, folder)
        for path in sorted(stage.iterdir()) if stage.is_dir() else ():
            step()
            path.rename(folder / path.name)
        step()
        _sync(folder)
        if stage.is_dir():
            stage.rmdir()
        if not restore.moves:
            aside.rmdir()
    except OSError as error:
        raise StorageError(f"the restore of {folder} cannot go on ({error}); mend that, then try again") from error
    step()
    _write(folder, msgspec.structs.replace(restore, state="unconfirmed"))


def read_restore(folder: Path) -> Restore | None:
    """The restore of this folder that is not over, or None. Raises StorageError when the note about it is damaged."""
    try:
        text = (folder / RESTORE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        restore = msgspec.json.decode(text, type=Restore)
    except msgspec.MsgspecError as error:
        raise StorageError(f"{folder / RESTORE_NAME} cannot be read ({error}); restore the backup again") from error
    if {Path(name).name for name in (restore.stage, restore.aside)} != {restore.stage, restore.aside}:
        raise StorageError(f"{folder / RESTORE_NAME} names folders elsewhere; restore the backup again")
    return restore


def forget_restore(folder: Path) -> None:
    """The restore was confirmed: nothing of it is to be remembered."""
    (folder / RESTORE_NAME).unlink(missing_ok=True)
    sync_folder(folder)


def old_files(folder: Path) -> tuple[str, ...]:
    """The names of the files that a restore would move aside."""
    return tuple(name for name in _OURS if (folder / name).exists())


def _write(folder: Path, restore: Restore) -> None:
    write_durably(folder / RESTORE_NAME, msgspec.json.encode(restore) + b"\n")


def _sync(*folders: Path) -> None:
    for folder in folders:
        sync_folder(folder)
