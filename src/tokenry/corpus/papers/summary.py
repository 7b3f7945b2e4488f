"""The public summary of training content that Article 53(1)(d) of the AI Act asks for, filled from a set's manifest.

Source: the European Commission's template of 24 July 2025, section by section, in words of our own. What follows from
the set is stated with its figures; what no manifest knows is a person's answer, or stands open and says so. The size
told is this set's; a model that was trained on more has more to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tokenry.corpus.durable import sha256_of
from tokenry.corpus.papers.answers import QUESTIONS
from tokenry.corpus.papers.funnel import Step, funnel
from tokenry.corpus.papers.manifest import MANIFEST
from tokenry.corpus.papers.tally import NO_DOMAIN, UNKNOWN, Share, Tally, tallied

FORMAT = "tokenry.corpus.summary/1"
_CRAWLED = "warc"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the template.

    Args:
        section: its number there.
        label: what it asks.
        value: what is stated; None while a person has not said it.
        by: who states it: `set` (computed), `person` (answered) or `open`.
        key: under which a person answers it; empty where nobody is asked.
    """

    section: str
    label: str
    value: str | None
    by: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary, and the tables that it rests on."""

    fields: list[Field]
    tally: Tally
    funnel: list[Step]
    manifest: dict[str, Any]
    manifest_sha256: str

    @property
    def missing(self) -> list[str]:
        """The keys of questions that nobody has answered."""
        return [one.key for one in self.fields if one.by == "open"]

    def top_domains(self) -> list[Share]:
        """The tenth of all domains that holds the most tokens, one at least."""
        named = [one for one in self.tally.domains if one.name != NO_DOMAIN]
        return named[: -(-len(named) // 10)]

    def plain(self) -> dict[str, Any]:
        """As a JSON document: no times and no paths, the same for the same set and answers."""
        told = asdict(self.tally)
        return {
            "format": FORMAT,
            "set": {"fingerprint": self.manifest["fingerprint"], "manifest_sha256": self.manifest_sha256},
            "fields": [asdict(one) for one in self.fields],
            "missing": self.missing,
            "documents": self.manifest["documents"],
            "tokens": self.manifest["tokens"],
            "tokenizer": self.manifest["tokenizer"],
            "funnel": [one._asdict() for one in self.funnel],
            "top_domains": [asdict(one) for one in self.top_domains()],
            "opt_outs": {"dropped": opt_outs(self.manifest), "kept_although_refused": told.pop("refused")},
            **told,
        }


def summarised(out: Path, manifest: dict[str, Any], answers: Mapping[str, str]) -> Summary:
    """The summary of a finished set.

    Args:
        out: its folder.
        manifest: as it was read from there.
        answers: by the keys of `QUESTIONS`.
    """
    tally = tallied(out, manifest)
    steps = funnel(manifest, tally.characters)
    fields = [
        *_general(manifest, tally, answers),
        *_sources(manifest, tally, answers),
        *_processing(manifest, tally, answers),
    ]
    return Summary(fields, tally, steps, manifest, sha256_of(out / MANIFEST))


def opt_outs(manifest: dict[str, Any]) -> dict[str, int]:
    """How many documents each protocol's refusal took out."""
    return {row["rule"]: row["documents"] for row in manifest["funnel"] if row["stage"] == "opt_out"}


def _asked(section: str, key: str, answers: Mapping[str, str]) -> Field:
    value = answers.get(key)
    return Field(section, QUESTIONS[key], value, "person" if value else "open", key)


def _stated(section: str, label: str, value: str) -> Field:
    return Field(section, label, value, "set")


