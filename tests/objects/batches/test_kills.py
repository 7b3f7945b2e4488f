"""Kill -9 at every step of a batch: nothing is lost, nothing is done or charged twice, nothing is left lying about."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from tests.objects.batches.office import Office, Perils, Till, at_work, jsonl, line
from tokenry.base.clock import ManualClock
from tokenry.base.errors import Conflict
from tokenry.config import Config, Objects
from tokenry.objects import Wish
from tokenry.objects.batches import Batch

pytestmark = pytest.mark.anyio
PROMPTS = ["one", "bad", "busy"]
CONFIG = Config(objects=Objects(batch_lines_at_once_each=2))
SEED = 20261123
WALKS = 15


async def begun(folder: Path, till: Till, clock: ManualClock) -> Batch:
    """A batch that was made by a process that did nothing else."""
    async with at_work(folder, till, clock=clock) as office:
        office.runner.stop()
        return office.begin(jsonl(line(n, prompt) for n, prompt in enumerate(PROMPTS)))


async def life(folder: Path, till: Till, clock: ManualClock, batch: Batch, perils: Perils) -> None:
    """One process, until the batch is over or somebody kills it."""
    async with at_work(folder, till, perils, clock=clock, config=CONFIG) as office:
        await office.over(batch)


def judge(office: Office, batch: Batch) -> None:
    """What must hold whenever a batch is over."""
    till = office.till
    assert set(till.charged.values()) <= {1}, "a line was charged twice"
    output, errors = office.rows(batch.output_file_id), office.rows(batch.error_file_id)
    named = [one["custom_id"] for one in output + errors]
    begun = range(len(PROMPTS)) if batch.in_progress_at is not None else range(0)
    assert sorted(named) == [f"row-{n}" for n in begun], "each line has one result"
    assert {one["response"]["request_id"] for one in output} == till.requests.keys(), "what was charged is handed over"
    assert (batch.completed, batch.failed) == (len(output), len(errors))
    made, _ = office.files.list("proj_1", Wish(), "batch_output")
    assert {one.id for one in made} == {batch.output_file_id, batch.error_file_id} - {None}, "files were made twice"
    office.clock.advance(s=7200)
    office.ground.blobs.sweep(office.files.named, office.files.needs)
    contents = {one.sha256 for one in office.files.list("proj_1", Wish())[0]}
    assert {path.name for path in office.ground.blobs.blobs()} == contents
    assert not list(office.batches.folder.path.iterdir())


async def test_a_kill_at_any_step(tmp_path: Path) -> None:
    at, seen = 0, set[str]()
    while True:
        at += 1
        folder, till, clock, perils = tmp_path / str(at), Till(), ManualClock(), Perils(at)
        folder.mkdir()
        batch = await begun(folder, till, clock)
        await life(folder, till, clock, batch, perils)
        async with at_work(folder, till, clock=clock, config=CONFIG) as office:
            batch = await office.over(batch)
            assert (batch.state, batch.completed, batch.failed) == ("completed", 2, 1)
            judge(office, batch)
        seen.update(perils.seen)
        if not perils.dead:
            break
    assert seen == {
        "note what the input is worth", "take in what was charged", "ask", "charge", "tell",
        "note that every line has its result", "keep the contents", "settle the draft", "rename the draft",
        "write the row", "write the rows", "let go of what it needed",
    }  # fmt: skip
    assert at > 20


def tear(folder: Path, chance: random.Random) -> None:
    """The last bytes of what was being written are not there."""
    for path in (folder / "batches").glob("*.results"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) - chance.randint(0, 200)] if chance.random() < 0.5 else content)


async def cancelled(office: Office, batch: Batch, asked: int) -> None:
    """Cancel once so many lines were asked, unless it is too late."""
    await office.until(batch, lambda one: office.till.asked.total() >= asked or not one.unfinished)
    with contextlib.suppress(Conflict):
        office.batches.cancel("proj_1", batch.id)


async def test_many_kills_on_one_way_and_a_change_of_mind(tmp_path: Path) -> None:
    for walk in range(WALKS):
        seed = f"{SEED}.{walk}"
        chance = random.Random(seed)
        folder, till, clock = tmp_path / str(walk), Till(), ManualClock()
        folder.mkdir()
        batch = await begun(folder, till, clock)
        for _ in range(chance.randint(1, 4)):
            perils = Perils(chance.randint(1, 16))
            async with at_work(folder, till, perils, clock=clock, config=CONFIG) as office:
                if chance.random() < 0.2:
                    await cancelled(office, batch, chance.randint(0, 3))
                await office.over(batch)
            tear(folder, chance)
            clock.advance(s=chance.choice((1, 1, 50_000)))
        async with at_work(folder, till, clock=clock, config=CONFIG) as office:
            batch = await office.over(batch)
            assert batch.state in {"completed", "cancelled", "expired"}, seed
            judge(office, batch)


async def test_what_a_batch_that_never_came_to_be_left_is_swept(tmp_path: Path) -> None:
    async with at_work(tmp_path) as office:
        batch = office.begin(jsonl([line(1)]))
        await office.over(batch)
        blob = office.ground.blobs.path(office.files.get("proj_1", batch.input_file_id).sha256)
        office.batches.folder.take("batch_never", blob)
    async with at_work(tmp_path) as office:
        assert not list(office.batches.folder.path.iterdir())
        assert blob.exists()
