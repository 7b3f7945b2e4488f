"""One real thing of each kind that the path of a keyed route can name, in any project.

A new parameter of a path needs a maker here, else the strangers' tests fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.api.organization.stand import Stand
from tokenry.access import Principal, Project
from tokenry.base.ids import new_id
from tokenry.objects import Keeping, NewFile, NewUpload, StoredResponse
from tokenry.objects.batches import NewBatch

ITEM = "msg_real"  # stands in every conversation that is made here


@dataclass(frozen=True)
class Spot:
    """Where a thing is made: in a project, by a fresh key of it."""

    stand: Stand
    project: Project

    @property
    def principal(self) -> Principal:
        key = self.stand.project_key(self.project)
        return self.stand.house.keys.authenticate(f"Bearer {key}".encode())


def file(spot: Spot) -> str:
    """A file with something in it."""
    objects = spot.stand.house.objects
    draft = objects.ground.blobs.draft()
    draft.write(b'{"custom_id": "one"}\n')
    return objects.files.create(spot.principal, draft, NewFile("real.jsonl", "batch")).id


def upload(spot: Spot) -> str:
    """An upload without parts."""
    new = NewUpload(NewFile("real.txt", "user_data"), "text/plain", 10)
    return spot.stand.house.objects.uploads.create(spot.principal, new).id


def completion(spot: Spot) -> str:
    """A stored chat completion."""
    made = f"chatcmpl-{spot.project.id}"
    body = b'{"id":"%b","object":"chat.completion","model":"chatty","choices":[]}' % made.encode()
    spot.stand.house.objects.completions.store(spot.principal, body, b'[{"role":"user","content":"secret"}]', None)
    return made


def response(spot: Spot) -> str:
    """A response that has ended."""
    made = new_id("resp")
    body = msgspec.json.encode({"id": made, "object": "response", "status": "completed", "output": []})
    stored = StoredResponse(
        id=made, organization_id=spot.principal.organization_id, project_id=spot.project.id,
        key_id=spot.principal.key_id, previous_id=None, conversation_id=None, state="completed", background=True,
        body=body, input=b"[]", created_at=1,
    )  # fmt: skip
    spot.stand.house.objects.responses.keep([Keeping(stored)])
    return made


def conversation(spot: Spot) -> str:
    """A conversation with the item that `item` names."""
    items = [(ITEM, b'{"id":"%b","type":"message","role":"user","content":[]}' % ITEM.encode())]
    return spot.stand.house.objects.conversations.create(spot.principal, {}, items).id


def batch(spot: Spot) -> str:
    """A batch that nobody runs."""
    new = NewBatch(file(spot), "/v1/chat/completions", "24h")
    return spot.stand.house.objects.batches.create(spot.principal, new).id


THINGS: dict[str, Callable[[Spot], str]] = {
    "file_id": file,
    "upload_id": upload,
    "completion_id": completion,
    "batch_id": batch,
    "response_id": response,
    "conversation_id": conversation,
    "item_id": lambda _spot: ITEM,
}


def made_path(route: Any, made: dict[str, str]) -> str:
    """A route's path with these things in it."""
    path: str = route.path
    for name, value in made.items():
        path = path.replace(f"{{{name}}}", value)
    return path
