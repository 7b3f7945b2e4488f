"""Every administrative route by every role by (own, another project's, another organization's, a garbage id).

The cases come from the route table. What each role may do stands here once more, by hand and apart from the product's
own table: a change of policy has to be made in both.
"""

from __future__ import annotations

from typing import get_args

import pytest

from tests.api.organization.stand import Place, Stand
from tokenry.access import Permission
from tokenry.api import ADMINISTRATION as ROUTES
from tokenry.api.guarded import Guarded

pytestmark = pytest.mark.anyio

READS = {p for p in get_args(Permission) if p.endswith(".read")}
ALL = set(get_args(Permission))
MAY = {
    "owner": ALL,
    "admin": ALL - {"owners.write", "admin_keys.write"},
    "officer": (READS - {"keys.read", "admin_keys.read", "webhooks.read", "audit.read", "health.read", "sets.read"})
    | {"awards.write", "credits.write", "programmes.write"},
    "reviewer": {"organization.read", "programmes.read", "reviews.write"},
    "auditor": READS,
    "member": {"organization.read"},
}
OPERATORS = {"credits.write", "costs.read", "prices.write", "health.read", "sets.read"}  # the first organization alone
PROJECT_MEMBER = {"projects.read", "own_keys.write", "limits.ask"}
MAY_WITHIN = {
    "project_member": PROJECT_MEMBER,
    "project_owner": PROJECT_MEMBER
    | {"projects.write", "members.read", "members.write", "keys.read", "keys.write", "limits.read", "limits.write"}
    | {"usage.read", "statements.read", "awards.read"},
}
# What is one's own alone needs no permission: who asks for somebody else's finds nothing.
OWN = (
    "/me", "/v1/tokenry/chats", "/v1/tokenry/folders", "/v1/tokenry/prompts", "/v1/tokenry/shares",
    "/v1/tokenry/workspace_files", "/v1/tokenry/assistants",
)  # fmt: skip
GARBAGE = ("proj_00000000000000000000000000", "%00", "..%2f..", "x" * 200, "Ünïcode")


def may(role: str, permission: str | None, *, own: bool) -> bool:
    """Whether a role permits something, in a project it has a role in (`own`) or elsewhere in its organization."""
    if permission is None:
        return True
    everywhere = MAY.get(role, MAY["member"])
    return permission in everywhere or (own and permission in MAY_WITHIN.get(role, ()))


def filled(route: Guarded, place: Place, project: str) -> str:
    """The path with a project of ours in it; what else it names is something that does not exist."""
    path = route.path.replace("{project_id}", project)
    for name in route.names:
        path = path.replace(f"{{{name}}}", f"{name.removesuffix('_id')}_00000000000000000000000000")
    return path


def named(route: Guarded) -> str:
    return f"{route.method} {route.path}"


def acts(route: Guarded) -> bool:
    """Whether it does something when asked without a body, for nothing but a project that is there."""
    return route.method != "GET" and route.takes is None and set(route.names) <= {"project_id"}


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_every_route_says_what_it_needs(route: Guarded) -> None:
    assert route.needs is None or route.needs in ALL
    assert route.needs is not None or route.method == "GET" or any(own in route.path for own in OWN), (
        f"{route.method} {route.path} changes something and needs no permission"
    )
    assert route.answer.__doc__, "its docstring is its documentation"


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_nobody_comes_in_without_a_key(calm: Stand, route: Guarded) -> None:
    path = filled(route, calm.ours, calm.ours.projects[0].id)
    for headers in ({}, {"authorization": "Bearer sk-admin-aaaaaaaa-" + "A" * 43}, {"cookie": "tokenry_session=x"}):
        answer = await calm.client.request(route.method, path, headers=headers)
        assert answer.status_code == 401, answer.text


@pytest.mark.parametrize("route", [r for r in ROUTES if not acts(r)], ids=named)
async def test_roles(calm: Stand, route: Guarded) -> None:
    """Who may, comes past the door: to a body that is missing, or a thing that is not there."""
    await every_role_tries(calm, route)


@pytest.mark.parametrize("route", [r for r in ROUTES if acts(r)], ids=named)
async def test_roles_where_something_is_done(stand: Stand, route: Guarded) -> None:
    await every_role_tries(stand, route)


async def every_role_tries(stand: Stand, route: Guarded) -> None:
    """Each role asks in a project it has a role in, and in one it has none in."""
    for role, key in stand.ours.keys.items():
        for own, project in ((True, stand.ours.projects[0].id), (False, stand.ours.projects[1].id)):
            answer = await stand.ask(route.method, filled(route, stand.ours, project), key)
            where = f"{role} in {'their own' if own else 'another'} project: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500 or answer.status_code == 501, where
            if may(role, route.needs, own=own and "project_id" in route.names):
                assert answer.status_code not in {401, 403}, where
            elif "project_id" in route.names and not may(role, "projects.read", own=own):
                assert answer.status_code == 404, where
            else:
                assert answer.status_code == 403, where
                assert answer.json()["error"]["code"] == "insufficient_permissions"


@pytest.mark.parametrize("route", [r for r in ROUTES if "project_id" in r.names], ids=named)
async def test_another_organizations_project_and_garbage_do_not_exist(calm: Stand, route: Guarded) -> None:
    theirs = calm.theirs.projects[0].id
    for role, key in calm.ours.keys.items():
        for project in (theirs, *GARBAGE):
            answer = await calm.ask(route.method, filled(route, calm.ours, project), key)
            assert answer.status_code == 404, f"{role} asks for {project!r}: {answer.status_code} {answer.text[:200]}"
            assert "elsewhere" not in answer.text


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_a_projects_key_administers_nothing_else(calm: Stand, route: Guarded) -> None:
    own, other = calm.ours.projects
    key = calm.project_key(own)
    if route.needs is None:
        return
    answer = await calm.ask(route.method, filled(route, calm.ours, other.id), key)
    assert answer.status_code in ({404} if "project_id" in route.names else {403}), answer.text
    if "project_id" in route.names and route.needs not in PROJECT_MEMBER:
        answer = await calm.ask(route.method, filled(route, calm.ours, own.id), key)
        assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("route", [r for r in ROUTES if r.needs in OPERATORS], ids=named)
async def test_money_and_costs_are_the_operators_own_business(calm: Stand, route: Guarded) -> None:
    """The first organization runs the house. What another's owner could issue, nobody would have paid for."""
    for role in ("owner", "admin", "officer", "auditor"):
        answer = await calm.ask(
            route.method, filled(route, calm.theirs, calm.theirs.projects[0].id), calm.theirs.keys[role]
        )
        assert answer.status_code == 403, f"{role} of another organization: {answer.status_code} {answer.text[:200]}"


@pytest.mark.parametrize("route", [r for r in ROUTES if "project_id" in r.names], ids=named)
async def test_a_key_of_a_projects_owner_is_no_stronger_than_any(calm: Stand, route: Guarded) -> None:
    """It lies in an application's environment: who takes it from there makes no wider keys and lifts no limits."""
    own = calm.ours.projects[0]
    key = calm.project_key(own, user_id=calm.ours.users["project_owner"])
    answer = await calm.ask(route.method, filled(route, calm.ours, own.id), key)
    if route.needs in PROJECT_MEMBER:
        assert answer.status_code not in {401, 403}, answer.text
    else:
        assert answer.status_code == 403, answer.text
