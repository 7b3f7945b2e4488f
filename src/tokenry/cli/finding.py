"""What `tokenry doctor` passes around: who is looked at, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it when it is not well."""

    state: State
    what: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    folder: Path
    config: Path | None  # what the server has read, or else what a start would read
    running: bool
    told: dict[str, Any] | None = None  # what a running server says of itself
    silence: str = ""  # why it says nothing
