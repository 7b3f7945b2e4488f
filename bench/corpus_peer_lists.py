"""Lists of addresses for `bench.corpus_decisions`: short ones that fit documentation, so that every rule has work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

LISTS: dict[str, list[str]] = {
    "domains": ["example.org", "docs.rs", "news.example.co.uk", "someone.github.io", "blogspot.com"],
    "urls": [],
    "banned_words": ["install"],
    "banned_subwords": ["porn", "config"],
    "soft_banned_words": ["guide", "html", "manual", "en"],
}
HOSTS = (
    "docs.example", "example.org", "www.example.org", "docs.rs", "example.co.uk", "a.news.example.co.uk",
    "news.example.co.uk", "someone.github.io", "else.github.io", "any.blogspot.com", "192.0.2.7", "notexample.org",
    "docs.rs:8080", "example.org.", "xn--bcher-kva.example.com", "blog.someone.github.io",
)  # fmt: skip  # hosts
"""Of pages, in turn: as part of a list, below one, above one, beside one, and in other spellings."""


def hosted(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The same documents as if each came from one of `HOSTS`."""
    for at, row in enumerate(rows):
        host = HOSTS[at % len(HOSTS)]
        yield {**row, "url": row["url"].replace(urlsplit(row["url"]).netloc, host, 1)}
