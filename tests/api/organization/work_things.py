"""Real things of people's work: chats with a question and an answer, folders, files, prompts, shares, leave to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenry.base.ids import new_id
from tokenry.reading import Found
from tokenry.storage import tables
from tokenry.workspace import Whose
from tokenry.workspace.files import Index, Place, WorkspaceFiles

if TYPE_CHECKING:
    from tests.api.organization.things import Spot

READER, READ = "owner", "member"  # who was given leave, and to read whose chats


async def chat(spot: Spot, path: str = "") -> str:
    """A chat of the place's owner; where a path goes by leave to read, of whom leave was given for."""
    made, question, answer = new_id("chat"), new_id("msg"), new_id("msg")
    who = spot.place.users[READ if "{grant_id}" in path else READER]
    spot.put(
        tables.chats, id=made, user_id=who, organization_id=spot.place.id, project_id=spot.project, title="A chat",
        temporary=False, pinned=False, archived=False, head_id=answer, charge_nanousd=0, charge_tokens=0,
        created_at=1, updated_at=1,
    )  # fmt: skip
    row = {"chat_id": made, "state": "complete", "created_at": 1, "ended_at": 1}
    spot.put(tables.chat_messages, id=question, role="user", text="What?", **row)
    spot.put(tables.chat_messages, id=answer, parent_id=question, role="assistant", text="That.", model="chatty", **row)
    return made


async def message(spot: Spot) -> str:
    """The answer in the chat that was made last there."""
    chats = tables.chats
    with spot.stand.house.desk.db.read() as connection:
        here = chats.select().where(chats.c.organization_id == spot.place.id, chats.c.project_id == spot.project)
        found = connection.execute(here.order_by(chats.c.id.desc())).first()
    if found is None:
        await chat(spot)
        return await message(spot)
    return str(found.head_id)


async def folder(spot: Spot) -> str:
    return str((await spot.post("/v1/tokenry/folders", name="real"))["id"])


async def assistant(spot: Spot) -> str:
    return str((await spot.post("/v1/tokenry/assistants", name="real"))["id"])


async def prompt(spot: Spot) -> str:
    name = f"real-{new_id('p')[-12:]}"
    return str((await spot.post("/v1/tokenry/prompts", name=name, text="{{what}}?"))["id"])


async def share(spot: Spot) -> str:
    return str((await spot.post(f"/v1/tokenry/chats/{await chat(spot)}/shares", message_id=None))["id"])


async def grant(spot: Spot) -> str:
    """Leave for the place's owner to read a member's chats; an admin gave it once, who was an owner then."""
    made = new_id("grant")
    far, reason = 4_000_000_000 * 10**9, "because there is a reason"
    spot.put(
        tables.content_grants, id=made, user_id=spot.place.users[READ], organization_id=spot.place.id,
        reader_id=spot.place.users[READER], granted_by=spot.place.users["admin"], reason=reason, granted_at=1,
        expires_at=far,
    )  # fmt: skip
    return made


async def file(spot: Spot) -> str:
    """A file that was read, with one passage."""
    house = spot.stand.house
    files, whose = WorkspaceFiles(house.objects.ground), Whose(spot.place.id, spot.place.users[READER])
    draft = house.objects.ground.blobs.draft()
    draft.write(b"All there is to read.")
    made = files.create(whose, draft, "real.txt", Place(), None)
    Index(house.desk.db).store(made, Found(kind="text", mime_type="text/plain", text="All there is to read."))
    return made.id


async def passage(spot: Spot) -> str:
    """The passage of the file that was left last there."""
    files, passages = tables.workspace_files, tables.file_passages
    with spot.stand.house.desk.db.read() as connection:
        here = files.select().where(files.c.organization_id == spot.place.id).order_by(files.c.id.desc())
        left = connection.execute(here).first()
        if left is not None:
            row = connection.execute(passages.select().where(passages.c.file_id == left.id)).one()
            return str(row.id)
    await file(spot)
    return await passage(spot)
