"""What it costs to know who asks and what they may: authentication and policy of one request, in process.

The way of the gateway with every kind of rule in force: a key's own list, its project's, groups within groups, and
classes of data with a provider that may not see the request's. Nothing here touches a disk or a socket once it is set
up. Keys take turns, so that neither their entries nor their rules stay in the nearest cache.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tokenry.access import Directory, Keys, require_model, withheld
from tokenry.access.secret import digest, new_secret
from tokenry.base.clock import SystemClock
from tokenry.config import parse
from tokenry.router import Catalogue
from tokenry.storage import AppDb, tables

KEYS = 1000
USERS = 100
GROUPS = 10
ROUNDS = 9
ASKED = "house"  # an alias, which some lists name and others do not
CONFIG = "".join(
    f'[[provider]]\nname = "{name}"\ndialect = "scripted"\ndata_class = "{name}"\n'
    for name in ("public", "internal", "confidential")
) + "".join(
    f'[[model]]\nname = "m{n}"\naliases = {["house"] if n == 0 else []}\n'
    f'deployments = [{{ provider = "public", model = "a" }}, {{ provider = "internal", model = "b" }}]\n'
    for n in range(50)
).replace("'", '"')


@dataclass(frozen=True)
class Cost:
    """Microseconds a request, the middle and the best of some rounds."""

    authentication_us: float
    policy_us: float
    best_us: float
    keys: int

    @property
    def together_us(self) -> float:
        return self.authentication_us + self.policy_us


def measure(folder: Path | None = None, requests: int = 20_000) -> Cost:
    """Both, over `requests` requests a round."""
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-", dir=folder) as name:
        db = AppDb.open(Path(name) / "app.db")
        try:
            keys, headers = _furnish(db)
        finally:
            db.close()
    catalogue = Catalogue.build(parse(CONFIG, source="bench"))
    asked = [headers[n % len(headers)] for n in range(requests)]
    rounds = [_round(keys, catalogue, asked) for _ in range(ROUNDS)]
    who, what = (statistics.median(part) for part in zip(*rounds, strict=True))
    return Cost(who, what, min(map(sum, rounds)), len(headers))


def _round(keys: Keys, catalogue: Catalogue, asked: list[bytes]) -> tuple[float, float]:
    begun = time.perf_counter_ns()
    principals = [keys.authenticate(header) for header in asked]
    known = time.perf_counter_ns()
    for principal in principals:  # as Gateway._model
        rules = principal.rules
        model = catalogue.resolve(ASKED, rules.data_class)
        assert model is not None
        if rules.bounded:
            require_model(principal, ASKED, *model.names)
        if rules.refusal is not None or not model.deployments:
            raise withheld(principal, model.name)
    ended = time.perf_counter_ns()
    return (known - begun) / len(asked) / 1000, (ended - known) / len(asked) / 1000


def _furnish(db: AppDb) -> tuple[Keys, list[bytes]]:
    """An organization of people in groups, a project with a list, and a key for each of many requests."""
    clock = SystemClock()
    directory, keys = Directory(db, clock), Keys(db, clock)
    first = directory.ensure_first()
    place = {"organization_id": first.organization.id, "created_at": 1}
    with db.write() as connection:
        terms = {"models_mode": "allow_list", "models": ["m0", "m1", "m2"], "data_class": "internal"}
        connection.execute(tables.projects.update(), terms)
        for n in range(GROUPS):
            bounds = {"models": [f"m{n}", "house"], "data_class": "confidential" if n % 2 else "internal"}
            parent = None if n == 0 else f"group_{n - 1}"
            group = {"id": f"group_{n}", "name": str(n), "parent_id": parent, **place, **bounds}
            connection.execute(tables.groups.insert(), group)
        for n in range(USERS):
            connection.execute(tables.users.insert(), {"id": f"user_{n}", "name": str(n), "created_at": 1})
            row = {"user_id": f"user_{n}", **place}
            connection.execute(tables.memberships.insert(), {"id": f"mbr_{n}", "role": "admin", **row})
            member = {"group_id": f"group_{n % GROUPS}", "user_id": f"user_{n}", "source": "admin", "created_at": 1}
            connection.execute(tables.group_members.insert(), member)
    secrets = _make_keys(db, first.project.id)
    keys.load()
    return keys, [f"Bearer {secret}".encode() for secret in secrets]


def _make_keys(db: AppDb, project_id: str) -> list[str]:
    """Keys of people in turn, in one transaction: Keys.create would wait for the disk for each. Their texts."""
    pairs = [new_secret() for _ in range(KEYS)]
    with db.write() as connection:
        for n, (prefix, secret) in enumerate(pairs):
            row = {
                "id": f"key_{n}", "project_id": project_id, "user_id": f"user_{n % USERS}", "name": "bench",
                "prefix": prefix, "sha256": digest(secret.encode()), "models": ["house", "m1"],
                "created_at": 2,
            }  # fmt: skip
            connection.execute(tables.api_keys.insert(), row)
    return [secret for _, secret in pairs]
