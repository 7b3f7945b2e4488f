"""Browsers' sessions: a random token in a cookie stands for one person, until it idles, ends or is revoked.

They lie in memory by the hash of their token, as keys do; the truth is in app.db. The token is new at each sign-in and
whenever the roles of its owner have changed; the session and its end stay. Knows no cookies and no HTTP.
"""

from __future__ import annotations

import hmac
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tokenry import storage
from tokenry.access.links import is_token, new_token
from tokenry.access.people import People, Roster
from tokenry.access.secret import digest
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

table = storage.tables.sessions
AGENT_LENGTH_MAX = 200
PER_USER_MAX = 50  # the oldest gives way
GRACE_S = 30  # for which a token that was exchanged still opens: a page asks several things at once
SEEN_EVERY_S = 60
COMING_MAX = 1000
_KEEP_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Lives:
    """How long a session lasts: without being used, and at all."""

    idle_s: int = 7 * 86_400
    whole_s: int = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one person. Times are ns since the epoch; `method` is how they came in."""

    id: str
    user_id: str
    method: str
    agent: str | None
    powers: str
    created_at: int
    seen_at: int
    expires_at: int
    revoked_at: int | None
    sha256: bytes = field(repr=False, default=b"")


class Sessions:
    """The sessions of one app.db. What says `blocks` does so for one transaction; the rest is memory."""

    def __init__(self, db: AppDb, clock: Clock, people: People) -> None:
        self._db = db
        self._clock = clock
        self._people = people
        self._lock = threading.Lock()
        self._by_hash: dict[bytes, Session] = {}
        self._exchanged: dict[bytes, tuple[bytes, int]] = {}  # old hash -> new hash, and until when it opens
        self._coming: dict[str, Session] = {}  # opened in transactions that may not have ended yet
        self._written: dict[str, int] = {}  # id -> `seen_at` as app.db has it
        self._powers: tuple[Roster, dict[str, str]] = (people.roster, {})
        self.lives = Lives()

    def load(self) -> None:
        """Read all that still open something. Blocks."""
        with self._lock, self._db.read() as connection:
            alive = table.c.revoked_at.is_(None) & (table.c.expires_at > self._clock.now_ns())
            rows = [Session(**row._asdict()) for row in connection.execute(table.select().where(alive))]
            self._by_hash = {row.sha256: row for row in rows}
            self._written = {row.id: row.seen_at for row in rows}

    def refresh(self) -> None:
        """Forget what others have revoked in app.db: an act that shuts somebody out ends their sessions. Blocks."""
        known = {one.id for one in list(self._by_hash.values())}
        with self._db.read() as connection:
            alive = {row.id for row in connection.execute(table.select().where(table.c.revoked_at.is_(None)))}
        with self._lock:
            for sha in [sha for sha, one in self._by_hash.items() if one.id in known and one.id not in alive]:
                self._written.pop(self._by_hash.pop(sha).id, None)

    def open(self, connection: Transaction, user_id: str, method: str, agent: str | None) -> tuple[Session, str]:
        """A new session and its token, in a transaction; `admit` it once that has ended well."""
        now_ns, token = self._clock.now_ns(), new_token()
        self._make_room(connection, user_id, now_ns)
        cut = None if agent is None else "".join(c for c in agent if c.isprintable())[:AGENT_LENGTH_MAX]
        session = Session(
            id=new_id("sess", at_ns=now_ns), user_id=user_id, method=method, agent=cut,
            powers=self.powers_of(user_id), created_at=now_ns, seen_at=now_ns,
            expires_at=now_ns + self.lives.whole_s * NS_PER_S, revoked_at=None, sha256=digest(token.encode()),
        )  # fmt: skip
        connection.execute(table.insert(), _row(session))
        with self._lock:
            self._coming[session.id] = session
            while len(self._coming) > COMING_MAX:  # of transactions that failed
                del self._coming[next(iter(self._coming))]
        return session, token

    def admit(self, session: Session) -> bool:
        """From now on the session opens; False when it was revoked before it could."""
        with self._lock:
            if self._coming.pop(session.id, None) is None:
                return False
            self._by_hash[session.sha256] = session
            self._written[session.id] = session.seen_at
            return True

    def find(self, token: str | None) -> Session | None:
        """Whose token this is; None when it opens nothing. A session that is used does not idle."""
        if token is None or not is_token(token):
            return None
        now_ns, sha = self._clock.now_ns(), digest(token.encode())
        with self._lock:
            newer = self._exchanged.get(sha)
            if newer is not None and now_ns < newer[1]:
                sha = newer[0]
            session = self._by_hash.get(sha)
            if session is None or now_ns >= session.expires_at or self._idles(session, now_ns):
                return None
            if now_ns > session.seen_at:
                session = self._by_hash[sha] = replace(session, seen_at=now_ns)
            return session

    def is_newest(self, session: Session, token: str) -> bool:
        """Whether this is the session's own token, not one that it was exchanged for."""
        return hmac.compare_digest(session.sha256, digest(token.encode()))

    def outgrown(self, session: Session) -> bool:
        """Whether its owner's roles are no longer those under which the token was given out: then `rotate` it."""
        return session.powers != self.powers_of(session.user_id)

    def rotate(self, session: Session, *, grace: bool = True) -> tuple[Session, str] | None:
        """Exchange the token; the old one opens for some seconds more, or not at all. Blocks. None: it was too late."""
        token = new_token()
        fresh = replace(session, sha256=digest(token.encode()), powers=self.powers_of(session.user_id))
        with self._db.write() as connection:
            same = (table.c.id == session.id) & (table.c.sha256 == session.sha256) & table.c.revoked_at.is_(None)
            changed = {"sha256": fresh.sha256, "powers": fresh.powers}
            if connection.execute(table.update().where(same), changed).rowcount != 1:
                return None
        with self._lock:
            before = self._by_hash.pop(session.sha256, None)
            if before is None:
                return None  # revoked in this very moment
            fresh = self._by_hash[fresh.sha256] = replace(fresh, seen_at=before.seen_at)
            now_ns = self._clock.now_ns()
            self._exchanged = {old: new for old, new in self._exchanged.items() if now_ns < new[1]}
            if grace:
                self._exchanged[session.sha256] = (fresh.sha256, now_ns + GRACE_S * NS_PER_S)
        return fresh, token

    def of_user(self, user_id: str) -> tuple[Session, ...]:
        """Somebody's sessions that open, the newest used first."""
        now_ns = self._clock.now_ns()
        mine = [one for one in list(self._by_hash.values()) if one.user_id == user_id and now_ns < one.expires_at]
        return tuple(sorted((m for m in mine if not self._idles(m, now_ns)), key=lambda m: m.seen_at, reverse=True))

    def revoke(self, connection: Transaction, user_id: str, *, only: str | None = None, but: str | None = None) -> int:
        """End somebody's sessions in a transaction: all, `only` one, all `but` one. How many; then `dismiss` them."""
        theirs = (table.c.user_id == user_id) & table.c.revoked_at.is_(None)
        if only is not None:
            theirs &= table.c.id == only
        if but is not None:
            theirs &= table.c.id != but
        return int(connection.execute(table.update().where(theirs), {"revoked_at": self._clock.now_ns()}).rowcount)

    def dismiss(self, user_id: str, *, only: str | None = None, but: str | None = None) -> None:
        """What `revoke` ended in a transaction opens nothing from now on."""
        with self._lock:
            gone = [
                sha
                for sha, one in self._by_hash.items()
                if one.user_id == user_id and one.id != but and (only is None or one.id == only)
            ]
            for one in [one for one in self._coming.values() if one.user_id == user_id and one.id != but]:
                if only is None or one.id == only:
                    del self._coming[one.id]
            for sha in gone:
                self._written.pop(self._by_hash.pop(sha).id, None)

    def write_seen(self) -> None:
        """Note in app.db when sessions were used, of each once a minute at most. Blocks when there is something."""
        with self._lock:
            behind = {
                one.id: one.seen_at
                for one in self._by_hash.values()
                if one.seen_at - self._written.get(one.id, 0) >= SEEN_EVERY_S * NS_PER_S
            }
        if not behind:
            return
        with self._db.write() as connection:
            for session_id, at_ns in behind.items():
                connection.execute(table.update().where(table.c.id == session_id), {"seen_at": at_ns})
        with self._lock:
            self._written.update((one, at_ns) for one, at_ns in behind.items() if one in self._written)

    def powers_of(self, user_id: str) -> str:
        """A digest of all that somebody's roles are, everywhere. From memory."""
        roster = self._people.roster
        known, found = self._powers
        if known is not roster:
            found = {}
            self._powers = (roster, found)
        if user_id not in found:
            places = [
                (place, roster.members[place, user_id].role, sorted(roster.project_roles(user_id, place).items()))
                for place in roster.organizations_of(user_id)
            ]
            found[user_id] = sha256(repr(places).encode()).hexdigest()[:32]
        return found[user_id]

    def _idles(self, session: Session, now_ns: int) -> bool:
        return now_ns - session.seen_at >= self.lives.idle_s * NS_PER_S

    def _make_room(self, connection: Transaction, user_id: str, now_ns: int) -> None:
        """Old rows go, and so do the oldest sessions of somebody who has too many."""
        long_ago = now_ns - _KEEP_S * NS_PER_S
        connection.execute(table.delete().where((table.c.expires_at < long_ago) | (table.c.revoked_at < long_ago)))
        for one in self.of_user(user_id)[PER_USER_MAX - 1 :]:
            self.revoke(connection, user_id, only=one.id)
            self.dismiss(user_id, only=one.id)


def csrf_token(session: Session) -> str:
    """What a page shows to prove that it was made for this session; it opens nothing without the cookie."""
    made = hmac.new(session.sha256, b"tokenry csrf", sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def is_csrf_token(session: Session, shown: str | None) -> bool:
    """Whether that is what was shown."""
    return shown is not None and hmac.compare_digest(csrf_token(session).encode(), shown.encode())


def _row(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in Session.__slots__}
