"""Links in what people and sources wrote: where each begins, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINK = re.compile(r"https?://[^\s<>\"'\],;]+")


def links(text: str) -> Iterator[tuple[int, str]]:
    """Place and address of each; without the stop, and the bracket, that a sentence put behind it."""
    for found in _LINK.finditer(text):
        link = found[0].rstrip(".:!?")
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1].rstrip(".:!?")
        yield found.start(), link
