"""What `tokenry corpus inspect` says: of one document where it went and why, of a whole run what its rules dropped."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tokenry.cli import show

_PLACES = {"http": "the response's header", "meta": "a meta tag of the page", "html": "the page"}
_INSIDE = "(in the page)"
_EXCERPT = 200  # characters
Json = dict[str, Any]


def tell_documents(folder: Path, rows: Sequence[Json]) -> None:
    """One after the other, a blank line between them."""
    for row in rows:
        show.pairs(_facts(folder, row))
        show.say("")


def tell_standing(answer: Json, as_json: bool) -> None:
    """How far a run is."""
    if as_json:
        show.document(answer)
        return
    tell_funnel(answer["funnel"])
    show.pairs(
        [
            ("finished", "yes" if answer["finished"] else "no: start the same build again to go on"),
            ("read", show.counted(answer["documents"], "document")),
            ("kept", show.counted(answer["kept"], "document")),
            ("tokens", show.count(answer["tokens"])),
        ]
    )


def tell_funnel(rows: Sequence[Json]) -> None:
    """What each rule dropped."""
    show.table(
        ["STAGE", "RULE", ">DROPPED"],
        [(row["stage"], row["rule"], show.count(row["documents"])) for row in rows],
        empty="Nothing was dropped.",
    )
    show.say("")


def no_such_rule(rule: str, funnel: Sequence[Json]) -> str:
    """Words for a rule that dropped nothing: a mistyped one is told the nearest that did."""
    names = sorted({row[key] for row in funnel for key in ("stage", "rule")})
    if not names:
        return f"Nothing was dropped by {rule!r}, nor by any other rule."
    near = difflib.get_close_matches(rule, names, n=1)
    return f"Nothing was dropped by {rule!r}" + (
        f"; did you mean {near[0]!r}?" if near else f". What dropped some: {', '.join(names)}."
    )


def _facts(folder: Path, row: Json) -> Iterator[tuple[str, object]]:
    refused = row.get("stage") == "opt_out"
    evidence = row.get("evidence") or ()
    yield "id", row["id"]
    yield "url", row["url"]
    yield "source", f"{row['source']} at {row['position']}"
    if row.get("rule"):
        copy = row["stage"].endswith("_dedup")
        value = "" if refused or copy or not row["value"] else f" ({row['value']})"
        yield "dropped by", f"{row['stage']}: {row['rule']}{value}"
        yield "it is a copy of", f"tokenry corpus inspect {folder} --id {row['value']}" if copy else None
    if row.get("shard"):
        yield "kept in", f"shard {row['shard']}, row {row['row']}, {row['tokens']:,} tokens"
    yield "language", row.get("language")
    yield "licence", row.get("licence")
    for one in evidence:
        yield "its owner says" if refused else "evidence", f"{one['kind']}: {one['value']}"
        yield "in", _place(one)
    for file in row.get("site_files") or ():
        yield "in", f"{file['url']}, fetched {file['date'] or 'at an unknown time'}"
    if refused:
        yield "text", "none is kept of what its owner refuses"
        return
    yield "characters", show.count(row["characters"])
    yield "begins", " ".join((row["excerpt"] or "").split())[:_EXCERPT] or None


def _place(one: Json) -> str | None:
    """Where in the page or its response the words stand; None for a file of its site, which is named by itself."""
    kind = one["kind"].partition(":")[0]
    return _PLACES["html"] if one["value"].endswith(_INSIDE) else _PLACES.get(kind)
