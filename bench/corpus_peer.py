"""What datatrove decides, filter by filter on the same text. Run by the interpreter that has datatrove, not by ours.

Reads JSON lines with `url` and `text`; writes one JSON line per filter: its decisions, the texts it left, its seconds
of CPU.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import fasttext
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
    URLFilter,
)
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.utils import text as parts

CHAIN = ("language", "gopher_repetition", "gopher_quality", "c4_quality, FineWeb's", "fineweb_quality")


def main(texts: str, lists: str, model: str, *only: str) -> None:
    """Write the decisions on the texts of a file to standard output; of all filters, or of those that are named."""
    rows = [json.loads(line) for line in Path(texts).read_text().splitlines()]
    words = json.loads(Path(lists).read_text())
    language = LanguageFilter()
    language.model._model = fasttext.load_model(model)  # the one that we use; theirs is fetched from the network
    filters = {
        "language": language,
        "gopher_repetition": GopherRepetitionFilter(),
        "gopher_quality": GopherQualityFilter(),
        "c4_quality": C4QualityFilter(),
        "c4_quality, FineWeb's": C4QualityFilter(filter_no_terminal_punct=False),
        "fineweb_quality": FineWebQualityFilter(),
        "urls": URLFilter(
            use_integrated_lists=False, extra_domains=words["domains"], banned_words=words["banned_words"],
            banned_subwords=words["banned_subwords"], soft_banned_words=words["soft_banned_words"],
        ),
    }  # fmt: skip  # a list a line
    parts.split_into_words("warm")
    for name, one in filters.items():
        parts.split_into_parts.cache_clear()
        if not only or name in only:
            print(json.dumps(decided(name, one, rows)), flush=True)
    if not only or "pii" in only:
        print(json.dumps(replaced(rows)), flush=True)
    parts.split_into_parts.cache_clear()
    if not only or "chain" in only:
        print(json.dumps(chained([filters[name] for name in CHAIN], rows)), flush=True)


def decided(name: str, one: Any, rows: list[dict[str, str]]) -> dict[str, Any]:
    """One filter on every text as it came."""
    verdicts, left = [], []
    begun = time.process_time()
    for at, row in enumerate(rows):
        document = Document(text=row["text"], id=str(at), metadata={"url": row["url"]})
        try:
            answer = one.filter(document)
        except Exception as error:  # its own troubles are decisions too, and are told
            answer = (False, f"raised {type(error).__name__}")
        kept, rule = answer if isinstance(answer, tuple) else (answer, None)
        verdicts.append(None if kept else rule or "dropped")
        left.append(document.text if kept and document.text != row["text"] else None)
    return {"name": name, "seconds": time.process_time() - begun, "verdicts": verdicts, "left": left}


def chained(filters: list[Any], rows: list[dict[str, str]]) -> dict[str, Any]:
    """All filters in turn, each document through all of them before the next, as a pipeline does."""
    verdicts: list[str | None] = []
    begun = time.process_time()
    for row in rows:
        document = Document(text=row["text"], id="", metadata={"url": row["url"]})
        verdict = None
        for one in filters:
            try:
                answer = one.filter(document)
            except Exception as error:  # as above
                answer = (False, f"raised {type(error).__name__}")
            kept, rule = answer if isinstance(answer, tuple) else (answer, None)
            if not kept:
                verdict = rule or "dropped"
                break
        verdicts.append(verdict)
    return {"name": "chain", "seconds": time.process_time() - begun, "verdicts": verdicts, "left": [None] * len(rows)}


def replaced(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Personal traces replaced by our words for them."""
    replacer = PIIFormatter(email_replacement="[EMAIL]", ip_replacement="[IP_ADDRESS]")
    begun = time.process_time()
    left = [replacer.format(row["text"]) for row in rows]
    return {"name": "pii", "seconds": time.process_time() - begun, "verdicts": [None] * len(rows), "left": left}


if __name__ == "__main__":
    main(*sys.argv[1:])
