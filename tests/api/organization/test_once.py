"""Idempotency-Key on every administrative POST: asked twice, done once, and answered the same both times.

The cases come from the route table, the things from things.py.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import msgspec
import pytest

from tests.api.organization.stand import Stand
from tests.api.organization.test_strangers import Town, kinds, named, said
from tests.api.organization.things import Spot, make, user_in_group
from tokenry.access import Once
from tokenry.api import ADMINISTRATION
from tokenry.api.guarded import Guarded
from tokenry.api.money import replay
from tokenry.base.ids import new_id
from tokenry.base.limits import IDEMPOTENCY_TTL_S
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

POSTS = [route for route in ADMINISTRATION if route.method == "POST"]
# Told once: members of an answer that hold what opens something.
SECRETS = {"value", "secret", "token", "api_key", "password"}
PROJECTS = "/v1/organization/projects"


@pytest.fixture(scope="module")
def town(calm: Stand) -> Town:
    return Town(calm)


def state(stand: Stand) -> dict[str, Any]:
    """Everything that an act could change, in both books, but for the keys that are taken."""
    with stand.house.desk.db.read() as connection:
        rows = {
            name: sorted(map(repr, connection.execute(table.select()).all()))
            for name, table in tables.metadata.tables.items()
            if name != tables.idempotent_answers.name
        }
    books = stand.house.ledger.books
    return rows | {"entries": stand.house.journal.stats.entries, "budgets": repr(books.budgets)}


async def post(stand: Stand, path: str, key: str, role: str = "owner", **more: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {stand.ours.keys[role]}", "idempotency-key": key}
    return await stand.client.post(path, headers=headers, **more)


async def asked(town: Town, route: Guarded) -> tuple[str, dict[str, Any]]:
    """A request that can be answered: its path, and what is sent."""
    spot = Spot(town.stand, town.stand.ours)
    at = {name: await make(spot, name, route.path) for name in kinds(route)}
    if "/groups/{group_id}/users/{user_id}" in route.path:
        at["user_id"] = await user_in_group(spot, at["group_id"])
    body = {name: await make(spot, name, route.path) for name in {"user_id", "group_id"} & set(route.example or {})}
    if route.path.endswith("/archive"):  # the others share a project, and come in any order
        made = await post(town.stand, PROJECTS, new_id("key"), json={"name": new_id("proj")})
        at["project_id"] = made.json()["id"]
    path = await town.path(route, **at)
    return path, {} if route.takes is None else {"json": said(route, path) | body}


@pytest.mark.parametrize("route", POSTS, ids=named)
async def test_every_post_is_done_once(town: Town, route: Guarded) -> None:
    stand, key = town.stand, new_id("key")
    path, more = await asked(town, route)
    first = await post(stand, path, key, **more)
    _asked.append(route)
    while stand.serving.workspace.runs.running:  # noqa: ASYNC110 - an answer that was begun ends by itself
        await asyncio.sleep(0.005)
    after = state(stand)
    second = await post(stand, path, key, **more)
    assert state(stand) == after
    if (route.secret or route.private) and first.status_code < 300:
        assert (second.status_code, second.json()["error"]["code"]) == (409, "idempotency_not_kept")
        return
    assert (second.status_code, second.content) == (first.status_code, first.content)
    if first.status_code < 300:
        assert second.headers["idempotent-replayed"] == "true"
        assert second.headers["content-type"] == first.headers["content-type"]
        _answered.append(route)


_asked: list[Guarded] = []
_answered: list[Guarded] = []


def test_most_of_them_did_something() -> None:
    """Else those tests would prove little. What has not been asked yet, in whatever order they come, may still do."""
    assert len(_answered) + len(POSTS) - len(_asked) > len(POSTS) // 2


@pytest.mark.parametrize("route", POSTS, ids=named)
def test_what_is_told_once_is_not_kept(route: Guarded) -> None:
    members = {field.name for field in msgspec.structs.fields(route.gives)}
    assert route.secret == bool(members & SECRETS)


async def test_another_body_another_path_another_actor(stand: Stand) -> None:
    await post(stand, PROJECTS, "k", json={"name": "one"})
    other = await post(stand, PROJECTS, "k", json={"name": "two"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_mismatch")
    theirs = await post(stand, PROJECTS, "k", "admin", json={"name": "one"})
    assert theirs.json()["error"]["code"] == "conflict", "there is a project of that name; nothing was replayed"
    elsewhere = await post(stand, "/v1/organization/groups", "k", json={"name": "one"})
    assert elsewhere.status_code == 200


async def test_a_role_that_was_taken_away_hears_no_old_answer(stand: Stand) -> None:
    await post(stand, PROJECTS, "k", "admin", json={"name": "one"})
    user = stand.ours.users["admin"]
    demoted = await post(stand, f"/v1/organization/users/{user}", "d", json={"role": "reader"})
    assert demoted.status_code == 200
    again = await post(stand, PROJECTS, "k", "admin", json={"name": "one"})
    assert again.status_code == 403


async def test_what_was_refused_is_tried_again(stand: Stand) -> None:
    """Nothing was done, so nothing is kept: the same key works once the reason is gone."""
    email = {"email": "new@example.org", "role": "reader"}
    assert (await post(stand, f"{PROJECTS}/nowhere/archive", "k")).status_code == 404
    assert (await post(stand, "/v1/organization/invites", "k", json={**email, "role": "zork"})).status_code == 400
    assert (await post(stand, "/v1/organization/invites", "k", json=email)).status_code == 200


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_that_is_none(stand: Stand, key: str) -> None:
    answer = await post(stand, PROJECTS, key, json={"name": "one"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "Idempotency-Key")


async def test_twins_at_the_same_moment(stand: Stand) -> None:
    """One is done, the others are told to come again; then all hear the same."""
    before = len(stand.house.people.roster.projects)
    answers = await asyncio.gather(*[post(stand, PROJECTS, "k", json={"name": "one"}) for _ in range(5)])
    told = [answer for answer in answers if answer.status_code == 200]
    assert {answer.content for answer in told} == {told[0].content}
    for answer in answers:
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_in_flight")
            assert answer.headers["retry-after"] == "1"
    assert len(stand.house.people.roster.projects) == before + 1


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before the act", "in the act", "after the act", "after the answer is kept"])
async def test_a_kill_between_any_two_steps(stand: Stand, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Whatever is cut short, the act is done once at most; and once, when its answer says so."""

    def die(*_args: Any, **_more: Any) -> Any:
        raise Killed

    def number() -> int:
        with stand.house.desk.db.read() as connection:
            return len(connection.execute(tables.projects.select()).all())

    before = number()
    with monkeypatch.context() as patch:
        if moment == "before the act":
            patch.setattr("tokenry.access.once.Claim.join", die)
        elif moment == "in the act":
            patch.setattr("tokenry.access.audit.append", die)
        elif moment == "after the act":
            patch.setattr("tokenry.access.once.Claim.keep", die)
        else:
            patch.setattr("tokenry.access.once.Once.release", die)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - what dies has no better name
            await post(stand, PROJECTS, "k", json={"name": "one"})
    stand.house.desk.once = Once(stand.house.desk.db, stand.house.clock)  # the next process remembers nothing
    again = await post(stand, PROJECTS, "k", json={"name": "one"})
    assert number() == before + 1
    if moment == "after the act":
        assert (again.status_code, again.json()["error"]["code"]) == (409, "idempotency_not_kept")
    else:
        assert again.status_code == 200
        assert ("idempotent-replayed" in again.headers) == (moment == "after the answer is kept")


