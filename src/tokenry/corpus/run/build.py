"""A whole run, phase by phase: survey, documents, deduplication, tokens, shards, manifest.

Between phases stands a barrier: what follows needs all of what came before. Within a phase each piece of work stands in
the book once its files are durable, and is not done again. Knows the order of phases; stages, formats and papers are
others' trade.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from tokenry.base.clock import Clock
from tokenry.corpus.dedup import Deduplicator
from tokenry.corpus.documents import DROPPED, dropped_batch
from tokenry.corpus.durable import read_parquet, sha256_of, sweep, write_parquet
from tokenry.corpus.errors import InputError, RunFolderError
from tokenry.corpus.evidence import write_sites
from tokenry.corpus.mixing import STAGE as MIXING
from tokenry.corpus.mixing import Mixture, unweighted
from tokenry.corpus.papers import PLACES, Facts, write_manifest
from tokenry.corpus.read import Found, Part, Surveyed, planned
from tokenry.corpus.recipe import Recipe, plain
from tokenry.corpus.run import door, layout
from tokenry.corpus.run.book import Book
from tokenry.corpus.run.chain import chain, deduplicators
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.run.progress import Progress, Tell
from tokenry.corpus.run.unchanged import changed, refuse, stamps
from tokenry.corpus.run.versions import versions
from tokenry.corpus.run.workbench import Factory, funnel, without
from tokenry.corpus.shards import Vocabulary
from tokenry.corpus.shards import planned as planned_shards
from tokenry.corpus.tokens import tokenizer
from tokenry.corpus.work import Limits, Pool, Task

SURVEYED_AT_ONCE = 64  # files a task
SURVEYED_SIZE = 32 * 2**20  # bytes of files a task, unless one is larger
Json = dict[str, Any]


def build(recipe: Recipe, *, workers: int, tell: Tell, clock: Clock | None = None) -> Json:
    """Make a training set, or go on making it, and answer its manifest.

    Args:
        recipe: what to build.
        workers: processes; decides nothing about the bytes that come out.
        tell: called after each piece of work.
        clock: for the watch over documents that take too long.

    Raises:
        CorpusError: an input is not there, the folder holds another run or is worked in by another process, or a stage
            failed without a document to blame.
    """
    out = Path(recipe.base) / Path(recipe.output).expanduser()
    head = _head(recipe)
    found = found_inputs(recipe)
    _weighed(recipe, found)
    try:
        for name in layout.FOLDERS:
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(f"cannot write to {out}: {error.strerror}; make room or name another output") from error
    limits = Limits(recipe.budget.seconds, recipe.budget.memory_mb * 2**20)
    try:
        with Book(out) as book, Pool(workers, Factory(recipe, out), limits, clock) as pool:
            if book.row("door", "") is not None:
                found.append(door.found(out))
            listed = hashlib.sha256("\n".join(one.path for one in found).encode()).hexdigest()
            book.begin({**head, "files_listed": listed})
            if (done := book.row("manifest", "")) is None:
                sweep(out)
                done = _Run(recipe, out, book, pool, tell).all(head, found)
                book.enter("manifest", "", done)
            shutil.rmtree(out / "tokens", ignore_errors=True)
            door.let_go(out)
    except OSError as error:
        raise RunFolderError(
            f"{error.filename or out}: {error.strerror or error}; make room or mend the disk, and start the same build "
            "again: what is done stays done"
        ) from error
    manifest: Json = done
    return manifest


class _Run:
    def __init__(self, recipe: Recipe, out: Path, book: Book, pool: Pool, tell: Tell) -> None:
        self.recipe, self.out, self.book, self.pool, self.tell = recipe, out, book, pool, tell
        self.progress = Progress()

    def all(self, head: Json, found: list[Found]) -> Json:
        if self.book.row("stamps", "") is None:
            self.book.enter("stamps", "", stamps(found))
        surveys = self.survey(found)
        batches = list(planned((one for one, lost in surveys if not lost), self.recipe.limit))
        if not batches:
            raise InputError("no document can be read from the inputs; `losses` in the book say why")
        self._held(surveys, read=False)
        self.evidence(surveys)
        self.documents(batches)
        self._held(surveys, read=True)
        keys = [layout.key(number) for number in range(len(batches))]
        removed = self.mix(keys, self.dedup(keys))
        self.tokens(keys, removed)
        self.shards(keys)
        facts = Facts(
            head, _inputs(surveys), self.book.rows("documents"), self._sifted(), self.book.rows("shards"),
            bands=self.recipe.dedup.minhash,
        )  # fmt: skip  # the book's rows are one thing
        return write_manifest(self.out, facts, self.places(keys, removed))

    def _held(self, surveys: list[tuple[Surveyed, str]], *, read: bool) -> None:
        """Inputs are what they were, until all of them are read; what was read of others is never gone on with."""
        if self.book.row("held", "") is not None:
            return
        path = self.book.row("changed", "") or changed((one.file for one, _ in surveys), self.book.row("stamps", ""))
        if path is not None:
            if read:
                self.book.enter("changed", "", path)
            raise refuse(path, self.out)
        if read:
            self.book.enter("held", "", {})

    def survey(self, found: list[Found]) -> list[tuple[Surveyed, str]]:
        groups = {layout.key(at): files for at, files in enumerate(_grouped(found))}
        self._phase("survey", len(groups))
        for _ in self._do(Task("survey", key, files) for key, files in groups.items()):
            self._step()
        rows = [row for group in self.book.rows("survey").values() for row in group]
        return list(_once(msgspec.convert(row, Surveyed) for row in rows))

    def evidence(self, surveys: list[tuple[Surveyed, str]]) -> None:
        """Keep what sites say about all of their pages, before any page is looked at."""
        if self.book.row("evidence", "sites") is None:
            path = layout.sites(self.out)
            count = write_sites(path, [policy for one, _ in surveys for policy in one.policies])
            self.book.enter(
                "evidence", "sites", {"sites": count, "funnel": [], "files": {self._name(path): sha256_of(path)}}
            )

    def documents(self, batches: list[tuple[Part, ...]]) -> None:
        self._phase("documents", sum(part.size for parts in batches for part in parts))
        tasks = (Task("documents", layout.key(at), parts, divisible=True) for at, parts in enumerate(batches))
        for row in self._do(tasks):
            self.progress.documents += row["documents"]
            self.progress.kept += row["kept"]
            self.progress.bytes += row["bytes"]
            self._step(row["bytes"])

    def dedup(self, keys: list[str]) -> dict[str, list[int]]:
        removed: dict[str, list[int]] = {key: [] for key in keys}
        wanted = deduplicators(self.recipe, self.out)
        self._phase("dedup", len(wanted))
        for one in wanted:
            row = self.book.row("dedup", one.stage)
            if row is None:
                row = self._removals(one, keys, removed)
                self.book.enter("dedup", one.stage, row)
            for key, rows in row["removed"].items():
                removed[key] = sorted({*removed[key], *rows})
            self.progress.kept -= sum(map(len, row["removed"].values()))
            self._step()
        return removed

    def mix(self, keys: list[str], removed: dict[str, list[int]]) -> dict[str, list[int]]:
        """What deduplication left, less what is over each source's weight; a row of the book as deduplication's."""
        if not (mix := self.recipe.mix).weights:
            return removed
        self._phase("mix", 1)
        row = self.book.row("dedup", MIXING)
        if row is None:
            mixture = Mixture(mix.weights, mix.seed)
            found = mixture.removals(lambda columns: self._left(keys, removed, [*columns]))
            row = self._taken_out(MIXING, keys, found)
            self.book.enter("dedup", MIXING, row)
        self.progress.kept -= sum(map(len, row["removed"].values()))
        self._step()
        return {key: sorted({*rows, *row["removed"].get(key, ())}) for key, rows in removed.items()}

    def _removals(self, one: Deduplicator, keys: list[str], removed: dict[str, list[int]]) -> Json:
        return self._taken_out(one.stage, keys, one.removals(lambda columns: self._left(keys, removed, columns)))

    def _taken_out(self, stage: str, keys: list[str], removals: Iterable[tuple[int, int, dict[str, object]]]) -> Json:
        gone: dict[str, list[int]] = {}
        lost = []
        for number, row, document in removals:
            gone.setdefault(keys[number], []).append(row)
            lost.append(document)
        path = layout.dropped(self.out, stage)
        batch = dropped_batch(lost)
        write_parquet(path, [batch], DROPPED)
        return {"removed": gone, "funnel": funnel(batch), "files": {self._name(path): sha256_of(path)}}

    def _left(self, keys: list[str], removed: dict[str, list[int]], columns: Sequence[str]) -> Iterator[Any]:
        for key in keys:
            table = read_parquet(layout.documents(self.out, key), [*columns])
            numbered = table.append_column("row", [list(range(table.num_rows))])
            yield without(numbered, removed[key])

    def tokens(self, keys: list[str], removed: dict[str, list[int]]) -> None:
        self._phase("tokens", len(keys))
        for row in self._do(Task("tokens", key, removed[key]) for key in keys):
            self.progress.tokens += row["tokens"]
            self._step()

    def shards(self, keys: list[str]) -> None:
        settings = self.recipe.tokens
        made = tokenizer(settings.tokenizer, settings.end, Path(self.recipe.base), settings.engine)
        vocabulary = Vocabulary(made.vocabulary, made.name)
        plan = list(planned_shards((self._lengths(key) for key in keys), self.recipe.shards.tokens))
        self._phase("shards", len(plan))
        for _ in self._do(Task("shards", layout.key(at), (vocabulary, spans)) for at, spans in enumerate(plan)):
            self._step()

    def _lengths(self, key: str) -> list[int]:
        lengths: list[int] = self.book.row("tokens", key)["lengths"]
        return lengths

    def places(self, keys: list[str], removed: dict[str, list[int]]) -> Iterator[Any]:
        """Each document's place, in the order of shards, a record batch a shard's span."""
        plan = planned_shards((self._lengths(key) for key in keys), self.recipe.shards.tokens)
        names = ["id", "url", "source", "position", "language", "licence", "digest", "tokens"]
        for number, spans in enumerate(plan):
            row = 0
            for span in spans:
                key = keys[span.batch]
                bands = without(read_parquet(layout.documents(self.out, key), ["bands"]), removed[key])
                table = read_parquet(layout.tokens(self.out, key), names).append_column("bands", bands.column("bands"))
                for place in table.slice(span.first, span.last - span.first).combine_chunks().to_batches():
                    yield _placed(place, layout.key(number), row)
                    row += place.num_rows

    def _sifted(self) -> Json:
        return {**self.book.rows("evidence"), **self.book.rows("dedup")}

    def _do(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """Rows of the book for each task: those that are there, then those that are made now."""
        todo = []
        for task in tasks:
            row = self.book.row(task.kind, task.key)
            if row is None:
                todo.append(task)
            else:
                yield row
        for done in self.pool.run(todo):
            self.book.enter(done.task.kind, done.task.key, done.answer)
            yield self.book.row(done.task.kind, done.task.key)

    def _phase(self, name: str, total: int) -> None:
        self.progress.phase, self.progress.done, self.progress.total = name, 0, total
        self.tell(self.progress)

    def _step(self, by: int = 1) -> None:
        self.progress.done += by
        self.tell(self.progress)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()


def _head(recipe: Recipe) -> Json:
    settings = recipe.tokens
    made = tokenizer(settings.tokenizer, settings.end, Path(recipe.base), settings.engine)
    return {
        "recipe": plain(recipe),
        "stages": [one.stage for one in chain(recipe)] + [one.stage for one in deduplicators(recipe)]
        + [MIXING] * bool(recipe.mix.weights),
        "reads": {path: sha256_of(Path(recipe.base) / Path(path).expanduser()) for path in _named(recipe)},
        "versions": versions(),
        "tokenizer": {
            "name": made.name, "sha256": made.fingerprint, "vocabulary": made.vocabulary, "end": made.end
        },
    }  # fmt: skip  # the tokenizer is one fact


def _named(recipe: Recipe) -> list[str]:
    """Files that filters read; `chain` has opened them, so they are there."""
    return sorted({path for one in recipe.filters for path in one.files()})


def _weighed(recipe: Recipe, found: list[Found]) -> None:
    """Refuse weights that do not fit the inputs, before a day's work is done."""
    if recipe.mix.weights:
        without, idle = unweighted(recipe.mix.weights, (one.shown for one in found))
        if idle:
            raise InputError(f"mix.weights: no input is named {', '.join(idle)}; give inputs a `name`")
        if without:
            raise InputError(f"mix.weights: {without[0]} has no weight; give one to its source, or leave the input out")


