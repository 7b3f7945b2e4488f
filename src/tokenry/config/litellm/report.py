"""What became of each setting of the file: carried over, changed on the way, or left out, with a reason. No values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["carried", "changed", "left out"]


@dataclass(frozen=True, slots=True)
class Item:
    """One setting: its dotted place in the file, what became of it, and why or as what."""

    at: str
    outcome: Outcome
    words: str


@dataclass(slots=True)
class Report:
    """Everything that was in the file. A place is told of once; what nobody told of was left out."""

    items: list[Item] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)  # verbs to run once the server has the new configuration
    _told: set[str] = field(default_factory=set)

    def carried(self, at: str, words: str) -> None:
        """It means the same here, as `words`."""
        self._tell(at, "carried", words)

    def changed(self, at: str, words: str) -> None:
        """It is here, but not quite what it was."""
        self._tell(at, "changed", words)

    def left_out(self, at: str, why: str) -> None:
        """It has no counterpart."""
        self._tell(at, "left out", why)

    def knows(self, at: str) -> bool:
        """Whether this place, or one around it, has been told of."""
        parts = at.replace("[", ".[").split(".")
        grown, around = "", set()
        for part in parts:
            grown += part if part.startswith("[") or not grown else f".{part}"
            around.add(grown)
        return bool(around & self._told)

    def rest(self, tree: Any, at: str, reasons: dict[str, str], otherwise: str) -> None:
        """Tell of every key of the mapping `tree` that nobody has told of."""
        for name in tree if isinstance(tree, dict) else ():
            place = f"{at}.{name}" if at else str(name)
            if not self.knows(place) and not any(told.startswith((f"{place}.", f"{place}[")) for told in self._told):
                self.left_out(place, reasons.get(str(name), otherwise))

    def _tell(self, at: str, outcome: Outcome, words: str) -> None:
        self.items.append(Item(at, outcome, words))
        self._told.add(at)
