"""What came of one attempt at a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ANSWER_LENGTH_MAX = 500  # characters of it that are kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Args:
        kind: delivered; again = it may work later; refused = it never will; gone = nor will anything else sent there.
        answer: what the other side said, or what kept us from asking; for people.
        asked_s: seconds that the other side asked us to wait.
    """

    kind: Literal["delivered", "again", "refused", "gone"]
    answer: str
    asked_s: int | None = None


def printable(text: str) -> str:
    """On one line, without control characters, and cut short."""
    return "".join(char if char.isprintable() else " " for char in text[:ANSWER_LENGTH_MAX]).strip()
