"""The audit log: in the act's own transaction, chained, and any tampering found where it was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenry.access import Actor, AuditRow, Desk, local_actor
from tokenry.access.audit import read, verify
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables

LOCAL = local_actor("org_1")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[AuditRow]:
    """Twelve acts by different hands."""
    db = AppDb.open(tmp_path_factory.mktemp("audit") / "app.db")
    desk = Desk(db, ManualClock())
    for n in range(12):
        by = LOCAL if n % 3 else Actor("admin_key", f"adm_{n}", "org_1", "user_1", frozenset())
        with desk.act(by, "project.updated", f"proj_{n}", f"proj_{n}") as act:
            act.details.update({"changes_requested": ["name"], "n": n, "where": {"b": 1, "a": "ä"}})
    found = list(read(db))
    db.close()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    db = AppDb.open(tmp_path / "app.db")
    yield Desk(db, ManualClock())
    db.close()


def test_the_act_and_its_row_are_one_transaction(desk: Desk) -> None:
    with desk.act(LOCAL, "organization.updated") as act:
        act.connection.execute(tables.settings.insert(), {"key": "a", "value": 1})
    with pytest.raises(RuntimeError), desk.act(LOCAL, "organization.updated") as act:  # noqa: PT012 - one act
        act.connection.execute(tables.settings.insert(), {"key": "b", "value": 1})
        raise RuntimeError
    with desk.db.read() as connection:
        assert [row.key for row in connection.execute(tables.settings.select())] == ["a"]
    assert [row.type for row in read(desk.db)] == ["organization.updated"]


def test_a_row_names_the_person_and_the_key_they_used(rows: list[AuditRow]) -> None:
    assert (rows[0].actor_type, rows[0].actor_id, rows[0].details["key_id"]) == ("admin_key", "user_1", "adm_0")
    assert (rows[1].actor_type, rows[1].actor_id) == ("local", "local")
    assert "key_id" not in rows[1].details


def test_an_untouched_log_is_whole(rows: list[AuditRow]) -> None:
    assert verify(iter(rows)) is None
    assert verify(iter([])) is None
    assert verify(iter(rows[:5])) is None, "what was cut off at the end cannot be seen from what is left"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_change_of_any_row_is_found_there(rows: list[AuditRow], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(
        st.sampled_from(["id", "at", "organization_id", "project_id", "actor_type", "actor_id", "type", "resource_id"])
    )
    forged = list(rows)
    value = 0 if name == "at" else "x"
    forged[at] = replace(rows[at], **{name: value})  # type: ignore[arg-type] # one field of either type
    assert verify(iter(forged)) == forged[at]
    forged[at] = replace(rows[at], details={**rows[at].details, "n": -1})
    assert verify(iter(forged)) == forged[at]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_row_left_out_or_two_exchanged_are_found(rows: list[AuditRow], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 2))
    assert verify(iter(rows[:at] + rows[at + 1 :])) == rows[at + 1]
    exchanged = [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]
    assert verify(iter(exchanged)) == rows[at + 1]


def test_reading_goes_on_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.access.audit._PAGE", 2)
    for n in range(5):
        with desk.act(LOCAL, "project.created", f"proj_{n}"):
            pass
    assert [row.seq for row in read(desk.db)] == [1, 2, 3, 4, 5]
    assert [row.seq for row in read(desk.db, after=3)] == [4, 5]
    assert verify(read(desk.db)) is None
