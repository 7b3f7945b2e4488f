"""API keys: made, listed, revoked, and turned into a principal at the door.

All keys lie in memory by the SHA-256 of their text, so that asking who somebody is costs one hash and one look-up and
never touches the database; an unknown key leaves no trace, so a flood of them needs no memory. app.db is the truth,
read by `load`. Knows no HTTP and no rates.

`create`, `revoke` and `load` block for one short transaction and may run in a worker thread while the event loop
authenticates: they change the tables in memory by single assignments, after the change is durable.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, append
from tokenry.access.directory import checked_name, is_speakable
from tokenry.access.grounds import Grounds, Owner
from tokenry.access.limits import KeyLimits
from tokenry.access.principal import Principal
from tokenry.access.secret import (
    MARK,
    PREFIX_LENGTH,
    SECRET_LENGTH,
    InvalidApiKey,
    bearer,
    describe_unknown,
    digest,
    new_secret,
)
from tokenry.base.clock import Clock, isoformat
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.limits import MODEL_NAME_LENGTH_MAX
from tokenry.storage import AppDb, Transaction

tables = storage.tables
MODELS_PER_KEY_MAX = 1000
EXPIRES_AT_MAX = 2**63 - 1
_BEARER = b"Bearer "
_WHOLE_LENGTH = len(_BEARER) + SECRET_LENGTH

KeyState = Literal["active", "revoked", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What a key is to be.

    Args:
        name: 1 to 100 printable characters; need not be unique.
        project_id: the project it belongs to.
        user_id: the person it belongs to; None = the project itself.
        models: the only models it may use, by name or alias; None = all.
        expires_at: nanoseconds since the epoch, in the future; None = never.
        budget_id: a budget its use must fit; whoever makes the key checks that it exists.
        limits: limits that differ from the defaults, by name (see KeyLimits).
        created_by: id of the user or key that makes it.
        service_account_id: the service account it belongs to; None = a person's, or the project's own.
    """

    name: str
    project_id: str
    user_id: str | None = None
    models: tuple[str, ...] | None = None
    expires_at: int | None = None
    budget_id: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    created_by: str | None = None
    service_account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key as it may be shown: all but what opens. Fields as in NewKey; times are nanoseconds since the epoch."""

    id: str
    name: str
    prefix: str
    project_id: str
    user_id: str | None
    models: tuple[str, ...] | None
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    budget_id: str | None
    limits: Mapping[str, int]
    created_by: str | None
    service_account_id: str | None = None

    def state(self, now_ns: int) -> KeyState:
        """What it is worth at a time; revoked outlasts expired."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now_ns >= self.expires_at else "active"


@dataclass(frozen=True, slots=True)
class _Known:
    """All keys in memory. Replaced as a whole by `load`, grown entry by entry by `create`."""

    live: dict[bytes, Principal] = field(default_factory=dict)  # digest -> who; expired ones too, told apart by time
    dead: dict[bytes, str] = field(default_factory=dict)  # digest -> why it opens nothing
    records: dict[str, KeyRecord] = field(default_factory=dict)  # id -> what is shown
    digests: dict[str, bytes] = field(default_factory=dict)  # id -> digest
    prefixes: dict[str, str] = field(default_factory=dict)  # prefix -> id


