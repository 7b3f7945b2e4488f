"""Passages of files, and how they are found: by their words, by their vectors, by their place in the file.

Which files may be looked into, the caller has asked. Calls block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.base.ids import new_id
from tokenry.reading import Found
from tokenry.storage import AppDb, Transaction
from tokenry.workspace.files.passages import Passage, cut, joined
from tokenry.workspace.files.ranking import expression, fuse
from tokenry.workspace.files.records import WorkspaceFile

tables = storage.tables
passages = tables.file_passages
files = tables.workspace_files
CANDIDATES: Final = 60  # of each way of finding
FILES_NAMED_MAX: Final = 50  # in one expression; of more, their owners are named instead
AROUND: Final = 1_500  # characters shown on each side of a passage
_WORDS = """
SELECT p.seq FROM passage_search s JOIN file_passages p ON p.seq = s.rowid
WHERE passage_search MATCH ? ORDER BY bm25(passage_search, 1.0, 0.0), p.seq LIMIT ?
"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A passage as it is kept. `position`: its number in the file, from 0."""

    seq: int
    id: str
    file_id: str
    position: int
    text: str
    page: int | None
    line: int | None
    heading: str | None
    time_ms: int | None
    starts_at: int


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """A passage with the text on both sides of it."""

    passage: Kept
    before: str
    after: str


