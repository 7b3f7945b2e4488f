"""From numbers of documents that go to rows of `DROPPED`. The same for every way of finding copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tokenry.corpus.dedup.deduplicator import Documents
from tokenry.corpus.documents import Verdict, dropped_row

_COLUMNS = ("id", "url", "source", "position", "text")


def removed(
    documents: Documents, goes: Any, stays: Any, named: tuple[str, str]
) -> Iterator[tuple[int, int, dict[str, object]]]:
    """What `Deduplicator.removals` answers.

    Args:
        documents: as there.
        goes, stays: as `Forest.best` says.
        named: the stage and the rule.
    """
    if not len(goes):
        return
    ids = _ids(documents, np.unique(stays))
    stage, rule = named
    for number, begin, table in _numbered(documents, _COLUMNS):
        first, last = np.searchsorted(goes, [begin, begin + table.num_rows])
        if first == last:
            continue
        lost = table.take(goes[first:last] - begin).to_pylist()
        for document, stay in zip(lost, stays[first:last].tolist(), strict=True):
            yield number, document["row"], dropped_row(document, stage, Verdict(rule, ids[stay]))


def _ids(documents: Documents, wanted: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for _, begin, table in _numbered(documents, ("id",)):
        first, last = np.searchsorted(wanted, [begin, begin + table.num_rows])
        mine = wanted[first:last]
        found.update(zip(mine.tolist(), table.column("id").take(mine - begin).to_pylist(), strict=True))
    return found


def _numbered(documents: Documents, columns: Iterable[str]) -> Iterator[tuple[int, int, Any]]:
    begin = 0
    for number, table in enumerate(documents([*columns])):
        yield number, begin, table
        begin += table.num_rows
