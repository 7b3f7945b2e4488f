"""Documents that each rule took out, a few of each: drawn by a seed, the same each time, each with what decided.

Of what its owner refused, took back, or gave to be learned from under a consent, no text is shown, and of consents no
id. Personal traces in the others' beginnings are replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tokenry.corpus.consent import SCHEME
from tokenry.corpus.filters.pii import Pii

_SILENT = frozenset(("opt_out", "consent"))
_EXCERPT = 240  # characters


class Removed(NamedTuple):
    """One document that is not in the set."""

    stage: str
    rule: str
    value: str
    url: str | None
    source: str
    characters: int
    begins: str


def drawn(batches: Iterable[Iterable[Mapping[str, Any]]], count: int, seed: int) -> list[Removed]:
    """So many of each rule.

    Args:
        batches: rows of the schema `DROPPED`.
        count: of each rule at most.
        seed: another one draws others.
    """
    held: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for rows in batches:
        for row in rows:
            lot = hashlib.sha256(f"{seed}:{row['id']}".encode()).hexdigest()
            mine = held.setdefault((row["stage"], row["rule"]), [])
            if len(mine) < count or lot < mine[-1][0]:
                mine.append((lot, row))
                mine.sort(key=lambda one: one[0])
                del mine[count:]
    return [_told(row) for _, mine in sorted(held.items()) for _, row in mine]


def _told(row: Mapping[str, Any]) -> Removed:
    url, value = row["url"], row["value"] or ""
    consented = url is not None and url.startswith(SCHEME)
    silent = consented or row["stage"] in _SILENT
    text = "" if silent else " ".join((row["excerpt"] or "").split())
    begins = Pii().replaced(text[: 4 * _EXCERPT])[:_EXCERPT]
    if consented:
        url, value = None, ""
    return Removed(row["stage"], row["rule"], value, url, row["source"], row["characters"] or 0, begins)
