"""How far a run is: plain numbers for whoever shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """Told after each piece of work. `done` and `total` are bytes of input in the phase `documents`, else pieces."""

    phase: str = "survey"
    done: int = 0
    total: int = 0
    documents: int = 0  # read so far
    kept: int = 0
    bytes: int = 0  # of documents as they came
    tokens: int = 0
    dropped: dict[str, int] = field(default_factory=dict)  # documents, by the stage that took them out


Tell = Callable[[Progress], None]
