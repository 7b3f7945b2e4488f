"""Whether a summary contradicts itself, section by section: sums, answers that go against each other, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokenry.corpus.papers.scoring.paper import ASSUMED, MET, OPEN, UNMET, Paper, Verdict
from tokenry.corpus.papers.scoring.rules import DATE, Rule
from tokenry.corpus.papers.template import size_range

_OPENINGS = {
    "2.1": ("public_datasets",),
    "2.2": ("licensed_datasets", "private_datasets"),
    "2.3": ("crawling",),
    "2.4": ("interactions", "services"),
    "2.5": ("synthetic",),
    "2.6": ("other_data",),
}


def consistent(section: str) -> Rule:
    """Nothing in the section speaks against itself or the set's figures. Other documents are not looked at."""
    keys = _OPENINGS.get(section, ())

    def check(paper: Paper) -> Verdict:
        own = [one for one in paper.fields.values() if (one["section"] + ".").startswith(section + ".")]
        if waiting := [one["key"] for one in own if one["by"] == "open"]:
            return Verdict(OPEN, f"a person must say: {', '.join(waiting)}")
        if wrong := [*_sums(paper), *_dates(paper), *_answers(paper, keys)]:
            return Verdict(UNMET, "; ".join(wrong))
        by_set = all(one["by"] in ("set", "none") for one in own)
        why = "sums, dates and answers agree; other documents were not looked at"
        return Verdict(MET if by_set and section != "1" else ASSUMED, why)

    return Rule((f"every field of {section}",), check)


def size_wrong(paper: Paper) -> str:
    """Words of a contradiction between the size that is told and the set's tokens."""
    tokens = paper.told["tokens"]
    value = paper.value("size")
    agrees = value.startswith(size_range(tokens)) and f"{tokens:,} tokens" in value
    return "" if agrees else f"the set has {tokens:,} tokens"


def languages_wrong(paper: Paper) -> str:
    """Words of a contradiction between the languages that are told and those that were counted."""
    counted = {one["name"] for one in paper.told["languages"]} - {"unknown"}
    value = paper.value("languages")
    lost = [code for code in sorted(counted) if f"({code})" not in value and not re.search(rf"\b{code}\b", value)]
    return f"not told: {', '.join(lost)}" if lost else ""


def domains_wrong(paper: Paper) -> str:
    """Words of a contradiction in the list of domains: it must be the tenth of all with the most tokens."""
    domains = paper.told.get("crawled_domains") or paper.told["domains"]
    named = [one for one in domains if one["name"] != "(no URL)"]
    wanted = sorted(named, key=lambda one: (-one["tokens"], one["name"]))[: -(-len(named) // 10)]
    return (
        "" if paper.told["top_domains"] == wanted else "the list is not the tenth of all domains with the most tokens"
    )


def latest_wrong(paper: Paper) -> str:
    """Words of a contradiction between the latest date that is told and that of the sources."""
    last = paper.told["last_date"]
    return "" if last is None or paper.value("latest_date") == f"{last[5:7]}/{last[:4]}" else f"a source has {last}"


def update_wrong(paper: Paper) -> str:
    """Words of a contradiction: a summary that was written before its data came."""
    last = paper.told["last_date"]
    updated = _iso(paper.value("last_update"))
    return f"the data go to {last}" if updated and last and updated < last else ""


def _sums(paper: Paper) -> Iterable[str]:
    for name in ("sources", "languages", "licences", "regions", "domains"):
        if (found := sum(one["tokens"] for one in paper.told[name])) != paper.told["tokens"]:
            yield f"{name} have {found:,} tokens together, the set {paper.told['tokens']:,}"


def _dates(paper: Paper) -> Iterable[str]:
    if wrong := update_wrong(paper):
        yield f"last update {paper.value('last_update')}, but {wrong}"


def _answers(paper: Paper, keys: tuple[str, ...]) -> Iterable[str]:
    for key in keys:
        value = paper.value(key).lower()
        if not value.startswith(("yes", "no")):
            yield f"{key} says neither yes nor no"


def _iso(date: str) -> str:
    found = re.fullmatch(DATE, date.strip())
    return "-".join(reversed(date.strip().split("/"))) if found else ""
