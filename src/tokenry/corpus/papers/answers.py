"""What only a person can say in the public summary: the questions, and a file of answers, hostile until parsed.

A file of answers is TOML: `key = "text"` for each question, a table `[sources.NAME]` that says what a source of the set
is, and a table `[attested]` by which a person stands behind what no document can show (see `score`).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar, get_args

import msgspec

from tokenry.corpus.errors import CorpusError

FILE_SIZE_MAX = 256 * 1024  # bytes
Kind = TypeVar("Kind")
Belongs = Literal["2.1", "2.2.1", "2.2.2", "2.3", "2.4.a", "2.4.b", "2.5", "2.6"]


class Question(NamedTuple):
    """One thing to ask. `optional`: the template does not want it of everybody, so nothing is missing without it."""

    section: str
    words: str
    optional: bool = False

    @property
    def label(self) -> str:
        """Without what helps to answer it."""
        return self.words.partition(";")[0].removesuffix(" (yes or no)")


QUESTIONS: Mapping[str, Question] = {
    "summary_version": Question("0.a", "Version of this summary"),
    "previous_versions": Question("0.a", "Links to earlier versions; or that this is the first"),
    "last_update": Question("0.b", "Date of the last update (DD/MM/YYYY)"),
    "published_at": Question("0", "Link to the authoritative place of this summary", True),
    "versions_at": Question("0", "Link to the list of all versions of this summary", True),
    "status": Question("0", "Whether this is the latest version, and where a newer one would be announced", True),
    "changes": Question("0", "What changed since the version before; or that this is the first", True),
    "provider_name": Question("1.1.a", "Name of the provider"),
    "provider_contact": Question("1.1.a", "Contact of the provider for questions about this summary"),
    "representative_name": Question("1.1.b", "Name of the authorised representative in the Union; or `not required`"),
    "representative_contact": Question("1.1.b", "Contact of the authorised representative"),
    "model": Question("1.2.a", "Versioned name of the model or models"),
    "model_links": Question("1.2.a", "Links to the documentation of each model"),
    "dependencies": Question("1.2.b", "The model that this one was made from; or `none`"),
    "dependency_summaries": Question("1.2.b", "Link to that model's summary; or that there is none"),
    "market_date": Question("1.2.c", "Date on which the model was placed on the Union market (DD/MM/YYYY)"),
    "other_modalities": Question("1.3.a", "Images, audio, video and other data beside this set; or `none`"),
    "other_sizes": Question("1.3.b", "Sizes of those data, each in its own unit"),
    "content_types": Question("1.3.c", "Types of content, such as news, fiction, scientific text, code"),
    "continuous_training": Question("1.3.d", "Whether the model is trained on new data after the latest date above"),
    "regional": Question("1.3.f", "National and regional characteristics of the data"),
    "demographic": Question("1.3.f", "Demographic characteristics of the data"),
    "size_comments": Question("1.3.g", "Anything else about modalities and size", True),
    "public_datasets": Question("2.1.a", "Whether publicly available datasets were used (yes or no)", True),
    "public_list": Question("2.1.c", "Large publicly available datasets: name, version, link, why a part was used"),
    "public_others": Question("2.1.d", "Other publicly available datasets, described"),
    "public_comments": Question("2.1.e", "Anything else about publicly available datasets", True),
    "licensed_datasets": Question("2.2.1.a", "Whether datasets were licensed from rightsholders (yes or no)", True),
    "private_datasets": Question("2.2.2.a", "Whether private datasets came from other third parties (yes or no)", True),
    "private_list": Question("2.2.2.c", "Publicly known private datasets: name, version, link"),
    "private_others": Question("2.2.2.d", "Other private datasets, described"),
    "private_comments": Question("2.2.2.e", "Anything else about private datasets", True),
    "crawling": Question("2.3.a", "Whether crawlers were used by the provider or for it (yes or no)", True),
    "crawlers": Question("2.3.b", "Names of the crawlers, separated by commas"),
    "crawler_purposes": Question("2.3.c", "What each crawler was for"),
    "crawler_behaviour": Question("2.3.d", "How crawlers met robots.txt and others, captchas, passwords and paywalls"),
    "crawled_sites": Question("2.3.f", "Which types of websites were crawled"),
    "crawled_people": Question("2.3.f", "Regions and demographic characteristics of what was crawled"),
    "documents_at": Question("2.3.i", "Link to the published list of every document's address", True),
    "crawl_comments": Question("2.3.i", "Anything else about crawled data", True),
    "interactions": Question("2.4.a", "Whether users' input to the AI model was used (yes or no)", True),
    "services": Question("2.4.b", "Whether data of the provider's other services was used (yes or no)", True),
    "user_services": Question("2.4.c", "The services or products that the data came from, separated by commas"),
    "user_comments": Question("2.4.e", "Anything else about user data", True),
    "synthetic": Question("2.5.a", "Whether data made by AI models was used (yes or no)", True),
    "synthetic_models": Question(
        "2.5.c", "Models on the market that made it, with links to their summaries; or `none`"
    ),
    "other_models": Question("2.5.d", "Other models that made it, and what they were trained on; or `none`"),
    "synthetic_comments": Question("2.5.e", "Anything else about synthetic data", True),
    "other_data": Question("2.6.a", "Whether data came from anywhere else (yes or no)", True),
    "other_sources": Question("2.6.b", "These other sources and their data, described"),
    "other_comments": Question("2.6.c", "Anything else about other sources", True),
    "code_of_practice": Question(
        "3.1.a", "Whether the provider signed the Code of Practice for general-purpose AI models"
    ),
    "reservations": Question("3.1.b", "How opt-outs of datasets and later requests of rightsholders are met"),
    "copyright_policy": Question("3.1.c", "Copyright policy, in short and with a link"),
    "illegal_content": Question("3.2.a", "What was done so that illegal content is not in the data"),
    "rights": Question("3.3.a", "Anything else about processing that bears on rights under Union law", True),
}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source of the set is, as the person who brought it knows."""

    belongs: Belongs  # the section of the template that it is told in
    link: str = ""
    version: str = ""
    part: str = ""  # why only a part was used, and how it was chosen; empty where all of it was
    description: str = ""
    listed: bool = True  # by name: a large public dataset, or a private one that is publicly known


