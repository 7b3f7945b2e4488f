"""Texts whose consent was withdrawn are taken out of a finished set: out of shards, lists of documents, papers.

Only the shards that held one are written anew. What is planned stands in the book before anything is touched, and each
step does the same when it is done twice: a rebuild that was broken off is finished by the next one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus import consent
from tokenry.corpus.documents import DOCUMENT, DROPPED, dropped_batch
from tokenry.corpus.durable import read_parquet, sha256_of, write_json, write_parquet
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers import MANIFEST, PLACES, PLACES_NAME, grown, read_manifest
from tokenry.corpus.run import Book, read_book
from tokenry.corpus.shards import TOKENIZED, WRITERS, Vocabulary
from tokenry.corpus.tokens import tokenizer, with_ends

DROPPED_NAME = "dropped/withdrawn.parquet"
_FACTS = ["id", "url", "source", "position", "digest", "shard", "row"]
Json = dict[str, Any]


def affected(out: Path, consents: Sequence[str]) -> Json:
    """What a withdrawal means: `documents` that are in shards, and the `shards` that are to be rebuilt.

    Raises:
        RunFolderError: there is no finished set.
        InputError: what is withdrawn is no consent's id.
    """
    read_manifest(out)
    urls = [consent.url(one) for one in consents]
    table = read_parquet(out / PLACES_NAME, _FACTS)
    rows = table.filter(pc.is_in(table.column("url"), pa.array(urls, pa.string()))).to_pylist()
    documents = [{**row, "digest": row["digest"].hex()} for row in rows]
    return {
        "consents": sorted(set(consents)),
        "documents": documents,
        "shards": sorted({row["shard"] for row in rows}),
    }


def unfinished(out: Path) -> bool:
    """Whether a rebuild was begun and not ended."""
    book = read_book(out)
    begun, ended = (sum(kind == one for kind, _ in book) for one in ("withdrawal", "withdrawn"))
    return begun != ended


def rebuild(out: Path, consents: Sequence[str], base: Path) -> Json:
    """Take texts out and answer what was planned; finishes a rebuild that was broken off.

    Args:
        out: a finished set.
        consents: that were withdrawn.
        base: the recipe's folder, where a tokenizer.json of its own lies.

    Raises:
        RunFolderError: there is no finished set, a build works in it, or the disk cannot be written.
    """
    plan = affected(out, consents)
    try:
        with Book(out) as book:
            begun = book.rows("withdrawal")
            left = [key for key in begun if book.row("withdrawn", key) is None]
            if left:  # at most one
                earlier = begun[left[0]]
                _Rebuild(out, book, earlier, base).all()
                book.enter("withdrawn", left[0], {})
                plan = plan if consents else earlier
            if consents:
                key = f"{len(begun):06d}"
                plan = affected(out, consents)
                book.enter("withdrawal", key, plan)
                _Rebuild(out, book, plan, base).all()
                book.enter("withdrawn", key, {})
    except OSError as error:
        raise RunFolderError(
            f"{error.filename or out}: {error.strerror or error}; make room, and start the same withdrawal again"
        ) from error
    return plan


class _Rebuild:
    def __init__(self, out: Path, book: Book, plan: Json, base: Path) -> None:
        self.out, self.book, self.plan, self.base = out, book, plan, base
        self.manifest = read_manifest(out)
        self.urls = pa.array([consent.url(one) for one in plan["consents"]], pa.string())

    def all(self) -> None:
        places = self._places()
        shards = {row["name"]: row for row in self.manifest["shards"]}
        for name in self.plan["shards"]:
            shards[name] = {"name": name, **self._shard(name, places)}
        for folder, schema in (("documents", DOCUMENT), ("dropped", DROPPED)):
            for path in sorted((self.out / folder).glob("*.parquet")):
                self._blank(path, schema)
        shutil.rmtree(self.out / "consented", ignore_errors=True)
        self._papers(list(shards.values()), places)

    def _places(self) -> Any:
        """The list of places without the withdrawn ones, rows counted anew."""
        table = read_parquet(self.out / PLACES_NAME)
        left = table.filter(pc.invert(self._is_withdrawn(table)))
        counts: dict[str, int] = {}
        rows = []
        for shard in left.column("shard").to_pylist():
            rows.append(counts.get(shard, 0))
            counts[shard] = rows[-1] + 1
        return left.set_column(PLACES.get_field_index("row"), PLACES.field("row"), pa.array(rows, pa.int64()))

    def _shard(self, name: str, places: Any) -> Json:
        recipe = self.manifest["recipe"]
        settings = recipe["tokens"]
        made = tokenizer(settings["tokenizer"], settings["end"], self.base, settings["engine"])
        if made.fingerprint != self.manifest["tokenizer"]["sha256"]:
            raise RunFolderError(f"the tokenizer {made.name} is not the one that this set was made with")
        held = places.filter(pc.equal(places.column("shard"), name))
        batches = [_tokenized(table, made) for table in self._texts(held.column("id"))]
        files: list[Path] = []
        for one in recipe["shards"]["formats"]:
            vocabulary = Vocabulary(made.vocabulary, made.name)
            files += WRITERS[one].write(self.out / "shards" / name, iter(batches), vocabulary)
        facts = [
            {"name": str(path.relative_to(self.out)), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for path in files
        ]
        row = {"documents": held.num_rows, "tokens": pc.sum(held.column("tokens")).as_py() or 0, "files": facts}
        self.book.enter("shards", name, row)
        return row

    def _texts(self, ids: Any) -> Iterator[Any]:
        """Rows of `DOCUMENT` of these ids, in the order of batches, which is that of shards."""
        for path in sorted((self.out / "documents").glob("*.parquet")):
            mine = pc.is_in(read_parquet(path, ["id"]).column("id"), ids)
            if pc.any(mine).as_py():
                yield read_parquet(path).filter(mine)

    def _blank(self, path: Path, schema: Any) -> None:
        """Rows stay where they are, and say nothing more of their text."""
        if not pc.any(self._is_withdrawn(read_parquet(path, ["url"]))).as_py():
            return
        table = read_parquet(path)
        withdrawn = self._is_withdrawn(table)
        for name in ("text", "raw", "digest", "bands", "excerpt"):
            at = schema.get_field_index(name)
            if at >= 0:
                nothing = pa.scalar(None, schema.field(at).type)
                table = table.set_column(at, schema.field(at), pc.if_else(withdrawn, nothing, table.column(name)))
        write_parquet(path, table.combine_chunks().to_batches(), schema)

    def _is_withdrawn(self, table: Any) -> Any:
        return pc.is_in(table.column("url"), self.urls)

    def _papers(self, shards: list[Json], places: Any) -> None:
        rows = [_gone(row) for row in self.plan["documents"]]
        known = {row["id"] for row in rows}
        path = self.out / DROPPED_NAME
        if path.exists():
            rows = [row for row in read_parquet(path).to_pylist() if row["id"] not in known] + rows
        write_parquet(path, [dropped_batch(rows)], DROPPED)
        write_parquet(self.out / PLACES_NAME, places.combine_chunks().to_batches(), PLACES)
        manifest = dict(self.manifest)
        manifest["shards"] = shards
        manifest["files"] = {name: sha256_of(self.out / name) for name in {*manifest["files"], DROPPED_NAME}}
        manifest["documents"] = {**manifest["documents"], "kept": places.num_rows}
        manifest["tokens"] = sum(row["tokens"] for row in shards)
        told = {"stage": "consent", "rule": "withdrawn", "documents": len(rows), "characters": 0}
        manifest["funnel"] = [row for row in manifest["funnel"] if row["rule"] != "withdrawn"] + [told]
        manifest["trees"] = grown(self.out / PLACES_NAME, bands=manifest["trees"]["bands"] is not None).told()
        write_json(self.out / MANIFEST, manifest)
        self.book.enter("manifest", "", manifest)


def _tokenized(table: Any, made: Any) -> Any:
    column = with_ends(made.encode(table.column("text").to_pylist()), made.end)
    table = table.select([name for name in TOKENIZED.names if name != "tokens"])
    table = table.append_column(TOKENIZED.field("tokens"), column).combine_chunks()
    (batch,) = table.to_batches()
    return batch


def _gone(row: Json) -> Json:
    facts = {name: row[name] for name in ("id", "url", "source", "position")}
    value = row["url"].removeprefix(consent.SCHEME)
    return {**facts, "stage": "consent", "rule": "withdrawn", "value": value, "characters": 0, "excerpt": ""}
