"""One real thing of each kind that a page is about, made over HTTP by people of the house; and the pages' addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.harness.server import until
from tests.sets import made as made_sets
from tests.web.harness import House, Person

Maker = Callable[[House], str]
SAID = "# Tides\n\nWhy is there *spring* tide?\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n\n$e^2$"
APPLIED = {
    "tier": "Seminar", "title": "A course on tides", "asked": 1000,
    "answers": {"course": "Reading", "students": 20, "exercises": "Ten of them.", "minors": False},
}  # fmt: skip


def chat(house: House) -> str:
    """A chat of the owner's with one answer."""
    made: str = house.owner.post("/v1/tokenry/chats", title="Tides", project_id=house.project)["id"]
    asked(house.owner, made, SAID)
    return made


def asked(person: Person, chat_id: str, text: str) -> dict[str, Any]:
    """A question in a chat, and its whole answer."""
    path = f"/v1/tokenry/chats/{chat_id}/messages"
    sent = person.post(path, text=text)
    answer = until(
        lambda: person.get(f"{path}/{sent['answer']['id']}"), lambda found: found["state"] not in ("running",)
    )
    assert answer["state"] == "complete", answer
    return dict(answer)


def folder(house: House) -> str:
    """A folder with a chat in it."""
    made: str = house.owner.post("/v1/tokenry/folders", name="Sea", instructions="Be exact.")["id"]
    house.owner.post("/v1/tokenry/chats", title="Ebb", folder_id=made, project_id=house.project)
    return made


def share(house: House) -> str:
    """A chat that is shown to the organization."""
    return str(house.owner.post(f"/v1/tokenry/chats/{chat(house)}/shares", message_id=None)["id"])


def leave(house: House) -> str:
    """Leave to read a member's chats, of which there are none."""
    body = {"user_id": member(house), "reader_id": house.owner.me["id"], "reason": "The tide took their notes"}
    return str(house.owner.post("/v1/tokenry/content_grants", **body)["id"])


def prompt(house: House) -> str:
    """A prompt."""
    return str(house.owner.post("/v1/tokenry/prompts", name="tide", title="Tide", text="When is {{what}}?")["id"])


def request(house: House) -> str:
    """A request with a receipt."""
    key = house.server.key("for-a-receipt")
    _, answer = house.server.get("/v1/models", key)
    assert answer["data"], "no models"
    made = house.owner.post("/v1/tokenry/chats", title="Neap", project_id=house.project)["id"]
    return str(asked(house.owner, made, "Once.")["request_ids"][0])


def member(house: House) -> str:
    """A member."""
    known = {person.name: person for person in house.people}
    return str((known.get("Nils") or house.invite("Nils")).me["id"])


def group(house: House) -> str:
    """A group that the project is open to, with somebody in it."""
    made: str = house.owner.post("/v1/organization/groups", name=f"Coast {_count(house, '/v1/organization/groups')}")[
        "id"
    ]
    house.owner.post(f"/v1/organization/projects/{house.project}/groups", group_id=made, role="member")
    house.owner.post(f"/v1/organization/groups/{made}/users", user_id=house.owner.me["id"])
    return made


def project(house: House) -> str:
    """The first project."""
    return house.project


def budget(house: House) -> str:
    """A budget of the project, with a wish for more of it."""
    base = f"/v1/tokenry/projects/{house.project}"
    made: str = house.owner.post(
        f"{base}/budgets", scope="key", scope_id=house.server.key("bounded").id, limit_usd="5.00"
    )["id"]
    house.owner.post(f"{base}/limit_requests", budget_id=made, limit_usd="9.00", reason="there is more to do")
    return made


def _count(house: House, path: str) -> int:
    return len(house.owner.get(path)["data"])


def programme(house: House) -> str:
    """A programme that has something to award."""
    name = f"Coast {_count(house, '/v1/tokenry/programmes')}"
    made: str = house.owner.post("/v1/tokenry/programmes", name=name, template="classroom", cap=10**12)["id"]
    return made


def call(house: House) -> str:
    """An open call."""
    return str(house.owner.post(f"/v1/tokenry/programmes/{programme(house)}/calls", name="Autumn")["id"])


def own_application(house: House) -> str:
    """A draft of the owner's."""
    return str(house.owner.post("/v1/tokenry/me/applications", call_id=call(house), **APPLIED)["id"])


def application(house: House) -> str:
    """One that was handed in."""
    made = own_application(house)
    house.owner.post(f"/v1/tokenry/me/applications/{made}/submit")
    return made


def review(house: House) -> str:
    """An application of somebody else's that the owner is asked to review."""
    author = house.invite(f"Nina{len(house.people)}", in_project=False)
    made = author.post("/v1/tokenry/me/applications", call_id=call(house), **APPLIED)["id"]
    author.post(f"/v1/tokenry/me/applications/{made}/submit")
    return str(house.owner.post(f"/v1/tokenry/applications/{made}/assignments", reviewer_id=house.owner.me["id"])["id"])


def award(house: House) -> str:
    """An award to the first project, in which the owner has a role; so another officer made it."""
    group(house)
    officer = house.invite(f"Olaf{len(house.people)}", "owner", in_project=False)
    made = officer.post(
        "/v1/tokenry/awards", programme_id=programme(house), amount=10**9, project_id=house.project,
        reason="The supply is known.",
    )  # fmt: skip  # one line of facts
    return str(made["id"])


def assistant(house: House) -> str:
    """An assistant of the owner's."""
    made = house.owner.post("/v1/tokenry/assistants", name="Into Latin", kind="translation", language="Latin")
    return str(made["id"])


def training_set(house: House) -> str:
    """A training set with a report, which the server is told of by a reload."""
    folder, file = house.server.data.parent / "sets", house.server.file
    made_sets.whole(folder / "tides")
    said = f'[corpus]\nsets = ["{folder}/*"]\n'
    if said not in file.read_text(encoding="utf-8"):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{said}", encoding="utf-8")
        house.server.verb("reload")
    return str(house.owner.get("/v1/tokenry/training_sets")["data"][0]["id"])


MAKERS: dict[str, Maker] = {
    "/admin/budgets/$id": budget,
    "/admin/groups/$id": group,
    "/admin/members/$id": member,
    "/admin/projects/$id": project,
    "/admin/receipts/$id": request,
    "/admin/reading/$id": leave,
    "/admin/training-sets/$id": training_set,
    "/assistants/$id": assistant,
    "/awarding/applications/$id": application,
    "/awarding/awards/$id": award,
    "/awarding/calls/$id": call,
    "/awarding/mine/applications/$id": own_application,
    "/awarding/mine/awards/$id": award,
    "/awarding/programmes/$id": programme,
    "/awarding/reviews/$id": review,
    "/chat/$id": chat,
    "/folders/$id": folder,
    "/me/receipts/$id": request,
    "/shared/$id": share,
}
"""What makes the thing that a page is about, by the route's path."""
