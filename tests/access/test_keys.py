"""Keys from making to end: at once in memory, still so after a restart, and apart between projects."""

from __future__ import annotations

import sys
import threading
import tracemalloc
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry import storage
from tokenry.access import Directory, First, InvalidApiKey, KeyLimits, KeyRecord, Keys, NewKey, Principal, Rules
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import is_id, new_id
from tokenry.storage import AppDb


def ask(keys: Keys, secret: str) -> Principal:
    return keys.authenticate(f"Bearer {secret}".encode())


def why_not(keys: Keys, secret: str) -> str:
    with pytest.raises(InvalidApiKey) as caught:
        ask(keys, secret)
    assert secret[16:] not in caught.value.message
    return caught.value.message


def reopened(db: AppDb, clock: ManualClock) -> Keys:
    keys = Keys(db, clock)
    keys.load()
    return keys


def test_a_new_key_opens_at_once_and_says_who_asks(keys: Keys, first: First, clock: ManualClock) -> None:
    expires_at = clock.now_ns() + 3600 * NS_PER_S
    new = NewKey(
        name=" ci ",
        project_id=first.project.id,
        user_id=first.user.id,
        models=("small", "large"),
        expires_at=expires_at,
        budget_id="bud_1",
        limits={"requests_per_minute": 60},
        created_by=first.user.id,
    )
    record, secret = keys.create(new)
    assert is_id(record.id, "key")
    assert ask(keys, secret) == Principal(
        key_id=record.id,
        key_name="ci",
        project_id=first.project.id,
        organization_id=first.organization.id,
        user_id=first.user.id,
        expires_at=expires_at,
        limits=KeyLimits(requests_per_minute=60),
        budget_ids=("bud_1",),
        rules=Rules((frozenset({"small", "large"}),)),
    )


def test_everything_is_the_same_after_a_restart(db: AppDb, keys: Keys, first: First, clock: ManualClock) -> None:
    full = NewKey(
        name="a",
        project_id=first.project.id,
        user_id=first.user.id,
        models=("small",),
        expires_at=clock.now_ns() + NS_PER_S,
        budget_id="bud_1",
        limits={"tokens_per_minute": 5, "concurrent_requests": 1},
        created_by="user_x",
    )
    made = [keys.create(full), keys.create(NewKey(name="b", project_id=first.project.id))]
    clock.advance(ns=5)
    keys.revoke(made[1][0].id)
    again = reopened(db, clock)
    assert again.list() == keys.list()
    assert ask(again, made[0][1]) == ask(keys, made[0][1])
    assert why_not(again, made[1][1]) == why_not(keys, made[1][1])


def test_the_secret_is_kept_nowhere(db: AppDb, keys: Keys, first: First) -> None:
    record, secret = keys.create(NewKey(name="ci", project_id=first.project.id))
    keys.revoke(keys.create(NewKey(name="old", project_id=first.project.id))[0].id)
    tail = secret[len(record.prefix) + 1 :]
    assert tail not in str(asdict(record))
    assert tail not in repr(ask(keys, secret))
    with db.write() as connection:
        connection.exec_driver_sql("SELECT 1")
    files = [path.read_bytes() for path in db.path.parent.iterdir() if path.is_file()]
    assert any(record.prefix.encode() in content for content in files)
    assert not any(tail.encode() in content for content in files)


def test_a_revoked_key_ends_at_once_and_for_good(db: AppDb, keys: Keys, first: First, clock: ManualClock) -> None:
    record, secret = keys.create(NewKey(name="ci", project_id=first.project.id))
    other = keys.create(NewKey(name="other", project_id=first.project.id))[1]
    clock.advance(s=1)
    gone = keys.revoke(record.id)
    assert gone.revoked_at == clock.now_ns()
    assert gone.state(clock.now_ns()) == "revoked"
    assert why_not(keys, secret) == f"The API key {record.prefix}-… was revoked at 2025-06-15T15:06:41.000Z."
    clock.advance(s=60)
    assert keys.revoke(record.id) == gone
    assert why_not(reopened(db, clock), secret) == why_not(keys, secret)
    assert ask(keys, other).key_name == "other"


def test_a_key_expires_to_the_nanosecond(keys: Keys, first: First, clock: ManualClock) -> None:
    expires_at = clock.now_ns() + NS_PER_S
    record, secret = keys.create(NewKey(name="ci", project_id=first.project.id, expires_at=expires_at))
    clock.advance(ns=NS_PER_S - 1)
    assert ask(keys, secret).key_id == record.id
    clock.advance(ns=1)
    assert why_not(keys, secret) == f"The API key {record.prefix}-… expired at 2025-06-15T15:06:41.000Z."
    with pytest.raises(InvalidApiKey, match="expired"):
        keys.authenticate(f"bearer   {secret}".encode())
    assert keys.get(record.id).state(clock.now_ns()) == "expired"
    assert record.state(expires_at - 1) == "active"


