"""Idempotency-Key: one runs, the others wait or get what was stored."""

from __future__ import annotations

import pytest

from tests.ledger.memory_disk import MemoryDisk
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.base.limits import IDEMPOTENCY_TTL_S, STORED_ANSWER_SIZE_MAX
from tokenry.gateway.replay import AnswerNotKept, OtherRequest, Replays, RequestInFlight, Slot


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