class Index:
    """The passages of one app.db."""

    def __init__(self, db: AppDb) -> None:
        self._db = db

    def store(self, file: WorkspaceFile, found: Found) -> None:
        """The file is ready, with these passages in place of any before; nothing happens when it is gone."""
        made = cut(found.text, found.marks, found.kind)
        rows = [self._row(file, number, passage) for number, passage in enumerate(made)]
        values = {
            "state": "ready", "error": None, "note": found.note, "kind": found.kind, "mime_type": found.mime_type,
            "pages": found.pages, "characters": len(found.text) if rows else None, "embedded_by": None,
        }  # fmt: skip
        with self._db.write() as connection:
            if not connection.execute(files.update().where(files.c.id == file.id), values).rowcount:
                return
            _forget(connection, file.id)
            if rows:
                connection.execute(passages.insert(), rows)
            connection.exec_driver_sql(
                "INSERT INTO passage_search (rowid, text, places) "
                "SELECT seq, coalesce(heading || char(10), '') || text, ? FROM file_passages WHERE file_id = ?",
                (f"{_owner(file.organization_id, file.user_id)} {_body(file.id)}", file.id),
            )

    def _row(self, file: WorkspaceFile, number: int, passage: Passage) -> dict[str, Any]:
        told = {name: getattr(passage, name) for name in Passage.__struct_fields__}
        return {"id": new_id("psg"), "file_id": file.id, "position": number, "vector": None, **told}

    def fail(self, file_id: str, words: str) -> None:
        """The file cannot be read, and these are the words for it."""
        with self._db.write() as connection:
            connection.execute(files.update().where(files.c.id == file_id), {"state": "failed", "error": words})

    def without_vectors(self, file_id: str, most: int) -> list[Kept]:
        """The first passages of a file that have no vector yet."""
        query = passages.select().where(passages.c.file_id == file_id, passages.c.vector.is_(None))
        with self._db.read() as connection:
            return _kept(connection.execute(query.order_by(passages.c.position).limit(most)))

    def put_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Vectors by their passage's `seq`, as `vectors.keep` made them."""
        with self._db.write() as connection:
            for seq, vector in vectors:
                connection.execute(passages.update().where(passages.c.seq == seq), {"vector": vector})

    def end_vectors(self, file_id: str, model: str | None, note: str | None) -> None:
        """All passages have vectors of this model; or (None) they will not get any, and `note` says why."""
        with self._db.write() as connection:
            row = connection.execute(files.select().where(files.c.id == file_id)).one_or_none()
            if row is not None:
                words = "; ".join(one for one in (row.note, note) if one) or None
                values = {"embedded_by": model, "note": words}
                connection.execute(files.update().where(files.c.id == file_id), values)

    def whole(self, file_ids: Sequence[str]) -> list[Kept]:
        """All passages of files, in the order in which the files are named."""
        order = {one: place for place, one in enumerate(file_ids)}
        query = passages.select().where(passages.c.file_id.in_(file_ids)).order_by(passages.c.position)
        with self._db.read() as connection:
            return sorted(_kept(connection.execute(query)), key=lambda one: order[one.file_id])

    def search(self, within: Sequence[WorkspaceFile], question: str, vector: bytes | None, most: int) -> list[Kept]:
        """The passages of these files that a question may be answered from, the best first.

        Args:
            vector: of the question, of the model that the files' vectors are of; None = by words alone.
        """
        if not within:
            return []
        with self._db.read() as connection:
            rankings = [self._by_words(connection, within, question)]
            if vector is not None:
                rankings.append(self._by_vector(connection, within, vector))
            best = fuse(rankings)[:most]
            found = {
                one.seq: one for one in _kept(connection.execute(passages.select().where(passages.c.seq.in_(best))))
            }
        return [found[seq] for seq in best]

    def _by_words(self, connection: Transaction, within: Sequence[WorkspaceFile], question: str) -> list[int]:
        wanted = expression(question)
        if wanted is None:
            return []
        if len(within) <= FILES_NAMED_MAX:
            places = " OR ".join(f'"{_body(file.id)}"' for file in within)
            rows = connection.exec_driver_sql(_WORDS, (f"places:({places}) AND text:({wanted})", CANDIDATES))
            return [int(row.seq) for row in rows]
        places = " OR ".join(sorted({f'"{_owner(file.organization_id, file.user_id)}"' for file in within}))
        # Their owner has more files than these, so what is found is looked at once more.
        rows = connection.exec_driver_sql(_WORDS, (f"places:({places}) AND text:({wanted})", CANDIDATES * 50))
        ids = [int(row.seq) for row in rows]
        here = passages.select().where(passages.c.seq.in_(ids), passages.c.file_id.in_([file.id for file in within]))
        known = set(connection.execute(here.with_only_columns(passages.c.seq)).scalars())
        return [seq for seq in ids if seq in known][:CANDIDATES]

    def _by_vector(self, connection: Transaction, within: Sequence[WorkspaceFile], vector: bytes) -> list[int]:
        query = passages.select().where(
            passages.c.file_id.in_([file.id for file in within]), passages.c.vector.is_not(None)
        )
        rows = connection.execute(query.with_only_columns(passages.c.seq, passages.c.vector).order_by(passages.c.seq))
        kept = rows.all()
        # numpy is loaded when there is a vector to look at, not when a server starts.
        near = import_module("tokenry.workspace.files.vectors").nearest(
            [row.vector for row in kept], vector, CANDIDATES
        )
        return [int(kept[at].seq) for at in near]

    def around(self, file_id: str, passage_id: str) -> Surroundings | None:
        """A passage of a file in its surroundings; None = there is none."""
        with self._db.read() as connection:
            mine = passages.select().where(passages.c.file_id == file_id)
            found = _kept(connection.execute(mine.where(passages.c.id == passage_id)))
            if not found:
                return None
            one = found[0]
            start, end = one.starts_at, one.starts_at + len(one.text)
            beside = mine.where(passages.c.starts_at > start - 2 * AROUND, passages.c.starts_at < end + AROUND)
            rows = connection.execute(beside.order_by(passages.c.position))
            near = [Passage(starts_at=row.starts_at, text=row.text) for row in rows]
        before, after = joined(near, max(0, start - AROUND), start), joined(near, end, end + AROUND)
        return Surroundings(passage=one, before=before, after=after)


def _forget(connection: Transaction, file_id: str) -> None:
    connection.exec_driver_sql(
        "DELETE FROM passage_search WHERE rowid IN (SELECT seq FROM file_passages WHERE file_id = ?)", (file_id,)
    )
    connection.execute(passages.delete().where(passages.c.file_id == file_id))


def _kept(rows: Iterable[Any]) -> list[Kept]:
    return [Kept(**{name: getattr(row, name) for name in Kept.__struct_fields__}) for row in rows]


def _body(id_: str) -> str:
    return id_.rpartition("_")[2]


def _owner(organization_id: str, user_id: str) -> str:
    """One word of the index that nobody types: whose a passage is."""
    return _body(organization_id) + _body(user_id)