def test_keys_are_found_by_id_prefix_name_and_by_themselves(keys: Keys, first: First) -> None:
    record, secret = keys.create(NewKey(name="ci", project_id=first.project.id))
    keys.create(NewKey(name="other", project_id=first.project.id))
    for ref in (record.id, record.prefix, "ci", secret):
        assert keys.get(ref) == record
    assert keys.revoke(secret).id == record.id


@pytest.mark.parametrize("ref", ["", "nobody", "key_", "CI", "sk-tok-", "x" * 100_000, "\x00"])
def test_what_is_not_there_is_not_found(keys: Keys, first: First, ref: str) -> None:
    keys.create(NewKey(name="ci", project_id=first.project.id))
    for find in (keys.get, keys.revoke):
        with pytest.raises(NotFound) as caught:
            find(ref)
        assert len(caught.value.message) < 500


def test_a_wrong_key_given_for_revoking_is_not_repeated(keys: Keys, first: First) -> None:
    secret = keys.create(NewKey(name="ci", project_id=first.project.id))[1]
    with pytest.raises(NotFound) as caught:
        keys.revoke(secret[:-1] + "!")
    assert secret[16:-1] not in caught.value.message
    with pytest.raises(NotFound):
        keys.revoke(secret[:-1] + "\ud800")
    assert ask(keys, secret).key_name == "ci"


def test_a_name_that_several_bear_must_be_said_by_id(keys: Keys, first: First, clock: ManualClock) -> None:
    one, two = (keys.create(NewKey(name="ci", project_id=first.project.id))[0] for _ in range(2))
    with pytest.raises(Conflict) as caught:
        keys.revoke("ci")
    assert one.id in caught.value.message
    assert two.id in caught.value.message
    keys.revoke(one.id)
    assert keys.get("ci") == two
    assert keys.revoke("ci").id == two.id
    assert keys.get("ci").id == two.id