async def test_a_kill_between_the_two_books(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decided in app.db is done in the ledger by the next start; the same request again does nothing more."""
    house, secret = stand.house, stand.project_key(stand.ours.projects[0])
    key_id = house.keys.authenticate(f"Bearer {secret}".encode()).key_id
    budget = {"scope": "key", "scope_id": key_id, "limit_usd": "5.00"}

    async def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("tokenry.ledger.Ledger.set_budget", die)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - what dies has no better name
            await post(stand, "/v1/tokenry/budgets", "k", json=budget)
    house.desk.once = Once(house.desk.db, house.clock)
    assert await replay(house.desk.db, house.ledger) == 1
    budgets = dict(house.ledger.books.budgets)
    again = await post(stand, "/v1/tokenry/budgets", "k", json=budget)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "idempotency_not_kept")
    assert house.ledger.books.budgets == budgets
    assert key_id in repr(budgets)


async def test_a_day_later_it_is_another_request(stand: Stand) -> None:
    await post(stand, PROJECTS, "k", json={"name": "one"})
    once, table = stand.house.desk.once, tables.idempotent_answers
    assert once.sweep() == 0
    with stand.house.desk.db.write() as connection:
        late = table.c.expires_at - IDEMPOTENCY_TTL_S * 10**9
        connection.execute(table.update().values(expires_at=late))
    again = await post(stand, PROJECTS, "k", json={"name": "one"})
    assert again.json()["error"]["code"] == "conflict", "it was asked anew, and there is a project of that name"
    assert (await post(stand, PROJECTS, "k", json={"name": "two"})).status_code == 200
    assert once.sweep() == 0, "the new claim has taken the old one's place"


async def test_erasing_a_person_takes_what_was_kept_about_them(stand: Stand) -> None:
    user = stand.ours.users["member"]
    path = f"/v1/organization/users/{user}"
    assert (await post(stand, path, "k", json={"role": "auditor"})).status_code == 200
    erase = f"/v1/tokenry/people/{user}/erase"
    assert (await post(stand, erase, "e", json={"confirm": user})).status_code == 200
    with stand.house.desk.db.read() as connection:
        rows = connection.execute(tables.idempotent_answers.select()).all()
    assert [row.body for row in rows if path in row.scope] == [None]
