"""Where domains are from, as far as their names say: the country of a country-code top-level domain.

A generic ending (.com, .org) says nothing, nor does a country's that the whole world uses (.io, .tv): both are counted
as that. Names of countries are the time zone database's (iso3166.tab, public domain, in `tzdata`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from tokenry.corpus.papers.shares import NO_DOMAIN, Share, by_tokens

NOWHERE = "not told by the name"
_EUROPEAN_UNION = "European Union (.eu)"
_MEMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_WORLDWIDE = frozenset(
    [
        "ad",
        "ai",
        "as",
        "bz",
        "cc",
        "cd",
        "co",
        "dj",
        "fm",
        "gg",
        "io",
        "la",
        "ly",
        "me",
        "ms",
        "nu",
        "sc",
        "sr",
        "su",
        "tk",
        "to",
        "tv",
        "ws",
    ]
)


def region(domain: str) -> str | None:
    """The country of a domain's ending; None where its name does not say."""
    ending = domain.rpartition(".")[2]
    if ending == "eu":
        return _EUROPEAN_UNION
    if domain == NO_DOMAIN or "." not in domain or ending in _WORLDWIDE:
        return None
    return _countries().get("GB" if ending == "uk" else ending.upper())


def regions(domains: Iterable[Share]) -> list[Share]:
    """Countries of domains, the most tokens first; last what no name tells."""
    found = ((region(one.name) or NOWHERE, one.documents, one.tokens) for one in domains)
    return by_tokens(found, last=NOWHERE)


def within_union(shares: Iterable[Share]) -> int:
    """Tokens of those that the names put into a member state, or into the Union as such."""
    names = {_countries()[code] for code in _MEMBERS} | {_EUROPEAN_UNION}
    return sum(one.tokens for one in shares if one.name in names)


@cache
def _countries() -> Mapping[str, str]:
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}
