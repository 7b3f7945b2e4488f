"""One seeded life of a journal on a disk whose power is cut at many instants, and what must be found after each.

The oracle knows what was acknowledged before the instant of the cut, and nothing of how the journal works. The workload
follows from the seed alone; how the two threads of the journal interleave is the machine's choice.

    python -m tests.storage.cut_power 1000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

from tests.simulation.powercut import Disk, restore
from tokenry.storage import LEDGER_DB_NAME, Answer, Entry, Journal, Tuning

CUTS_MAX = 12
MEMORY = Path("/dev/shm")  # the disk is made up: what it lost is drawn, and no real one need be waited for
ANSWER_KEYS = 5


@dataclass(slots=True)
class Told:
    """What callers know at some instant."""

    acknowledged: list[str]
    given_up: set[str]
    forgettable: set[str]  # given up since the latch closed: the disk may still hold them
    snapshots: int


@dataclass(slots=True)
class Cut:
    """One possible content of the disk and what was known when its power was cut."""

    at: str
    image: dict[str, bytes]
    told: Told


@dataclass(slots=True)
class Outcome:
    """What a seed showed.

    Args:
        acknowledged: entries acknowledged over the whole life. cuts: power cuts that were looked into.
        latches: how often the latch closed. lost: acknowledged entries that a cut had lost. problems: every finding.
    """

    seed: int
    acknowledged: int = 0
    cuts: int = 0
    latches: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)


class Life:
    """Appends at random, lets the disk fail at random, cuts the power at random."""

    def __init__(self, seed: int, disk: Disk, journal: Journal, *, faults: bool) -> None:
        self.rng = Random(seed)
        self.disk = disk
        self.journal = journal
        self.cuts: list[Cut] = []
        self.latches = 0
        self.entries: dict[str, Entry] = {}
        self.appended: list[str] = []  # in order, given-up ones taken out again
        self._faults = faults
        self._failing = 0  # operations that still fail
        self._error: type[Exception] = apsw.FullError
        self._told = Told([], set(), set(), 0)
        self._times_told: dict[str, int] = {}
        self._cut_rng = Random(seed + 1)
        disk.watch = self._maybe_cut
        disk.fault = self._maybe_fail
        journal.on_latch(self._on_latch)

    async def live(self) -> None:
        """Go through some dozen steps."""
        for step in range(self.rng.randint(10, 40)):
            for n in range(self.rng.choice((1, 1, 3, 20, 60))):
                self._append(f"req_{step:03d}{n:03d}")
            if self.rng.random() < 0.15:
                self._snapshot()
            if self._faults and self.rng.random() < 0.1:
                self._error = self.rng.choice((apsw.FullError, apsw.IOError, apsw.ReadOnlyError))
                self._failing = self.rng.randint(1, 12)
            if self.rng.random() < 0.7:
                await self.journal.flush()
            else:
                await asyncio.sleep(0)
        self._failing = 0
        await self.journal.flush()
        self.cut("the end")

    def _append(self, ref: str) -> None:
        rng = self.rng
        answer = None
        if rng.random() < 0.1:
            answer = Answer("key_1 /v1", f"k{rng.randrange(ANSWER_KEYS)}", b"f", 200, "text/plain", ref.encode(), 2**62)
        hold = rng.random() < 0.6
        depends_on = None
        if not hold and self.appended and rng.random() < 0.5:
            depends_on = self.appended[-1] if self.entries[self.appended[-1]].is_root else None
        entry = Entry(
            "hold" if hold else "settle",
            ref,
            len(self.entries) + 1,
            rng.randbytes(rng.choice((0, 40, 200, 200, 9000))),
            keep=not hold,
            depends_on=depends_on,
            answer=answer,
            done=lambda error: self._done(ref, error),
        )
        self.entries[ref] = entry
        self.appended.append(ref)
        self.journal.append(entry)

    def _snapshot(self) -> None:
        def done(error: Exception | None) -> None:
            self._told.snapshots += error is None

        self.journal.put_snapshot(json.dumps(self.appended).encode(), done)

    def _done(self, ref: str, error: Exception | None) -> None:
        self._times_told[ref] = self._times_told.get(ref, 0) + 1
        if error is None:
            self._told.acknowledged.append(ref)
        else:
            self._told.given_up.add(ref)
            self._told.forgettable.add(ref)
            self.appended.remove(ref)

    def _on_latch(self, error: Exception | None) -> None:
        if error is None:
            self._told.forgettable = set()
        else:
            self.latches += 1

    def _maybe_cut(self, what: str, name: str) -> None:
        if len(self.cuts) < CUTS_MAX and self._cut_rng.random() < 0.04:
            self.cut(f"operation {self.disk.operations}, before {what} of {name}")

    def _maybe_fail(self, what: str, name: str) -> None:
        if self._failing > 0:
            self._failing -= 1
            raise self._error(f"simulated {what} failure")

    def reckon(self) -> list[str]:
        """What the journal did wrong to its callers, once it is closed."""
        told = self._told
        problems = [f"{ref} was told twice or never" for ref in self.entries if self._times_told.get(ref) != 1]
        for ref in told.given_up:
            entry = self.entries[ref]
            if entry.keep and entry.depends_on not in told.given_up:
                problems.append(f"{ref} was to be kept and was given up")
        return problems

    def cut(self, at: str) -> None:
        """Draw what would be left now, and note what is known now."""
        told = self._told
        known = Told(list(told.acknowledged), set(told.given_up), set(told.forgettable), told.snapshots)
        self.cuts.append(Cut(at, self.disk.image(self._cut_rng), known))


def live_and_cut(seed: int, *, synchronous: str = "FULL", faults: bool | None = None) -> Outcome:
    """One life under one seed; every third seed has a disk that also fails.

    Args:
        synchronous: below FULL the journal breaks its promise, and this must see it.
    """
    outcome = Outcome(seed)
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as scratch, Disk(Path(scratch) / "disk", Random(seed + 2)) as disk:
        disk.folder.mkdir()
        life = asyncio.run(_live(seed, disk, synchronous, seed % 3 == 0 if faults is None else faults))
        outcome.acknowledged, outcome.latches = len(life.cuts[-1].told.acknowledged), life.latches
        outcome.problems += [f"seed {seed}: {problem}" for problem in life.reckon()]
        for n, cut in enumerate(life.cuts):
            target = Path(scratch) / str(n)
            restore(cut.image, target)
            outcome.cuts += 1
            try:
                _inspect(target, life, cut, outcome)
            except Exception as error:
                # A power cut may end in any error at all; each is a finding under its seed.
                outcome.problems.append(f"seed {seed}, {cut.at}: {type(error).__name__}: {error}")
    return outcome


async def _live(seed: int, disk: Disk, synchronous: str, faults: bool) -> Life:
    rng = Random(seed + 3)
    journal = Journal.open(
        disk.folder / LEDGER_DB_NAME,
        vfs=disk.vfs,
        synchronous=synchronous,
        tuning=Tuning(probe_s=0.001, checkpoint_pages=rng.choice((8, 40, 400))),
    )
    life = Life(seed, disk, journal, faults=faults)
    await life.live()
    journal.close()
    life.cut("after close")
    return life


def _inspect(target: Path, life: Life, cut: Cut, outcome: Outcome) -> None:
    """Open what the cut left and compare it with what was told before it."""
    journal = Journal.open(target / LEDGER_DB_NAME, synchronous="OFF")  # only looks, so nothing need be synced
    try:
        rows = list(journal.read())
        found = [row.ref for row in rows]
        told = cut.told
        lost = set(told.acknowledged) - set(found)
        outcome.lost += len(lost)
        assert not lost, f"{len(lost)} acknowledged entries are lost"
        assert found[: len(told.acknowledged)] == told.acknowledged, "acknowledged entries stand in another order"
        for row in rows:
            entry = life.entries[row.ref]
            assert (row.kind, row.at, row.body) == (entry.kind, entry.at, entry.body), f"{row.ref} is changed"
        back = set(found) & (told.given_up - told.forgettable)
        assert not back, f"{sorted(back)[:3]} were given up and are back"
        for row in rows:
            parent = life.entries[row.ref].depends_on
            assert parent is None or parent in found, f"{row.ref} stands without {parent}"
        _inspect_answers(journal, life, found)
        _inspect_snapshot(journal, found, told)
    finally:
        journal.close()


def _inspect_answers(journal: Journal, life: Life, found: list[str]) -> None:
    newest = {}
    for ref in found:
        answer = life.entries[ref].answer
        if answer is not None:
            newest[answer.key] = answer
    for n in range(ANSWER_KEYS):
        assert journal.answer("key_1 /v1", f"k{n}", 1) == newest.get(f"k{n}"), f"the answer of k{n} is another one"


def _inspect_snapshot(journal: Journal, found: list[str], told: Told) -> None:
    snapshot = journal.latest_snapshot()
    assert snapshot is not None or told.snapshots == 0, "an acknowledged snapshot is lost"
    if snapshot is not None:
        seq, body = snapshot
        assert json.loads(body) == found[:seq], f"the snapshot at {seq} holds another state"


def check(seeds: Iterable[int], *, synchronous: str = "FULL") -> list[Outcome]:
    """The outcomes of many seeds, in order."""
    return [live_and_cut(seed, synchronous=synchronous) for seed in seeds]


def main() -> int:
    """Run as many seeds as asked for and print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="?", default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--synchronous", default="FULL")
    asked = parser.parse_args()
    outcomes = check(range(asked.first, asked.first + asked.seeds), synchronous=asked.synchronous)
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    for problem in problems[:20]:
        print(problem)
    print(
        f"{len(outcomes)} seeds, {sum(o.cuts for o in outcomes)} power cuts, "
        f"{sum(o.latches for o in outcomes)} latches, "
        f"{sum(o.acknowledged for o in outcomes)} entries acknowledged, {sum(o.lost for o in outcomes)} lost, "
        f"{len(problems)} problems"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
