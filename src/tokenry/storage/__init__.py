"""What must outlive the process: the data folder and its lock, app.db, the journal. The only room that knows SQL."""

from __future__ import annotations

from tokenry.storage import tables as tables
from tokenry.storage.appdb import APP_DB_NAME as APP_DB_NAME
from tokenry.storage.appdb import AppDb as AppDb
from tokenry.storage.errors import StorageError as StorageError
from tokenry.storage.folder import RUN_NAME as RUN_NAME
from tokenry.storage.folder import prepare as prepare
from tokenry.storage.folder import sync_folder as sync_folder
from tokenry.storage.lock import FolderLock as FolderLock
from tokenry.storage.lock import FolderLocked as FolderLocked

__all__ = [
    "StorageError",
    "prepare",
    "sync_folder",
    "RUN_NAME",
    "FolderLock",
    "FolderLocked",
    "AppDb",
    "APP_DB_NAME",
    "tables",
]