def test_another_projects_key_is_not_there(keys: Keys, directory: Directory, first: First) -> None:
    other = directory.create_project(first.organization.id, "other")
    theirs, secret = keys.create(NewKey(name="ci", project_id=other.id))
    ours = keys.create(NewKey(name="ci", project_id=first.project.id))[0]
    for ref in (theirs.id, theirs.prefix, secret):
        with pytest.raises(NotFound):
            keys.revoke(ref, first.project.id)
    assert keys.get("ci", other.id) == theirs
    assert keys.revoke("ci", first.project.id).id == ours.id
    assert ask(keys, secret).project_id == other.id
    assert keys.list(other.id) == (theirs,)
    assert [record.id for record in keys.list()] == [theirs.id, ours.id]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": "a\x1bb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "sk-tok-abcdefgh-123"}, "name"),
        ({"models": ()}, "models"),
        ({"models": ("",)}, "models"),
        ({"models": ("x" * 257,)}, "models"),
        ({"models": ("a\n",)}, "models"),
        ({"models": tuple(f"m{n}" for n in range(1001))}, "models"),
        ({"expires_at": 0}, "expires_at"),
        ({"expires_at": ManualClock().now_ns()}, "expires_at"),
        ({"expires_at": 2**63}, "expires_at"),
        ({"limits": {"requests": 5}}, "limits"),
        ({"limits": {"requests_per_minute": -1}}, "limits.requests_per_minute"),
        ({"limits": {"requests_per_minute": True}}, "limits.requests_per_minute"),
        ({"limits": {"tokens_per_minute": 10**16}}, "limits.tokens_per_minute"),
        ({"limits": {"concurrent_requests": 1.5}}, "limits.concurrent_requests"),
        ({"name": "\ud800"}, "name"),
        ({"models": ("\ud800",)}, "models"),
        ({"budget_id": "\ud800"}, "budget_id"),
        ({"created_by": ""}, "created_by"),
        ({"project_id": "\ud800"}, "project_id"),
        ({"user_id": "x" * 101}, "user_id"),
        ({"project_id": new_id("proj")}, "project_id"),
        ({"user_id": new_id("user")}, "user_id"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_its_field(
    db: AppDb, keys: Keys, first: First, clock: ManualClock, change: dict[str, object], param: str
) -> None:
    with pytest.raises(TokenryError) as caught:
        keys.create(NewKey(**{"name": "ci", "project_id": first.project.id, **change}))  # type: ignore[arg-type]  # wrong on purpose
    assert isinstance(caught.value, InvalidRequest | NotFound)
    assert caught.value.param == param
    assert keys.list() == reopened(db, clock).list() == ()


@pytest.mark.parametrize("end", ["archived", "disabled"])
def test_the_end_of_its_place_ends_a_key_after_a_load(
    db: AppDb, keys: Keys, first: First, clock: ManualClock, end: str
) -> None:
    new = NewKey(name="ci", project_id=first.project.id, user_id=first.user.id)
    record, secret = keys.create(new)
    with db.write() as connection:
        if end == "archived":
            connection.execute(storage.tables.projects.update(), {"archived_at": 1})
        else:
            connection.execute(storage.tables.users.update(), {"disabled_at": 1})
    keys.load()
    assert end in why_not(keys, secret)
    with pytest.raises(NotFound):
        keys.create(new)
    assert keys.revoke(record.id).revoked_at is not None
    assert "revoked" in why_not(keys, secret)


def test_new_default_limits_reach_keys_without_their_own(keys: Keys, first: First) -> None:
    plain = keys.create(NewKey(name="plain", project_id=first.project.id))[1]
    own = keys.create(NewKey(name="own", project_id=first.project.id, limits={"requests_per_minute": 7}))[1]
    assert ask(keys, plain).limits == KeyLimits()
    keys.load(KeyLimits(requests_per_minute=1, tokens_per_minute=2, concurrent_requests=3))
    assert ask(keys, plain).limits == KeyLimits(1, 2, 3)
    assert ask(keys, own).limits == KeyLimits(7, 2, 3)


def test_a_write_that_fails_changes_nothing_in_memory(db: AppDb, keys: Keys, first: First, clock: ManualClock) -> None:
    record, secret = keys.create(NewKey(name="ci", project_id=first.project.id))
    with db.write() as connection:
        for event in ("INSERT", "UPDATE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER no_{event} BEFORE {event} ON api_keys BEGIN SELECT RAISE(ABORT, 'disk'); END"
            )
    with pytest.raises(Exception, match="disk"):
        keys.revoke(record.id)
    with pytest.raises(Exception, match="disk"):
        keys.create(NewKey(name="new", project_id=first.project.id))
    assert ask(keys, secret).key_id == record.id
    assert keys.list() == (record,) == reopened(db, clock).list()


def test_a_flood_of_unknown_keys_needs_no_memory(keys: Keys) -> None:
    def flood(count: int) -> None:
        refused = 0
        for n in range(count):
            try:
                keys.authenticate(b"Bearer sk-tok-abcdefgh-%043d" % n)
            except InvalidApiKey:  # pytest.raises keeps memory of its own
                refused += 1
        assert refused == count

    flood(100)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        flood(5000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50_000


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda tail: b"Bearer " + tail)))
def test_no_bytes_do_more_than_be_refused(authorization: bytes) -> None:
    keys = Keys(None, ManualClock())  # type: ignore[arg-type]  # asking who somebody is never touches the database
    with pytest.raises(InvalidApiKey):
        keys.authenticate(authorization)


def test_keys_made_and_revoked_in_threads_never_flicker(
    db: AppDb, keys: Keys, first: First, clock: ManualClock
) -> None:
    """While threads make and end keys, one that stands is always known and one that ended is never live again."""
    stable = keys.create(NewKey(name="stable", project_id=first.project.id))[1]
    made: list[tuple[KeyRecord, str]] = []
    faults: list[BaseException] = []
    done = threading.Event()

    def churn(n: int) -> None:
        try:
            for i in range(8):
                record, secret = keys.create(NewKey(name=f"t{n}-{i}", project_id=first.project.id))
                ask(keys, secret)
                keys.revoke(record.id)
                why_not(keys, secret)
                made.append((record, secret))
        except BaseException as fault:  # a thread's failure must reach the test
            faults.append(fault)
            raise

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=churn, args=(n,)) for n in range(4)]
    reloader = threading.Thread(target=lambda: [keys.load() for _ in iter(done.is_set, True)])
    try:
        for thread in (*threads, reloader):
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert ask(keys, stable).key_name == "stable"
    finally:
        for thread in threads:
            thread.join()
        done.set()
        reloader.join()
        sys.setswitchinterval(interval)
    assert faults == []
    assert len(made) == 32
    assert len(keys.list()) == 33
    assert keys.list() == reopened(db, clock).list()
