"""Lists of addresses for `bench.corpus_decisions`: short ones that fit documentation, so that every rule has work."""

from __future__ import annotations

LISTS: dict[str, list[str]] = {
    "domains": ["docs.example", "example.org"],
    "urls": [],
    "banned_words": ["install"],
    "banned_subwords": ["porn", "config"],
    "soft_banned_words": ["guide", "html", "manual", "en"],
}
