"""The public summary of training content that Article 53(1)(d) of the AI Act asks for, filled from a set's manifest.

What follows from the set is stated with its figures; what no manifest knows is a person's answer, or stands open and
says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tokenry.corpus.durable import sha256_of
from tokenry.corpus.errors import CorpusError
from tokenry.corpus.papers.answers import Answers
from tokenry.corpus.papers.fields import Field
from tokenry.corpus.papers.funnel import Step, funnel
from tokenry.corpus.papers.manifest import MANIFEST
from tokenry.corpus.papers.places import OPENINGS, Places
from tokenry.corpus.papers.shares import NO_DOMAIN, Share
from tokenry.corpus.papers.tally import Tally, domains_of, tallied
from tokenry.corpus.papers.template import filled, opt_outs

FORMAT = "tokenry.corpus.summary/2"


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary, and the tables that it rests on."""

    fields: list[Field]
    tally: Tally
    funnel: list[Step]
    manifest: dict[str, Any]
    manifest_sha256: str
    answers: Answers
    unplaced: list[str]  # sources of which nobody has said where they belong
    domains: list[Share]  # of the crawled sources; of all, where there is none

    @property
    def missing(self) -> list[str]:
        """What a person still has to say: keys of questions, and `sources.NAME`."""
        return [*self._missing()]

    def _missing(self) -> Iterator[str]:
        yield from (f"sources.{name}" for name in self.unplaced)
        yield from (one.key for one in self.fields if one.by == "open" and not (self.unplaced and _opens(one)))

    @property
    def subject(self) -> list[str]:
        """The model and its provider, as far as a person has named them."""
        said = self.answers.said
        return [said[key] for key in ("model", "provider_name") if said.get(key)]

    def top_domains(self) -> list[Share]:
        """The tenth of all domains that holds the most tokens, one at least."""
        named = [one for one in self.domains if one.name != NO_DOMAIN]
        return named[: -(-len(named) // 10)]

    def protocols(self) -> list[str]:
        """Those that the recipe heeds, and others by which a document in the set refuses."""
        heeded = self.manifest["recipe"]["opt_out"]["protocols"]
        return [*heeded, *sorted(self.tally.refused.keys() - set(heeded))]

    def plain(self) -> dict[str, Any]:
        """As a JSON document: no times and no paths, the same for the same set and answers."""
        told = asdict(self.tally)
        if self.domains != self.tally.domains:
            told["crawled_domains"] = [asdict(one) for one in self.domains]
        return {
            "format": FORMAT,
            "set": {"fingerprint": self.manifest["fingerprint"], "manifest_sha256": self.manifest_sha256},
            "fields": [asdict(one) for one in self.fields],
            "missing": self.missing,
            "attested": self.answers.attested,
            "documents": self.manifest["documents"],
            "tokens": self.manifest["tokens"],
            "tokenizer": self.manifest["tokenizer"],
            "funnel": [one._asdict() for one in self.funnel],
            "top_domains": [asdict(one) for one in self.top_domains()],
            "opt_outs": {"dropped": opt_outs(self.manifest), "kept_although_refused": told.pop("refused")},
            **told,
        }


def summarised(out: Path, manifest: dict[str, Any], answers: Answers) -> Summary:
    """The summary of a finished set.

    Args:
        out: its folder.
        manifest: as it was read from there.
        answers: what a person said.

    Raises:
        CorpusError: an answer is about a source that the set does not have, or denies one that it has.
    """
    tally = tallied(out, manifest)
    places = Places(tally, answers)
    if places.unknown:
        there = ", ".join(one.name for one in tally.sources) or "none"
        raise CorpusError(f"[sources] names {', '.join(places.unknown)}, which the set does not have; it has {there}")
    if denied := places.denied(answers):
        raise CorpusError("\n".join(denied))
    steps = funnel(manifest, tally.characters)
    crawled = {one.share.name for one in places.of("2.3")}
    domains = domains_of(out, crawled) if crawled and crawled != tally.origins.keys() else tally.domains
    fields = filled(manifest, tally, answers, domains)
    return Summary(fields, tally, steps, manifest, sha256_of(out / MANIFEST), answers, places.unplaced, domains)


def _opens(field: Field) -> bool:
    """Whether it is the yes or no that opens a section: it is answered by placing the sources."""
    return field.key in OPENINGS
