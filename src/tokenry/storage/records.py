"""What goes into the journal and what comes out of it. Plain data; knows neither files nor threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

BODY_SIZE_MAX = 16 * 1024 * 1024  # bytes of one entry; a record of money is a few hundred
INTEGER_MAX = 2**63 - 1

Done = Callable[[Exception | None], None]
"""Told `None` once the entry is durable, or why it never will be. Called once, on the event loop."""


@dataclass(frozen=True, slots=True)
class Row:
    """One durable record.

    Args:
        seq: its place in the journal: one more than the row before it, from 1, or from the base on once there is one.
        kind: what sort of record it is.
        ref: what it is about, a time-ordered id; several records may share one.
        at: nanoseconds since the epoch, as its writer saw them.
        body: the record itself, in its writer's own encoding.
    """

    seq: int
    kind: str
    ref: str
    at: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer kept for its Idempotency-Key, durable in the same transaction as the entry that carries it.

    Args:
        scope: whose key it is: the principal and the path.
        key: the caller's Idempotency-Key.
        fingerprint: a digest of the request, to tell another request under the same key.
        status: HTTP status. content_type, body: the answer as it was sent.
        expires_at: nanoseconds since the epoch; not found from then on.
        ref: of the entry that it was written with; known of one that was read, as long as that entry is kept.
    """

    scope: str
    key: str
    fingerprint: bytes
    status: int
    content_type: str
    body: bytes
    expires_at: int
    ref: str | None = field(default=None, compare=False)


class Entry(msgspec.Struct, eq=False):
    """A record to be written. Not to be changed once it is appended.

    Args:
        kind, ref, at, body: as in `Row`.
        keep: True: written again and again until it is durable. False: given up when its batch fails.
        depends_on: the ref of an entry that is not kept and depends on nothing itself; if that one is given up before
            it is durable, so is this one, kept or not. An entry that depends on another never takes others with it.
        answer: becomes durable with the entry or not at all.
        done: told the outcome.
    """

    kind: str
    ref: str
    at: int
    body: bytes
    keep: bool = False
    depends_on: str | None = None
    answer: Answer | None = None
    done: Done | None = None

    @property
    def is_root(self) -> bool:
        """Whether others may depend on this entry."""
        return not self.keep and self.depends_on is None

    def check(self) -> None:
        """Raise ValueError for what the file cannot hold, before it can spoil a batch of others.

        Callers are typed; the file is not, and a str in a BLOB column would fail the batch of everybody else.
        """
        body, at, answer = self.body, self.at, self.answer
        if type(body) is not bytes or len(body) > BODY_SIZE_MAX:
            raise ValueError(f"the body of a journal entry is at most {BODY_SIZE_MAX} bytes")
        if not 0 <= at <= INTEGER_MAX:
            raise ValueError("the time of a journal entry is nanoseconds since the epoch")
        if not (self.kind.isascii() and self.ref.isascii()):
            raise ValueError("kind and ref of a journal entry are plain ASCII")
        if answer is not None:
            for text in (answer.scope, answer.key, answer.content_type):
                text.encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
            if type(answer.body) is not bytes or type(answer.fingerprint) is not bytes:
                raise ValueError("an answer's body and fingerprint are bytes")
            if not (0 <= answer.status <= INTEGER_MAX and 0 <= answer.expires_at <= INTEGER_MAX):
                raise ValueError("an answer's status and expiry are integers of 63 bits")


@dataclass(slots=True)
class Snapshot:
    """A state of the books that stands exactly after the entries appended before it. Given up when anything fails."""

    body: bytes
    done: Done | None = None
    keep: bool = False
    depends_on: str | None = None
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """What the oldest row of the journal stands upon, once those before it are no longer kept.

    Args:
        seq: the newest row that it stands for; rows up to here are gone, or will be.
        at: that row's time, nanoseconds since the epoch.
        body: the state after that row, in its writer's own encoding.
    """

    seq: int
    at: int
    body: bytes


@dataclass(slots=True)
class Upkeep:
    """Work on what is old, done between entries by the thread that writes. Given up when anything fails.

    Args:
        base: what the journal shall stand upon from now on; None = as before.
        instead_of: the seq of the base that `base` was made from; if it is another by now, nothing is done.
        sums: what is still to be known of the rows below the base, by name; replaces what had the same name.
        rows_max: how many rows below the base are removed at most.
        pages_max: how many free pages are given back to the file system at most, when no row was left to remove.
        answers_of: the scope whose kept answers are not needed any more; some of them are removed, in place of rows.
        refused, removed, given_back: what came of it, once `done` is told.
    """

    base: Base | None = None
    instead_of: int = 0
    sums: Mapping[str, bytes] = field(default_factory=dict)
    rows_max: int = 0
    pages_max: int = 0
    answers_of: str | None = None
    done: Done | None = None
    keep: bool = False
    depends_on: str | None = None
    is_root: bool = False
    refused: bool = False
    removed: int = 0
    given_back: int = 0


Item = Entry | Snapshot | Upkeep


@dataclass(frozen=True, slots=True)
class Stats:
    """How the writer fares, since it was opened.

    Args:
        commits, failures: transactions that became durable, and that did not (probes too).
        entries: records that became durable.
        queued: records waiting or on their way to the disk.
        commit_last_s, commit_ewma_s: seconds of the COMMIT alone, which is nearly all fsync; the average forgets
            half in about 7 commits.
        commit_buckets: how many commits took at most COMMIT_BOUNDS_S[i] seconds; the last count is of all slower ones.
        wal_pages: pages in the write-ahead log that the last commit left.
    """

    commits: int
    failures: int
    entries: int
    queued: int
    commit_last_s: float
    commit_ewma_s: float
    commit_buckets: tuple[int, ...]
    wal_pages: int


COMMIT_BOUNDS_S = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 1.0)
