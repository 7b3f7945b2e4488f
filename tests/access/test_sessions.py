"""Sessions: when one opens, when it ends, and what an old or stolen token still does."""

from __future__ import annotations

import pytest

from tokenry.access import First, Lives, People, Session, Sessions, csrf_token, is_csrf_token
from tokenry.access.sessions import GRACE_S, PER_USER_MAX
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables

DAY_S = 86_400


@pytest.fixture
def people(db: AppDb, first: First) -> People:
    made = People(db)
    made.load()
    return made


@pytest.fixture
def sessions(db: AppDb, clock: ManualClock, people: People) -> Sessions:
    return Sessions(db, clock, people)


@pytest.fixture
def user(first: First) -> str:
    return first.user.id


def opened(db: AppDb, sessions: Sessions, user: str) -> tuple[Session, str]:
    with db.write() as connection:
        session, token = sessions.open(connection, user, "password", "Mozilla/5.0 (X11; Linux) Firefox/140\n")
    assert sessions.admit(session)
    return session, token


def test_a_token_opens_its_session_and_nothing_else_does(db: AppDb, sessions: Sessions, user: str) -> None:
    session, token = opened(db, sessions, user)
    found = sessions.find(token)
    assert found is not None
    assert (found.id, found.user_id) == (session.id, user)
    assert found.agent == "Mozilla/5.0 (X11; Linux) Firefox/140"
    for other in (None, "", "x" * 43, token[:-1], token + "A", session.sha256.hex(), "é" * 43):
        assert sessions.find(other) is None


def test_it_is_not_open_before_its_transaction_has_ended(db: AppDb, sessions: Sessions, user: str) -> None:
    tokens = []

    def fail() -> None:
        with db.write() as connection:
            tokens.append(sessions.open(connection, user, "password", None)[1])
            assert sessions.find(tokens[0]) is None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert sessions.find(tokens[0]) is None
    sessions.load()
    assert sessions.find(tokens[0]) is None


def test_only_its_hash_is_kept_and_a_restart_knows_it(
    db: AppDb, sessions: Sessions, clock: ManualClock, people: People, user: str
) -> None:
    _, token = opened(db, sessions, user)
    with db.read() as connection:
        assert token not in repr(connection.execute(tables.sessions.select()).all())
    again = Sessions(db, clock, people)
    again.load()
    assert again.find(token) is not None


def test_it_idles_and_it_ends(db: AppDb, sessions: Sessions, clock: ManualClock, user: str) -> None:
    sessions.lives = Lives(idle_s=2 * DAY_S, whole_s=5 * DAY_S)
    _, idle = opened(db, sessions, user)
    _, used = opened(db, sessions, user)
    clock.advance(s=DAY_S)
    assert sessions.find(used) is not None
    clock.advance(s=DAY_S)
    assert sessions.find(idle) is None
    for _ in range(2):
        assert sessions.find(used) is not None
        clock.advance(s=DAY_S)
    assert sessions.find(used) is not None
    clock.advance(s=DAY_S)
    assert sessions.find(used) is None, "the longest life is over, used or not"
    assert sessions.of_user(user) == ()


def test_its_use_is_written_once_a_minute(
    db: AppDb, sessions: Sessions, clock: ManualClock, people: People, user: str
) -> None:
    session, token = opened(db, sessions, user)
    written = []

    def seen() -> int:
        sessions.write_seen()
        with db.read() as connection:
            written.append(connection.execute(tables.sessions.select()).one().seen_at)
        return int(written[-1])

    clock.advance(s=59)
    sessions.find(token)
    assert seen() == session.seen_at
    clock.advance(s=1)
    sessions.find(token)
    assert seen() == clock.now_ns()


