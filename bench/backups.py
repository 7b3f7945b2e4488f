"""Backups of a running server's data folder, and whether the books in them are sound.

It uses `tokenry backup` where the program has that verb, else SQLite's own online backup of both databases.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASES = ("ledger.db", "app.db")


@dataclass
class Backups:
    """Backups of `data` by the program that serves it."""

    program: Sequence[str]
    data: Path
    own_verb: bool = False

    async def take(self, to: Path) -> dict[str, Any]:
        """Back up to the folder `to`, restore what needs it, check the books there, and remove it again."""
        begun = time.monotonic()
        if self.own_verb:
            where = await self._by_verb(to)
        else:
            where = to
            await asyncio.to_thread(self._by_sqlite, to)
        seconds = time.monotonic() - begun
        size_mb = _size_mb(to)
        report = await self.check(where)
        for folder in {to, where}:
            shutil.rmtree(folder, ignore_errors=True)
        how = "tokenry backup and restore" if self.own_verb else "SQLite's online backup"
        return {"how": how, "seconds": round(seconds, 2), "size_mb": round(size_mb, 1), **report}

    async def check(self, folder: Path) -> dict[str, Any]:
        """`tokenry ledger check` of a folder: `ok`, and what else it says."""
        begun = time.monotonic()
        command = ["nice", "-n", "15", *self.program, "ledger", "check", "--data", str(folder), "--json"]
        done = await _output(command)
        try:
            report = json.loads(done)
        except ValueError:
            return {"ok": False, "words": done[-500:]}
        return {
            "ok": bool(report["ok"]),
            "rows": report.get("rows"),
            "open_holds": report.get("open_holds"),
            "check_s": round(time.monotonic() - begun, 1),
            "words": json.dumps(report.get("breaches", []))[:500],
        }

    async def look_for_verb(self) -> None:
        """Whether the program knows `backup`."""
        self.own_verb = "--data" in await _output([*self.program, "backup", "make", "--help"])

    async def _by_verb(self, to: Path) -> Path:
        """Made while the server serves, and put in place of an empty folder."""
        said = await _output([*self.program, "backup", str(to), "--data", str(self.data), "--json"])
        where = to.with_name(to.name + "-restored")
        said += await _output([*self.program, "restore", str(_newest(to)), "--data", str(where)])
        if not where.is_dir():
            raise RuntimeError(f"no folder came back from the backup: {said[-500:]}")
        return where

    def _by_sqlite(self, to: Path) -> None:
        to.mkdir(mode=0o700)
        for name in DATABASES:
            source = sqlite3.connect(self.data / name)
            target = sqlite3.connect(to / name)
            source.backup(target)
            target.close()
            source.close()


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def _newest(folder: Path) -> Path:
    return max(folder.iterdir(), default=folder)


async def _output(command: Sequence[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, stdin=asyncio.subprocess.DEVNULL
    )
    said, _ = await process.communicate()
    return said.decode(errors="replace")
