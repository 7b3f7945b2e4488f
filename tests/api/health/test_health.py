"""The installation's health: what is well, what is not, how to mend it in words; and the proof of the books."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tokenry.access import local_actor
from tokenry.api.health import looks, proof
from tokenry.base.ids import new_id
from tokenry.ledger import Award, DiskNearlyFull
from tokenry.storage import StorageError

pytestmark = pytest.mark.anyio

HEALTH, PROOF = "/v1/tokenry/health", "/v1/tokenry/health/ledger_proof"


async def told(stand: Stand, method: str = "GET", path: str = HEALTH) -> dict[str, Any]:
    answer = await stand.ask(method, path, stand.ours.keys["admin"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def worst(found: dict[str, Any], area: str) -> tuple[str, str, str | None]:
    """The first finding of an area: the worst one."""
    one = next(one for one in found["findings"] if one["area"] == area)
    return one["state"], one["what"], one["how"]


async def test_a_house_that_is_well(stand: Stand) -> None:
    found = await told(stand)
    assert {one["area"] for one in found["findings"] if one["state"] == "wrong"} == set()
    assert found["state"] == "note", "there is no backup yet"
    (engine,) = found["engines"]
    assert (engine["name"], engine["state"], engine["running"]["default"], engine["waiting"]["batch"]) == (
        "script", "ready", 0, 0,
    )  # fmt: skip
    assert [one["state"] for one in found["breakers"]] == ["closed"]
    assert found["ledger"]["writable"]
    assert found["ledger"]["refusing"] == []
    assert found["disk"]["free"] > 0
    assert found["last_backup_at"] is None
    order = ["wrong", "note", "ok"]
    states = [order.index(one["state"]) for one in found["findings"]]
    assert states == sorted(states)
    assert all(one["how"] for one in found["findings"] if one["state"] != "ok")


async def test_what_is_wrong_is_told_first(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    house = stand.house
    house.ledger.shut_for(DiskNearlyFull, "the disk is nearly full")
    for _ in range(5):
        house.router.failed("script/scripted", house.clock.monotonic_ns(), "connect")
    monkeypatch.setattr(looks, "FREE_GOOD", 2**60)
    found = await told(stand)
    assert found["state"] == "wrong"
    assert worst(found, "ledger")[0] == "wrong"
    assert "nearly full" in worst(found, "ledger")[1]
    assert "connect" in worst(found, "models")[1]
    assert worst(found, "disk")[0] == "note"
    (breaker,) = found["breakers"]
    assert (breaker["state"], breaker["last_failure"], breaker["failures_in_row"]) == ("open", "connect", 5)
    assert breaker["reopens_in_s"] == 1


async def test_an_engine_that_is_down_is_wrong_when_nobody_else_serves_its_models(stand: Stand) -> None:
    engine = stand.serving.gateway.setup.engines["script"]
    await engine.stop()
    state, what, _ = worst(await told(stand), "engines")
    assert state == "wrong"
    assert "chatty" in what


async def test_backups_are_known_by_the_log_wherever_they_lie(stand: Stand) -> None:
    with stand.house.desk.act(local_actor(stand.ours.id), "backup.created"):
        pass
    found = await told(stand)
    assert worst(found, "backups")[0] == "ok"
    assert found["last_backup_at"] is not None


async def test_awards_that_have_nothing_left_are_told(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(one["area"] != "access" for one in (await told(stand))["findings"])
    monkeypatch.setattr(looks, "_pays", lambda *_: False)
    state, what, how = worst(await told(stand), "access")
    assert state == "wrong"
    assert "every request is refused" in what
    assert how


async def test_the_books_are_proven_while_they_are_used(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    house, now = stand.house, stand.house.clock.now_ns()
    project = stand.ours.projects[0]
    await house.ledger.grant(Award(new_id("awd"), "a", stand.ours.id, project.id, "award", "active", now, now), 10**10)
    body = {"model": "chatty", "max_tokens": 8, "messages": [{"role": "user", "content": "hello"}]}
    answer = await stand.ask("POST", "/v1/chat/completions", stand.project_key(project), json=body)
    assert answer.status_code == 200, answer.text
    found = await told(stand, "POST", PROOF)
    assert (found["ok"], found["breaches"], found["requests"]) == (True, [], 1)
    assert found["charged_nanousd"] > 0
    monkeypatch.setattr(proof, "ROWS_MAX", 1)
    answer = await stand.ask("POST", PROOF, stand.ours.keys["owner"])
    assert answer.status_code == 409
    assert "tokenry ledger check" in answer.json()["error"]["message"]


async def test_one_proof_at_a_time(stand: Stand) -> None:
    with proof._at_work:
        answer = await stand.ask("POST", PROOF, stand.ours.keys["owner"])
    assert answer.status_code == 409
    assert (await told(stand, "POST", PROOF))["ok"]


async def test_a_disk_that_cannot_be_looked_at(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_path: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("shutil.disk_usage", refuses)
    found = await told(stand)
    assert found["disk"] is None
    assert worst(found, "disk")[0] == "wrong"


async def test_a_restore_that_is_not_over(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_path: object) -> None:
        raise StorageError("restore.json cannot be read")

    monkeypatch.setattr(looks, "read_restore", damaged)
    assert worst(await told(stand), "backups")[:2] == ("wrong", "restore.json cannot be read")