def test_revoked_ones_open_nothing(db: AppDb, sessions: Sessions, user: str) -> None:
    (one, a), (two, b), (_, c) = (opened(db, sessions, user) for _ in range(3))
    with db.write() as connection:
        assert sessions.revoke(connection, user, only=one.id) == 1
    sessions.dismiss(user, only=one.id)
    assert [sessions.find(t) is not None for t in (a, b, c)] == [False, True, True]
    with db.write() as connection:
        assert sessions.revoke(connection, user, but=two.id) == 1
    sessions.dismiss(user, but=two.id)
    assert [sessions.find(t) is not None for t in (a, b, c)] == [False, True, False]
    with db.write() as connection:
        assert sessions.revoke(connection, user) == 1
    sessions.dismiss(user)
    sessions.load()
    assert [sessions.find(t) for t in (a, b, c)] == [None, None, None]


def test_what_others_revoked_in_the_table_is_forgotten(db: AppDb, sessions: Sessions, user: str) -> None:
    _, token = opened(db, sessions, user)
    with db.write() as connection:
        connection.execute(tables.sessions.update(), {"revoked_at": 1})
    assert sessions.find(token) is not None
    sessions.refresh()
    assert sessions.find(token) is None


def test_one_revoked_before_it_is_admitted_stays_out(db: AppDb, sessions: Sessions, user: str) -> None:
    with db.write() as connection:
        session, token = sessions.open(connection, user, "password", None)
    with db.write() as connection:
        sessions.revoke(connection, user)
    sessions.dismiss(user)
    assert not sessions.admit(session)
    assert sessions.find(token) is None


def test_a_token_is_exchanged_and_the_old_one_opens_for_a_moment_alone(
    db: AppDb, sessions: Sessions, clock: ManualClock, user: str
) -> None:
    session, old = opened(db, sessions, user)
    rotated = sessions.rotate(session)
    assert rotated is not None
    fresh, new = rotated
    assert fresh.id == session.id
    found = sessions.find(old)
    assert found is not None
    assert not sessions.is_newest(found, old)
    assert sessions.is_newest(found, new)
    clock.advance(s=GRACE_S)
    assert sessions.find(old) is None
    assert sessions.find(new) is not None
    assert sessions.rotate(session) is None, "an old token cannot be exchanged once more"


def test_without_grace_the_old_token_is_dead_at_once(db: AppDb, sessions: Sessions, user: str) -> None:
    session, old = opened(db, sessions, user)
    assert sessions.rotate(session, grace=False) is not None
    assert sessions.find(old) is None


def test_a_revoked_session_cannot_be_exchanged(db: AppDb, sessions: Sessions, user: str) -> None:
    session, token = opened(db, sessions, user)
    with db.write() as connection:
        sessions.revoke(connection, user)
    sessions.dismiss(user)
    assert sessions.rotate(session) is None
    assert sessions.find(token) is None


def test_other_roles_outgrow_a_token(db: AppDb, sessions: Sessions, people: People, user: str) -> None:
    session, _ = opened(db, sessions, user)
    assert not sessions.outgrown(session)
    with db.write() as connection:
        connection.execute(tables.memberships.update(), {"role": "member"})
    people.load()
    assert sessions.outgrown(session)
    rotated = sessions.rotate(session)
    assert rotated is not None
    assert not sessions.outgrown(rotated[0])


def test_nobody_has_more_than_so_many(db: AppDb, sessions: Sessions, clock: ManualClock, user: str) -> None:
    tokens = []
    for _ in range(PER_USER_MAX + 2):
        clock.advance(s=1)
        tokens.append(opened(db, sessions, user)[1])
    assert len(sessions.of_user(user)) == PER_USER_MAX
    assert [sessions.find(one) is None for one in tokens[:3]] == [True, True, False]


def test_a_csrf_token_is_one_sessions_and_changes_with_it(db: AppDb, sessions: Sessions, user: str) -> None:
    (one, token), (two, _) = opened(db, sessions, user), opened(db, sessions, user)
    shown = csrf_token(one)
    assert is_csrf_token(one, shown)
    assert shown != token
    for session, text in ((two, shown), (one, None), (one, ""), (one, shown[:-1]), (one, "é"), (one, token)):
        assert not is_csrf_token(session, text)
    rotated = sessions.rotate(one)
    assert rotated is not None
    assert not is_csrf_token(rotated[0], shown)
