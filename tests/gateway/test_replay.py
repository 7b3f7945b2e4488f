"""Idempotency-Key: one runs, the others wait or get what was stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.memory_disk import MemoryDisk
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.base.limits import IDEMPOTENCY_TTL_S, STORED_ANSWER_SIZE_MAX
from tokenry.gateway.replay import AnswerNotKept, OtherRequest, Replays, RequestInFlight, Slot, Unattended
from tokenry.storage import Entry, Journal


def replays() -> tuple[Replays, MemoryDisk, ManualClock]:
    disk, clock = MemoryDisk(), ManualClock()
    return Replays(disk.journal(), clock), disk, clock


def claimed(it: Replays, key: str = "k", body: bytes = b"1", scope: str = "p/chat") -> Slot:
    slot = it.claim(scope, key, body)
    assert isinstance(slot, Slot)
    return slot


def test_one_at_a_time() -> None:
    it, _, _ = replays()
    slot = claimed(it)
    with pytest.raises(RequestInFlight) as raised:
        it.claim("p/chat", "k", b"1")
    assert (raised.value.status, raised.value.headers["retry-after"]) == (409, "1")
    with pytest.raises(OtherRequest) as other:
        it.claim("p/chat", "k", b"2")
    assert other.value.status == 422
    claimed(it, "l")
    claimed(it, scope="q/chat")
    it.release(slot)
    assert claimed(it) == slot


def test_a_stored_answer_is_given_until_it_expires() -> None:
    it, disk, clock = replays()
    slot = claimed(it)
    answer = it.answer(slot, 200, "application/json", b"{}")
    assert answer.expires_at == clock.now_ns() + IDEMPOTENCY_TTL_S * NS_PER_S
    disk.rows.clear()
    disk.answers["p/chat", "k"] = (0, answer)
    it.release(slot)
    assert it.claim("p/chat", "k", b"1") == answer
    with pytest.raises(OtherRequest):
        it.claim("p/chat", "k", b"2")
    clock.advance(s=IDEMPOTENCY_TTL_S + 1)
    assert isinstance(it.claim("p/chat", "k", b"2"), Slot)


def test_where_no_content_is_kept_it_is_only_noted_that_there_was_an_answer() -> None:
    it, disk, _ = replays()
    slot = it.claim("p/chat", "k", b"1", kept=False)
    assert isinstance(slot, Slot)
    told = it.answer(slot, 200, "x", b"a secret")
    assert told.status == 409
    assert b"secret" not in told.body
    assert b"keeps no content" in told.body
    it.release(slot)
    disk.answers["p/chat", "l"] = (0, it.answer(claimed(it, "l"), 200, "x", b"kept before the rule was changed"))
    it.release(Slot("p/chat", "l", b"1"))
    with pytest.raises(AnswerNotKept, match="keeps no content"):
        it.claim("p/chat", "l", b"1", kept=False)


def test_what_is_too_large_is_not_kept() -> None:
    it, _, _ = replays()
    slot = claimed(it)
    whole = it.answer(slot, 200, "x", b"x" * STORED_ANSWER_SIZE_MAX)
    assert len(whole.body) == STORED_ANSWER_SIZE_MAX
    told = it.answer(slot, 200, "x", b"x" * (STORED_ANSWER_SIZE_MAX + 1))
    assert told.status == 409
    assert b"idempotency_not_kept" in told.body


def test_one_that_nobody_waits_for_is_kept_by_its_own_rules() -> None:
    it, disk, clock = replays()
    rules = Unattended("batch:1", clock.now_ns() + 5, STORED_ANSWER_SIZE_MAX + 1)
    slot = it.claim("p/chat", "k", b"1", unattended=rules)
    assert isinstance(slot, Slot)
    assert slot.scope == "batch:1"
    answer = it.answer(slot, 200, "x", b"x" * (STORED_ANSWER_SIZE_MAX + 1))
    assert (answer.status, answer.scope, answer.expires_at) == (200, "batch:1", clock.now_ns() + 5)
    assert it.answer(slot, 200, "x", b"x" * (STORED_ANSWER_SIZE_MAX + 2)).status == 409
    claimed(it)  # the usual scope knows nothing of it
    it.release(slot)
    disk.answers["batch:1", "k"] = (0, answer)
    assert it.claim("p/chat", "k", b"1", unattended=rules) == answer


@pytest.mark.anyio
async def test_a_scope_is_forgotten_and_no_other(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "ledger.db")
    it = Replays(journal, ManualClock())
    for scope, many in (("batch:1", 450), ("batch:10", 3), ("p/chat", 2)):
        for number in range(many):
            slot = claimed(it, str(number), scope=scope)
            answer = it.answer(slot, 200, "x", b"x")
            journal.append(Entry("settle", f"req_{scope}_{number}", 1, b"{}", answer=answer))
    await journal.flush()
    found = journal.answer("batch:10", "2", 0)
    assert found is not None
    assert found.ref == "req_batch:10_2", "an answer knows which request it was"
    await it.forget("batch:1")
    await it.forget("batch:never")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as file:
        left = dict(file.execute("SELECT scope, count(*) FROM answers GROUP BY scope").fetchall())
    assert left == {"batch:10": 3, "p/chat": 2}
    journal.close()