class Answers(msgspec.Struct, frozen=True):
    """A person's answers, by the keys of `QUESTIONS`, by sources' names, and by the ids of metrics."""

    said: dict[str, str] = {}
    sources: dict[str, Source] = {}
    attested: dict[str, str] = {}


def read_answers(path: Path) -> Answers:
    """The answers in a file.

    Raises:
        CorpusError: it cannot be read, or holds a question that is not asked or an answer that is no text.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_SIZE_MAX + 1)
        if len(raw) > FILE_SIZE_MAX:
            raise CorpusError(f"{path}: more than {FILE_SIZE_MAX // 1024} KiB; answers are shorter")
        tree = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: {error}") from error
    wrong: list[str] = []
    sources = _table(tree.pop("sources", {}), "sources", dict[str, Source], wrong)
    attested = _table(tree.pop("attested", {}), "attested", dict[str, str], wrong)
    said = _said(tree, wrong)
    if wrong:
        raise CorpusError("\n".join(f"{path}: {words}" for words in wrong))
    return Answers(said, sources, {key: words.strip() for key, words in attested.items() if words.strip()})


def _said(tree: Mapping[str, object], wrong: list[str]) -> dict[str, str]:
    said = {}
    for key, answer in tree.items():
        if key not in QUESTIONS:
            near = difflib.get_close_matches(key, QUESTIONS, n=1)
            wrong.append(f"{key[:60]!r} is not asked; {f'did you mean {near[0]!r}?' if near else 'see the report'}")
        elif not isinstance(answer, str):
            wrong.append(f"{key}: must be text in quotes")
        elif answer.strip():
            said[key] = answer.strip()
    return said


def _table(tree: object, name: str, kind: type[Kind], wrong: list[str]) -> Kind:
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        words = str(error).replace(" - at `$", " at `")
        known = f"; there are {', '.join(get_args(Belongs))}" if "enum" in words else ""
        wrong.append(f"[{name}]: {words}{known}")
        return msgspec.convert({}, kind)
