"""Addresses that say enough: lists of domains, of addresses and of words in them, as RefinedWeb applied them.

Source: Penedo et al., The RefinedWeb Dataset, 2023, appendix G.1. The lists are yours: files that the recipe names, one
entry a line. Without a list its rule drops nothing, and a document without an address stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tldextract import TLDExtract

from tokenry.corpus.documents import Outcome, Stage, Verdict, sift
from tokenry.corpus.filters.filter import Filter
from tokenry.corpus.filters.lists import entries

_APART = re.compile(r"[^a-zA-Z0-9]+")
_PARTS = TLDExtract(cache_dir=None, suffix_list_urls=())  # by the list in its package: nothing is fetched or kept
LISTS = ("domains", "urls", "banned_words", "banned_subwords", "soft_banned_words")


class Urls(Filter, frozen=True, forbid_unknown_fields=True):
    """Drops documents by their address: its domain, itself, one forbidden word, or several doubtful ones."""

    name: ClassVar[str] = "urls"

    domains: str = ""  # paths of lists
    urls: str = ""
    banned_words: str = ""
    banned_subwords: str = ""  # anywhere in the address, its signs taken out
    soft_banned_words: str = ""
    soft_word_threshold: int = 2  # so many different ones are too many

    def files(self) -> tuple[str, ...]:
        """The lists that are named."""
        return tuple(path for name in LISTS if (path := getattr(self, name)))

    def opened(self, base: Path) -> Stage:
        """The stage, with its lists read."""
        return UrlStage(
            self.soft_word_threshold,
            *(entries(getattr(self, name), base, f"filters.urls.{name}") for name in LISTS[:2]),
            *(_words(entries(getattr(self, name), base, f"filters.urls.{name}")) for name in LISTS[2:]),
        )

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch; lists are looked for from the folder one works in."""
        return self.opened(Path())(documents)


@dataclass(frozen=True)
class UrlStage:
    """The filter `urls` with its lists in memory; words are lower-case letters and digits."""

    soft_word_threshold: int = 2
    domains: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    banned_words: frozenset[str] = frozenset()
    banned_subwords: frozenset[str] = frozenset()
    soft_banned_words: frozenset[str] = frozenset()
    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return Urls.name

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch."""
        return sift(documents, self.stage, [self.verdict(url or "") for url in documents.column("url").to_pylist()])

    def verdict(self, url: str) -> Verdict | None:
        """Why a document with this address goes; None when it stays."""
        if not url:
            return None
        if self.domains and (verdict := self._domain(url)):
            return verdict
        if url in self.urls:
            return Verdict("url", url)
        words = set(_APART.split(url))
        if found := words & self.banned_words:
            return Verdict("hard_blacklisted", min(found))
        if len(found := words & self.soft_banned_words) >= self.soft_word_threshold:
            return Verdict("soft_blacklisted", " ".join(sorted(found)))
        plain = _APART.sub("", url).lower()
        part = min((word for word in self.banned_subwords if word in plain), default=None)
        return None if part is None else Verdict("blacklisted_subword", part)

    def _domain(self, url: str) -> Verdict | None:
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:  # no address at all: "http://[::"
            return None
        labels = host.split(".")
        above = [".".join(labels[at:]) for at in range(1, len(labels) - 1)]
        if host not in self.domains and self.domains.isdisjoint(above):
            return None
        registered = _PARTS(host).top_domain_under_public_suffix or host
        if registered in self.domains:
            return Verdict("domain", registered)
        return Verdict("subdomain", host) if host in self.domains else None


def _words(given: frozenset[str]) -> frozenset[str]:
    return frozenset(_APART.sub("", word).lower() for word in given) - {""}
