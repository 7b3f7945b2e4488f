"""Where a document went and why: asked by URL, by id or by rule, of a run that is finished or going on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.evidence import behind, said
from tokenry.corpus.papers import PLACES_NAME
from tokenry.corpus.run import layout, read_book

EVIDENCE = ["id", "url", "source", "position", "language", "licence", "evidence", "text"]


def standing(out: Path) -> dict[str, Any]:
    """How far a run is and what its rules dropped, from its book."""
    book = read_book(out)
    sums: dict[tuple[str, str], int] = {}
    for (kind, _), row in book.items():
        for stage, rule, documents, _ in row["funnel"] if kind in ("documents", "dedup") else ():
            sums[stage, rule] = sums.get((stage, rule), 0) + documents
    rows = {kind: [row for (one, _), row in book.items() if one == kind] for kind in ("documents", "tokens")}
    if (made := book.get(("manifest", ""))) is not None:
        funnel = [{name: row[name] for name in ("stage", "rule", "documents")} for row in made["funnel"]]
        told = {"documents": made["documents"]["read"], "kept": made["documents"]["kept"], "tokens": made["tokens"]}
        return {"finished": True, **told, "funnel": funnel}
    return {
        "finished": False,
        "documents": sum(row["documents"] for row in rows["documents"]),
        "kept": sum(row["documents"] for row in rows["tokens"]),
        "tokens": sum(row["tokens"] for row in rows["tokens"]),
        "funnel": [
            {"stage": stage, "rule": rule, "documents": count}
            for (stage, rule), count in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def sampled(out: Path, rule: str, count: int) -> list[dict[str, Any]]:
    """Documents that a rule (or a whole stage, by its name) dropped: spread evenly, the same ones each time."""
    there = sum(pc.sum(_by(rule, table)).as_py() or 0 for table in _tables(out, "dropped", ["rule", "stage"]))
    step = max(there // count, 1)
    found: list[dict[str, Any]] = []
    before = 0
    for table in _tables(out, "dropped"):
        mine = table.filter(_by(rule, table))
        found += mine.take(pa.array(range(-before % step, mine.num_rows, step), pa.int64())).to_pylist()
        before += mine.num_rows
        if len(found) >= count:
            break
    return [_heard(out, row) for row in found[:count]]


def _by(rule: str, table: Any) -> Any:
    """Which rows a rule, or a stage of that name, dropped."""
    return pc.or_(pc.equal(table.column("rule"), rule), pc.equal(table.column("stage"), rule))


def traced(out: Path, column: str, value: str) -> list[dict[str, Any]]:
    """What became of every document of this `url` or `id`: kept (and where) or dropped (and why), with its evidence."""
    answers: list[dict[str, Any]] = []
    for table in _tables(out, "dropped"):
        rows = table.filter(pc.equal(table.column(column), value)).to_pylist()
        answers += [{"fate": "dropped", **row} for row in rows]
    gone = {row["id"] for row in answers}
    places = {row["id"]: row for row in _places(out, column, value)}
    for table in _tables(out, "documents", EVIDENCE):
        for row in table.filter(pc.equal(table.column(column), value)).to_pylist():
            if row["id"] in gone:
                continue
            place = places.get(row["id"], {})
            text = row.pop("text") or ""
            where = {name: place.get(name) for name in ("shard", "row", "tokens")}
            answers.append({"fate": "kept", **row, **where, "characters": len(text), "excerpt": text[:2000]})
    return [_heard(out, row) for row in answers]


def _heard(out: Path, row: dict[str, Any]) -> dict[str, Any]:
    """The row with the words of its owner, and the site's files in which they stand."""
    evidence = said(row["value"]) if row.get("stage") == "opt_out" else row.get("evidence") or []
    return {**row, "evidence": evidence, "site_files": behind(layout.sites(out), row["url"], evidence)}


def _places(out: Path, column: str, value: str) -> list[dict[str, Any]]:
    if not (out / PLACES_NAME).exists():
        return []
    table = read_parquet(out / PLACES_NAME, ["shard", "row", "id", "url", "tokens"])
    rows: list[dict[str, Any]] = table.filter(pc.equal(table.column(column), value)).to_pylist()
    return rows


def _tables(out: Path, folder: str, columns: list[str] | None = None) -> Iterator[Any]:
    if not (out / folder).is_dir():
        raise RunFolderError(f"{out} holds no run: there is no folder {folder}; name the `output` of its recipe")
    for path in sorted((out / folder).glob("*.parquet")):
        yield read_parquet(path, columns)
