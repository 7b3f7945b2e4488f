"""The verb backup, told of as it grows; and usage, which counts in what is no longer kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.admin.conftest import Installation
from tokenry.api.admin import backups
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.ledger import Policy, Retention
from tokenry.storage import copying

pytestmark = pytest.mark.anyio


async def test_it_tells_how_far_it_is_and_then_what_it_made(house: Installation, tmp_path: Path) -> None:
    into = tmp_path / "b"
    answers = [one async for one in house.admin.follow("backup", {"into": str(into), "keep": 1})]
    assert all("doing" in one for one in answers[:-1])
    made = answers[-1]
    assert made["files"] == ["ledger.db", "app.db"]
    assert made["rows"] == house.rooms.journal.last_seq
    assert [str(path) for path in into.iterdir()] == [made["backup"]]
    house.clock.advance(s=1)
    again = [one async for one in house.admin.follow("backup", {"into": str(into), "keep": 1})][-1]
    assert again["removed"] == [made["backup"]]


async def test_who_leaves_leaves_nothing(house: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_TURN", 1)
    monkeypatch.setattr(backups, "REST", 2000.0)  # so that it is not over before it is left
    monkeypatch.setattr(backups, "LOOK_S", 0.001)
    into = tmp_path / "b"
    answers = house.admin.follow("backup", {"into": str(into)})
    told = await anext(answers)
    assert "doing" in told
    await answers.aclose()  # type: ignore[attr-defined]  # what `follow` makes can be closed
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("args", [{"into": "relative"}, {"into": "/x/a\0b"}, {"into": "/x", "keep": 0}, {}])
async def test_nonsense_is_refused(house: Installation, args: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        [one async for one in house.admin.follow("backup", args)]


async def test_only_some_verbs_are_followed(house: Installation) -> None:
    with pytest.raises(NotFound, match="requests, backup and prices rerate can"):
        [one async for one in house.admin.follow("key list", {})]


async def test_there_is_nothing_to_confirm_where_nothing_was_restored(house: Installation) -> None:
    with pytest.raises(Conflict, match="was not restored"):
        await house.call("restore confirm")


async def test_usage_is_the_same_after_its_requests_are_gone(house: Installation) -> None:
    for _ in range(12):
        house.clock.advance(s=12 * 3600)
        await house.request("key_1")
    asked = {"by": ["day", "model"], "since": "2025-01-01"}
    before = await house.call("usage", **asked)
    assert before["detail_since"] is None
    await Retention(house.rooms.journal, house.clock, rest_s=0).run(Policy(1))
    after = await house.call("usage", **asked)
    assert after.pop("detail_since") is not None
    assert house.rooms.journal.base_seq > 0
    before.pop("detail_since")
    assert after == before
    assert len((await house.call("requests", count=100))["requests"]) < 12
