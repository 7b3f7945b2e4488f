"""Which of a site's files stand behind the words that are told of a page: for whoever asks, never for a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tokenry.corpus.durable import read_parquet
from tokenry.corpus.evidence.sites import FILES, RSL, host_of

SHOWN_MAX = 2000  # characters of a file
Json = dict[str, Any]


def said(value: str) -> list[dict[str, str]]:
    """The evidence that an opt-out was decided by, from the value of its drop: `kind: words`."""
    kind, _, words = value.partition(": ")
    return [{"kind": kind, "value": words}]


def behind(sites: Path, url: str | None, evidence: Iterable[Mapping[str, str]]) -> list[Json]:
    """The files in which these words stand, of several copies the one fetched last.

    Args:
        sites: the table of a run's site files; there may be none.
        url: the page's.
        evidence: what is told of the page.

    Returns:
        For each file its kind, URL, date and beginning, in the order of the evidence.
    """
    words = [(one["kind"], one["value"]) for one in evidence]
    if not sites.exists() or not any(kind.partition(":")[0] in (RSL, *FILES.values()) for kind, _ in words):
        return []
    rows = read_parquet(sites, ["host", "kind", "date", "url"]).to_pylist()
    host = host_of(url)
    found: dict[int, None] = {}
    for kind, value in words:
        file = kind.partition(":")[0]
        own = [
            at
            for at, row in enumerate(rows)
            if row["kind"] == file and (f"({row['url']})" in value if file == RSL else row["host"] == host)
        ]
        found.update(dict.fromkeys(own[-1:]))  # sorted: a later fetch comes later
    bodies = read_parquet(sites, ["body"]).column("body") if found else []
    return [
        {**{name: rows[at][name] for name in ("kind", "url", "date")}, "begins": bodies[at].as_py()[:SHOWN_MAX]}
        for at in found
    ]
