"""What must outlive the process: the data folder and its lock, app.db, the journal. The only room that knows SQL."""

from __future__ import annotations

from tokenry.storage import tables as tables
from tokenry.storage.appdb import APP_DB_NAME as APP_DB_NAME
from tokenry.storage.appdb import AppDb as AppDb
from tokenry.storage.appdb import Transaction as Transaction
from tokenry.storage.appdb import is_current as is_current
from tokenry.storage.appdb import total as total
from tokenry.storage.backup import Backup as Backup
from tokenry.storage.backup import BackupOrder as BackupOrder
from tokenry.storage.backup import Manifest as Manifest
from tokenry.storage.backup import back_up as back_up
from tokenry.storage.backup import digest as digest
from tokenry.storage.backup import faults as faults
from tokenry.storage.backup import read_manifest as read_manifest
from tokenry.storage.backup import supported as supported
from tokenry.storage.backup import thin as thin
from tokenry.storage.backup import write_durably as write_durably
from tokenry.storage.ballast import BALLAST_NAME as BALLAST_NAME
from tokenry.storage.ballast import free_bytes as free_bytes
from tokenry.storage.ballast import give_ballast as give_ballast
from tokenry.storage.ballast import make_ballast as make_ballast
from tokenry.storage.blob_copies import copy_blobs as copy_blobs
from tokenry.storage.blob_copies import named_blobs as named_blobs
from tokenry.storage.blobs import BLOBS_NAME as BLOBS_NAME
from tokenry.storage.blobs import ORPHAN_AGE_S as ORPHAN_AGE_S
from tokenry.storage.blobs import BlobMissing as BlobMissing
from tokenry.storage.blobs import Blobs as Blobs
from tokenry.storage.blobs import Draft as Draft
from tokenry.storage.branches import branch_length as branch_length
from tokenry.storage.branches import branch_rows as branch_rows
from tokenry.storage.branches import children_of as children_of
from tokenry.storage.branches import count_messages as count_messages
from tokenry.storage.branches import tree_rows as tree_rows
from tokenry.storage.copying import RowsMoved as RowsMoved
from tokenry.storage.copying import Stopped as Stopped
from tokenry.storage.copying import Watch as Watch
from tokenry.storage.errors import StorageError as StorageError
from tokenry.storage.folder import DEMO_NAME as DEMO_NAME
from tokenry.storage.folder import RUN_NAME as RUN_NAME
from tokenry.storage.folder import is_demo as is_demo
from tokenry.storage.folder import prepare as prepare
from tokenry.storage.folder import sync_folder as sync_folder
from tokenry.storage.joining import joining as joining
from tokenry.storage.journal import Journal as Journal
from tokenry.storage.journal import JournalClosed as JournalClosed
from tokenry.storage.journal import JournalLatched as JournalLatched
from tokenry.storage.journal import Tuning as Tuning
from tokenry.storage.ledgerdb import LEDGER_DB_NAME as LEDGER_DB_NAME
from tokenry.storage.ledgerdb import LedgerFile as LedgerFile
from tokenry.storage.lock import FolderLock as FolderLock
from tokenry.storage.lock import FolderLocked as FolderLocked
from tokenry.storage.phrases import as_text as as_text
from tokenry.storage.phrases import counted as counted
from tokenry.storage.reading import Reader as Reader
from tokenry.storage.records import COMMIT_BOUNDS_S as COMMIT_BOUNDS_S
from tokenry.storage.records import Answer as Answer
from tokenry.storage.records import Base as Base
from tokenry.storage.records import Entry as Entry
from tokenry.storage.records import Row as Row
from tokenry.storage.records import Stats as Stats
from tokenry.storage.records import Upkeep as Upkeep
from tokenry.storage.restoring import RESTORE_NAME as RESTORE_NAME
from tokenry.storage.restoring import Restore as Restore
from tokenry.storage.restoring import begin_restore as begin_restore
from tokenry.storage.restoring import clear_stages as clear_stages
from tokenry.storage.restoring import forget_restore as forget_restore
from tokenry.storage.restoring import go_on as go_on
from tokenry.storage.restoring import old_files as old_files
from tokenry.storage.restoring import read_restore as read_restore
from tokenry.storage.restoring import stage_name as stage_name
from tokenry.storage.usage_slots import GroupColumn as GroupColumn
from tokenry.storage.usage_slots import Grouping as Grouping
from tokenry.storage.usage_slots import RankedBy as RankedBy
from tokenry.storage.usage_slots import Slots as Slots
from tokenry.storage.usage_slots import busy_starts as busy_starts
from tokenry.storage.usage_slots import ranked as ranked
from tokenry.storage.usage_slots import summed as summed
from tokenry.storage.usage_slots import timed as timed
from tokenry.storage.usagedb import LINE as LINE
from tokenry.storage.usagedb import MEASURES as MEASURES
from tokenry.storage.usagedb import USAGE_DB_NAME as USAGE_DB_NAME
from tokenry.storage.usagedb import Narrowed as Narrowed
from tokenry.storage.usagedb import Place as Place
from tokenry.storage.usagedb import UsageDamaged as UsageDamaged
from tokenry.storage.usagedb import UsageDb as UsageDb
from tokenry.storage.usagedb import UsageState as UsageState
from tokenry.storage.usagedb import UsageSums as UsageSums

__all__ = [
    "BLOBS_NAME",
    "ORPHAN_AGE_S",
    "copy_blobs",
    "named_blobs",
    "BlobMissing",
    "Blobs",
    "Draft",
    "as_text",
    "counted",
    "GroupColumn",
    "Grouping",
    "RankedBy",
    "Slots",
    "busy_starts",
    "ranked",
    "summed",
    "timed",
    "LINE",
    "MEASURES",
    "USAGE_DB_NAME",
    "Narrowed",
    "Place",
    "UsageDamaged",
    "UsageDb",
    "UsageState",
    "UsageSums",
    "StorageError",
    "prepare",
    "sync_folder",
    "RUN_NAME",
    "FolderLock",
    "FolderLocked",
    "AppDb",
    "Transaction",
    "is_current",
    "total",
    "APP_DB_NAME",
    "tables",
    "Journal",
    "Entry",
    "Answer",
    "BALLAST_NAME",
    "Base",
    "free_bytes",
    "give_ballast",
    "make_ballast",
    "Backup",
    "BackupOrder",
    "Manifest",
    "RESTORE_NAME",
    "Restore",
    "begin_restore",
    "clear_stages",
    "forget_restore",
    "go_on",
    "old_files",
    "read_restore",
    "stage_name",
    "digest",
    "supported",
    "branch_length",
    "branch_rows",
    "children_of",
    "count_messages",
    "tree_rows",
    "RowsMoved",
    "Stopped",
    "Watch",
    "back_up",
    "faults",
    "read_manifest",
    "thin",
    "write_durably",
    "Upkeep",
    "Row",
    "Stats",
    "COMMIT_BOUNDS_S",
    "Tuning",
    "JournalLatched",
    "JournalClosed",
    "LEDGER_DB_NAME",
    "LedgerFile",
    "Reader",
]