class Keys:
    """The keys of one app.db.

    Args:
        db: open.
        clock: for expiry and times of making.
        defaults: limits of a key that has none of its own.
    """

    def __init__(self, db: AppDb, clock: Clock, defaults: KeyLimits | None = None) -> None:
        self._db = db
        self._clock = clock
        self._defaults = defaults or KeyLimits()
        self._known = _Known()
        self._lock = threading.Lock()

    def load(self, defaults: KeyLimits | None = None) -> int:
        """Read all keys; again whenever anything they rest on, or the default limits, changed. Returns how many."""
        with self._lock:
            self._defaults = defaults or self._defaults
            with self._db.read() as connection:
                grounds = Grounds.read(connection)
                rows = connection.execute(tables.api_keys.select().order_by(tables.api_keys.c.created_at)).all()
            known = _Known()
            for row in rows:
                self._put(known, _record(row), row.sha256, grounds)
            self._known = known
            return len(rows)

    def authenticate(self, authorization: bytes | None) -> Principal:
        """Who sends this `Authorization` header. One hash, one look-up; no I/O.

        Raises InvalidApiKey with words for what is wrong; they repeat nothing of the key but the prefix of one of ours.
        """
        known = self._known
        principal = None
        if authorization is not None and len(authorization) == _WHOLE_LENGTH and authorization.startswith(_BEARER):
            principal = known.live.get(digest(authorization[7:]))
        if principal is None:
            principal = _look_closer(known, bearer(authorization))
        if principal.expires_at is not None:
            self._require_unexpired(known, principal)
        return principal

    def _require_unexpired(self, known: _Known, principal: Principal) -> None:
        if principal.expires_at is not None and self._clock.now_ns() >= principal.expires_at:
            prefix = known.records[principal.key_id].prefix
            raise InvalidApiKey(f"The API key {prefix}-… expired at {isoformat(principal.expires_at)}.")

    def holder(self, key_id: str) -> Principal:
        """Who a key opens for now, without its text: for work that it ordered and that is done later. From memory.

        Raises InvalidApiKey: it opens nothing any more.
        """
        known = self._known
        sha256 = known.digests.get(key_id)
        principal = None if sha256 is None else known.live.get(sha256)
        if principal is None:
            raise InvalidApiKey(
                "The API key is gone." if sha256 is None else known.dead.get(sha256, "No such API key.")
            )
        self._require_unexpired(known, principal)
        return principal

    def foresee(self, new: NewKey) -> Principal:
        """Who a key would open for that nobody has made, and nobody makes by this. Blocks for one read.

        Raises NotFound and InvalidRequest as `create` does.
        """
        now_ns = self._clock.now_ns()
        _check(new, now_ns)
        record = _recorded(new, now_ns, "")
        with self._db.read() as connection:
            grounds = Grounds.read(connection)
        grounds.require_open(_owner(record))
        return self._principal(record, grounds)

    def create(self, new: NewKey, by: Actor | None = None) -> tuple[KeyRecord, str]:
        """Make a key that works at once. Blocks for one transaction.

        Args:
            new: what it is to be.
            by: who makes it, for the audit log; None = nobody who acts, and the log keeps silent.

        Returns its record and its text, which is kept nowhere: show it once.

        Raises:
            InvalidRequest: a field that cannot be; `param` names it.
            NotFound: the project, user or service account does not exist, or is archived, disabled or deleted.
        """
        now_ns = self._clock.now_ns()
        _check(new, now_ns)
        with self._lock:
            prefix, secret = new_secret()
            while prefix in self._known.prefixes:
                prefix, secret = new_secret()
            record = _recorded(new, now_ns, prefix)
            sha256 = digest(secret.encode())
            self._put(self._known, record, sha256, self._insert(record, sha256, by))
        return record, secret

    def revoke(self, ref: str, project_id: str | None = None, by: Actor | None = None) -> KeyRecord:
        """End a key at once and for good. Blocks for one transaction; a second time changes nothing.

        Args:
            ref: id, prefix, name, or the key itself (for one found where it should not be).
            project_id: only among this project's keys.
            by: who ends it, for the audit log.

        Raises NotFound, also for another project's key, and Conflict when several active keys bear the name.
        """
        with self._lock:
            record = self.get(ref, project_id)
            if record.revoked_at is not None:
                return record
            record = replace(record, revoked_at=self._clock.now_ns())
            table = tables.api_keys
            with self._db.write() as connection:
                connection.execute(table.update().where(table.c.id == record.id), {"revoked_at": record.revoked_at})
                self._note(connection, by, "api_key.deleted", record)
            self._bury(self._known, record)
        return record

    def get(self, ref: str, project_id: str | None = None) -> KeyRecord:
        """One key, by what `revoke` takes. From memory. Of several with one name the active one, else the newest."""
        known = self._known
        key_id = ref if ref in known.records else known.prefixes.get(ref)
        if key_id is None and len(ref) == SECRET_LENGTH and ref.startswith(MARK):
            candidate = known.prefixes.get(ref[:PREFIX_LENGTH])
            key_id = (
                candidate if candidate and known.digests[candidate] == digest(ref.encode(errors="replace")) else None
            )
        if key_id is not None:
            record = known.records[key_id]
            if project_id in {None, record.project_id}:
                return record
        return self._by_name(ref, project_id)

    def why_closed(self, key_id: str) -> str | None:
        """Why a key opens nothing although it is neither revoked nor expired; None = it is not so. From memory."""
        known = self._known
        record = known.records[key_id]
        return None if record.revoked_at is not None else known.dead.get(known.digests[key_id])

    def list(self, project_id: str | None = None) -> tuple[KeyRecord, ...]:
        """All keys, or one project's, oldest first, revoked and expired ones too. From memory."""
        records = tuple(self._known.records.values())
        return records if project_id is None else tuple(r for r in records if r.project_id == project_id)

    def _by_name(self, name: str, project_id: str | None) -> KeyRecord:
        named = [record for record in self.list(project_id) if record.name == name]
        if not named:
            shown = f"{name[:PREFIX_LENGTH]}-…" if name.startswith(MARK) else repr(name[:100])
            raise NotFound(f"There is no key {shown}.", param="key")
        now_ns = self._clock.now_ns()
        active = [record for record in named if record.state(now_ns) == "active"]
        if len(active) > 1:
            ids = ", ".join(record.id for record in active[:5])
            raise Conflict(f"{len(active)} keys are called {name!r}; say which by its id: {ids}.", param="key")
        return (active or named)[-1]

    def _insert(self, record: KeyRecord, sha256: bytes, by: Actor | None) -> Grounds:
        """Write the row. Returns what the key rests on; raises NotFound."""
        with self._db.write() as connection:
            grounds = Grounds.read(connection)
            grounds.require_open(_owner(record))
            connection.execute(tables.api_keys.insert(), _row(record, sha256))
            self._note(connection, by, "api_key.created", record)
        return grounds

    def _note(self, connection: Transaction, by: Actor | None, kind: str, record: KeyRecord) -> None:
        """The act's row in the audit log: which key, never its name, which is its maker's own words."""
        if by is None:
            return
        act = Act(connection, kind, record.id, record.project_id)
        if kind == "api_key.created":
            act.details |= {"prefix": record.prefix, "user_id": record.user_id, "budget_id": record.budget_id}
            act.details |= {"service_account_id": record.service_account_id, "expires_at": record.expires_at}
            act.details["models"] = None if record.models is None else list(record.models)
            act.details = {name: value for name, value in act.details.items() if value is not None}
        append(connection, self._clock, by, act)

    def _put(self, known: _Known, record: KeyRecord, sha256: bytes, grounds: Grounds) -> None:
        """Enter a key, as it stands on these grounds. Last of all it becomes live."""
        owner = _owner(record)
        why = grounds.why_closed(owner)
        known.digests[record.id] = sha256
        known.prefixes[record.prefix] = record.id
        known.records[record.id] = record
        if record.revoked_at is not None:
            self._bury(known, record)
        elif why is not None:
            known.dead[sha256] = f"The API key {record.prefix}-… opens nothing: {why}."
        else:
            known.live[sha256] = self._principal(record, grounds)

    def _principal(self, record: KeyRecord, grounds: Grounds) -> Principal:
        """Who a key opens for, on these grounds."""
        owner = _owner(record)
        return Principal(
            key_id=record.id,
            key_name=record.name,
            project_id=record.project_id,
            organization_id=grounds.project(owner).organization_id,
            user_id=record.user_id,
            expires_at=record.expires_at,
            limits=self._defaults.overlaid(record.limits),
            budget_ids=() if record.budget_id is None else (record.budget_id,),
            rules=grounds.rules(record.models, owner),
            model_limits=grounds.limits.get(record.project_id),
            group_ids=grounds.group_ids(owner),
            keeps_content=grounds.keeps_content(owner),
        )

    @staticmethod
    def _bury(known: _Known, record: KeyRecord) -> None:
        """Make a revoked key's memory say so; the reason stands before the key goes, so that it is never unknown."""
        sha256 = known.digests[record.id]
        known.records[record.id] = record
        known.dead[sha256] = f"The API key {record.prefix}-… was revoked at {isoformat(record.revoked_at or 0)}."
        known.live.pop(sha256, None)


