"""How varied a set is: effective numbers of its languages, domains and months, each beside a reference that has a name.

The effective number of kinds is the exponential of Shannon's entropy: so many kinds of equal size would be as varied
(Hill numbers of order 1; order 0 counts kinds, order 2 is one over Simpson's index: M. O. Hill, "Diversity and
Evenness", Ecology 54, 1973; L. Jost, "Entropy and diversity", Oikos 113, 2006). The distance to a reference is
Jensen-Shannon's divergence in bits: 0 where shares are the same, 1 where nothing is shared (J. Lin, 1991).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log, log2
from typing import Any, NamedTuple

from tokenry.corpus.papers.languages import LANGUAGES
from tokenry.corpus.papers.shares import NO_DOMAIN, UNKNOWN
from tokenry.corpus.papers.tally import Tally

OTHERS = "others"
WEB = (
    "Pages of the archive CC-MAIN-2024-42 by their first language, rare languages as one: plots/languages.csv of "
    "github.com/commoncrawl/cc-crawl-statistics"
)
ZIPF = (
    "As many domains whose sizes fall as one over their rank (Zipf's law of web sites: L. A. Adamic and "
    "B. A. Huberman, Glottometrics 3, 2002)"
)
EVEN = "The same number of documents in every month from the first to the last: the most even that could be"


class Diversity(NamedTuple):
    """Of one kind of thing, counted in documents. Effective numbers and the distance in bits have three decimals."""

    of: str
    kinds: int
    effective: float
    dominant: float  # order 2: moved less by the rare ones
    reference: str
    reference_effective: float
    distance: float


def diversities(tally: Tally) -> list[Diversity]:
    """Of a set's languages, domains and months, where it has any."""
    languages = {one.name: one.documents for one in tally.languages if one.name != UNKNOWN}
    domains = sorted((one.documents for one in tally.domains if one.name != NO_DOMAIN), reverse=True)
    told = []
    if languages:
        known: dict[str, float] = {}
        for code, count in languages.items():
            name = code if code in LANGUAGES else OTHERS
            known[name] = known.get(name, 0) + count
        told.append(_held("languages", list(languages.values()), known, web(), WEB))
    if domains:
        ranks = {str(rank): float(count) for rank, count in enumerate(domains, 1)}
        told.append(_held("domains", domains, ranks, {rank: 1 / int(rank) for rank in ranks}, ZIPF))
    if tally.months:
        months = {name: float(count) for name, count in tally.months.items()}
        told.append(_held("months", list(months.values()), months, dict.fromkeys(span(tally.months), 1.0), EVEN))
    return told


def effective(counts: Sequence[float]) -> float:
    """exp(H): 1 for one kind, n for n kinds of equal size."""
    whole = sum(counts)
    return exp(-sum(one / whole * log(one / whole) for one in counts if one)) if whole else 0.0


def dominant(counts: Sequence[float]) -> float:
    """One over the chance that two documents are of the same kind."""
    whole = sum(counts)
    return 1 / sum((one / whole) ** 2 for one in counts) if whole else 0.0


def distance(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Jensen-Shannon's divergence of two lists of sizes, in bits."""
    wholes = sum(one.values()), sum(other.values())
    bits = 0.0
    for name in sorted({*one, *other}):
        shares = one.get(name, 0) / wholes[0], other.get(name, 0) / wholes[1]
        middle = sum(shares) / 2
        bits += sum(share / 2 * log2(share / middle) for share in shares if share)
    return max(bits, 0.0)  # sums of floats may fall below


def web() -> dict[str, float]:
    """Languages of the web, of ten thousand pages."""
    shares = {code: float(one.web) for code, one in LANGUAGES.items() if one.web}
    return {**shares, OTHERS: 10_000 - sum(shares.values())}


def span(months: Mapping[str, Any]) -> list[str]:
    """Every month from the first to the last, as YYYY-MM."""
    first, last = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (min(months), max(months)))
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(first, last + 1)]


def _held(
    of: str, counts: Sequence[float], own: Mapping[str, float], reference: Mapping[str, float], source: str
) -> Diversity:
    figures = effective(counts), dominant(counts), effective(list(reference.values())), distance(own, reference)
    rounded = [round(figure, 3) for figure in figures]
    return Diversity(of, len(counts), rounded[0], rounded[1], source, rounded[2], rounded[3])
