"""The phases of a run: survey, documents, deduplication, mixing, tokens, shards, manifest.

Between phases stands a barrier: what follows needs all of what came before. Within a phase each piece of work stands in
the book once its files are durable, and is not done again. Knows the order of phases; stages, formats and papers are
others' trade.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tokenry.corpus.durable import sha256_of, sweep
from tokenry.corpus.errors import InputError
from tokenry.corpus.evidence import write_sites
from tokenry.corpus.mixing import STAGE as MIXING
from tokenry.corpus.mixing import Mixture
from tokenry.corpus.papers import Facts, write_manifest
from tokenry.corpus.read import Found, Part, Surveyed
from tokenry.corpus.read import planned as planned_batches
from tokenry.corpus.recipe import Recipe
from tokenry.corpus.run import layout
from tokenry.corpus.run.book import Book
from tokenry.corpus.run.chain import deduplicators
from tokenry.corpus.run.inputs import grouped, listed, once, wanted
from tokenry.corpus.run.places import places
from tokenry.corpus.run.progress import Progress, Tell
from tokenry.corpus.run.removals import Chooser, Removals
from tokenry.corpus.run.unchanged import changed, refuse, stamps
from tokenry.corpus.shards import Span, Vocabulary, planned
from tokenry.corpus.tokens import tokenizer
from tokenry.corpus.work import Executor, Task

Json = dict[str, Any]


class Phases:
    """One run.

    Args:
        recipe: what to build.
        out: the run's folder.
        book: what is done in it.
        crew: does tasks of `Workbench`, here or elsewhere.
        tell: called after each piece of work.
    """

    def __init__(self, recipe: Recipe, out: Path, book: Book, crew: Executor, tell: Tell) -> None:
        self.recipe, self.out, self.book, self.crew, self.tell = recipe, out, book, crew, tell
        self.progress = Progress()

    def all(self, head: Json, found: list[Found]) -> Json:
        """Do what is left of all phases, and write the manifest.

        Raises:
            CorpusError: as `build` says.
        """
        if self.book.row("stamps", "") is None:
            self.book.enter("stamps", "", stamps(found))
        surveys = self.survey(found)
        batches = list(planned_batches((one for one, lost in surveys if not lost), self.recipe.limit))
        if not batches:
            losses = [f"{one.file.shown}: {rule} ({value})" for one, _ in surveys for rule, value in one.losses[:1]]
            raise InputError("; ".join(["no document can be read from the inputs", *losses[:3]]))
        self._held(surveys, read=False)
        self.evidence(surveys)
        self.documents(batches)
        self._held(surveys, read=True)
        shutil.rmtree(layout.spool(self.out), ignore_errors=True)
        keys = [layout.key(number) for number in range(len(batches))]
        removals = Removals(self.out, keys)
        self.dedup(removals)
        self.mix(removals)
        self.tokens(keys, removals)
        self.shards(keys)
        sweep(self.out)  # workers that were killed in the middle of a file
        facts = Facts(
            head, listed(surveys), self.book.rows("documents"), self._sifted(), self.book.rows("shards"),
            bands=self.recipe.dedup.minhash,
        )  # fmt: skip  # the book's rows are one thing
        return write_manifest(self.out, facts, places(self.out, keys, removals, self._planned(keys)))

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
        """Walk through the files; each with the name of an earlier one of the same bytes, or none."""
        groups = {layout.key(at): files for at, files in enumerate(grouped(found))}
        self._phase("survey", len(groups))
        limit, wave = self.recipe.limit, len(groups) if self.recipe.limit is None else 1
        done: set[str] = set()
        while left := [key for key in wanted(groups, self._counted(), limit) if key not in done]:
            for _ in self._do(Task("survey", key, groups[key], divisible=True) for key in left[:wave]):
                self._step()
            done.update(left[:wave])
            wave *= 2
        rows = [row for key in wanted(groups, self._counted(), limit) for row in self.book.row("survey", key)]
        return list(once(msgspec.convert(row, Surveyed) for row in rows))

    def _counted(self) -> dict[str, int]:
        """Documents of each group that was looked at."""
        rows = self.book.rows("survey").items()
        return {key: sum(part["count"] for row in group for part in row["parts"]) for key, group in rows}

    def evidence(self, surveys: list[tuple[Surveyed, str]]) -> None:
        """Keep what sites say about all of their pages, before any page is looked at."""
        if self.book.row("evidence", "sites") is None:
            path = layout.sites(self.out)
            count = write_sites(path, [policy for one, _ in surveys for policy in one.policies])
            self.book.enter(
                "evidence", "sites", {"sites": count, "funnel": [], "files": {self._name(path): sha256_of(path)}}
            )

    def documents(self, batches: list[tuple[Part, ...]]) -> None:
        """Read and sift the batches."""
        self._phase("documents", sum(part.size for parts in batches for part in parts))
        tasks = (Task("documents", layout.key(at), parts, divisible=True) for at, parts in enumerate(batches))
        for row in self._do(tasks):
            self.progress.documents += row["documents"]
            self.progress.kept += row["kept"]
            self.progress.bytes += row["bytes"]
            self._out(row)
            self._step(row["bytes"])

    def dedup(self, removals: Removals) -> None:
        """Take copies out."""
        wanted = deduplicators(self.recipe, self.out)
        self._phase("dedup", len(wanted))
        for one in wanted:
            self._thinned(one.stage, one.removals, removals)

    def mix(self, removals: Removals) -> None:
        """Of what deduplication left, what is over each source's weight goes; a row of the book as deduplication's."""
        if (mix := self.recipe.mix).weights:
            self._phase("mix", 1)
            self._thinned(MIXING, Mixture(mix.weights, mix.seed).removals, removals)

    def _thinned(self, stage: str, choose: Chooser, removals: Removals) -> None:
        row = self.book.row("dedup", stage)
        if row is None:
            row = removals.chosen(stage, choose)
            self.book.enter("dedup", stage, row)
        self.progress.kept -= removals.take(row)
        self._out(row)
        self._step()

    def tokens(self, keys: list[str], removals: Removals) -> None:
        """Encode what is left."""
        self._phase("tokens", len(keys))
        for row in self._do(Task("tokens", key, removals.of(key)) for key in keys):
            self.progress.tokens += row["tokens"]
            self._step()

    def shards(self, keys: list[str]) -> None:
        """Write the shards."""
        settings = self.recipe.tokens
        made = tokenizer(settings.tokenizer, settings.end, Path(self.recipe.base), settings.engine)
        vocabulary = Vocabulary(made.vocabulary, made.name)
        plan = list(self._planned(keys))
        self._phase("shards", len(plan))
        for _ in self._do(Task("shards", layout.key(at), (vocabulary, spans)) for at, spans in enumerate(plan)):
            self._step()

    def _planned(self, keys: list[str]) -> Iterator[list[Span]]:
        lengths: Iterator[list[int]] = (self.book.row("tokens", key)["lengths"] for key in keys)
        return planned(lengths, self.recipe.shards.tokens)

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
        for done in self.crew.run(todo):
            self.book.enter(done.task.kind, done.task.key, done.answer)
            yield self.book.row(done.task.kind, done.task.key)

    def _phase(self, name: str, total: int) -> None:
        self.progress.phase, self.progress.done, self.progress.total = name, 0, total
        self.tell(self.progress)

    def _step(self, by: int = 1) -> None:
        self.progress.done += by
        self.tell(self.progress)

    def _out(self, row: Json) -> None:
        for stage, _, documents, _ in row["funnel"]:
            self.progress.dropped[stage] = self.progress.dropped.get(stage, 0) + documents

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()
