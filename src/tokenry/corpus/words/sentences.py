"""How many sentences a line of words has: a new one begins at the first word after a stop that is no mark itself.

Follows the rule by which spaCy's sentencizer parts texts, which the published C4 numbers are counted with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tokenry.corpus.words.signs import STOPS

_STOPS = frozenset(STOPS)


def sentences(words: Iterable[str]) -> int:
    """The sentences that these words make; 1 where there are none.

    Args:
        words: in order, as `plain_words` gives them.
    """
    count, stopped = 1, False
    for word in words:
        if word in _STOPS:
            stopped = True
        elif stopped and not all(unicodedata.category(sign).startswith("P") for sign in word):
            count += 1
            stopped = False
    return count
