"""A written summary as rules look at it: the fields of its JSON by key, its figures, and the files beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from tokenry.corpus.errors import CorpusError
from tokenry.corpus.papers.links import links
from tokenry.corpus.papers.pdf.file import uri

SUMS: Final = "sha256sums.txt"
FIRST: Final = re.compile(r"\bfirst\b", re.IGNORECASE)


class Verdict(NamedTuple):
    """What a rule found. `state` is one of `STATES`."""

    state: str
    why: str


MET, ASSUMED, ATTESTED = "met", "assumed", "attested"
OPEN, UNMET, UNJUDGED, NOT_APPLICABLE = "open", "unmet", "unjudged", "not applicable"
STATES: Final = {
    MET: "a rule read it in the summary",
    ASSUMED: "taken to be so while nothing in the summary speaks against it, as the framework takes it",
    ATTESTED: "a person says so in [attested], with a reason",
    OPEN: "a field that a person has not filled in",
    UNMET: "the summary does not have it",
    UNJUDGED: "no summary can show it: somebody must look, and attest it",
    NOT_APPLICABLE: "counts neither way",
}


class Paper:
    """A report's folder, read.

    Raises:
        CorpusError: there is no summary in it that can be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.told = msgspec.json.decode((folder / "summary.json").read_bytes(), type=dict[str, Any])
            self.fields: Mapping[str, Mapping[str, Any]] = {one["key"]: one for one in self.told["fields"]}
            self.attested: Mapping[str, str] = self.told["attested"]
        except OSError as error:
            raise CorpusError(f"{folder / 'summary.json'}: {error.strerror}; write the report first") from error
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            raise CorpusError(f"{folder / 'summary.json'} is no summary of this version: {error}") from error

    def value(self, key: str) -> str:
        """What a field states; empty where it states nothing."""
        return str(self.fields[key]["value"] or "") if key in self.fields else ""

    def by(self, key: str) -> str:
        """Who states a field; `none` where there is no such field."""
        return str(self.fields[key]["by"]) if key in self.fields else "none"

    def lines(self, key: str) -> list[str]:
        """Of what a field states, those with something in them."""
        return [line for line in self.value(key).splitlines() if line.strip()]

    def names(self, key: str) -> list[str]:
        """A list of names, as a person separates them."""
        return [name.strip() for name in re.split(r"[,;\n]", self.value(key)) if name.strip()]

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.folder / name).is_file()

    @property
    def first_version(self) -> bool:
        return bool(FIRST.search(self.value("previous_versions")) and not any(links(self.value("previous_versions"))))

    def links(self) -> set[str]:
        """Every link that a field states."""
        return {link for one in self.fields.values() for _, link in links(str(one["value"] or ""))}

    def lost_links(self) -> list[str]:
        """Links that the page or the PDF has not as links."""
        page = unescape((self.folder / "index.html").read_text("utf-8", "replace")) if self.has("index.html") else ""
        pdf = (self.folder / "summary.pdf").read_bytes() if self.has("summary.pdf") else b""
        return sorted(link for link in self.links() if f'href="{link}"' not in page or uri(link).encode() not in pdf)

    def broken_sums(self) -> list[str]:
        """Files of the report that are not what its list of sums says; the list itself, where there is none."""
        if not self.has(SUMS):
            return [SUMS]
        wrong = []
        for line in (self.folder / SUMS).read_text("utf-8", "replace").splitlines():
            sum_, _, name = line.partition("  ")
            if not self.has(name) or hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != sum_:
                wrong.append(name)
        return wrong
