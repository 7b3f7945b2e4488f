"""The funnel: how many documents were left after each rule, in the order in which they met it. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tokenry.sets.papers import Content, Manifest


class Step(NamedTuple):
    """One rule.

    Tokens are a report's estimate: what was dropped was never counted. None = no report of this set says.
    """

    stage: str
    rule: str
    dropped: int  # documents
    left: int
    tokens_left: int | None


def steps(manifest: Manifest, content: Content | None) -> list[Step]:
    """The steps of a run.

    Args:
        manifest: of the set.
        content: a report of this very set; None = there is none.
    """
    order = {name: at for at, name in reversed([*enumerate(["read", "engine", *manifest.stages])])}
    rows = sorted(manifest.funnel, key=lambda row: (order.get(row.stage, len(order)), -row.documents, row.rule))
    told = {} if content is None else {(one.stage, one.rule): one.tokens_left for one in content.funnel}
    left, found = manifest.documents.read, []
    for row in rows:
        left = max(0, left - row.documents)
        found.append(Step(row.stage, row.rule, row.documents, left, told.get((row.stage, row.rule))))
    return found
