"""The lines of a page, as FineWeb judges them. Source: Penedo et al., The FineWeb Datasets, 2024, section 3.6.

Lines are parted at "\\n" and blank ones left out. Its fourth rule (new lines per word) needs words, and is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tokenry.corpus.documents import Verdict
from tokenry.corpus.filters.filter import TextFilter

STOP = (".", "!", "?", "…", "。", "\uff01", "\uff1f", "؟", "।", "\u06d4")


class FinewebQuality(TextFilter, frozen=True, forbid_unknown_fields=True):
    """Drops pages whose lines end without a stop, are short, or stand twice."""

    name: ClassVar[str] = "fineweb_quality"

    line_punct_thr: float = 0.12
    short_line_thr: float = 0.67
    short_line_length: int = 30
    char_duplicates_ratio: float = 0.01

    def verdict(self, text: str) -> Verdict | None:
        """Why this text goes; None when it stays."""
        lines = [line for line in text.split("\n") if line.strip()]
        if not lines:
            return Verdict("empty", "0")
        stopped = sum(line.rstrip().endswith(STOP) for line in lines) / len(lines)
        if stopped <= self.line_punct_thr:
            return Verdict("line_punct_ratio", f"{stopped:.4f}")
        short = sum(len(line) <= self.short_line_length for line in lines) / len(lines)
        if short >= self.short_line_thr:
            return Verdict("short_line_ratio", f"{short:.4f}")
        twice = _characters_twice(lines) / len(text.replace("\n", ""))
        if twice >= self.char_duplicates_ratio:
            return Verdict("char_dup_ratio", f"{twice:.4f}")
        return None


def _characters_twice(lines: Sequence[str]) -> int:
    seen: set[str] = set()
    count = 0
    for line in lines:
        if line in seen:
            count += len(line)
        seen.add(line)
    return count
