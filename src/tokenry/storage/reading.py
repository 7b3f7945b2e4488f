"""Reading ledger.db while it is written. Knows only rows that were acknowledged: its caller says up to which seq."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing

import apsw

from tokenry.storage import schema
from tokenry.storage.errors import StorageError
from tokenry.storage.ledgerdb import LedgerFile
from tokenry.storage.records import Answer, Base, Row

READ_BATCH = 1000  # rows; no read transaction outlives one batch, so a slow reader never holds up a checkpoint
FIND_LIMIT_MAX = 10_000
_COLUMNS = "SELECT seq, kind, ref, at, body FROM journal"


class Reader:
    """One read-only connection for look-ups from any thread, and a new one for each long reading."""

    def __init__(self, file: LedgerFile) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection = file.connect(read_only=True)
        version = schema.version(self._connection)
        if version is None or version > schema.VERSION:
            self._connection.close()
            raise StorageError(f"{file.path} is of another Tokenry (schema {version}); install that version")
        self._has_base = schema.has_base(self._connection)

    def read(self, after: int, until: int) -> Iterator[Row]:
        """Rows with `after < seq <= until`, oldest first; none that the base stands for."""
        with self._file.saying_why(), closing(self._file.connect(read_only=True)) as connection:
            after = max(after, schema.base_seq(connection))
            while after < until:
                rows = _rows(
                    connection, f"{_COLUMNS} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {READ_BATCH}", (after, until)
                )
                if not rows:
                    return
                yield from rows
                after = rows[-1].seq

    def last_seq(self) -> int:
        """The seq of the newest durable row, acknowledged or not."""
        with self._file.saying_why(), self._lock:
            return schema.last_seq(self._connection)

    def size(self) -> tuple[int, int]:
        """Bytes of the file that are in use, and bytes of the file; its log not counted."""
        with self._file.saying_why(), self._lock:
            return schema.sizes(self._connection)

    def base_seq(self) -> int:
        """The newest row that the base stands for; 0 when there is none."""
        with self._file.saying_why(), self._lock:
            return schema.base_seq(self._connection)

    def base(self) -> Base | None:
        """What the oldest row stands upon; None when that is the first row. Raises StorageError when it is damaged."""
        if not self._has_base:
            return None
        with self._file.saying_why(), self._lock:
            for seq, at, sha256, body in self._connection.execute("SELECT seq, at, sha256, body FROM base"):
                if hashlib.sha256(body).digest() != sha256:
                    raise StorageError(f"{self._file.path} is damaged (its base); put a backup in its place")
                return Base(seq, at, body)
        return None

    def sums(self, prefix: str) -> dict[str, bytes]:
        """Everything kept of rows below the base, for names that begin with `prefix`."""
        if not self._has_base:
            return {}
        with self._file.saying_why(), self._lock:
            found = self._connection.execute(
                "SELECT name, body FROM sums WHERE substr(name, 1, ?) = ? ORDER BY name", (len(prefix), prefix)
            )
            return dict(found)

    def find(self, ref: str, kind: str, until: int) -> Row | None:
        """The newest row of this ref and kind up to `until`."""
        found = self._look(
            f"{_COLUMNS} WHERE ref = ? AND kind = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", (ref, kind, until)
        )
        return found[0] if found else None

    def find_latest(self, kinds: tuple[str, ...], limit: int, until: int) -> list[Row]:
        """Up to `limit` rows of these kinds with `seq <= until`, newest first."""
        marks = ", ".join("?" * len(kinds))
        return self._look(
            f"{_COLUMNS} WHERE kind IN ({marks}) AND seq <= ? ORDER BY seq DESC LIMIT ?",
            (*kinds, until, max(0, min(limit, FIND_LIMIT_MAX))),
        )

    def latest_snapshot(self, until: int) -> tuple[int, bytes] | None:
        """The newest snapshot whose digest is right: the seq it stands after, and its body."""
        with self._file.saying_why(), self._lock:
            for seq, sha256, body in self._connection.execute(
                "SELECT seq, sha256, body FROM snapshots WHERE seq <= ? ORDER BY seq DESC", (until,)
            ):
                if hashlib.sha256(body).digest() == sha256:
                    return seq, body
        return None

    def answer(self, scope: str, key: str, now: int, until: int) -> Answer | None:
        """The answer kept under this key, unless it has expired at `now` (ns since the epoch)."""
        with self._file.saying_why(), self._lock:
            found = list(
                self._connection.execute(
                    "SELECT fingerprint, status, content_type, answers.body, expires_at, ref"
                    " FROM answers LEFT JOIN journal USING (seq)"
                    " WHERE scope = ? AND key = ? AND expires_at > ? AND seq <= ?",
                    (scope, key, now, until),
                )
            )
        return Answer(scope, key, *found[0]) if found else None

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._connection.close()

    def _look(self, query: str, values: tuple[str | int, ...]) -> list[Row]:
        with self._file.saying_why(), self._lock:
            return _rows(self._connection, query, values)


def _rows(connection: apsw.Connection, query: str, values: tuple[str | int, ...]) -> list[Row]:
    return [Row(*row) for row in connection.execute(query, values)]
