"""Lists of addresses for `bench.corpus_decisions`: short ones that fit documentation, so that every rule has work."""

from __future__ import annotations

LISTS: dict[str, list[str]] = {
    "domains": ["example.org", "docs.rs"],
    "urls": [],
    "banned_words": ["install"],
    "banned_subwords": ["porn", "config"],
    "soft_banned_words": ["guide", "html", "manual", "en"],
}
