"""How many documents and tokens were left after each rule, from a manifest's sums."""

from __future__ import annotations

from typing import Any, NamedTuple


class Step(NamedTuple):
    """One rule, in the order in which documents met it."""

    stage: str
    rule: str
    dropped: int
    left: int  # documents
    tokens_dropped: int | None  # estimated; None where a document had no text yet
    tokens_left: int  # estimated, exact after the last step


def funnel(manifest: dict[str, Any], characters: int) -> list[Step]:
    """The steps of a run.

    Tokens of what was dropped were never counted: they are estimated as characters times the kept documents' own ratio.

    Args:
        manifest: of the run.
        characters: of the documents that were kept.
    """
    order = {name: at for at, name in reversed([*enumerate(["read", "engine", *manifest["stages"]])])}
    rows = sorted(
        manifest["funnel"], key=lambda row: (order.get(row["stage"], len(order)), -row["documents"], row["rule"])
    )
    tokens = [_estimated(row["characters"], manifest["tokens"], characters) for row in rows]
    steps = []
    left, tokens_left = manifest["documents"]["read"], manifest["tokens"] + sum(one or 0 for one in tokens)
    for row, gone in zip(rows, tokens, strict=True):
        left -= row["documents"]
        tokens_left -= gone or 0
        steps.append(Step(row["stage"], row["rule"], row["documents"], left, gone, tokens_left))
    return steps


def _estimated(dropped: int, tokens: int, characters: int) -> int | None:
    return dropped * tokens // characters if dropped and characters else None
