"""What a request goes on from, and where its answer is kept: this API's view of what projects leave here.

Reads and writes in threads. Everything belongs to a project; what is another's is not there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec

from tokenry.access import Principal
from tokenry.api.responses.errors import NoPreviousResponse
from tokenry.api.responses.fields import Context, CreateResponse
from tokenry.api.responses.items import ITEMS_MAX, Item
from tokenry.api.responses.messages import FileData
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import BODY_LENGTH
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.base.logs import get_logger
from tokenry.objects import Conversations, Files, Ground, Keeper, Keeping, Responses, StoredResponse

log = get_logger("tokenry.api")
WELCOME_S = 30  # a project that had room has it for so long
READ_SIZE_MAX = 20 * 1024 * 1024  # bytes of the files that one request names


class Kept(msgspec.Struct, frozen=True):
    """One response as it is to be kept.

    Args:
        own: the items that it was asked with. made: the response object. stored: whether it may be kept at all.
        created_at: nanoseconds since the epoch.
    """

    principal: Principal
    own: list[Item]
    made: dict[str, Any]
    stored: bool
    created_at: int


class Memory(Protocol):
    """Where a transcript comes from, and where it goes on."""

    async def before(self, principal: Principal, body: Context) -> list[Item]:
        """The items that a request goes on from. Raises NoPreviousResponse, NotFound, InvalidRequest."""
        ...

    async def item(self, principal: Principal, item_id: str) -> Item:
        """An item that a request refers to. Raises NotFound."""
        ...

    async def files(self, principal: Principal, file_ids: Iterable[str]) -> dict[str, FileData]:
        """Contents of files, by id. Raises NotFound, InvalidRequest: they are too large."""
        ...

    async def keep(self, kept: Kept) -> None:
        """Keep a response; if it may not be, do nothing. Raises StorageError."""
        ...

    async def find(self, principal: Principal, response_id: str) -> StoredResponse | None:
        """A response that is kept; None when there is none."""
        ...


class HouseMemory:
    """The house's own: what lies in app.db and among the blobs."""

    def __init__(self, responses: Responses, conversations: Conversations, files: Files, ground: Ground) -> None:
        self._responses = responses
        self._conversations = conversations
        self._files = files
        self._ground = ground
        self._keeper = Keeper[Keeping](responses.keep)
        self._welcome: dict[str, int] = {}  # by project, until when it need not be asked again; monotonic nanoseconds

    async def before(self, principal: Principal, body: Context) -> list[Item]:
        """See Memory."""
        if isinstance(body, CreateResponse) and body.store is not False and principal.keeps_content:
            await self._require_welcome(principal.project_id)
        if body.previous_response_id is not None:
            return await asyncio.to_thread(self._chain, principal.project_id, body.previous_response_id)
        if body.conversation is not None:
            named = body.conversation if isinstance(body.conversation, str) else body.conversation.id
            bodies = await asyncio.to_thread(self._conversations.items, principal.project_id, named)
            return _decoded(bodies, "conversation")
        return []

    async def item(self, principal: Principal, item_id: str) -> Item:
        """See Memory."""
        return await asyncio.to_thread(self._item, principal.project_id, item_id)

    async def files(self, principal: Principal, file_ids: Iterable[str]) -> dict[str, FileData]:
        """See Memory."""
        wanted = list(file_ids)
        return await asyncio.to_thread(self._read, principal.project_id, wanted) if wanted else {}

    async def keep(self, kept: Kept) -> None:
        """See Memory."""
        if kept.stored:
            await self._keeper.keep(keeping(kept))

    async def find(self, principal: Principal, response_id: str) -> StoredResponse | None:
        """See Memory."""
        return await asyncio.to_thread(self._responses.find, principal.project_id, response_id)

    async def _require_welcome(self, project_id: str) -> None:
        """Whether the answer may be kept, looked at now and then. Raises FileTooLarge, DiskNearlyFull."""
        now = self._ground.clock.monotonic_ns()
        if now < self._welcome.get(project_id, 0):
            return
        await asyncio.to_thread(self._responses.require_welcome, project_id)
        self._welcome[project_id] = now + WELCOME_S * NS_PER_S

    def _chain(self, project_id: str, response_id: str) -> list[Item]:
        try:
            chain = self._responses.chain(project_id, response_id)
        except NotFound:
            raise NoPreviousResponse(
                f"Previous response with id '{response_id[:100]}' not found: it was not stored, was deleted, or its "
                "time is over, or that of one before it.",
                param="previous_response_id",
            ) from None
        if chain[-1].state in ("queued", "in_progress"):
            raise InvalidRequest(
                f"the response {response_id!r} is still at work; wait for its end", param="previous_response_id"
            )
        items: list[Item] = []
        size = 0
        for one in chain:
            size += len(one.input) + len(one.body)
            if size > BODY_SIZE_MAX or len(items) > ITEMS_MAX:
                raise _too_much("previous_response_id")
            items += msgspec.json.decode(one.input)
            items += msgspec.json.decode(one.body).get("output") or []
        return items

    def _item(self, project_id: str, item_id: str) -> Item:
        body = item_id.partition("_")[2][:BODY_LENGTH]
        found = self._responses.find(project_id, f"resp_{body}") or self._responses.holding(project_id, item_id)
        if found is not None:
            for item in [*msgspec.json.decode(found.input), *(msgspec.json.decode(found.body).get("output") or [])]:
                if item.get("id") == item_id:
                    return dict(item)
        raise NotFound(f"Item with id '{item_id[:100]}' not found.", param="input")

    def _read(self, project_id: str, file_ids: list[str]) -> dict[str, FileData]:
        found: dict[str, FileData] = {}
        left = READ_SIZE_MAX
        for file_id in file_ids:
            file = self._files.get(project_id, file_id)
            left -= file.size
            if left < 0:
                raise InvalidRequest(
                    f"the files of one request have at most {READ_SIZE_MAX} bytes together", param="input"
                )
            with self._ground.blobs.open(file.sha256) as opened:
                found[file_id] = FileData(file.name, file.mime_type or _media(file.name), opened.read())
        return found


