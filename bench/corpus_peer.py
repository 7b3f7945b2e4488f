"""What datatrove decides on given texts. Run by the interpreter that has datatrove, not by ours.

    PYTHON -P bench/corpus_peer.py filters TEXTS.jsonl LISTS.json LID.FTZ [NAME...]
    PYTHON -P bench/corpus_peer.py copies TEXTS.jsonl SEED

Reads JSON lines with `url` and `text`. `filters` writes one JSON line per filter: its decisions, the texts it left, its
seconds of CPU; `copies` one line: which texts MinHash takes out, which belong together, and the words that it compared.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
import tldextract
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
    URLFilter,
)
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils import text as parts
from datatrove.utils.logging import logger

CHAIN = ("language", "gopher_repetition", "gopher_quality", "c4_quality, FineWeb's", "fineweb_quality")
PII = {"email_replacement": "[EMAIL]", "ip_replacement": "[IP_ADDRESS]"}


class Model:
    """A fastText model whose scores are numpy's, whichever of fastText's packages is installed."""

    def __init__(self, path: str) -> None:
        self._model = fasttext.load_model(path)

    def predict(self, text: str, k: int) -> tuple[Any, Any]:
        """As fastText has it."""
        names, scores = self._model.predict(text, k=k)
        return names, np.asarray(scores)


def main(what: str, texts: str, *rest: str) -> None:
    """Write what is asked for to standard output."""
    rows = [json.loads(line) for line in Path(texts).read_text().splitlines()]
    if what == "copies":
        print(json.dumps(copies(rows, int(rest[0]))))
        return
    words, model, *only = rest
    for made in decisions(rows, json.loads(Path(words).read_text()), model, only):
        print(json.dumps(made), flush=True)


def decisions(rows: list[dict[str, str]], words: dict[str, list[str]], model: str, only: list[str]) -> Any:
    """What each filter says, or each of those that are named."""
    language = LanguageFilter()
    language.model._model = Model(model)  # the one that we use; theirs is fetched from the network
    urls = URLFilter(
        use_integrated_lists=False, extra_domains=words["domains"], banned_words=words["banned_words"],
        banned_subwords=words["banned_subwords"], soft_banned_words=words["soft_banned_words"],
    )  # fmt: skip  # a list a line
    urls.tldextractor = tldextract.TLDExtract(suffix_list_urls=())  # the list in its package, not the network's
    filters = {
        "language": language,
        "language, whole text": language,
        "gopher_repetition": GopherRepetitionFilter(),
        "gopher_quality": GopherQualityFilter(),
        "c4_quality": C4QualityFilter(),
        "c4_quality, FineWeb's": C4QualityFilter(filter_no_terminal_punct=False),
        "fineweb_quality": FineWebQualityFilter(),
        "urls": urls,
    }
    parts.split_into_words("warm")
    for name, one in filters.items():
        parts.split_into_parts.cache_clear()
        if not only or name in only:
            yield decided(name, [one], rows)
    if not only or "pii" in only:
        yield replaced(rows)
    parts.split_into_parts.cache_clear()
    if not only or "chain" in only:
        yield decided("chain", [filters[name] for name in CHAIN], rows)


def decided(name: str, filters: list[Any], rows: list[dict[str, str]]) -> dict[str, Any]:
    """Each text through all of these filters before the next, as a pipeline does."""
    verdicts, left = [], []
    begun = time.process_time()
    for at, row in enumerate(rows):
        document = Document(text=row["text"], id=str(at), metadata={"url": row["url"]})
        verdict = None
        for one in filters:
            try:
                answer = one.filter(document)
            except Exception as error:  # its own troubles are decisions too, and are told
                answer = (False, f"raised {type(error).__name__}")
            kept, rule = answer if isinstance(answer, tuple) else (answer, None)
            if not kept:
                verdict = rule or "dropped"
                break
        verdicts.append(verdict)
        left.append(document.text if verdict is None and document.text != row["text"] else None)
    return {"name": name, "seconds": time.process_time() - begun, "verdicts": verdicts, "left": left}


def replaced(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Personal traces replaced by our words for them."""
    replacer = PIIFormatter(**PII)
    begun = time.process_time()
    left = [replacer.format(row["text"]) for row in rows]
    return {"name": "pii", "seconds": time.process_time() - begun, "verdicts": [None] * len(rows), "left": left}


def copies(rows: list[dict[str, str]], seed: int) -> dict[str, Any]:
    """MinHash 14 x 8 over all texts, by its own steps, with its functions from this seed (its own is 1)."""
    logger.remove()
    config = MinhashConfig(seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "texts").mkdir()
        with (base / "texts/00000.jsonl").open("w") as file:
            file.writelines(json.dumps({"id": str(at), "text": row["text"]}) + "\n" for at, row in enumerate(rows))
        signatures, buckets, removed = (str(base / name) for name in ("signatures", "buckets", "removed"))
        signing = MinhashDedupSignature(signatures, config=config)
        steps: list[tuple[list[Any], int]] = [
            ([JsonlReader(str(base / "texts")), signing], 1),
            ([MinhashDedupBuckets(signatures, buckets, config=config)], config.num_buckets),
            ([MinhashDedupCluster(buckets, removed, config=config, save_cluster_id=True)], 1),
        ]
        for number, (step, tasks) in enumerate(steps):
            LocalPipelineExecutor(step, tasks, 1, logging_dir=str(base / f"log-{number}")).run()
        found = {name: _numbers(base / f"removed/000000.{name}") for name in ("remove", "clusters")}
    simplified = (parts.simplify_text(row["text"], config.norm_config) for row in rows)
    return {
        "removed": found["remove"],
        "clusters": list(zip(found["clusters"][::2], found["clusters"][1::2], strict=True)),
        "words": [signing.word_tokenizer.word_tokenize(text) for text in simplified] if seed == 1 else [],
    }


def _numbers(file: Path) -> list[int]:
    return [one for (one,) in struct.iter_unpack("<I", file.read_bytes())] if file.exists() else []


if __name__ == "__main__":
    main(*sys.argv[1:])