def _recorded(new: NewKey, now_ns: int, prefix: str) -> KeyRecord:
    """The record of a key that is made now."""
    return KeyRecord(
        id=new_id("key", at_ns=now_ns),
        name=checked_name(new.name),
        prefix=prefix,
        project_id=new.project_id,
        user_id=new.user_id,
        models=new.models,
        created_at=now_ns,
        expires_at=new.expires_at,
        revoked_at=None,
        budget_id=new.budget_id,
        limits=dict(new.limits),
        created_by=new.created_by,
        service_account_id=new.service_account_id,
    )


def _owner(record: KeyRecord) -> Owner:
    return Owner(record.project_id, record.user_id, record.service_account_id, record.created_by)


def _look_closer(known: _Known, secret: bytes) -> Principal:
    """The way of the key that was not found at once: odd blanks or case around it, or no good."""
    sha256 = digest(secret)
    principal = known.live.get(sha256)
    if principal is None:
        raise InvalidApiKey(known.dead.get(sha256) or describe_unknown(secret))
    return principal


def _check(new: NewKey, now_ns: int) -> None:
    if checked_name(new.name).startswith("sk-"):
        raise InvalidRequest("A key's name must not look like a key (sk-…).", param="name")
    for param in ("project_id", "user_id", "budget_id", "created_by", "service_account_id"):
        value = getattr(new, param)
        if value is not None and not is_speakable(value):
            raise InvalidRequest(f"{param} is no id.", param=param)
    if new.expires_at is not None and not now_ns < new.expires_at <= EXPIRES_AT_MAX:
        raise InvalidRequest("expires_at must lie in the future, before the year 2262.", param="expires_at")
    if new.models is not None:
        if not 1 <= len(new.models) <= MODELS_PER_KEY_MAX:
            raise InvalidRequest(
                f"models names 1 to {MODELS_PER_KEY_MAX} models; leave it out to allow all.", param="models"
            )
        if not all(0 < len(model) <= MODEL_NAME_LENGTH_MAX and model.isprintable() for model in new.models):
            raise InvalidRequest(
                f"A model's name has 1 to {MODEL_NAME_LENGTH_MAX} printable characters.", param="models"
            )
    KeyLimits().overlaid(new.limits)


def _record(row: Any) -> KeyRecord:
    """A record from a row of api_keys, whose columns the database driver leaves untyped."""
    fields = row._asdict()
    del fields["sha256"]
    models = fields["models"]
    return KeyRecord(**{**fields, "models": None if models is None else tuple(models), "limits": row.limits or {}})


def _row(record: KeyRecord, sha256: bytes) -> dict[str, Any]:
    """The row of api_keys for a record."""
    return {
        "id": record.id,
        "project_id": record.project_id,
        "user_id": record.user_id,
        "name": record.name,
        "prefix": record.prefix,
        "sha256": sha256,
        "models": None if record.models is None else list(record.models),
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "budget_id": record.budget_id,
        "limits": dict(record.limits) or None,
        "created_by": record.created_by,
        "service_account_id": record.service_account_id,
    }
