"""One real thing of each kind that a path can name, in any place: so that tests ask for what exists somewhere else.

A new parameter of a path needs a maker here, else the matrix fails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.api.organization import award_things, work_things
from tests.api.organization.stand import Place, Stand
from tests.sets import made as made_sets
from tokenry.access import NewKey, local_actor
from tokenry.api.certificates import register_of
from tokenry.base.ids import new_id
from tokenry.config import Corpus
from tokenry.ledger import Award, Ending, Facts, Milestone, Usage
from tokenry.notify import News
from tokenry.programmes.certificates import Named, Reached
from tokenry.sets import Sets
from tokenry.storage import tables


@dataclass(frozen=True)
class Spot:
    """Where a thing is made: in a project of a place."""

    stand: Stand
    place: Place
    number: int = 0  # of the project

    @property
    def project(self) -> str:
        return self.place.projects[self.number].id

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """What is answered to the place's owner, who makes something."""
        answer = await self.stand.ask("POST", path, self.place.keys["owner"], json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def put(self, table: Any, **row: Any) -> None:
        """A row as it is."""
        with self.stand.house.desk.db.write() as connection:
            connection.execute(table.insert(), row)


async def user(spot: Spot) -> str:
    """A member who has a role in the project."""
    made = new_id("user")
    spot.put(tables.users, id=made, name="somebody", email=f"{made}@example.org", created_at=1)
    row = {"user_id": made, "organization_id": spot.place.id, "role": "member", "created_at": 1}
    spot.put(tables.memberships, id=new_id("mbr"), **row)
    spot.put(tables.memberships, id=new_id("mbr"), project_id=spot.project, **row)
    spot.stand.house.people.load()
    return made


async def group(spot: Spot) -> str:
    """A group that the project is open to."""
    made: str = (await spot.post("/v1/organization/groups", name=new_id("name")))["id"]
    await spot.post(f"/v1/organization/projects/{spot.project}/groups", group_id=made, role="member")
    return made


async def user_in_group(spot: Spot, group_id: str) -> str:
    """A member of it."""
    made = await user(spot)
    await spot.post(f"/v1/organization/groups/{group_id}/users", user_id=made)
    return made


async def admin_key(spot: Spot) -> str:
    house = spot.stand.house
    return house.admin_keys.create(local_actor(spot.place.id), spot.place.users["admin"], "real")[0].id


async def api_key(spot: Spot) -> str:
    return spot.stand.house.keys.create(NewKey(name="real", project_id=spot.project))[0].id


async def service_account(spot: Spot) -> str:
    made = await spot.post(f"/v1/organization/projects/{spot.project}/service_accounts", name="real")
    return str(made["id"])


async def invite(spot: Spot) -> str:
    made = await spot.post("/v1/organization/invites", email=f"{new_id('new')}@example.org", role="reader")
    return str(made["id"])


async def alert(spot: Spot, path: str = "") -> str:
    """An alert of the organization or of the project, whichever a path asks for."""
    base = f"/v1/organization/projects/{spot.project}" if "{project_id}" in path else "/v1/organization"
    channel = {"type": "email", "recipients": ["a@example.org"]}
    made = await spot.post(
        f"{base}/spend_alerts", currency="USD", interval="month", threshold_amount=100, notification_channel=channel
    )
    return str(made["id"])


async def budget(spot: Spot) -> str:
    """A budget of a fresh key of the project."""
    key = await api_key(spot)
    base = f"/v1/tokenry/projects/{spot.project}/budgets"
    return str((await spot.post(base, scope="key", scope_id=key, limit_usd="5.00"))["id"])


async def limit_request(spot: Spot) -> str:
    """A wish for more of a project's budget."""
    base = f"/v1/tokenry/projects/{spot.project}"
    body = {"budget_id": await budget(spot), "limit_usd": "9.00", "reason": "there is more to do"}
    return str((await spot.post(f"{base}/limit_requests", **body))["id"])


async def request(spot: Spot, path: str) -> str:
    """A wish for more; or, where the path is of requests, one that was asked and settled."""
    if "limit_requests" in path:
        return await limit_request(spot)
    ledger = spot.stand.house.ledger
    asked = Facts(
        organization_id=spot.place.id, project_id=spot.project, key_id="key_none", user_id=None, endpoint="embeddings",
        model="chatty", stream=False, input_bound=1, output_bound=0, price_version=None,
    )  # fmt: skip
    award = Award(new_id("awd"), "to spend", spot.place.id, spot.project, "award", "active", 1, 1)
    await ledger.grant(award, 10**9)
    held = await ledger.hold(new_id("req"), asked, 1)
    return (await ledger.settle(held, Ending(Usage(), "completed", 200))).request_id


async def webhook(spot: Spot) -> str:
    return str((await spot.post("/v1/tokenry/webhooks", url=f"https://hooks.example.org/{new_id('at')}"))["id"])


async def delivery(spot: Spot) -> str:
    """What waits for a webhook."""
    target, occasion = await webhook(spot), new_id("news")
    spot.stand.house.notices.tell(News(spot.place.id, "statement.issued", occasion, {}))
    with spot.stand.house.desk.db.read() as connection:
        rows = tables.deliveries
        return str(connection.execute(rows.select().where(rows.c.target == target)).one().id)


async def statement(spot: Spot) -> str:
    """The row of one; nothing was spent, so there is nothing to read in it."""
    made = new_id("stm")
    months = f"19{len(made) + spot.number:02d}-01"
    spot.put(
        tables.statements, id=made, organization_id=spot.place.id, project_id=spot.project, month=months, number=1,
        total=0, previous=bytes(32), hash=bytes(32), issued_at=1,
    )  # fmt: skip
    return made


async def certificate(spot: Spot) -> str:
    """A certificate of the place, for a number of tokens that it has none for."""
    register = register_of(spot.stand.serving.rooms())
    threshold = 1000 + len(register.listing(spot.place.id))
    made = register.issue(Reached(Milestone(spot.place.id, threshold, new_id("req"), 1), 0), Named("us", "them"))
    assert made is not None
    return made.statement.id


async def training_set(spot: Spot) -> str:
    """One that the configuration names; of another place, one that only another installation's would."""
    rooms = spot.stand.serving.rooms()
    folder, name = spot.stand.house.data_dir / spot.place.id, new_id("name")
    made_sets.whole(folder / name, fingerprint=made_sets.hash_of(name))
    patterns = (str(folder / "*"),)
    if spot.place is spot.stand.ours:
        rooms.config = msgspec.structs.replace(rooms.config, corpus=Corpus(sets=patterns))
    return next(one.id for one in Sets().listing(patterns) if one.name == name)


async def subscription(spot: Spot) -> str:
    if spot.place is not spot.stand.ours:
        return await _foreign_subscription(spot)
    return await _begun(spot, spot.project)


async def _begun(spot: Spot, project: str) -> str:
    plan = await spot.post("/v1/tokenry/plans", name=new_id("plan"), included_usd="20.00", overage="refused")
    made = await spot.post("/v1/tokenry/subscriptions", plan_id=plan["id"], project_id=project)
    return str(made["id"])


async def _foreign_subscription(spot: Spot) -> str:
    """As one that the operator began for another organization: ours, copied row by row, since it makes none itself."""
    ours = Spot(spot.stand, spot.stand.ours)
    project = await ours.post("/v1/organization/projects", name=new_id("project"))
    ours_id = await _begun(ours, project["id"])
    plans, subscriptions = tables.plans, tables.subscriptions
    with spot.stand.house.desk.db.write() as connection:
        begun = connection.execute(subscriptions.select().where(subscriptions.c.id == ours_id)).one()._asdict()
        plan = connection.execute(plans.select().where(plans.c.id == begun["plan_id"])).one()._asdict()
        plan |= {"id": new_id("plan"), "organization_id": spot.place.id}
        begun |= {"id": new_id("sub"), "plan_id": plan["id"], "project_id": spot.project}
        connection.execute(plans.insert(), plan)
        connection.execute(subscriptions.insert(), begun)
    return str(begun["id"])


async def programme(spot: Spot) -> str:
    """A programme with nothing in it."""
    return str((await spot.post("/v1/tokenry/programmes", name=new_id("prog"), template="classroom"))["id"])


async def programme_call(spot: Spot) -> str:
    """A call that is open."""
    base = f"/v1/tokenry/programmes/{await programme(spot)}"
    return str((await spot.post(f"{base}/calls", name="one"))["id"])


APPLIED = {
    "tier": "Seminar", "title": "a course", "asked": 1000,
    "answers": {"course": "Reading", "students": 20, "exercises": "Ten of them.", "minors": False},
}  # fmt: skip


async def application(spot: Spot, path: str = "") -> str:
    """One that a member submitted; under `me` a draft of the place's owner, or an offer to them."""
    mine = "/me/" in path
    key = spot.place.keys["owner" if mine else "member"]
    base = "/v1/tokenry/me/applications"
    body = APPLIED | {"call_id": await programme_call(spot)}
    made = (await spot.stand.ask("POST", base, key, json=body)).json()["id"]
    if not mine or path.endswith(("/accept", "/refuse")):
        answer = await spot.stand.ask("POST", f"{base}/{made}/submit", key, json={})
        assert answer.status_code == 200, answer.text
    return str(made)


async def assignment(spot: Spot, path: str = "") -> str:
    """A reviewer who was asked: under `me` the place's owner, who may review too."""
    reviewer = spot.place.users["owner" if "/me/" in path else "reviewer"]
    base = f"/v1/tokenry/applications/{await application(spot)}"
    made = str((await spot.post(f"{base}/assignments", reviewer_id=reviewer))["id"])
    if path.endswith("/draft"):
        said = f"/v1/tokenry/me/reviews/{made}/declare"
        await spot.stand.ask("POST", said, spot.place.keys["owner"], json={"conflict": False})
    return made


THINGS: dict[str, Callable[[Spot], Awaitable[str]]] = {
    "user_id": user,
    "group_id": group,
    "key_id": admin_key,
    "api_key_id": api_key,
    "service_account_id": service_account,
    "invite_id": invite,
    "alert_id": alert,
    "budget_id": budget,
    "request_id": limit_request,
    "webhook_id": webhook,
    "delivery_id": delivery,
    "statement_id": statement,
    "subscription_id": subscription,
    "set_id": training_set,
    "certificate_id": certificate,
    "programme_id": programme,
    "call_id": programme_call,
    "application_id": application,
    "assignment_id": assignment,
    "award_id": award_things.award,
    "report_id": award_things.report,
    "tranche_id": award_things.tranche,
    "amendment_id": award_things.amendment,
    "chat_id": work_things.chat,
    "message_id": work_things.message,
    "folder_id": work_things.folder,
    "assistant_id": work_things.assistant,
    "prompt_id": work_things.prompt,
    "share_id": work_things.share,
    "grant_id": work_things.grant,
    "file_id": work_things.file,
    "passage_id": work_things.passage,
}
NOBODYS = {"role_id", "rate_limit_id", "session_id", "passkey_id"}  # the same everywhere, or one's own alone


async def make(spot: Spot, name: str, path: str) -> str:
    """A fresh thing of the kind that a parameter of this path names."""
    made_for = {
        "alert_id": alert, "application_id": application, "assignment_id": assignment,
        "award_id": award_things.award, "report_id": award_things.report, "chat_id": work_things.chat,
        "request_id": request,
    }  # fmt: skip
    if name in made_for:
        return await made_for[name](spot, path)
    return await THINGS[name](spot)
