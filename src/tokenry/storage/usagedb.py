"""usage.db: sums by minute, hour and day, made from the journal and made again whenever the two do not fit.

Nothing in it is a fact of its own, so losing it costs time alone, and its commits are not fsynced one by one. It lies
beside ledger.db and not in it, so that adding up never keeps the journal's one writer waiting. Knows columns; what
they are sums of is the ledger's business.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from tokenry.storage.errors import StorageError

USAGE_DB_NAME = "usage.db"
VERSION = 4  # another one is made anew
BUSY_TIMEOUT_MS = 5000
REMEMBERED_MAX = 100_000  # places
QUICK_CHECK_SIZE_MAX = 4 * 1024 * 1024  # bytes; damage in a larger file is found when it is met
MEASURES = (
    "requests", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "audio_seconds", "images", "charge", "writeoff", "borne", "cost", "cost_unknown", "estimated",
    "award_tokens", "covered", "writeoff_tokens", "failed", "refused", "client_gone",
)  # fmt: skip
PLACE = ("organization_id", "project_id", "user_id", "key_id", "model", "endpoint", "tier")
LINE = ("meter", "version", "rate")

_TABLES = f"""
CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, digest BLOB NOT NULL, minutes_from INTEGER NOT NULL) STRICT;
CREATE TABLE places (id INTEGER PRIMARY KEY, {" TEXT NOT NULL, ".join(PLACE)} TEXT NOT NULL,
  UNIQUE ({", ".join(PLACE)})) STRICT;
CREATE TABLE cells (width INTEGER NOT NULL, start INTEGER NOT NULL, place INTEGER NOT NULL,
  {" INTEGER NOT NULL, ".join(MEASURES)} INTEGER NOT NULL, PRIMARY KEY (width, start, place)) STRICT, WITHOUT ROWID;
CREATE TABLE latencies (width INTEGER NOT NULL, place INTEGER NOT NULL, start INTEGER NOT NULL,
  what INTEGER NOT NULL, step INTEGER NOT NULL, requests INTEGER NOT NULL,
  PRIMARY KEY (width, place, start, what, step)) STRICT, WITHOUT ROWID;
CREATE TABLE lines (start INTEGER NOT NULL, place INTEGER NOT NULL, meter TEXT NOT NULL, version TEXT NOT NULL,
  rate INTEGER NOT NULL, quantity INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (start, place, meter, version, rate)) STRICT, WITHOUT ROWID;
CREATE TABLE token_lines (start INTEGER NOT NULL, place INTEGER NOT NULL, meter TEXT NOT NULL, version TEXT NOT NULL,
  rate INTEGER NOT NULL, quantity INTEGER NOT NULL, amount INTEGER NOT NULL, drawn INTEGER NOT NULL,
  PRIMARY KEY (start, place, meter, version, rate)) STRICT, WITHOUT ROWID;
