"""In which section of the template each source of a set is told: as a person says, or as its own nature does.

Records of web archives are crawled data, texts under a consent are user data. Anything else is a person's to place.
"""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.corpus.papers.answers import Answers, Source
from tokenry.corpus.papers.languages import named
from tokenry.corpus.papers.shares import UNKNOWN, Share, percent
from tokenry.corpus.papers.tally import Origin, Tally

OPENINGS = {
    "public_datasets": "2.1", "licensed_datasets": "2.2.1", "private_datasets": "2.2.2", "crawling": "2.3",
    "interactions": "2.4.a", "services": "2.4.b", "synthetic": "2.5", "other_data": "2.6",
}  # fmt: skip  # the yes or no that opens a section, by its question, with the section
_ARCHIVES = frozenset({"warc", "wet"})
_LANGUAGES_TOLD = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """A source, its figures, and what a person said of it; `by_itself`: nobody said, its nature does."""

    share: Share
    origin: Origin
    source: Source
    by_itself: bool

    @property
    def figures(self) -> str:
        """Its size, languages and dates in words."""
        spoken = [one for one in self.origin.languages if one.name != UNKNOWN]
        told = [f"{named(one.name)} {percent(one.tokens, self.share.tokens)}" for one in spoken[:_LANGUAGES_TOLD]]
        more = f" and {len(spoken) - _LANGUAGES_TOLD} more" if len(spoken) > _LANGUAGES_TOLD else ""
        languages = ", ".join(told) + more if told else "languages not determined"
        documents = self.share.documents
        return (
            f"text; {documents:,} document{'s' * (documents != 1)}, {self.share.tokens:,} tokens; {languages}; "
            f"collected {period(self.origin.first_date, self.origin.last_date)}"
        )

    @property
    def line(self) -> str:
        """The source as a list tells it."""
        name = " ".join(filter(None, [self.share.name, self.source.version]))
        link = f" ({self.source.link})" if self.source.link else ""
        part = f"; a part, because {self.source.part}" if self.source.part else ""
        return f"{name}{link}: {self.figures}{part}"

    @property
    def described(self) -> str:
        """The source as a general description tells it."""
        return f"{self.source.description or 'not described'}: {self.figures}"


class Places:
    """Every source in its section."""

    def __init__(self, tally: Tally, answers: Answers) -> None:
        self._placed: dict[str, list[Placed]] = {}
        self.unplaced: list[str] = []
        for share in tally.sources:
            origin = tally.origins[share.name]
            said = answers.sources.get(share.name)
            source = said or _by_nature(share, origin)
            if source is None:
                self.unplaced.append(share.name)
            else:
                self._placed.setdefault(source.belongs, []).append(Placed(share, origin, source, said is None))
        self.unknown = sorted(set(answers.sources) - {one.name for one in tally.sources})

    def denied(self, answers: Answers) -> list[str]:
        """What answers contradict: sections that they say no to although a source is told there."""
        return [
            f"{key} says no, but {', '.join(one.share.name for one in self.of(section))} belongs to {section}: "
            "say yes, or place it elsewhere, in [sources.NAME]"
            for key, section in OPENINGS.items()
            if answers.said.get(key, "").lower().startswith("no") and self.of(section)
        ]

    def of(self, section: str) -> list[Placed]:
        """Sources that a section tells of."""
        return self._placed.get(section, [])


def period(first: str | None, last: str | None) -> str:
    """Two dates as the template wants them."""
    return f"{month(first)} to {month(last)}" if first and last else "at times not known, for the sources give no dates"


def month(date: str | None) -> str | None:
    """MM/YYYY."""
    return f"{date[5:7]}/{date[:4]}" if date and len(date) >= len("YYYY-MM") else date


def _by_nature(share: Share, origin: Origin) -> Source | None:
    if origin.consented == share.documents:
        return Source("2.4.a", description="conversations and files of people who consented")
    if origin.formats and _ARCHIVES.issuperset(origin.formats):
        return Source("2.3", description="records of web archives")
    return None
