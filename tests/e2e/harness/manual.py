"""The page for people in trouble, and whether what they see is what it says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operate" / "troubles.md"


DIFFERS = (  # from run to run; on the page there is a word for it
    (r"\b(bud|proj|key)_[0-9a-z]{26}\b", r"\1_…"),
    (r"\bsk-tok-\w+-…", "sk-tok-…"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    (r"\$[\d.]*\d", "$N"),
    (r"\b\d+ MiB\b", "N MiB"),
    (r"\bwithin [\d.]+ s\b", "within N s"),
    (r"\bno host called \w+", "no host called HOST"),
    (r"\blooking up \w+", "looking up HOST"),
    (r"\bthe engine [\w.-]+/[\w.-]+", "the engine lab/m"),
    (r"/[\w./-]+/tokenry\.toml", "tokenry.toml"),
)


@cache
def _text() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").replace("`", "").split())


def documented(words: str) -> None:
    """What people are told must stand on the page."""
    for pattern, word in DIFFERS:
        words = re.sub(pattern, word, words)
    for line in words.replace("`", "").splitlines():
        assert line in _text(), f"{PAGE.name} does not have it: {line}"
