"""Rules about the summary as a document: its form, its versions, its dates, the files that it comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.scoring.consistency import update_wrong
from tokenry.corpus.papers.scoring.paper import MET, OPEN, UNMET, Paper, Verdict
from tokenry.corpus.papers.scoring.rules import (
    DATE,
    Rule,
    exactly,
    filled,
    later,
    linked,
    looked_at,
    matching,
    right,
    satisfying,
)  # fmt: skip  # a list of names

SECTIONS: Final = tuple(
    f"{section}.{letter}"
    for section, letters in (
        ("0", "ab"), ("1.1", "ab"), ("1.2", "abc"), ("1.3", "abcdefg"), ("2.1", "abcde"), ("2.2.1", "ab"),
        ("2.2.2", "abcde"), ("2.3", "abcdefghi"), ("2.4", "abcde"), ("2.5", "abcde"), ("2.6", "abc"), ("3.1", "abc"),
        ("3.2", "a"), ("3.3", "a"),
    )
    for letter in letters
)  # fmt: skip  # the template's fields
_FORMATS: Final = ("index.html", "summary.json", "summary.pdf")
_WORDS_A_SENTENCE: Final = 30


def _whole(paper: Paper) -> Verdict:
    there = {one["section"] for one in paper.fields.values()}
    lost = [section for section in SECTIONS if section not in there]
    return Verdict(UNMET, f"no field of {', '.join(lost)}") if lost else Verdict(MET, "every section of the template")


def _ordered(paper: Paper) -> Verdict:
    found = [one["section"] for one in paper.fields.values() if one["section"] in SECTIONS]
    places = [SECTIONS.index(section) for section in found]
    return Verdict(MET, "the template's order") if places == sorted(places) else Verdict(UNMET, "out of order")


def _readable(paper: Paper) -> Verdict:
    """Sentences of a person's and of the set's own are short; lists and figures are no sentences."""
    texts = [str(one["value"]) for one in paper.fields.values() if one["by"] == "person"]
    sentences = [part.split() for text in texts for part in re.split(r"[.;:!?\n]+", text) if part.strip()]
    if not sentences:
        return Verdict(OPEN, "nobody has answered yet")
    mean = sum(map(len, sentences)) / len(sentences)
    words = f"{mean:.1f} words a sentence or part of one, of {_WORDS_A_SENTENCE} at most"
    return Verdict(MET if mean <= _WORDS_A_SENTENCE else UNMET, words)


def _traceable(paper: Paper) -> Verdict:
    if not paper.value("provider_name"):
        return Verdict(OPEN, "a person must say: provider_name")
    return Verdict(MET, f"the provider, and the set {str(paper.told['set']['fingerprint'])[:12]}")


def _whole_files(paper: Paper) -> Verdict:
    broken = paper.broken_sums()
    return Verdict(UNMET, f"not as listed: {', '.join(broken)}") if broken else Verdict(MET, "each file has its sha256")


def _structured(paper: Paper) -> Verdict:
    there = paper.has("croissant.json") and str(paper.told["format"]).startswith("tokenry.corpus.summary/")
    return Verdict(MET, "JSON, with Croissant beside it") if there else Verdict(UNMET, "no Croissant beside it")


def _exported(paper: Paper) -> Verdict:
    lost = [name for name in _FORMATS if not paper.has(name)]
    return Verdict(UNMET, f"no {', '.join(lost)}") if lost else Verdict(MET, "HTML, JSON and PDF")


def _links_kept(paper: Paper) -> Verdict:
    lost = paper.lost_links()
    return Verdict(UNMET, f"no link: {', '.join(lost)}") if lost else Verdict(MET, f"{len(paper.links())} links")


def _numbered(paper: Paper) -> bool:
    """As many different version numbers as links to earlier versions."""
    said = paper.value("previous_versions")
    addresses = {link for _, link in links(said)}
    for link in addresses:
        said = said.replace(link, "")
    return len(set(re.findall(r"\b\d+(?:\.\d+)+\b", said))) >= len(addresses)


DOCUMENT: Final[Mapping[str, Rule]] = {
    "D1": Rule(("every field",), _whole),
    "D2": looked_at("whether it is easy to find where it is published"),
    "D3": looked_at("whether everybody can open it where it is published"),
    "D4": looked_at("whether a person without expertise follows it"),
    "D5": Rule(("every field",), _ordered),
    "D6": Rule(("every answer",), _readable),
    "D7": Rule(("provider_name", "set"), _traceable),
    "D8": Rule(("files of the report",), _whole_files),
    "D9": Rule(("format",), _structured),
    "D10": Rule(("files of the report",), _exported),
    "D11": looked_at("whether other documents are in the same language"),
    "D12": looked_at("whether it is published beside the model"),
    "D13": looked_at("whether other documents of the model agree with it"),
    "D14": later(looked_at("whether it agrees with earlier versions")),
    "D15": later(filled("changes")),
    "D16": filled("status"),
    "D17": matching("status", "https?://", "a link to where changes are announced"),
    "D18": linked("published_at"),
    "D19": linked("versions_at"),
    "D20": later(looked_at("whether it is published where the earlier one was")),
    "D21": looked_at("whether it was published when the model was"),
    "D22": Rule(("files of the report",), _links_kept),
    "D23": filled("summary_version"),
    "D24": later(linked("previous_versions")),
    "D25": later(satisfying("previous_versions", _numbered, "a version number for each link")),
    "D26": later(matching("summary_version", r"^\d+(\.\d+)+", "numbers that follow each other, such as 1.2")),
    "D27": later(looked_at("whether everybody can open the earlier versions")),
    "D28": filled("last_update"),
    "D29": right("last_update", unless=update_wrong),
    "D30": exactly("last_update", DATE, "DD/MM/YYYY"),
}
