"""Idempotency-Key of acts in app.db: the same request again is answered as the first one was; nothing is done twice.

The key is claimed in the act's own first transaction, so it is taken if and only if something was done; the answer is
kept beside it afterwards. A crash between the two leaves a claim without an answer: the act was done, and its answer is
not kept. Inference has the same promise from the journal (the gateway's `replay`), and the same errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any

import msgspec

from tokenry import storage
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import Conflict, TokenryError
from tokenry.base.limits import IDEMPOTENCY_TTL_S, STORED_ANSWER_SIZE_MAX
from tokenry.storage import AppDb, Transaction

table = storage.tables.idempotent_answers


class RequestInFlight(Conflict):
    """The first request with this Idempotency-Key has not ended yet."""

    code = "idempotency_in_flight"


class OtherRequest(TokenryError):
    """The Idempotency-Key was used for a different body."""

    status = 422
    type = "invalid_request_error"
    code = "idempotency_mismatch"


class AnswerNotKept(Conflict):
    """The request was done, and its answer cannot be given a second time."""

    code = "idempotency_not_kept"


class Asked(msgspec.Struct, frozen=True):
    """A request that is to happen once.

    Args:
        scope: whose key it is, and at which path; the same key elsewhere is another one.
        key: its Idempotency-Key.
        fingerprint: of what it says, to tell the same request from another.
    """

    scope: str
    key: str
    fingerprint: bytes


class Kept(msgspec.Struct, frozen=True):
    """An answer as it was given: HTTP status, media type, body."""

    status: int
    content_type: str
    body: bytes


class Claim:
    """A key that one request holds until it ends. Joins the transactions of its act (`storage.joining`).

    Attributes:
        stands: something was done under it, so it is taken for good. over: its request has ended.
    """

    def __init__(self, once: Once, asked: Asked) -> None:
        self.asked = asked
        self.stands = self.over = False
        self._once = once

    def join(self, transaction: Transaction) -> None:
        """Claim the key, in the transaction of the act. What goes on after the request claims nothing."""
        if not self.stands and not self.over and not self._once.find(transaction, self.asked):
            self._once.write(transaction, self.asked, {"state": "claimed"})

    def committed(self) -> None:
        """The act stands, and so does the claim."""
        self.stands = True

    def keep(self, answer: Kept | None) -> None:
        """The request is answered: keep what it was told, None = only that it was. Blocks for one transaction."""
        if answer is not None and len(answer.body) > STORED_ANSWER_SIZE_MAX:
            answer = None
        told: dict[str, Any] = {"state": "done"}
        if answer is not None:
            told |= {"status": answer.status, "content_type": answer.content_type, "body": answer.body}
        with self._once.db.write() as transaction:
            self._once.write(transaction, self.asked, told)
        self.stands = True


class Once:
    """The keys of acts in one app.db."""

    def __init__(self, db: AppDb, clock: Clock) -> None:
        self.db = db
        self._clock = clock
        self._running: dict[tuple[str, str], bytes] = {}
        self._lock = Lock()

    def claim(self, asked: Asked) -> Kept | Claim:
        """The answer that was given before, or the right to be the one that acts; `release` it. Blocks for one read.

        Raises:
            RequestInFlight: the first request still runs.
            OtherRequest: the key belongs to another request.
            AnswerNotKept: it was done, and what was answered is not kept.
        """
        place = asked.scope, asked.key
        with self._lock:
            running = self._running.get(place)
            if running is None:
                self._running[place] = asked.fingerprint
        if running is not None:
            _require_same(running, asked)
            raise RequestInFlight(
                "the first request with this Idempotency-Key still runs", headers={"retry-after": "1"}
            )
        claim = Claim(self, asked)
        try:
            found = self._found(asked)
        except BaseException:
            self.release(claim)
            raise
        if found is None:
            return claim
        self.release(claim)
        return found

    def release(self, claim: Claim) -> None:
        """The request that held the key has ended, one way or another."""
        claim.over = True
        with self._lock:
            self._running.pop((claim.asked.scope, claim.asked.key), None)

    def sweep(self) -> int:
        """Forget what is too old; how much that was. Blocks for one transaction."""
        now_ns = self._clock.now_ns()
        with self.db.write() as transaction:
            return transaction.execute(table.delete().where(table.c.expires_at <= now_ns)).rowcount

    def _found(self, asked: Asked) -> Kept | None:
        with self.db.read() as transaction:
            row = self.find(transaction, asked)
        if row is None:
            return None
        _require_same(row.fingerprint, asked)
        if row.state == "done" and row.body is not None:
            return Kept(row.status, row.content_type, row.body)
        if row.state == "done":
            raise AnswerNotKept("this request was done, and its answer is not kept: it was told once, or is too large")
        raise AnswerNotKept(
            "something of this request was done, but how it ended is not kept; look before you ask anew"
        )

    def find(self, transaction: Transaction, asked: Asked) -> Any:
        """The row of a key, if it counts still."""
        row = transaction.execute(table.select().where(*_at(asked))).one_or_none()
        return None if row is None or row.expires_at <= self._clock.now_ns() else row

    def write(self, transaction: Transaction, asked: Asked, told: dict[str, Any]) -> None:
        """Have this row for the key, whatever stood there."""
        now_ns = self._clock.now_ns()
        transaction.execute(table.delete().where(*_at(asked)))
        row = {
            "scope": asked.scope, "key": asked.key, "fingerprint": asked.fingerprint,
            "created_at": now_ns, "expires_at": now_ns + IDEMPOTENCY_TTL_S * NS_PER_S, **told,
        }  # fmt: skip
        transaction.execute(table.insert(), row)


def forget_answers(transaction: Transaction, words: Iterable[str]) -> int:
    """Keep no answer any more in which one of these words stands; how many that were. Their keys stay taken."""
    sought = [word.encode() for word in words]
    kept = transaction.execute(table.select().where(table.c.body.is_not(None)))  # one at a time: they may be many
    found = [(row.scope, row.key) for row in kept if any(word in row.body for word in sought)]
    for scope, key in found:
        at = table.c.scope == scope, table.c.key == key
        transaction.execute(table.update().where(*at), {"body": None})
    return len(found)


def _at(asked: Asked) -> tuple[Any, Any]:
    return table.c.scope == asked.scope, table.c.key == asked.key


def _require_same(fingerprint: bytes, asked: Asked) -> None:
    if fingerprint != asked.fingerprint:
        raise OtherRequest(
            "this Idempotency-Key was used for a different request; use a new key", param="Idempotency-Key"
        )
