"""Which evidence means no, and the stage that drops for it. Each protocol by its own rule; the value is its words.

Sources: RFC 9309 and ai.txt (robots.py), the TDM Reservation Protocol (a page's meta tag is asked before the response's
header, and that before the site's file), the drafts of the working group AI Preferences (`train-ai`, and the names of
earlier drafts), `Content-Signal: ai-train=no`, RSL (rsl.py), and `noai` in X-Robots-Tag and in the meta tag robots.
Words that tell search engines not to list a page (`noindex`, `none`) say nothing about training and are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, Verdict, sift, with_column

PROTOCOLS = (
    "robots.txt",
    "ai.txt",
    "tdm-reservation",
    "content-usage",
    "content-signal",
    "rsl",
    "x-robots-tag",
    "meta-robots",
)
AGENTS = (
    "GPTBot", "ClaudeBot", "anthropic-ai", "CCBot", "Google-Extended", "Applebot-Extended", "meta-externalagent",
    "Bytespider", "Amazonbot", "cohere-training-data-crawler", "AI2Bot", "Diffbot",
)  # fmt: skip  # crawlers that say themselves that they gather training data
_RESERVED = ("meta:tdm-reservation", "http:tdm-reservation", "tdmrep.json")
_NO_AI = re.compile(r"(?<![\w-])no(?:ai|ml)(?![\w-])", re.IGNORECASE)
_USES = frozenset({"train-ai", "train-genai", "tdm", "ai", "genai"})
Evidence = Sequence[dict[str, str]]


def refusal(evidence: Evidence, protocols: Sequence[str]) -> Verdict | None:
    """The first protocol, in the order of `PROTOCOLS`, by which a document may not be used; None when none says so."""
    for protocol in PROTOCOLS:
        if protocol in protocols and (word := _RULES[protocol](evidence)) is not None:
            return Verdict(protocol, f"{word['kind']}: {word['value']}"[:500])
    return None


def _site_line(kind: str) -> Any:
    return lambda evidence: next((one for one in evidence if one["kind"] == kind), None)


def _reservation(evidence: Evidence) -> dict[str, str] | None:
    for kind in _RESERVED:
        said = [one for one in evidence if one["kind"] == kind]
        if said:
            return next((one for one in said if one["value"].strip() == "1"), None)
    return None


def _usage(evidence: Evidence) -> dict[str, str] | None:
    for kind in ("meta:content-usage", "http:content-usage", "robots.txt:content-usage"):
        said = [one for one in evidence if one["kind"] == kind]
        if any(_uses(one["value"]) for one in said):
            return next((one for one in said if "n" in _uses(one["value"]).values()), None)
    return None


def _uses(value: str) -> dict[str, str]:
    """The uses that mean training, each with what is said of it, from a dictionary such as `train-ai=n, search=y`."""
    pairs = (item.partition(";")[0].partition("=") for item in value.lower().split(","))
    return {key.strip(): said.strip().strip('"') for key, _, said in pairs if key.strip() in _USES}


def _signal(evidence: Evidence) -> dict[str, str] | None:
    for one in evidence:
        if one["kind"] in ("http:content-signal", "robots.txt:content-signal"):
            pairs = (item.partition("=") for item in one["value"].lower().split(","))
            if any((key.strip(), said.strip()) == ("ai-train", "no") for key, _, said in pairs):
                return one
    return None


def _no_ai(*kinds: str) -> Any:
    return lambda evidence: next(
        (one for one in evidence if one["kind"] in kinds and _NO_AI.search(one["value"])), None
    )


_RULES = {
    "robots.txt": _site_line("robots.txt"),
    "ai.txt": _site_line("ai.txt"),
    "tdm-reservation": _reservation,
    "content-usage": _usage,
    "content-signal": _signal,
    "rsl": _site_line("rsl"),
    "x-robots-tag": _no_ai("http:x-robots-tag"),
    "meta-robots": _no_ai("meta:robots", "meta:googlebot"),
}


@dataclass(frozen=True, slots=True)
class HonourOptOuts:
    """Drops documents whose owner said no.

    Args:
        protocols: those that are heeded, of `PROTOCOLS`.
    """

    protocols: tuple[str, ...]

    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return "opt_out"

    def __call__(self, documents: Any) -> Outcome:
        """Part the batch; of what goes, no text is kept."""
        evidence = documents.column("evidence").to_pylist()
        verdicts = [refusal(one or (), self.protocols) for one in evidence]
        texts = documents.column("text").to_pylist()
        silent = [None if verdict else text for verdict, text in zip(verdicts, texts, strict=True)]
        return sift(with_column(documents, "text", silent), self.stage, verdicts)
