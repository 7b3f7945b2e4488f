"""What is wrong, as it is told."""

from __future__ import annotations

from typing import NamedTuple


class Breach(NamedTuple):
    """One thing that is not as the manifest says: the file and what is wrong there."""

    file: str
    what: str
