"""How long a text is. Ours, not a paper's: for documents of one's own, where empty pages are the waste."""

from __future__ import annotations

from typing import ClassVar

from tokenry.corpus.documents import Verdict
from tokenry.corpus.filters.filter import TextFilter


class Length(TextFilter, frozen=True, forbid_unknown_fields=True):
    """Drops texts shorter or longer than so many characters, white space at the ends not counted."""

    name: ClassVar[str] = "length"

    min_characters: int = 50
    max_characters: int = 5_000_000

    def verdict(self, text: str) -> Verdict | None:
        """Why this text goes; None when it stays."""
        length = len(text.strip())
        if length < self.min_characters:
            return Verdict("min_characters", str(length))
        if length > self.max_characters:
            return Verdict("max_characters", str(length))
        return None
