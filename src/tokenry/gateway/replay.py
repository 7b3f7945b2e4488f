"""Idempotency-Key: the same request again gets the stored answer and is not charged a second time.

Answers lie in the journal's file, committed with their settlement; what runs now is kept here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

import msgspec

from tokenry.access import AnswerNotKept as AnswerNotKept
from tokenry.access import OtherRequest as OtherRequest
from tokenry.access import RequestInFlight as RequestInFlight
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.limits import IDEMPOTENCY_TTL_S, STORED_ANSWER_SIZE_MAX
from tokenry.storage import Answer, Journal, Upkeep

FORGET_PAUSE_S = 0.01  # between two transactions, so that those of requests go between

_TOO_LARGE = "this request was answered and charged, but its answer is too large to be kept"
_UNKEPT = "this request was answered and charged, and its project keeps no content that could be given again"


@dataclass(frozen=True, slots=True)
class Unattended:
    """What is special about a request that nobody waits for, such as a batch's line.

    It stands in line before an engine for as long as that takes, and its answer is kept by rules of its own.

    Args:
        scope: of its Idempotency-Key, in place of its project and path.
        expires_at: nanoseconds since the epoch until when the answer is kept.
        size_max: bytes of an answer that is kept.
    """

    scope: str
    expires_at: int
    size_max: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A key that this request holds until it ends.

    Args:
        kept: whether its answer may be stored.
        unattended: by which rules, where those are not the usual ones.
    """

    scope: str
    key: str
    fingerprint: bytes
    kept: bool = True
    unattended: Unattended | None = None


class Replays:
    """The keys in flight, and the way to stored answers."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._running: dict[tuple[str, str], bytes] = {}

    def claim(
        self, scope: str, key: str, fingerprint: bytes, *, kept: bool = True, unattended: Unattended | None = None
    ) -> Answer | Slot:
        """The stored answer for a key, or the right to be the one that makes it.

        Args:
            kept: whether content of these requests may be kept, and what was kept before be given again.
            unattended: rules of the request's own, whose scope is meant.

        Raises:
            AnswerNotKept: it was answered, and nothing of that may be given again.
            RequestInFlight: the first request still runs.
            OtherRequest: the key belongs to another body.
        """
        if unattended is not None:
            scope = unattended.scope
        running = self._running.get((scope, key))
        stored = None if running is not None else self._journal.answer(scope, key, self._clock.now_ns())
        known = running if stored is None else stored.fingerprint
        if known is not None and known != fingerprint:
            raise OtherRequest(
                "this Idempotency-Key was used for a different request; use a new key", param="Idempotency-Key"
            )
        if running is not None:
            raise RequestInFlight(
                "the first request with this Idempotency-Key still runs", headers={"retry-after": "1"}
            )
        if stored is not None:
            if not kept:
                raise AnswerNotKept(_UNKEPT)
            return stored
        self._running[scope, key] = fingerprint
        return Slot(scope, key, fingerprint, kept, unattended)

    def release(self, slot: Slot) -> None:
        """The request that held the key has ended, one way or another."""
        self._running.pop((slot.scope, slot.key), None)

    async def forget(self, scope: str) -> None:
        """Remove the answers that are kept in a scope of its own, some at a time. Raises StorageError."""
        removed = 1
        while removed:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            upkeep = Upkeep(answers_of=scope, done=partial(_tell, done))
            self._journal.keep_up(upkeep)
            await done
            removed = upkeep.removed
            await asyncio.sleep(FORGET_PAUSE_S)

    def answer(self, slot: Slot, status: int, content_type: str, body: bytes) -> Answer:
        """What to store with the settlement: the answer, or, when it cannot or may not be kept, that it was given."""
        own = slot.unattended
        if not slot.kept or len(body) > (STORED_ANSWER_SIZE_MAX if own is None else own.size_max):
            gone = AnswerNotKept(_TOO_LARGE if slot.kept else _UNKEPT)
            status, content_type, body = gone.status, "application/json", msgspec.json.encode(gone.envelope())
        expires_at = self._clock.now_ns() + IDEMPOTENCY_TTL_S * NS_PER_S if own is None else own.expires_at
        return Answer(slot.scope, slot.key, slot.fingerprint, status, content_type, body, expires_at)


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
