"""Every keyed route with no key, a revoked one, an administrator's, and with ids of things of other projects.

The cases come from the route table; the things are made by things.py.
"""

from __future__ import annotations

import pytest

from tests.api.keyed.asking import ask
from tests.api.keyed.things import THINGS, Spot, made_path
from tests.api.organization.stand import Stand
from tokenry.access import NewKey, local_actor
from tokenry.api import KEYED
from tokenry.api.keyed import Keyed

pytestmark = pytest.mark.anyio

NAMING = [route for route in KEYED if route.names]


def named(route: Keyed) -> str:
    return f"{route.method} {route.path}"


def garbage(name: str) -> str:
    return f"{name.removesuffix('_id')}_00000000000000000000000000"


@pytest.mark.parametrize("route", NAMING, ids=named)
def test_every_kind_of_id_is_tried(route: Keyed) -> None:
    missing = set(route.names) - set(THINGS)
    assert not missing, f"tests/api/keyed/things.py makes no real {missing} yet"


@pytest.mark.parametrize("route", NAMING, ids=named)
async def test_what_is_another_projects_is_as_if_it_never_was(calm: Stand, route: Keyed) -> None:
    ours, second, theirs = calm.ours.projects[0], calm.ours.projects[1], calm.theirs.projects[0]
    headers = {"authorization": f"Bearer {calm.project_key(ours)}"}
    never = made_path(route, {name: garbage(name) for name in route.names})
    told = await ask(calm, route, never, headers)
    assert told.status_code == 404, told.text
    for place in (second, theirs):
        made = {name: THINGS[name](Spot(calm, place)) for name in route.names}
        answer = await ask(calm, route, made_path(route, made), headers)
        assert answer.status_code == 404, answer.text
        words = answer.text
        for name, value in made.items():
            words = words.replace(value, garbage(name))
        assert words == told.text, "the words tell a stranger's thing from one that never was"
        own = {"authorization": f"Bearer {calm.project_key(place)}"}
        reading = [one for one in NAMING if one.method == "GET" and set(one.names) <= set(made)]
        for one in reading:
            assert (await ask(calm, one, made_path(one, made), own)).status_code == 200, "a stranger changed it"


@pytest.mark.parametrize("route", KEYED, ids=named)
async def test_nobody_without_a_key_of_a_project_comes_in(calm: Stand, route: Keyed) -> None:
    path = made_path(route, {name: garbage(name) for name in route.names})
    record, revoked = calm.house.keys.create(NewKey(name="gone", project_id=calm.ours.projects[0].id))
    calm.house.keys.revoke(record.id, by=local_actor(calm.ours.id))
    for key in (None, revoked, "sk-tok-never", calm.ours.keys["owner"]):
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        answer = await ask(calm, route, path, headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key"), (key, answer.text)


async def test_the_headers_may_only_repeat_what_the_key_says(calm: Stand) -> None:
    headers = {"authorization": f"Bearer {calm.project_key(calm.ours.projects[0])}"}
    wrong = {"openai-project": calm.ours.projects[1].id}
    answer = await calm.client.get("/v1/files", headers=headers | wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "mismatched_project")
    right = {"openai-project": calm.ours.projects[0].id, "openai-organization": calm.ours.id}
    assert (await calm.client.get("/v1/files", headers=headers | right)).status_code == 200
