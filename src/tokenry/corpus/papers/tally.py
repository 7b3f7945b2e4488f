"""What a finished set holds, counted from its own tables: languages, domains, licences, sources, dates, wishes kept.

Every figure is a sum over documents that stand in shards. Reads one batch's file at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.compute as pc

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.evidence import PROTOCOLS, refusal
from tokenry.corpus.papers.manifest import PLACES_NAME

NO_DOMAIN = "(no URL)"
UNKNOWN = "unknown"


@dataclass(slots=True)
class Share:
    """Documents and tokens of one language, domain, licence or source."""

    name: str
    documents: int
    tokens: int


@dataclass(slots=True)
class Tally:
    """The figures of a set. Lists begin with the largest; ties are in the order of names."""

    languages: list[Share] = field(default_factory=list)
    domains: list[Share] = field(default_factory=list)  # hosts without `www.`
    licences: list[Share] = field(default_factory=list)
    sources: list[Share] = field(default_factory=list)
    first_date: str | None = None  # of fetching or publishing, as the sources give it: YYYY-MM-DD
    last_date: str | None = None
    characters: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # kept although this protocol says no


def tallied(out: Path, manifest: dict[str, Any]) -> Tally:
    """Count a set.

    Args:
        out: its folder.
        manifest: as it was read from there.
    """
    table = read_parquet(out / PLACES_NAME, ["id", "url", "source", "language", "licence", "tokens"])
    tokens = table.column("tokens").to_pylist()

    def by(names: Iterator[str]) -> list[Share]:
        return _shares(zip(names, tokens, strict=True))

    tally = Tally(
        languages=by(name or UNKNOWN for name in table.column("language").to_pylist()),
        domains=by(domain(url) for url in table.column("url").to_pylist()),
        licences=by(name or UNKNOWN for name in table.column("licence").to_pylist()),
        sources=by(name.partition("/")[0] for name in table.column("source").to_pylist()),
    )
    kept = table.column("id").combine_chunks()
    for name in sorted(name for name in manifest["files"] if name.startswith("documents/")):
        _add_batch(tally, read_parquet(out / name, ["id", "date", "text", "evidence"]), kept)
    return tally


def domain(url: str | None) -> str:
    """The host of a URL in lower case, without `www.` and its port."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        host = None
    return str(host).removeprefix("www.") if host else NO_DOMAIN


def _shares(pairs: Iterator[tuple[str, int]]) -> list[Share]:
    documents: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for name, count in pairs:
        documents[name] += 1
        tokens[name] += count
    return [Share(name, documents[name], tokens[name]) for name in sorted(documents, key=lambda n: (-tokens[n], n))]


def _add_batch(tally: Tally, table: Any, kept: Any) -> None:
    table = table.filter(pc.is_in(table.column("id"), value_set=kept))
    tally.characters += pc.sum(pc.utf8_length(table.column("text"))).as_py() or 0
    dates = [date[:10] for date in table.column("date").to_pylist() if date and date[:4].isdecimal()]
    if dates:
        tally.first_date = min([*dates, *([tally.first_date] if tally.first_date else ())])
        tally.last_date = max([*dates, *([tally.last_date] if tally.last_date else ())])
    for evidence in table.column("evidence").to_pylist():
        if evidence and (verdict := refusal(evidence, PROTOCOLS)) is not None:
            tally.refused[verdict.rule] = tally.refused.get(verdict.rule, 0) + 1