def _general(manifest: dict[str, Any], tally: Tally, answers: Mapping[str, str]) -> list[Field]:
    tokens = manifest["tokens"]
    made = manifest["tokenizer"]
    known = [one for one in tally.languages if one.name != UNKNOWN]
    spoken = (
        ", ".join(f"{one.name} ({percent(one.tokens, tokens)})" for one in known) or "not determined by this recipe"
    )
    return [
        _asked("0", "summary_version", answers),
        _asked("0", "last_update", answers),
        _asked("1.1", "provider", answers),
        _asked("1.1", "representative", answers),
        _asked("1.2", "model", answers),
        _asked("1.2", "dependencies", answers),
        _asked("1.2", "market_date", answers),
        _stated("1.3", "Modality", "Text"),
        _stated("1.3", "Size of the text", f"{size_range(tokens)}; exactly {tokens:,} tokens in this set"),
        _asked("1.3", "other_modalities", answers),
        _asked("1.3", "content_types", answers),
        _stated("1.3", "Latest date of acquisition", _month(tally.last_date) or "the sources give no dates"),
        _asked("1.3", "continuous_training", answers),
        _stated("1.3", "Languages, by their share of tokens", spoken),
        _asked("1.3", "characteristics", answers),
        _stated("1.3", "How the size was counted", f"after all processing, before training, with the tokenizer "
                f"{made['name']} (sha256 {made['sha256']}), one end token a document included"),
    ]  # fmt: skip  # a row a field


def _sources(manifest: dict[str, Any], tally: Tally, answers: Mapping[str, str]) -> list[Field]:
    web = sum(one["documents"] for one in manifest["inputs"] if one["format"] == _CRAWLED)
    named = "; ".join(f"{one.name}: {one.documents:,} documents, {one.tokens:,} tokens" for one in tally.sources)
    domains = len([one for one in tally.domains if one.name != NO_DOMAIN])
    period = (
        f"{_month(tally.first_date)} to {_month(tally.last_date)}" if tally.first_date else "the sources give no dates"
    )
    archives = f"yes: {web:,} records of web archives were read" if web else "this set was made from no web archive"
    return [
        _stated("2.1", "Sources of this set", named),
        _asked("2.1", "public_datasets", answers),
        _asked("2.2.1", "licensed_datasets", answers),
        _asked("2.2.2", "private_datasets", answers),
        _stated("2.3", "Data crawled or scraped from the web", archives),
        _asked("2.3", "crawlers", answers),
        _asked("2.3", "crawler_purposes", answers),
        _asked("2.3", "crawler_behaviour", answers),
        _stated("2.3", "Period of collection", period),
        _asked("2.3", "crawled_sources", answers),
        _stated("2.3", "Most relevant domains", f"the tenth of all {domains:,} domains that holds the most tokens is "
                "listed under Domains below; a domain is a host without `www.`"),
        _asked("2.4", "user_data", answers),
        _stated("2.5", "Text made while the set was made", "none: no stage of this pipeline writes text of its own"),
        _asked("2.5", "synthetic_data", answers),
        _asked("2.6", "other_sources", answers),
    ]  # fmt: skip  # a row a field


def _processing(manifest: dict[str, Any], tally: Tally, answers: Mapping[str, str]) -> list[Field]:
    settings = manifest["recipe"]["opt_out"]
    gone = opt_outs(manifest)
    counts = ", ".join(f"{name}: {count:,}" for name, count in sorted(gone.items())) or "none carried a refusal"
    kept = sum(tally.refused.values())
    heeded = (
        f"before any text was read, documents were left out whose site, response or page refuses, by "
        f"{', '.join(settings['protocols'])}; robots.txt and ai.txt as {', '.join(settings['agents'])} must read them. "
        f"Left out: {counts}. Site files were heeded where the inputs hold them"
        if settings["honour"]
        else "refusals were recorded and not acted on: the recipe says `opt_out.honour = false`"
    )
    filters = ", ".join(manifest["recipe"]["filters"]) or "none"
    return [
        _asked("3.1", "code_of_practice", answers),
        _stated("3.1", "Reservations of rights before training", heeded),
        _stated("3.1", "Documents in the set whose recorded words refuse", f"{kept:,}"),
        _asked("3.1", "copyright_policy", answers),
        _asked("3.2", "illegal_content", answers),
        _stated("3.3", "Filters", f"{filters}; what each rule took out is listed under Funnel below"),
    ]


def size_range(tokens: int) -> str:
    """The template's range for text."""
    if tokens < 1_000_000_000:
        return "less than 1 billion tokens"
    return "1 billion to 10 trillion tokens" if tokens <= 10_000_000_000_000 else "more than 10 trillion tokens"


def percent(part: int, whole: int) -> str:
    """A share in percent with one digit, in whole-number arithmetic."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10} %" if tenths or not part else "< 0.1 %"


def _month(date: str | None) -> str | None:
    return f"{date[5:7]}/{date[:4]}" if date and len(date) >= 7 else date
