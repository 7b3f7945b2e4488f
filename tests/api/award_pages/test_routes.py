"""The pages in a browser: who sees which, the way over the door, a key made from the page, what the public reads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import Stand, standing
from tests.api.sign_in.visitor import Visitor, audited, cheaper, with_password
from tokenry.access import change_role, local_actor
from tokenry.api.award_pages import reading, routes
from tokenry.base.ids import new_id
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
Visit = Callable[[], Visitor]
SAY = {"model": "chatty", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 8}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        cheaper(stand)
        yield stand
        await stand.serving.entrance.close()


@pytest.fixture
async def visit(stand: Stand) -> AsyncIterator[Visit]:
    made: list[Visitor] = []

    def visitor() -> Visitor:
        made.append(Visitor(stand))
        return made[-1]

    yield visitor
    for one in made:
        await one.http.aclose()


async def make(stand: Stand, path: str, **body: Any) -> dict[str, Any]:
    answer = await stand.ask("POST", f"/v1/tokenry/{path}", stand.ours.keys["owner"], json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def awarded(stand: Stand, **terms: Any) -> tuple[str, str]:
    """A programme with an award to our first project, of which a little is used: their ids."""
    made = await make(stand, "programmes", name=new_id("p"), template="research")
    if terms:
        await make(stand, f"programmes/{made['id']}", terms={**made["terms"], **terms})
    project = stand.ours.projects[0]
    award = await make(
        stand,
        "awards",
        programme_id=made["id"],
        amount=10**12,
        project_id=project.id,
        name="Folding <b>",
        tier="Explore",
    )
    spoken = await stand.ask("POST", "/v1/chat/completions", stand.project_key(project), json=SAY)
    assert spoken.status_code == 200, spoken.text
    return made["id"], award["id"]


async def entered(stand: Stand, visit: Visit, role: str) -> Visitor:
    visitor = visit()
    assert (await visitor.sign_in(await with_password(stand, role))).status_code == 303
    return visitor


async def test_who_sees_an_award(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    for role, status in {
        "project_member": 200,
        "project_owner": 200,
        "officer": 200,
        "member": 404,
        "reviewer": 404,
    }.items():
        page = await (await entered(stand, visit, role)).get(f"/awards/{award_id}")
        assert page.status_code == status, role
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "Folding <b>" not in page.text
    assert (await (await entered(stand, visit, "officer")).get("/awards/awd_none")).status_code == 404


async def test_the_page_says_what_the_books_say(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    spent = stand.house.ledger.balance(award_id).spent
    assert spent > 0
    visitor = await entered(stand, visit, "project_member")
    page = (await visitor.get(f"/awards/{award_id}")).text
    assert f"<b>{spent}</b>" in page
    assert "It was first used today" in page
    assert f"(award {award_id})" in page, "the thank-you names the award"
    mine = (await visitor.get("/awards")).text
    assert f'href="/awards/{award_id}"' in mine


async def test_an_award_that_is_still_being_made_hides_no_other(stand: Stand, visit: Visit) -> None:
    programme_id, award_id = await awarded(stand, public=True)
    waiting, awards = new_id("awd"), tables.awards
    with stand.house.desk.db.write() as connection:  # as one that waits for units, or for the disk
        row = connection.execute(awards.select().where(awards.c.id == award_id)).one()._asdict()
        connection.execute(awards.insert(), {**row, "id": waiting, "name": "waiting", "state": "granting"})
    member, officer = await entered(stand, visit, "project_member"), await entered(stand, visit, "officer")
    assert award_id in (await member.get("/awards")).text
    assert (await member.get(f"/awards/{waiting}")).status_code == 409
    for path in (f"/programmes/{programme_id}", f"/public/programmes/{programme_id}"):
        page = await officer.get(path)
        assert page.status_code == 200
        assert "waiting" not in page.text
    uptake = await stand.ask("GET", f"/v1/tokenry/programmes/{programme_id}/uptake", stand.ours.keys["officer"])
    assert [one["award_id"] for one in uptake.json()["data"]] == [award_id]


async def test_the_way_over_the_door(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    visitor = visit()
    away = await visitor.get(f"/awards/{award_id}")
    assert (away.status_code, away.headers["location"]) == (303, f"/sign-in?next=/awards/{award_id}")
    back = await visitor.sign_in(await with_password(stand, "project_member"), path=away.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, f"/awards/{award_id}")


@pytest.mark.parametrize("after", ["//evil.example/awards/x", "/awards/../x", "https://evil.example", "/awards/x?y=z"])
async def test_the_door_leads_nowhere_else(stand: Stand, visit: Visit, after: str) -> None:
    back = await visit().sign_in(await with_password(stand, "member"), path=f"/sign-in?next={after}")
    assert back.headers["location"] in {"/account", "/awards/x"}


async def test_a_key_is_made_from_the_page_and_shown_once(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    visitor = await entered(stand, visit, "project_member")
    made = await visitor.post(f"/awards/{award_id}/keys", csrf=await visitor.csrf())
    assert made.status_code == 200
    found = re.search(r"<pre>(sk-tok-[A-Za-z0-9_-]+)</pre>", made.text)
    assert found is not None
    spoken = await stand.ask("POST", "/v1/chat/completions", found[1], json=SAY)
    assert spoken.status_code == 200
    assert found[1] not in (await visitor.get(f"/awards/{award_id}")).text
    (row,) = audited(stand, "api_key.created")[-1:]
    assert row.actor_id == stand.ours.users["project_member"]


async def test_the_page_makes_a_key_after_a_change_of_roles_too(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    visitor = await entered(stand, visit, "project_member")
    change_role(stand.house.desk, local_actor(stand.ours.id), stand.ours.users["project_member"], "auditor")
    stand.serving.rooms().refresh()
    shown = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(f"/awards/{award_id}")).text)
    assert shown is not None
    assert (await visitor.post(f"/awards/{award_id}/keys", csrf=shown[1])).status_code == 200


async def test_nobody_makes_a_key_for_another(stand: Stand, visit: Visit) -> None:
    _, award_id = await awarded(stand)
    visitor = await entered(stand, visit, "project_member")
    token, before = await visitor.csrf(), len(stand.house.keys.list())
    forged = await visitor.post(f"/awards/{award_id}/keys", csrf="forged")
    elsewhere = await visitor.post(f"/awards/{award_id}/keys", csrf=token, origin="https://evil.example")
    silent = await visitor.post(f"/awards/{award_id}/keys", csrf=token, origin=None)
    assert (forged.status_code, elsewhere.status_code, silent.status_code) == (403, 403, 403)
    member = await entered(stand, visit, "member")
    assert (await member.post(f"/awards/{award_id}/keys", csrf=await member.csrf())).status_code == 404
    officer = await entered(stand, visit, "officer")
    refused = await officer.post(f"/awards/{award_id}/keys", csrf=await officer.csrf())
    assert refused.status_code == 403, "whoever reads all awards makes keys in their own projects alone"
    assert "Make a key" not in (await officer.get(f"/awards/{award_id}")).text
    assert len(stand.house.keys.list()) == before


async def test_the_funder_sees_use_and_others_do_not(stand: Stand, visit: Visit) -> None:
    programme_id, award_id = await awarded(stand)
    page = await (await entered(stand, visit, "officer")).get(f"/programmes/{programme_id}")
    assert page.status_code == 200
    assert "10 trillion" in page.text
    assert "1 trillion" in page.text
    for role in ("member", "project_owner", "reviewer"):
        assert (await (await entered(stand, visit, role)).get(f"/programmes/{programme_id}")).status_code == 403
    key = stand.ours.keys["officer"]
    path = f"/v1/tokenry/programmes/{programme_id}/uptake"
    told = (await stand.ask("GET", path, key)).json()
    spent = stand.house.ledger.balance(award_id).spent
    assert (told["drawn"], told["data"][0]["drawn"], told["data"][0]["requests"]) == (spent, spent, 1)
    rows = list(csv.DictReader(io.StringIO((await stand.ask("GET", f"{path}?format=csv", key)).text)))
    assert (rows[0]["award_id"], int(rows[0]["drawn"])) == (award_id, spent)


async def test_a_name_is_no_formula(stand: Stand) -> None:
    programme_id, award_id = await awarded(stand)
    with stand.house.desk.db.write() as connection:
        connection.execute(
            tables.awards.update().where(tables.awards.c.id == award_id), {"name": '=HYPERLINK("https://evil.example")'}
        )
    path = f"/v1/tokenry/programmes/{programme_id}/uptake?format=csv"
    text = (await stand.ask("GET", path, stand.ours.keys["officer"])).text
    assert "'=HYPERLINK" in text


async def test_what_everybody_may_ask_for_is_reckoned_once_a_minute_and_without_forecasts(
    stand: Stand, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme_id, _ = await awarded(stand, public=True)
    made: list[str] = []

    def counted(rooms: Any, programme: Any) -> Any:
        made.append(programme.id)
        return reading.public_page(rooms, programme)

    def forbidden(*_: Any) -> Any:
        raise AssertionError("a forecast for nobody")

    monkeypatch.setattr(reading, "forecast", forbidden)
    monkeypatch.setattr(routes, "public_page", counted)
    pages = [await visit().get(f"/public/programmes/{programme_id}") for _ in range(3)]
    assert [page.status_code for page in pages] == [200] * 3
    assert made == [programme_id]


async def test_what_everybody_may_read(stand: Stand, visit: Visit) -> None:
    hidden, _ = await awarded(stand)
    shown, _ = await awarded(stand, public=True)
    visitor = visit()
    assert (await visitor.get(f"/public/programmes/{hidden}")).status_code == 404
    assert (await visitor.get("/public/programmes/prog_none")).status_code == 404
    page = await visitor.get(f"/public/programmes/{shown}")
    assert page.status_code == 200
    assert "1 trillion" in page.text
    assert f"· {stand.ours.projects[0].name} ·" not in page.text, "projects are the organization's own business"
    assert "asked by providers" not in page.text
