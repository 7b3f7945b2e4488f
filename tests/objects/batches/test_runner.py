"""A batch from its file to its files: what is done, in which order, and what stands in its way."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.objects.batches.office import OWNER, Perils, Till, at_work, jsonl, line
from tokenry.access import InvalidApiKey, Principal
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.config import Config, Objects
from tokenry.objects import KeepsNothing, Wish
from tokenry.objects.batches import NewBatch, TooManyBatches
from tokenry.objects.batches.partial import Partial
from tokenry.storage import StorageError

pytestmark = pytest.mark.anyio
DAY_S = 86_400


async def test_a_batch_from_its_file_to_its_files(tmp_path: Path) -> None:
    prompts = ["one", "bad", "busy", "two"]
    async with at_work(tmp_path) as office:
        made = office.begin(jsonl(line(n, prompt) for n, prompt in enumerate(prompts)), metadata={"run": "x"})
        assert (made.state, made.expires_at - made.created_at) == ("validating", DAY_S * NS_PER_S)
        batch = await office.over(made)
        assert (batch.state, batch.model, batch.metadata) == ("completed", "m", {"run": "x"})
        assert (batch.total, batch.completed, batch.failed) == (4, 3, 1)
        assert batch.usage is not None
        assert (batch.usage.input_tokens, batch.usage.output_tokens) == (9, 6)
        output, errors = office.rows(batch.output_file_id), office.rows(batch.error_file_id)
        assert [one["custom_id"] for one in output] == ["row-0", "row-2", "row-3"], "in the order of the input"
        assert [one["response"]["body"]["echo"] for one in output] == ["one", "busy", "two"]
        assert {one["response"]["request_id"] for one in output} == office.till.requests.keys()
        (error,) = errors
        assert (error["custom_id"], error["response"]["status_code"]) == ("row-1", 400)
        assert error["response"]["body"]["error"]["param"] == "prompt"
        assert office.till.asked["busy"] == 3
        assert [one.id for one in office.told] == [batch.id]
        file = office.files.get("proj_1", str(batch.output_file_id))
        assert (file.purpose, file.name) == ("batch_output", f"{batch.id}_output.jsonl")
        stamps = [batch.created_at, batch.in_progress_at, batch.finalizing_at, batch.completed_at]
        assert None not in stamps
        assert stamps == sorted(stamps)  # type: ignore[type-var] # none is None, as was just said
        assert not scratch(tmp_path), "nothing is left"


async def test_a_file_that_cannot_be_worked_on_fails_and_nothing_is_asked(tmp_path: Path) -> None:
    async with at_work(tmp_path) as office:
        batch = await office.over(office.begin(b"nope\n" + jsonl([line(1), line(1), line(2, url="/v1/x")])))
        assert batch.state == "failed"
        assert [(one.code, one.line) for one in batch.errors] == [
            ("invalid_json_line", 1), ("duplicate_custom_id", 3), ("mismatched_url", 4),
        ]  # fmt: skip
        assert not office.till.asked
        assert (batch.output_file_id, batch.error_file_id) == (None, None)
        assert not scratch(tmp_path)


async def test_what_cannot_be_a_batch_is_refused_at_once(tmp_path: Path) -> None:
    config = Config(objects=Objects(batch_size_max=1024, batches_unfinished_max=1))
    async with at_work(tmp_path, config=config) as office:
        batches, good = office.batches, office.leave(jsonl([line(1)]))
        cases: list[tuple[str, str, type[Exception]]] = [
            ("file_never", "/v1/chat/completions", NotFound),
            (office.leave(b"x", "user_data"), "/v1/chat/completions", InvalidRequest),
            (office.leave(b"x" * 2000), "/v1/chat/completions", InvalidRequest),
            (good, "/v1/audio/speech", InvalidRequest),
        ]
        for file_id, endpoint, error in cases:
            with pytest.raises(error):
                batches.create(OWNER, NewBatch(file_id, endpoint, "24h"))
        nothing = Principal(**{**_fields(OWNER), "keeps_content": False})
        with pytest.raises(KeepsNothing):
            batches.create(nothing, NewBatch(good, "/v1/chat/completions", "24h"))
        stranger = Principal(**{**_fields(OWNER), "project_id": "proj_2"})
        with pytest.raises(NotFound):
            batches.create(stranger, NewBatch(good, "/v1/chat/completions", "24h"))
        assert not scratch(tmp_path)
        office.runner.stop()
        batches.create(OWNER, NewBatch(good, "/v1/chat/completions", "24h"))
        with pytest.raises(TooManyBatches):
            batches.create(OWNER, NewBatch(good, "/v1/chat/completions", "24h"))
        assert len(scratch(tmp_path)) == 1


def scratch(folder: Path) -> list[str]:
    """The files that batches work on."""
    return [path.name for path in folder.glob("batches/*")]


def _fields(principal: Principal) -> dict[str, Any]:
    return {name: getattr(principal, name) for name in principal.__dataclass_fields__}


async def test_a_file_that_is_deleted_takes_nothing_away(tmp_path: Path) -> None:
    async with at_work(tmp_path) as office:
        office.runner.stop()
        batch = office.begin(jsonl(line(n) for n in range(5)))
        office.files.delete("proj_1", batch.input_file_id)
        assert not list(office.ground.blobs.blobs())
        till = office.till
    async with at_work(tmp_path, till) as office:
        office.runner.stop()  # nothing may depend on the file's row
    assert scratch(tmp_path) == [f"{batch.id}.input"]
    async with at_work(tmp_path, till) as office:
        batch = await office.over(batch)
        assert (batch.state, batch.completed) == ("completed", 5)


async def test_a_file_system_without_second_names_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    async with at_work(tmp_path) as office:
        monkeypatch.setattr(os, "link", refuses)
        batch = office.begin(jsonl(line(n) for n in range(5)))
        office.files.delete("proj_1", batch.input_file_id)
        assert (await office.over(batch)).completed == 5
        assert not scratch(tmp_path)


async def test_lines_are_asked_so_many_at_a_time(tmp_path: Path) -> None:
    config = Config(objects=Objects(batch_lines_at_once=5, batch_lines_at_once_each=3))
    async with at_work(tmp_path, config=config) as office:
        office.till.open.clear()
        one, two = (office.begin(jsonl(line(n) for n in range(20))) for _ in range(2))
        await office.until(one, lambda _: office.till.at_once == 5)
        office.till.open.set()
        await office.over(one)
        await office.over(two)
        assert office.till.at_once_max == 5
        office.till.at_once_max = 0
        office.till.open.clear()
        alone = office.begin(jsonl(line(n) for n in range(20)))
        await office.until(alone, lambda _: office.till.at_once == 3)
        office.till.open.set()
        await office.over(alone)
        assert office.till.at_once_max == 3


async def test_a_key_that_is_gone_pays_for_nothing_more(tmp_path: Path) -> None:
    async with at_work(tmp_path, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:

        def holder(_key: str) -> Principal:
            if len(office.till.charged) >= 2:
                raise InvalidApiKey("The API key sk-x-… was revoked.")
            return OWNER

        office.holder = holder
        batch = await office.over(office.begin(jsonl(line(n) for n in range(4))))
        assert (batch.state, batch.completed, batch.failed) == ("completed", 2, 2)
        for error in office.rows(batch.error_file_id):
            assert error["response"]["status_code"] == 401
            assert error["response"]["body"]["error"]["code"] == "invalid_api_key"
        assert len(office.till.charged) == 2


async def test_a_project_that_keeps_nothing_any_more_asks_nothing_more(tmp_path: Path) -> None:
    async with at_work(tmp_path, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:
        nothing = Principal(**{**_fields(OWNER), "keeps_content": False})
        office.holder = lambda _key: nothing if office.till.charged else OWNER
        batch = await office.over(office.begin(jsonl(line(n) for n in range(3))))
        codes = [one["response"]["body"]["error"]["code"] for one in office.rows(batch.error_file_id)]
        assert codes == ["content_not_kept"] * 2


async def test_a_cancelled_batch_hands_over_what_is_done(tmp_path: Path) -> None:
    async with at_work(tmp_path, config=Config(objects=Objects(batch_lines_at_once_each=2))) as office:
        batch = office.begin(jsonl(line(n) for n in range(300)))
        await office.until(batch, lambda one: one.completed >= 5)
        cancelled = office.batches.cancel("proj_1", batch.id)
        assert cancelled.state == "cancelling"
        assert office.batches.cancel("proj_1", batch.id).state in {"cancelling", "cancelled"}, "twice is once"
        batch = await office.over(batch)
        assert batch.state == "cancelled"
        assert 5 <= batch.completed < 300
        assert (batch.completed, batch.failed) == (len(office.till.charged), 300 - len(office.till.charged))
        output, errors = office.rows(batch.output_file_id), office.rows(batch.error_file_id)
        assert {one["error"]["code"] for one in errors} == {"batch_cancelled"}
        assert sorted([one["custom_id"] for one in output + errors]) == sorted([f"row-{n}" for n in range(300)])
        assert office.batches.cancel("proj_1", batch.id).state == "cancelled"
        done = await office.over(office.begin(jsonl([line(1)])))
        with pytest.raises(Conflict, match="status 'completed'"):
            office.batches.cancel("proj_1", done.id)


async def test_what_the_window_leaves_is_expired(tmp_path: Path) -> None:
    clock = ManualClock()
    async with at_work(tmp_path, clock=clock, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:
        batch = office.begin(jsonl(line(n) for n in range(200)))
        await office.until(batch, lambda one: one.completed >= 3)
        clock.advance(s=DAY_S)
        batch = await office.over(batch)
        assert (batch.state, batch.expired_at) == ("expired", clock.now_ns())
        assert batch.completed == len(office.till.charged)
        assert batch.completed + batch.failed == batch.total == 200
        assert {one["error"]["code"] for one in office.rows(batch.error_file_id)} == {"batch_expired"}


async def test_a_batch_that_slept_through_its_window_still_hands_over_what_was_charged(tmp_path: Path) -> None:
    """Killed after a line was charged and before it was written down; started again a day later."""
    till, clock, perils = Till(), ManualClock(), Perils()
    async with at_work(tmp_path, till, perils, clock=clock) as office:
        batch = office.begin(jsonl(line(n) for n in range(4)))
        await office.until(batch, lambda _: bool(till.charged))
        perils.dead = True
    for path in (tmp_path / "batches").glob("*.results"):
        path.unlink()
    clock.advance(s=3 * DAY_S)
    async with at_work(tmp_path, till, clock=clock) as office:
        batch = await office.over(batch)
        assert batch.state == ("expired" if batch.failed else "completed")
        told = {one["response"]["request_id"] for one in office.rows(batch.output_file_id)}
        assert told == till.requests.keys()


async def test_an_input_that_is_lost_is_said_and_what_was_done_is_kept(tmp_path: Path) -> None:
    till = Till()
    async with at_work(tmp_path, till, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:
        batch = office.begin(jsonl(line(n) for n in range(300)))
        await office.until(batch, lambda one: one.completed >= 3)
        office.files.delete("proj_1", batch.input_file_id)
    (tmp_path / "batches" / f"{batch.id}.input").unlink()
    async with at_work(tmp_path, till) as office:
        batch = await office.over(batch)
        assert (batch.state, batch.errors[0].code) == ("failed", "input_file_missing")
        assert 3 <= len(office.rows(batch.output_file_id)) == batch.completed


async def test_a_folder_put_back_from_a_backup_goes_on_without_its_scratch(tmp_path: Path) -> None:
    """A backup has no scratch folder; files and answers that are kept are enough to go on."""
    till = Till()
    async with at_work(tmp_path, till, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:
        batch = office.begin(jsonl(line(n) for n in range(100)))
        await office.until(batch, lambda one: one.completed >= 3)
    for path in (tmp_path / "batches").iterdir():
        path.unlink()
    async with at_work(tmp_path, till) as office:
        batch = await office.over(batch)
        assert (batch.state, batch.completed) == ("completed", 100)
        assert set(till.charged.values()) == {1}


async def test_the_end_begins_no_more_lines(tmp_path: Path) -> None:
    till = Till()
    async with at_work(tmp_path, till, config=Config(objects=Objects(batch_lines_at_once_each=2))) as office:
        batch = office.begin(jsonl(line(n) for n in range(300)))
        await office.until(batch, lambda one: one.completed >= 3)
        office.runner.stop()
        asked = sum(till.asked.values())
        await office.until(batch, lambda _: not office.runner.running)
        assert sum(till.asked.values()) - asked <= 2
        assert office.batches.get("proj_1", batch.id).state == "in_progress"
    async with at_work(tmp_path, till) as office:
        batch = await office.over(batch)
        assert (batch.state, batch.completed) == ("completed", 300)
        assert set(till.charged.values()) == {1}


async def test_a_disk_that_refuses_for_a_while_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add, refused = Partial.add, []

    def full(self: Any, results: Any) -> None:
        if len(refused) < 3:
            refused.append(1)
            raise StorageError("no room")
        add(self, results)

    monkeypatch.setattr(Partial, "add", full)
    async with at_work(tmp_path) as office:
        batch = await office.over(office.begin(jsonl(line(n) for n in range(20))))
        assert (batch.state, batch.completed) == ("completed", 20)
        assert len(refused) == 3
        assert set(office.till.charged.values()) == {1}
        told = {one["response"]["request_id"] for one in office.rows(batch.output_file_id)}
        assert told == office.till.requests.keys(), "answers that were charged are found again"


async def test_lists_show_how_far_a_batch_has_come(tmp_path: Path) -> None:
    async with at_work(tmp_path, config=Config(objects=Objects(batch_lines_at_once_each=1))) as office:
        first = office.begin(jsonl([line(1)]))
        office.clock.advance(s=1)
        second = office.begin(jsonl(line(n) for n in range(300)))
        await office.until(second, lambda one: one.completed >= 2)
        (one, two), more = office.batches.list("proj_1", Wish(limit=2))
        assert ([one.id, two.id], more) == ([second.id, first.id], False)
        assert one.completed >= 2
        assert office.batches.list("proj_2", Wish()) == ([], False)
        with pytest.raises(NotFound):
            office.batches.get("proj_2", first.id)
        assert msgspec.json.encode(one)
