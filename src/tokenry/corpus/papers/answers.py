"""What only a person can say in the public summary: the questions, and a file of answers, hostile until parsed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tokenry.corpus.errors import CorpusError

FILE_SIZE_MAX = 256 * 1024  # bytes
QUESTIONS: Mapping[str, str] = {
    "summary_version": "Version of this summary, with links to earlier ones",
    "last_update": "Date of the last update (DD/MM/YYYY)",
    "provider": "Name and contact of the provider",
    "representative": "Name and contact of the authorised representative in the Union, if there is one",
    "model": "Versioned name of the model or models, with links to their documentation",
    "dependencies": "The model that this one was made from, and that model's summary; or that there is none",
    "market_date": "Date on which the model was placed on the Union market (DD/MM/YYYY)",
    "content_types": "Types of content, such as news, fiction, scientific text, code",
    "continuous_training": "Whether the model is trained on new data after the latest date above",
    "characteristics": "National, regional and demographic characteristics of the data",
    "other_modalities": "Images, audio, video and other data that the model was trained on beside this set",
    "public_datasets": "Which sources are publicly available datasets: name, version, link, why a part was used",
    "licensed_datasets": "Whether datasets were licensed from rightsholders or those who speak for them",
    "private_datasets": "Datasets from other third parties: by name where publicly known, described otherwise",
    "crawlers": "Names of the crawlers that you ran, or that were run for you; or that there were none",
    "crawler_purposes": "What each crawler was for",
    "crawler_behaviour": "How crawlers met robots.txt, captchas, passwords and paywalls",
    "crawled_sources": "What kinds of sites were crawled, from which regions",
    "user_data": "Whether users' conversations with the model, or data of your other services, were used, and which",
    "synthetic_data": "Whether data made by AI models was used, made by which models, and their summaries",
    "other_sources": "Data from anywhere else; or that there was none",
    "code_of_practice": "Whether you signed the Code of Practice for general-purpose AI models",
    "copyright_policy": "Link to your copyright policy, or what it says",
    "illegal_content": "What was done so that illegal content is not in the data",
}


def read_answers(path: Path) -> dict[str, str]:
    """The answers in a TOML file of `key = "text"`.

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
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: {error}") from error
    wrong = []
    for key, answer in tree.items():
        if key not in QUESTIONS:
            near = difflib.get_close_matches(key, QUESTIONS, n=1)
            wrong.append(f"{key[:60]!r} is not asked; {f'did you mean {near[0]!r}?' if near else 'see the report'}")
        elif not isinstance(answer, str):
            wrong.append(f"{key}: must be text in quotes")
    if wrong:
        raise CorpusError("\n".join(f"{path}: {words}" for words in wrong))
    return {key: answer.strip() for key, answer in tree.items() if answer.strip()}