def keeping(kept: Kept) -> Keeping:
    """A response as the objects' room takes it."""
    made, principal = kept.made, kept.principal
    conversation = made.get("conversation")
    stored = StoredResponse(
        id=made["id"], organization_id=principal.organization_id, project_id=principal.project_id,
        key_id=principal.key_id, previous_id=made.get("previous_response_id"),
        conversation_id=None if conversation is None else conversation["id"], state=made["status"],
        background=made["background"], body=msgspec.json.encode(made), input=msgspec.json.encode(kept.own),
        created_at=kept.created_at,
    )  # fmt: skip
    whole = conversation is not None and made["status"] in ("completed", "incomplete")
    items = [*kept.own, *made["output"]] if whole else []
    return Keeping(stored, tuple((item["id"], msgspec.json.encode(item)) for item in items if "id" in item))


async def kept_or_told(keep: Callable[[Kept], Any], kept: Kept) -> None:
    """Keep a response that is charged: it goes to its client either way, and a failure to the log."""
    try:
        await keep(kept)
    except Exception:  # edge: the answer is charged and must reach its client
        log.exception("a response could not be kept", response_id=kept.made["id"])


def _decoded(bodies: list[bytes], param: str) -> list[Item]:
    if sum(map(len, bodies)) > BODY_SIZE_MAX:
        raise _too_much(param)
    return [msgspec.json.decode(body) for body in bodies]


def _too_much(param: str) -> InvalidRequest:
    return InvalidRequest(
        f"what this goes on from has more than {BODY_SIZE_MAX} bytes; begin anew with what matters of it "
        "(`/v1/responses/compact`)",
        param=param,
    )


def _media(name: str) -> str:
    lower = name.lower()
    kinds = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    kinds |= {".gif": "image/gif", ".webp": "image/webp"}
    return next((kind for end, kind in kinds.items() if lower.endswith(end)), "application/octet-stream")
