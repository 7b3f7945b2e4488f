"""What a finished set holds, counted from its own tables: languages, domains, licences, sources, dates, wishes kept.

Every figure is a sum over documents that stand in shards. Reads one batch's file at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.compute as pc

from tokenry.corpus.consent import SCHEME
from tokenry.corpus.durable import read_parquet
from tokenry.corpus.evidence import PROTOCOLS, refusal
from tokenry.corpus.papers.kept import kept
from tokenry.corpus.papers.manifest import PLACES_NAME
from tokenry.corpus.papers.regions import regions
from tokenry.corpus.papers.shares import NO_DOMAIN, UNKNOWN, Share, by_tokens

_MONTH = 7  # characters of YYYY-MM
_NAME_MAX = 253  # characters of a domain's name
_DATE = re.compile(r"([1-9]\d{3})([-/]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)", re.ASCII)


@dataclass(slots=True)
class Origin:
    """One source of a set: what came from it. `consented`: documents that a person handed over under a consent."""

    formats: list[str] = field(default_factory=list)
    languages: list[Share] = field(default_factory=list)
    first_date: str | None = None
    last_date: str | None = None
    consented: int = 0

    def saw(self, date: str) -> None:
        """One more date."""
        self.first_date = min(date, self.first_date or date)
        self.last_date = max(date, self.last_date or date)


@dataclass(slots=True)
class Tally:
    """The figures of a set. Lists begin with the largest; ties are in the order of names."""

    languages: list[Share] = field(default_factory=list)
    domains: list[Share] = field(default_factory=list)  # hosts without `www.`
    regions: list[Share] = field(default_factory=list)  # countries of the domains' endings
    licences: list[Share] = field(default_factory=list)
    sources: list[Share] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)  # by the name of a source
    months: dict[str, int] = field(default_factory=dict)  # documents by YYYY-MM, where the source gives a date
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
    table = read_parquet(out / PLACES_NAME, ["url", "source", "language", "licence", "tokens"])
    tokens = table.column("tokens").to_pylist()

    def by(names: Iterator[str]) -> list[Share]:
        return by_tokens((name, 1, count) for name, count in zip(names, tokens, strict=True))

    domains = by(domain(url) for url in table.column("url").to_pylist())
    sources = [name.partition("/")[0] for name in table.column("source").to_pylist()]
    tally = Tally(
        languages=by(name or UNKNOWN for name in table.column("language").to_pylist()),
        domains=domains,
        regions=regions(domains),
        licences=by(name or UNKNOWN for name in table.column("licence").to_pylist()),
        sources=by(iter(sources)),
        origins=_origins(manifest, table, sources, tokens),
    )
    for batch in kept(out, manifest, ["id", "source", "date", "text", "evidence"]):
        _add_batch(tally, batch)
    dates = [one for origin in tally.origins.values() for one in (origin.first_date, origin.last_date) if one]
    if dates:
        tally.first_date, tally.last_date = min(dates), max(dates)
    tally.months = dict(sorted(tally.months.items()))
    return tally


def domains_of(out: Path, sources: Container[str]) -> list[Share]:
    """Domains of some sources alone.

    Args:
        out: a set's folder.
        sources: their names.
    """
    columns = read_parquet(out / PLACES_NAME, ["url", "source", "tokens"]).to_pydict().values()
    rows = ((url, count) for url, name, count in zip(*columns, strict=True) if name.partition("/")[0] in sources)
    return by_tokens((domain(url), 1, count) for url, count in rows)


def domain(url: str | None) -> str:
    """The host of a URL in lower case, without `www.`, a last dot and its port."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        host = None
    name = (host or "").rstrip(".").removeprefix("www.")
    return name if 0 < len(name) <= _NAME_MAX else NO_DOMAIN


def dated(date: str | None) -> str | None:
    """YYYY-MM-DD or YYYY-MM of what a source gives as a date; None where no month of a year stands there."""
    found = _DATE.match(date or "")
    return "-".join(filter(None, found.group(1, 3, 4))) if found else None


def _origins(manifest: dict[str, Any], table: Any, sources: list[str], tokens: list[int]) -> dict[str, Origin]:
    spoken: dict[str, list[tuple[str, int, int]]] = {name: [] for name in sorted(set(sources))}
    consented = Counter[str]()
    columns = (sources, table.column("language").to_pylist(), table.column("url").to_pylist(), tokens)
    for name, language, url, count in zip(*columns, strict=True):
        spoken[name].append((language or UNKNOWN, 1, count))
        consented[name] += bool(url and url.startswith(SCHEME))
    formats: dict[str, set[str]] = {}
    for one in manifest["inputs"]:
        formats.setdefault(one["name"].partition("/")[0], set()).add(one["format"])
    return {
        name: Origin(sorted(formats.get(name, ())), by_tokens(rows), consented=consented[name])
        for name, rows in spoken.items()
    }


def _add_batch(tally: Tally, table: Any) -> None:
    tally.characters += pc.sum(pc.utf8_length(table.column("text"))).as_py() or 0
    for source, date in zip(table.column("source").to_pylist(), table.column("date").to_pylist(), strict=True):
        if (day := dated(date)) is not None:
            tally.origins[source.partition("/")[0]].saw(day)
            tally.months[day[:_MONTH]] = tally.months.get(day[:_MONTH], 0) + 1
    for evidence in table.column("evidence").to_pylist():
        if evidence and (verdict := refusal(evidence, PROTOCOLS)) is not None:
            tally.refused[verdict.rule] = tally.refused.get(verdict.rule, 0) + 1
