"""Documents and tokens of one language, domain, licence, source or region, and lists of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

NO_DOMAIN = "(no URL)"
UNKNOWN = "unknown"


@dataclass(slots=True)
class Share:
    """Documents and tokens of one of a kind."""

    name: str
    documents: int
    tokens: int


def by_tokens(counted: Iterable[tuple[str, int, int]], last: str | None = None) -> list[Share]:
    """Sums by name, the most tokens first, ties in the order of names.

    Args:
        counted: name, documents, tokens; a name may come often.
        last: a name that stands at the end, however much there is of it.
    """
    documents: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for name, some, count in counted:
        documents[name] += some
        tokens[name] += count
    order = sorted(documents, key=lambda name: (name == last, -tokens[name], name))
    return [Share(name, documents[name], tokens[name]) for name in order]


def percent(part: int, whole: int) -> str:
    """A share in percent, rounded to one digit in whole-number arithmetic; never 0 of something, nor 100 of a part."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    if not tenths and part:
        return "< 0.1 %"
    return f"{tenths // 10}.{tenths % 10} %" if tenths < 1000 or part == whole else "> 99.9 %"
