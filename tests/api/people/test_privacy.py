"""A person's data over HTTP and over the command line's verbs: had, erased, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tests.api.programmes.players import Players
from tokenry.access import read_audit, verify_audit
from tokenry.api.admin import Admin
from tokenry.base.errors import InvalidRequest
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def erase(stand: Stand, role: str, user: str, **body: Any) -> Any:
    path = f"/v1/tokenry/people/{user}/erase"
    return await stand.ask("POST", path, stand.ours.keys[role], json={"confirm": user, **body})


async def test_everybody_has_their_own_data(stand: Stand) -> None:
    for role in ("member", "project_member", "owner"):
        answer = await stand.ask("GET", "/v1/tokenry/me/export", stand.ours.keys[role])
        told = answer.json()
        assert told["user_id"] == stand.ours.users[role]
        assert told["data"]["profile"][0]["email"] == f"{role}@{stand.ours.id}.test"
        assert {one["kind"]: one["rows"] for one in told["index"]} == {
            kind: len(rows) for kind, rows in told["data"].items()
        }
    for user in (None, stand.ours.users["owner"]):
        key = stand.project_key(stand.ours.projects[0], user_id=user)
        assert (await stand.ask("GET", "/v1/tokenry/me/export", key)).status_code == 403


async def test_an_export_holds_receipts(stand: Stand) -> None:
    owner = stand.ours.users["owner"]
    key = stand.project_key(stand.house.first.project, user_id=owner)  # which has an award to spend
    body = {"model": "chatty", "messages": [{"role": "user", "content": "a secret prompt"}]}
    assert (await stand.ask("POST", "/v1/chat/completions", key, json=body)).status_code == 200
    answer = await stand.ask("GET", "/v1/tokenry/me/export", stand.ours.keys["owner"])
    assert "a secret prompt" not in answer.text
    (receipt,) = answer.json()["data"]["receipts"]
    assert receipt["user_id"] == owner
    other = await stand.ask("GET", "/v1/tokenry/me/export", stand.ours.keys["admin"])
    assert other.json()["data"]["receipts"] == []


async def test_an_erasure(stand: Stand) -> None:
    user = stand.ours.users["member"]
    assert (await erase(stand, "auditor", user)).status_code == 403
    assert (await erase(stand, "owner", user, confirm="yes")).status_code == 400
    told = (await erase(stand, "owner", user)).json()
    assert told["removed"]["name and address"] == 1
    assert told["removed"]["keys"] == 1
    assert "audit" in told["stays"]
    assert str(stand.house.data_dir) not in str(told)
    assert (await stand.ask("GET", "/v1/tokenry/me/export", stand.ours.keys["member"])).status_code == 401
    again = (await erase(stand, "owner", user)).json()
    assert (again["removed"], again["erased_at"]) == ({}, told["erased_at"])
    exported = await stand.ask("GET", f"/v1/tokenry/people/{user}/export", stand.ours.keys["owner"])
    assert f"member@{stand.ours.id}" not in exported.text
    assert verify_audit(read_audit(stand.house.desk.db)) is None


async def test_people_of_another_organization_do_not_exist(stand: Stand) -> None:
    theirs = stand.theirs.users["member"]
    for answer in (
        await erase(stand, "owner", theirs),
        await stand.ask("GET", f"/v1/tokenry/people/{theirs}/export", stand.ours.keys["owner"]),
    ):
        assert answer.status_code == 404
    with stand.house.desk.db.read() as connection:
        row = connection.execute(tables.users.select().where(tables.users.c.id == theirs)).one()
    assert row.erased_at is None


async def test_an_admin_erases_no_owner(stand: Stand) -> None:
    assert (await erase(stand, "admin", stand.ours.users["owner"])).status_code == 403


async def test_the_verbs(stand: Stand) -> None:
    admin, user = Admin(stand.serving.rooms()), stand.ours.users["reviewer"]
    told = await admin.call("person export", {"user": f"reviewer@{stand.ours.id}.test"})
    assert told["user_id"] == user
    with pytest.raises(InvalidRequest, match="--confirm"):
        await admin.call("person erase", {"user": user})
    assert (await admin.call("person erase", {"user": user, "confirm": True}))["removed"]
    made = await admin.call("webhook create", {"url": "https://hooks.example.org/"})
    assert (await admin.call("webhook list", {}))["webhooks"][0]["id"] == made["id"]
    test = await admin.call("webhook test", {"webhook": made["id"]})
    assert (await admin.call("webhook deliveries", {"webhook": made["id"]}))["deliveries"][0]["id"] == test["id"]
    assert (await admin.call("webhook replay", {"delivery": test["id"]}))["state"] == "waiting"
    assert (await admin.call("webhook rotate", {"webhook": made["id"]}))["secret"] != made["secret"]
    assert (await admin.call("webhook disable", {"webhook": made["id"]}))["state"] == "disabled"
    assert (await admin.call("webhook enable", {"webhook": made["id"]}))["state"] == "enabled"
    assert (await admin.call("webhook delete", {"webhook": made["id"]}))["id"] == made["id"]
    assert (await admin.call("news list", {}))["news"] == []


async def test_what_programmes_know_of_a_person(stand: Stand) -> None:
    """Had by themselves without a reviewer's name; erased on both sides, and numbers stay."""
    play = Players(stand)
    person, reviewer = play.person("member"), play.person("reviewer")
    call = await play.call(await play.programme())
    asked = await play.submitted(call, person, tier="Discover", title="A SECRET title")
    await play.scored(asked, reviewer)
    await play.approved(asked, words="SECRET words", panel_note="SECRET note")
    open_one = await play.submitted(call, person, title="A SECRET second")
    told = (await stand.ask("GET", "/v1/tokenry/me/export", person.key)).json()["data"]
    assert sorted(row["title"] for row in told["applications"]) == ["A SECRET second", "A SECRET title"]
    assert [row["words"] for row in told["decisions"]] == ["SECRET words"]
    assert told["reviews"] == []
    assert reviewer.id not in str(told)
    assert "SECRET note" not in str(told)
    other = (await stand.ask("GET", "/v1/tokenry/me/export", reviewer.key)).json()["data"]
    assert [row["comment"] for row in other["reviews"]] == ["for the panel"]
    assert "SECRET" not in str(other)
    assert (await erase(stand, "owner", reviewer.id)).json()["removed"]["reviews"] == 1
    shown = await play.get(f"/applications/{asked['id']}", play.officer)
    (review,) = shown["assignments"]
    assert (review["comment"], review["words"], review["score_percent"]) == (None, "A clear plan.", "82.22")
    assert (await erase(stand, "owner", person.id)).json()["removed"]["applications"] == 2
    for one in (asked, open_one):
        shown = await play.get(f"/applications/{one['id']}", play.officer)
        assert (shown["title"], shown["answers"], shown["state"]) == ("erased", {}, "withdrawn")
    with stand.house.desk.db.read() as connection:
        kept = [
            str(connection.execute(table.select()).all())
            for table in (tables.applications, tables.application_steps, tables.assignments, tables.decisions)
        ]
    assert "SECRET" not in str(kept)
    assert verify_audit(read_audit(stand.house.desk.db)) is None