CREATE TABLE flows (account TEXT NOT NULL, code TEXT NOT NULL, start INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (account, code, start)) STRICT, WITHOUT ROWID;
CREATE TABLE moved (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""
_PLACE_IN = f"INSERT INTO places ({', '.join(PLACE)}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
_PLACE_ID = f"SELECT id FROM places WHERE {' AND '.join(f'{name} = ?' for name in PLACE)}"  # noqa: S608 - our own names
_CELL_MARKS = ", ".join("?" * (3 + len(MEASURES)))
_CELL_SUMS = ", ".join(f"{name} = {name} + excluded.{name}" for name in MEASURES)
_CELL_IN = f"INSERT INTO cells VALUES ({_CELL_MARKS}) ON CONFLICT DO UPDATE SET {_CELL_SUMS}"  # noqa: S608 - our own names
_LATENCY_IN = (
    "INSERT INTO latencies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET requests = requests + excluded.requests"
)
_LINE_IN = (
    "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
    "quantity = quantity + excluded.quantity, amount = amount + excluded.amount"
)
_DRAWN_IN = (
    "INSERT INTO token_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
    "quantity = quantity + excluded.quantity, amount = amount + excluded.amount, drawn = drawn + excluded.drawn"
)
_FLOW_IN = "INSERT INTO flows VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"

Place = tuple[str, str, str, str, str, str, str]  # in the order of PLACE; nobody, and the usual, is the empty text


@dataclass(frozen=True, slots=True)
class UsageState:
    """What the sums include: every row up to `seq`, whose time and digest these are.

    `minutes_from`: seconds since the epoch; of earlier minutes nothing is kept.
    """

    seq: int = 0
    at: int = 0
    digest: bytes = b""
    minutes_from: int = 0


@dataclass(slots=True)
class UsageSums:
    """Sums to be counted in. All times are seconds since the epoch, the first of their bucket; money is nano-USD.

    Args:
        cells: (width in seconds, start, place) -> sums in the order of MEASURES.
        lines: (day, place, meter, price version, rate) -> [quantity, amount], of what dollars paid.
        token_lines: the same of what awards of tokens paid -> [quantity, amount, tokens drawn].
        flows: (day, account, code) -> what came in, less what went out.
        moved: keys of transfers that are counted in, which must not be counted twice.
        latencies: (width in seconds, start, place, what was measured, step of the scale) -> requests.
    """

    cells: dict[tuple[int, int, Place], list[int]] = field(default_factory=dict)
    lines: dict[tuple[int, Place, str, str, int], list[int]] = field(default_factory=dict)
    flows: dict[tuple[int, str, str], int] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    token_lines: dict[tuple[int, Place, str, str, int], list[int]] = field(default_factory=dict)
    latencies: dict[tuple[int, int, Place, int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which places are meant; None = all.

    Args:
        within: the projects that whoever asks may see.
        user_own: somebody whose own use is meant even in projects that are not.
    """

    organization_id: str
    project_ids: tuple[str, ...] | None = None
    user_ids: tuple[str, ...] | None = None
    key_ids: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    endpoints: tuple[str, ...] | None = None
    tiers: tuple[str, ...] | None = None
    within: tuple[str, ...] | None = None
    user_own: str | None = None


class UsageDamaged(StorageError):
    """usage.db cannot be read; `UsageDb.renew` begins anew."""


class UsageDb:
    """An open usage.db. Every call blocks, from any thread; they take turns."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._ids: dict[Place, int] = {}  # of places that are durable

    @classmethod
    def open(cls, path: Path) -> UsageDb:
        """Open the file, or make it; one that is damaged, or another Tokenry's, is made anew.

        Raises:
            StorageError: the disk refuses.
        """
        for trial in range(2):
            try:
                return cls(path, _opened(path))
            except (apsw.NotADBError, apsw.CorruptError):
                if trial:
                    raise
                _remove(path)
            except (apsw.Error, OSError) as error:
                raise StorageError(f"{path} cannot be used ({error}); mend the disk, then try again") from error
        raise AssertionError

    @classmethod
    def in_memory(cls) -> UsageDb:
        """One that is gone when it is closed."""
        connection = apsw.Connection(":memory:")
        _make(connection)
        return cls(Path(":memory:"), connection)

    def renew(self) -> None:
        """Put an empty file in the place of one that is damaged. Raises StorageError."""
        with self._lock, self._saying_why():
            with contextlib.suppress(apsw.Error):
                self._connection.close()
            self._ids.clear()
            _remove(self.path)
            self._connection = _opened(self.path)

    @contextlib.contextmanager
    def steady(self) -> Iterator[None]:
        """Nothing changes within the block, so that several questions are answered as of one moment."""
        with self._lock:
            yield

    @property
    def state(self) -> UsageState:
        """What the sums include."""
        with self._turn() as connection:
            found: list[Any] = connection.execute("SELECT seq, at, digest, minutes_from FROM state").fetchall()
            return UsageState(*found[0])

    def clear(self) -> None:
        """Forget everything."""
        with self._turn() as connection, connection:
            for table in ("places", "cells", "latencies", "lines", "token_lines", "flows", "moved"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            connection.execute("UPDATE state SET seq = 0, at = 0, digest = x'', minutes_from = 0")
        self._ids.clear()

    def add(self, sums: UsageSums, state: UsageState) -> None:
        """Count sums in, and note what is included from now on: both or neither."""
        with self._turn() as connection, connection:
            ids = self._places_of(sums)
            cells = [(width, start, ids[place], *found) for (width, start, place), found in sums.cells.items()]
            connection.executemany(_CELL_IN, cells)
            times = [(width, ids[place], start, *on, n) for (width, start, place, *on), n in sums.latencies.items()]
            connection.executemany(_LATENCY_IN, times)
            lines = [(day, ids[place], *key, *found) for (day, place, *key), found in sums.lines.items()]
            connection.executemany(_LINE_IN, lines)
            lines = [(day, ids[place], *key, *found) for (day, place, *key), found in sums.token_lines.items()]
            connection.executemany(_DRAWN_IN, lines)
            flows = [(account, code, day, amount) for (day, account, code), amount in sums.flows.items()]
            connection.executemany(_FLOW_IN, flows)
            connection.executemany("INSERT OR IGNORE INTO moved VALUES (?)", [(key,) for key in sorted(sums.moved)])
            connection.execute("DELETE FROM cells WHERE width = 60 AND start < ?", (state.minutes_from,))
            connection.execute(
                "UPDATE state SET seq = ?, at = ?, digest = ?, minutes_from = ?",
                (state.seq, state.at, state.digest, state.minutes_from),
            )
        if len(self._ids) > REMEMBERED_MAX:
            self._ids.clear()
        self._ids.update(ids)

    def moved(self, key: str) -> bool:
        """Whether transfers with this key are counted in."""
        with self._turn() as connection:
            return bool(connection.execute("SELECT count(*) FROM moved WHERE key = ?", (key,)).get)

    def cells(
        self, width: int, span: tuple[int, int], narrowed: Narrowed, by: Sequence[str], most: int = -1
    ) -> list[tuple[Any, ...]]:
        """(start, *by, *MEASURES), summed, in order; of buckets that start in `span`, its end not included.

        Args:
            most: how many rows at most, the first ones; -1 = all.
        """
        assert set(by) <= set(PLACE)
        where, values = where_of(narrowed)
        heads = ", ".join(("start", *by))
        sums = ", ".join(f"sum({name})" for name in MEASURES)
        query = (
            f"SELECT {heads}, {sums} FROM cells JOIN places ON places.id = place"  # noqa: S608 - our own names
            f" WHERE width = ? AND start >= ? AND start < ? AND {where} GROUP BY {heads} ORDER BY {heads} LIMIT ?"
        )
        with self._turn() as connection:
            return connection.execute(query, (width, *span, *values, most)).fetchall()

    def lines(
        self, span: tuple[int, int], narrowed: Narrowed, by: Sequence[str], most: int = -1
    ) -> list[tuple[Any, ...]]:
        """(*by, quantity, amount), summed, in order; of days in `span`, its end not included. `most` as in `cells`."""
        return self._lines("lines", ("quantity", "amount"), (span, narrowed, by, most))

    def token_lines(
        self, span: tuple[int, int], narrowed: Narrowed, by: Sequence[str], most: int = -1
    ) -> list[tuple[Any, ...]]:
        """(*by, quantity, amount, tokens drawn), as `lines`, of what awards of tokens paid."""
        return self._lines("token_lines", ("quantity", "amount", "drawn"), (span, narrowed, by, most))

    def _lines(
        self, table: str, columns: Sequence[str], asked: tuple[tuple[int, int], Narrowed, Sequence[str], int]
    ) -> list[tuple[Any, ...]]:
        span, narrowed, by, most = asked
        assert by
        assert set(by) <= {"start", *PLACE, *LINE}
        where, values = where_of(narrowed)
        heads = ", ".join(by)
        query = (
            f"SELECT {heads}, {', '.join(f'sum({name})' for name in columns)} FROM {table}"  # noqa: S608 - our own names
            " JOIN places ON places.id = place"
            f" WHERE start >= ? AND start < ? AND {where} GROUP BY {heads} ORDER BY {heads} LIMIT ?"
        )
        with self._turn() as connection:
            return connection.execute(query, (*span, *values, most)).fetchall()

    def flows(self, span: tuple[int, int], accounts: Iterable[str]) -> list[tuple[str, str, int, int]]:
        """(account, code, amount before, amount within) the days of `span`, its end not included; in order."""
        query = (
            "SELECT account, code, sum(CASE WHEN start < ?1 THEN amount ELSE 0 END),"
            " sum(CASE WHEN start >= ?1 THEN amount ELSE 0 END) FROM flows"
            " WHERE account IN (SELECT value FROM json_each(?3)) AND start < ?2 GROUP BY account, code"
            " ORDER BY account, code"
        )
        with self._turn() as connection:
            found: list[Any] = connection.execute(query, (*span, json.dumps(list(accounts)))).fetchall()
            return found

    def flow_days(self, span: tuple[int, int], accounts: Iterable[str]) -> list[tuple[str, int, str, int]]:
        """(account, day, code, amount) of the days of `span`, its end not included; in order."""
        query = (
            "SELECT account, start, code, amount FROM flows WHERE account IN (SELECT value FROM json_each(?3))"
            " AND start >= ?1 AND start < ?2 ORDER BY account, start, code"
        )
        with self._turn() as connection:
            found: list[Any] = connection.execute(query, (*span, json.dumps(list(accounts)))).fetchall()
            return found

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a question of this room has for an answer."""
        with self._turn() as connection:
            return connection.execute(query, values).fetchall()

    def first_day(self, organization_id: str, project_id: str | None, accounts: Iterable[str]) -> int | None:
        """The first day on which anything was counted there; seconds since the epoch."""
        where, values = where_of(Narrowed(organization_id, None if project_id is None else (project_id,)))
        query = (
            "SELECT min(first) FROM (SELECT min(start) AS first FROM cells JOIN places ON places.id = place"  # noqa: S608 - our own names
            f" WHERE width = 86400 AND {where} UNION ALL SELECT min(start) FROM flows"
            " WHERE account IN (SELECT value FROM json_each(?)))"
        )
        with self._turn() as connection:
            found = connection.execute(query, (*values, json.dumps(list(accounts)))).get
        return None if found is None else int(found)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything, in an order of its own, for comparison."""
        place = ", ".join(PLACE)
        queries = {
            "cells": f"SELECT width, start, {place}, {', '.join(MEASURES)} FROM cells JOIN places ON places.id = place",  # noqa: S608 - our own names
            "latencies": f"SELECT width, start, {place}, what, step, requests FROM latencies"  # noqa: S608 - our own names
            " JOIN places ON places.id = place",
            "lines": f"SELECT start, {place}, {', '.join(LINE)}, quantity, amount FROM lines"  # noqa: S608 - our own names
            " JOIN places ON places.id = place",
            "token_lines": f"SELECT start, {place}, {', '.join(LINE)}, quantity, amount, drawn FROM token_lines"  # noqa: S608 - our own names
            " JOIN places ON places.id = place",
            "flows": "SELECT * FROM flows",
            "moved": "SELECT * FROM moved",
        }
        with self._turn() as connection:
            return {name: sorted(connection.execute(query).fetchall()) for name, query in queries.items()}

    def close(self) -> None:
        """Give the file back."""
        with self._lock, contextlib.suppress(apsw.Error):
            self._connection.close()

    def _places_of(self, sums: UsageSums) -> dict[Place, int]:
        """The ids of all places named; those that are new get theirs in the transaction that runs."""
        ids = {}
        for place in _places(sums):
            found = self._ids.get(place)
            if found is None:
                self._connection.execute(_PLACE_IN, place)
                found = int(self._connection.execute(_PLACE_ID, place).get)
            ids[place] = found
        return ids

    @contextlib.contextmanager
    def _turn(self) -> Iterator[apsw.Connection]:
        with self._lock, self._saying_why():
            yield self._connection

    @contextlib.contextmanager
    def _saying_why(self) -> Iterator[None]:
        try:
            yield
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise UsageDamaged(
                f"{self.path} is damaged ({error}); it holds nothing of its own: remove it, and start again"
            ) from error
        except (apsw.Error, OSError) as error:
            raise StorageError(f"{self.path} cannot be used ({error}); mend the disk, then try again") from error


def _places(sums: UsageSums) -> list[Place]:
    """Every place named, in the order in which they are first."""
    return list(
        dict.fromkeys(
            [
                *(key[2] for key in sums.cells),
                *(key[2] for key in sums.latencies),
                *(key[1] for key in sums.lines),
                *(key[1] for key in sums.token_lines),
            ]
        )
    )


def where_of(narrowed: Narrowed) -> tuple[str, tuple[str, ...]]:
    """A condition on places, and the values for its marks."""
    parts, values = ["organization_id = ?"], [narrowed.organization_id]
    for column, meant in (
        ("project_id", narrowed.project_ids),
        ("user_id", narrowed.user_ids),
        ("key_id", narrowed.key_ids),
        ("model", narrowed.models),
        ("endpoint", narrowed.endpoints),
        ("tier", narrowed.tiers),
    ):
        if meant is not None:
            marks, names = _marks(column, meant)
            parts.append(marks)
            values += names
    if narrowed.within is not None:
        marks, names = _marks("project_id", narrowed.within)
        own = () if narrowed.user_own is None else (narrowed.user_own,)
        parts.append(f"({marks} OR {'user_id = ?' if own else '0'})")
        values += [*names, *own]
    return " AND ".join(parts), tuple(values)


def _marks(column: str, meant: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return (f"{column} IN ({', '.join('?' * len(meant))})" if meant else "0"), meant


def _opened(path: Path) -> apsw.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL").fetchall()
        if path.stat().st_size <= QUICK_CHECK_SIZE_MAX and connection.execute("PRAGMA quick_check(1)").get != "ok":
            raise apsw.CorruptError("quick_check")
        if connection.execute("PRAGMA user_version").get != VERSION:
            _make(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: apsw.Connection) -> None:
    with connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for name in names:
            connection.execute(f'DROP TABLE "{name}"')
        connection.execute(_TABLES)
        connection.execute("INSERT INTO state VALUES (1, ?, 0, 0, x'', 0)", (VERSION,))
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
