"""How wrong a transcript is: words that must be changed, put in or left out, over words that were said. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9']+")


def words(text: str) -> list[str]:
    """The words of an English text, as they sound: without case and signs."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def word_error_rate(said: str, heard: str) -> float:
    """Levenshtein's distance of the words, over the number of words said; 0 is perfect, and it may be above 1."""
    wanted, got = words(said), words(heard)
    row = list(range(len(got) + 1))
    for i, one in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1] / max(1, len(wanted))