def _grouped(found: list[Found]) -> Iterator[list[Found]]:
    """Files for one task to survey: many small ones, or one that is large."""
    group: list[Found] = []
    held = 0
    for one in found:
        size = Path(one.path).stat().st_size if Path(one.path).exists() else 0
        if group and (len(group) == SURVEYED_AT_ONCE or held + size > SURVEYED_SIZE):
            yield group
            group, held = [], 0
        group.append(one)
        held += size
    if group:
        yield group


def _once(surveys: Iterable[Surveyed]) -> Iterator[tuple[Surveyed, str]]:
    """Each file, and the name of an earlier one of the same bytes, which it is left out for."""
    seen: dict[str, str] = {}
    for one in surveys:
        yield one, seen.get(one.file.sha256, "") if one.file.sha256 else ""
        seen.setdefault(one.file.sha256, one.file.shown)


def _inputs(surveys: Iterable[tuple[Surveyed, str]]) -> list[Json]:
    rows = []
    for one, same in surveys:
        losses = [{"rule": rule, "value": value} for rule, value in one.losses]
        if same:
            losses.append({"rule": "same_file", "value": same})
        file = one.file
        rows.append({
            "name": file.shown, "format": file.format, "bytes": file.size, "sha256": file.sha256,
            "licence": file.origin.licence, "documents": sum(part.count for part in one.parts), "losses": losses,
        })  # fmt: skip  # a key a line would bury the row
    return rows


def _placed(tokens: Any, shard: str, first: int) -> Any:
    columns = {name: tokens.column(name) for name in tokens.schema.names}
    columns["tokens"] = tokens.column("tokens").value_lengths().cast(pa.int64())
    columns["shard"] = pa.array([shard] * tokens.num_rows)
    columns["row"] = pa.array(range(first, first + tokens.num_rows), pa.int64())
    return pa.RecordBatch.from_arrays([columns[name] for name in PLACES.names], schema=PLACES)
