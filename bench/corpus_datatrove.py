"""The other side of `bench.corpus`: datatrove's own steps, run by a Python that has them.

    VENV/bin/python bench/corpus_datatrove.py fineweb OUT WORKERS LIMIT LID.FTZ FILE...
    VENV/bin/python bench/corpus_datatrove.py core OUT LID.FTZ TEXTS.jsonl

`fineweb` is the published recipe (datatrove, examples/fineweb.py) without its tokens counter: URL lists, Trafilatura,
language, Gopher repetition and quality, C4, FineWeb, MinHash 14 x 8, PII. `core` is its filters and MinHash alone, on
one core, everything loaded before the clock begins. Steps are timed by the processor, not by the wall.

It imports nothing of Tokenry. Two things differ from the example, for want of a network: the language model is the
small lid.176.ftz, and the public suffix list is the one in its package.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import tldextract
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
    URLFilter,
)
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils import stats as statistics
from datatrove.utils import text as parts
from datatrove.utils.lid import FT176LID
from fasttext.FastText import _FastText

CONFIG = MinhashConfig()
statistics.time = SimpleNamespace(perf_counter=time.process_time)  # its steps' clock


class Languages(FT176LID):  # type: ignore[misc]  # datatrove is not installed where types are checked
    """The language model of a file; loaded in the worker that asks it."""

    _model: Any

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    @property
    def model(self) -> Any:
        """As its base has it, without a download."""
        if self._model is None:
            self._model = _FastText(self._path)
        return self._model

    def predict(self, doc: Any) -> tuple[tuple[str, float], dict[str, float]]:
        """As its base has it, for scores that are plain numbers."""
        names, scores = self.model.predict(doc.text.replace("\n", " "), k=self.k)
        found = {name.split("__")[2]: float(score) for name, score in zip(names, scores, strict=True)}
        return max(found.items(), key=lambda pair: pair[1]), found


def main(what: str, out: str, *rest: str) -> None:
    """Run one of the two and print a JSON line of what it took."""
    began = time.perf_counter()
    asked: Callable[..., Any] = fineweb if what == "fineweb" else core
    stages = asked(Path(out), *rest)
    print(json.dumps({"seconds": time.perf_counter() - began, "stages": stages}))


def fineweb(out: Path, workers: str, limit: str, model: str, *files: str) -> list[tuple[str, float]]:
    """The whole recipe; answers each step's seconds, summed over tasks."""
    folder = Path(files[0]).parent
    out.mkdir(parents=True)
    (out / "paths").write_text("\n".join(Path(file).name for file in files))
    tasks = len(files) if int(limit) < 0 else 1
    reader = WarcReader(str(folder), paths_file=str(out / "paths"), limit=int(limit), default_metadata={"dump": "d"})
    urls = URLFilter()
    urls.tldextractor = tldextract.TLDExtract(suffix_list_urls=())
    language = LanguageFilter()
    language.model = Languages(model)
    steps = [
        reader,
        urls,
        Trafilatura(favour_precision=True),
        language,
        GopherRepetitionFilter(),
        GopherQualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
        JsonlWriter(str(out / "filtered"), compression=None),
    ]
    timed = _run(steps, tasks, int(workers), out / "log-1", start="fork")
    if not (out / "filtered").exists():
        return timed  # a run of one document, for its start-up: nothing was kept
    return timed + _dedup(out, out / "filtered", tasks, int(workers), [PIIFormatter(), JsonlWriter(str(out / "kept"))])


def core(out: Path, model: str, texts: str) -> dict[str, float]:
    """Processor seconds of filters and of MinHash over texts; how many the first leave, how many the second takes."""
    rows = [json.loads(line) for line in Path(texts).read_text().splitlines()]
    language = LanguageFilter()
    language.model = Languages(model)
    filters = [
        language, GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]  # fmt: skip  # in the recipe's order
    _core_once(out / "warm", filters, rows[:50])
    parts.split_into_parts.cache_clear()
    return _core_once(out / "run", filters, rows)


def _core_once(out: Path, filters: list[Any], rows: list[dict[str, str]]) -> dict[str, float]:
    documents = [Document(text=row["text"], id=row["id"], metadata={"url": row["url"]}) for row in rows]
    clocks = [time.process_time()]
    kept = [one for one in documents if all(_keeps(step, one) for step in filters)]
    clocks.append(time.process_time())
    source = out / "texts"
    source.mkdir(parents=True)
    (source / "00000.jsonl").write_text("".join(json.dumps({"id": one.id, "text": one.text}) + "\n" for one in kept))
    clocks.append(time.process_time())
    _dedup(out, source, 1, 1, [JsonlWriter(str(out / "kept"), compression=None)])
    clocks.append(time.process_time())
    left = sum(len(file.read_text().splitlines()) for file in (out / "kept").glob("*"))
    filtered, minhashed = clocks[1] - clocks[0], clocks[3] - clocks[2]
    return {"filters": filtered, "minhash": minhashed, "left": len(kept), "removed": len(kept) - left}


def _keeps(step: Any, document: Any) -> bool:
    try:
        answer = step.filter(document)
    except Exception:  # edge: its own troubles drop the text, as in its pipelines
        return False
    return bool(answer[0] if isinstance(answer, tuple) else answer)


def _dedup(out: Path, source: Path, tasks: int, workers: int, after: list[Any]) -> list[tuple[str, float]]:
    signatures, buckets, removed = (str(out / name) for name in ("signatures", "buckets", "removed"))
    first = [JsonlReader(str(source)), MinhashDedupSignature(signatures, config=CONFIG)]
    second: list[Any] = [MinhashDedupBuckets(signatures, buckets, config=CONFIG)]
    third: list[Any] = [MinhashDedupCluster(buckets, removed, config=CONFIG, save_cluster_id=True)]
    fourth = [JsonlReader(str(source)), MinhashDedupFilter(removed), *after]
    timed = _run(first, tasks, workers, out / "log-2")
    timed += _run(second, CONFIG.num_buckets, workers, out / "log-3")
    timed += _run(third, 1, 1, out / "log-4")
    return timed + _run(fourth, tasks, workers, out / "log-5")


def _run(steps: list[Any], tasks: int, workers: int, log: Path, start: str = "fork") -> list[tuple[str, float]]:
    executor = LocalPipelineExecutor(
        pipeline=steps, tasks=tasks, workers=workers, logging_dir=str(log), start_method=start
    )
    executor.run()
    stats = json.loads((log / "stats.json").read_text())
    return [(one["name"], one["time_stats"]["total"]) for one in stats if one.get("time_stats")]


if __name__ == "__main__":
    main(*sys.argv[1:])
