"""What exists elsewhere does not exist here: every path with the id of a real thing of another project, of another
organization, and with garbage, is answered with 404, changes nothing, and leaves no trace in the log.

The cases come from the route table; the things are made by things.py.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from tests.api.organization.stand import Place, Stand
from tests.api.organization.test_matrix import GARBAGE
from tests.api.organization.things import NOBODYS, THINGS, Spot, make, user_in_group
from tokenry.api import ADMINISTRATION
from tokenry.api.guarded import Guarded
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

ROUTES = [route for route in ADMINISTRATION if set(route.names) - {"project_id"} - NOBODYS]
WITHIN = [route for route in ROUTES if "project_id" in route.names]


def named(route: Guarded) -> str:
    return f"{route.method} {route.path}"


class Town:
    """A stand, and real things in it: made once a place, unless they are to be used up."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self._made: dict[tuple[str, int, str, bool], str] = {}

    async def thing(self, place: Place, number: int, name: str, path: str) -> str:
        """The id of a thing in a project of a place."""
        key = (place.id, number, name, "{project_id}" in path)
        if key not in self._made:
            self._made[key] = await make(Spot(self.stand, place, number), name, path)
        return self._made[key]

    async def path(self, route: Guarded, **at: str) -> str:
        """A route's path: what `at` does not say is something of ours in the first project."""
        ours, path = self.stand.ours, route.path
        for name in route.names:
            if name in at:
                value = at[name]
            elif name == "project_id":
                value = ours.projects[0].id
            elif name in NOBODYS:
                value = "role_organization_member" if "/organization/" in route.path else "role_project_member"
            else:
                value = await self.thing(ours, 0, name, route.path)
            path = path.replace(f"{{{name}}}", value)
        return path

    def log_length(self) -> int:
        with self.stand.house.desk.db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.audit)).scalar_one())

    async def refused(self, route: Guarded, path: str) -> None:
        """404, from everybody who may do the thing to what is theirs; and nothing was done."""
        length = self.log_length()
        for role in ("owner", "admin", "project_owner"):
            more: dict[str, Any] = {} if route.takes is None else {"json": said(route, path)}
            answer = await self.stand.ask(route.method, path, self.stand.ours.keys[role], **more)
            hidden = {404} if role == "owner" else {403, 404}
            assert answer.status_code in hidden, f"{role} asks {path}: {answer.status_code} {answer.text[:300]}"
            assert "elsewhere" not in answer.text
        assert self.log_length() == length


@pytest.fixture(scope="module")
def town(calm: Stand) -> Town:
    return Town(calm)


def said(route: Guarded, path: str) -> dict[str, Any]:
    """A body: the route's example, where a person is to be named once more, the one in the path."""
    body = dict(route.example or {})
    return body | {"confirm": unquote(path.split("/")[-2])} if "confirm" in body else body


def kinds(route: Guarded) -> list[str]:
    return [name for name in route.names if name not in NOBODYS | {"project_id"}]


@pytest.mark.parametrize("route", ADMINISTRATION, ids=named)
def test_every_kind_of_id_is_tried(route: Guarded) -> None:
    missing = set(route.names) - {"project_id"} - NOBODYS - set(THINGS)
    assert not missing, f"tests/api/organization/things.py makes no real {missing} yet"


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_of_another_organization(town: Town, route: Guarded) -> None:
    for name in kinds(route):
        theirs = await town.thing(town.stand.theirs, 0, name, route.path)
        await town.refused(route, await town.path(route, **{name: theirs}))


# Whoever is in the organization can be given a role in any project, and has none until then.
PERSONAL = [route for route in WITHIN if not route.path.startswith("/v1/projects/") or route.method == "DELETE"]
# Groups have no roles in the organization.
OURS = [r for r in ROUTES if "/roles" not in r.path or "group_id" not in r.names or "project_id" in r.names]


@pytest.mark.parametrize("route", PERSONAL, ids=named)
async def test_of_another_project(town: Town, route: Guarded) -> None:
    """Roles in a project are given to any member of the organization: there a person of another project is none."""
    for name in kinds(route):
        other = await town.thing(town.stand.ours, 1, name, route.path)
        await town.refused(route, await town.path(route, **{name: other}))


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_garbage(town: Town, route: Guarded) -> None:
    for name in kinds(route):
        for garbage in (f"{name.removesuffix('_id')}_00000000000000000000000000", *GARBAGE):
            await town.refused(route, await town.path(route, **{name: garbage}))


@pytest.mark.parametrize("route", OURS, ids=named)
async def test_own(town: Town, route: Guarded) -> None:
    """The same paths with what is ours are answered: else the others would prove nothing."""
    stand, spot = town.stand, Spot(town.stand, town.stand.ours)
    at = {name: await make(spot, name, route.path) for name in kinds(route)}
    if "/groups/{group_id}/users/{user_id}" in route.path:
        at["user_id"] = await user_in_group(spot, at["group_id"])
    named_in_body = {"user_id", "group_id", "message_id"} & set(route.example or {})
    body = {name: await make(spot, name, route.path) for name in named_in_body}
    path = await town.path(route, **at)
    more = {} if route.takes is None else {"json": said(route, path) | body}
    answer = await stand.ask(route.method, path, stand.ours.keys["owner"], **more)
    assert answer.status_code not in {401, 403, 404}, answer.text
    assert answer.status_code < 500, answer.text
