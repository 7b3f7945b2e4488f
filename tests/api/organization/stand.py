"""A running house with two organizations, and somebody of every role who may be asked to try every door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from tokenry.access import ORGANIZATION_ROLES, PROJECT_ROLES, NewKey, Project, create_project, local_actor
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, opened, price_version, read_config
from tokenry.app.serving import Serving
from tokenry.base.ids import new_id
from tokenry.storage import APP_DB_NAME, LEDGER_DB_NAME, tables

CONFIGURATION = """
[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "chatty"
aliases = ["c"]
price = { input = 1, output = 2 }
max_output_tokens = 64
deployments = [{ provider = "script", model = "scripted" }]

[[model]]
name = "other"
price = { input = 1, output = 2 }
deployments = [{ provider = "script", model = "scripted" }]
"""

# The pages' two hundred files are read once a process: a server reads them once, too, and has them in memory.
_serving = import_module("tokenry.app.serving")
_serving.read_bundle = cache(_serving.read_bundle)


@dataclass
class Place:
    """One organization, and the admin key of somebody in each role."""

    id: str
    projects: list[Project] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)  # role -> user id
    keys: dict[str, str] = field(default_factory=dict)  # role -> the text of an admin key


@dataclass
class Stand:
    """The house, a client on it, and two places: `ours`, with two projects, and `theirs`."""

    house: House
    serving: Serving
    client: httpx2.AsyncClient
    ours: Place
    theirs: Place

    def project_key(self, project: Project, **more: Any) -> str:
        """The text of a fresh key of a project."""
        return self.house.keys.create(NewKey(**{"name": "test", "project_id": project.id, **more}))[1]

    async def ask(self, method: str, path: str, key: str, **more: Any) -> httpx2.Response:
        """One request with a key."""
        return await self.client.request(method, path, headers={"authorization": f"Bearer {key}"}, **more)


@dataclass(frozen=True)
class Folder:
    """The data folder of a house in which everybody lives already, and who they are."""

    files: dict[str, bytes]
    ours: Place
    theirs: Place

    def put(self, where: Path) -> None:
        """Have it there."""
        for name, content in self.files.items():
            (where / name).write_bytes(content)


_settled: list[Folder] = []


async def settled() -> Folder:
    """Everybody moves in once a process: it is two thirds of the work of a stand, and the same for each."""
    if not _settled:
        with TemporaryDirectory() as name:
            folder = Path(name)
            async with opened(folder, *read_config(folder, None)) as house:
                ours, theirs = Place(house.first.organization.id), Place(_organization(house))
                for place in (ours, theirs):
                    _people(house, place)
            _settled.append(Folder(_files(folder), ours, theirs))
    return _settled[0]


def _files(folder: Path) -> dict[str, bytes]:
    assert not [*folder.glob("*-wal")], "what a closed house knows is in the files themselves"
    return {name: (folder / name).read_bytes() for name in (APP_DB_NAME, LEDGER_DB_NAME)}


@asynccontextmanager
async def standing(tmp_path: Path, configuration: str = CONFIGURATION) -> AsyncIterator[Stand]:
    """A stand, until the block ends."""
    everybody = await settled()
    everybody.put(tmp_path)
    (tmp_path / "tokenry.toml").write_text(configuration)
    config, path = read_config(tmp_path, None)
    async with opened(tmp_path, config, path) as house:
        await house.ledger.set_prices(price_version(house, config))
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(config)
        serving = Serving(house, fleet)
        await staged.wait_ready()
        serving.put_in_force(staged, house.router.catalogue)
        ours, theirs = deepcopy(everybody.ours), deepcopy(everybody.theirs)
        transport = httpx2.ASGITransport(app=serving.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry.test") as client:
            yield Stand(house, serving, client, ours, theirs)
        await serving.workspace.runs.close()
        await serving.observing.close()
        await fleet.stop(staged.engines.values(), 0.0)


def _organization(house: House) -> str:
    organization = new_id("org")
    with house.desk.db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": organization, "name": "elsewhere", "created_at": 1})
    house.people.load()
    return organization


def _people(house: House, place: Place) -> None:
    """Somebody in each role of the organization; two projects, the first with somebody in each of its roles."""
    local = local_actor(place.id)
    place.projects = [create_project(house.desk, local, name) for name in ("first", "second")]
    roles: list[tuple[str, str, str | None]] = [(role, role, None) for role in ORGANIZATION_ROLES]
    roles += [(f"project_{role}", "member", role) for role in PROJECT_ROLES]
    with house.desk.db.write() as connection:
        for name, role, within in roles:
            user = place.users[name] = new_id("user")
            email = f"{name}@{place.id}.test"
            connection.execute(tables.users.insert(), {"id": user, "name": name, "email": email, "created_at": 1})
            row = {"user_id": user, "organization_id": place.id, "created_at": 1}
            connection.execute(tables.memberships.insert(), {"id": new_id("mbr"), "role": role, **row})
            if within is not None:
                row["project_id"] = place.projects[0].id
                connection.execute(tables.memberships.insert(), {"id": new_id("mbr"), "role": within, **row})
    house.people.load()
    for name, user in place.users.items():
        place.keys[name] = house.admin_keys.create(local, user, name)[1]
