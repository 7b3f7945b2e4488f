"""What is said in one's chats: `/v1/tokenry/chats/{chat_id}/messages`, and the events of an answer at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.access import Principal, RateLimited
from tokenry.api.guarded import Call, Guarded, Query, Taken
from tokenry.api.pieces import EVENTS, Pieces
from tokenry.api.receipts import RequestReceipt, receipt_json
from tokenry.api.workspace.chat_shapes import MessageShape, message_shape
from tokenry.api.workspace.person import whose
from tokenry.api.workspace.place import project_of, room
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.workspace import (
    Chat,
    Heard,
    MayNotChat,
    Message,
    Order,
    Pair,
    Parameters,
    Question,
    Whose,
    Workspace,
    again,
    ask,
    check_question,
    go_on,
)

Id = Annotated[str, Meta(max_length=128)]
BODY_SIZE_MAX = 4 * 1024 * 1024  # bytes: of text a megabyte, and its escapes
WATCHERS_MAX = 32  # of one answer
PAGE_MAX = 200


class SendMessage(Taken, kw_only=True, frozen=True):
    """A question. `parent_id` is the answer that it follows: left out = the end of the shown branch, null = a new
    beginning. An edit is the same with the parent of what is edited. `client_id`: any name of your own, unique within
    the chat; sent again under it, a question is asked only once."""

    text: str
    parent_id: Id | UnsetType | None = UNSET
    file_ids: tuple[str, ...] = ()
    model: str | None = None
    parameters: Parameters | None = None
    client_id: str | None = None


class AnswerAgain(Taken, kw_only=True, frozen=True):
    """How the answer is to be made; what is not said is as in the chat."""

    model: str | None = None
    parameters: Parameters | None = None


class ListMessages(Query, kw_only=True, frozen=True):
    """Which part of which branch: the branch ends in `head`; the page ends right above `before`."""

    head: Id | None = None
    before: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 50


class After(Query, kw_only=True, frozen=True):
    """From which position on: the id of the last event that was seen, or a message's `position`."""

    after: Annotated[int, Meta(ge=0)] = 0


class Sent(msgspec.Struct, kw_only=True):
    """The question as it is kept, and the answer that is being made."""

    message: MessageShape
    answer: MessageShape
    object: Literal["tokenry.chat.sent"] = "tokenry.chat.sent"


class BranchPage(msgspec.Struct, kw_only=True):
    """A part of a branch, the oldest message first. `first_id` is what `before` of the part above takes."""

    data: list[MessageShape]
    has_more: bool
    first_id: str | None
    last_id: str | None
    object: Literal["list"] = "list"


class MessageReceipts(msgspec.Struct, kw_only=True):
    """The receipts of a message's requests: several when it was continued."""

    data: list[RequestReceipt]
    object: Literal["list"] = "list"


def listing(call: Call) -> BranchPage:
    """List the messages of a branch. The newest part of it, the oldest first; by default of the shown branch."""
    ask_: ListMessages = call.query
    person, work = whose(call), room(call)
    found, more = work.messages.page(person, call.path["chat_id"], ask_.head, ask_.before, ask_.limit)
    shapes = _shapes(work, person, found)
    return BranchPage(
        data=shapes, has_more=more, first_id=shapes[0].id if shapes else None, last_id=shapes[-1].id if shapes else None
    )


def retrieve(call: Call) -> MessageShape:
    """Retrieve a message. Of one that is being made, what is said so far."""
    return _shown(call)


async def send(call: Call) -> Sent:
    """Send a message. It is kept with the answer that is being made, which goes on whether you watch or not."""
    asked: SendMessage = call.body
    person, work, chat_id = whose(call), room(call), call.path["chat_id"]
    question = Question(text=asked.text, files=asked.file_ids, parent=asked.parent_id, client_id=asked.client_id)
    check_question(question)
    manner = await asyncio.to_thread(_manner, call, asked.model, asked.parameters)
    work.allowance.take(person.user_id, asked.text)
    pair = await work.runs.begin(
        Order(person, *manner, write=lambda connection, wanted: ask(connection, person, chat_id, question, wanted))
    )
    shapes = await asyncio.to_thread(_shapes, work, person, [pair.question, pair.answer])
    return Sent(message=shapes[0], answer=shapes[1])


async def regenerate(call: Call) -> MessageShape:
    """Answer a question once more. A further answer beside the others; the chat shows it from now on."""
    asked: AnswerAgain = call.body
    person, chat_id, question_id = whose(call), call.path["chat_id"], call.path["message_id"]
    await asyncio.to_thread(room(call).messages.get, person, chat_id, question_id)
    manner = await asyncio.to_thread(_manner, call, asked.model, asked.parameters)
    room(call).allowance.take(person.user_id, "")
    order = Order(
        person, *manner, write=lambda connection, wanted: again(connection, person, chat_id, question_id, wanted)
    )
    return await _begun(room(call), person, order)


async def resume(call: Call) -> MessageShape:
    """Continue an answer. One that was stopped or broke off goes on where it ends, in the same message."""
    asked: AnswerAgain = call.body
    person, work = whose(call), room(call)
    chat_id, answer_id = call.path["chat_id"], call.path["message_id"]
    answer = await asyncio.to_thread(work.messages.get, person, chat_id, answer_id)
    manner = await asyncio.to_thread(_manner, call, asked.model or answer.model, asked.parameters or answer.parameters)
    order = Order(
        person, *manner, write=lambda connection, wanted: go_on(connection, person, chat_id, answer_id, wanted),
        goes_on=True,
    )  # fmt: skip
    return await _begun(work, person, order)


async def stop(call: Call) -> MessageShape:
    """Stop an answer. What it has said is kept and charged; one that has ended stays as it is."""
    person, work = whose(call), room(call)
    message = await asyncio.to_thread(work.messages.get, person, call.path["chat_id"], call.path["message_id"])
    await work.runs.stop(message.id)
    return await asyncio.to_thread(_shown, call)


async def events(call: Call) -> Pieces:
    """Watch an answer. Server-sent events: `text`, `reasoning`, `sources`, and at last `message`, the whole of it;
    each `id` is the position behind it, which `after` takes. Comment lines keep the connection alive."""
    person, work = whose(call), room(call)
    message = await asyncio.to_thread(work.messages.get, person, call.path["chat_id"], call.path["message_id"])
    run = work.runs.run(message.id)
    if run is None:
        shape = await asyncio.to_thread(_shown, call)
        return Pieces(_only(shape), EVENTS)
    if run.watchers >= WATCHERS_MAX:
        raise RateLimited(
            f"{WATCHERS_MAX} browsers watch this answer already; close some of them", headers={"retry-after": "5"}
        )
    return Pieces(_told(work, person, run.watch(call.query.after), run), EVENTS)


def receipts(call: Call) -> MessageReceipts:
    """List the receipts of a message. Everything about the requests that made it; a request that was refused left
    none."""
    person, work = whose(call), room(call)
    message = work.messages.get(person, call.path["chat_id"], call.path["message_id"])
    found = [call.rooms.ledger.receipt(one) for one in message.request_ids]
    costs = call.actor.may("costs.read")
    return MessageReceipts(data=[receipt_json(one, costs=costs) for one in found if one is not None])


# --- what they have in common --------------------------------------------------------------------------------------


def _manner(call: Call, model: str | None, parameters: Parameters | None) -> tuple[Principal, str, Parameters]:
    """Whom it is asked as, which model, and how. Blocks."""
    person, work = whose(call), room(call)
    call.rooms.objects.ground.require_room()
    chat: Chat = work.chats.get(person, call.path["chat_id"])
    try:
        project_id = project_of(call, person, chat.project_id)
    except NotFound:
        raise MayNotChat(
            "The project of this chat is archived, or you are no longer in it: choose another one for the chat.",
            param="project_id",
        ) from None
    principal = work.principal(person, project_id)
    named, chosen = work.manner(person, chat, model, parameters)
    if named is None:
        found = work.choices(call.rooms.router.catalogue, principal)
        if not found:
            raise InvalidRequest("there is no model that you may chat with; ask an administrator", param="model")
        named = found[0].name
    return principal, named, chosen


async def _begun(work: Workspace, person: Whose, order: Order) -> MessageShape:
    pair: Pair = await work.runs.begin(order)
    return (await asyncio.to_thread(_shapes, work, person, [pair.answer]))[0]


def _shown(call: Call) -> MessageShape:
    person, work = whose(call), room(call)
    message = work.messages.get(person, call.path["chat_id"], call.path["message_id"])
    return _shapes(work, person, [message])[0]


def _shapes(work: Workspace, person: Whose, found: list[Message]) -> list[MessageShape]:
    files = work.files(person, found)
    return [message_shape(*work.present(person, message), files) for message in found]


async def _only(shape: MessageShape) -> AsyncIterator[bytes]:
    """The one event of an answer that has ended."""
    yield _event(len(shape.text) + len(shape.reasoning or ""), {"type": "message", "message": shape})


async def _told(work: Workspace, person: Whose, heard: AsyncIterator[Heard], run: Any) -> AsyncIterator[bytes]:
    run.watchers += 1
    try:
        async for news in heard:
            yield await _line(work, person, news)
    finally:
        run.watchers -= 1


async def _line(work: Workspace, person: Whose, news: Heard) -> bytes:
    if news.message is not None:
        shapes = await asyncio.to_thread(_shapes, work, person, [news.message])
        return _event(news.position, {"type": "message", "message": shapes[0]})
    if news.sources is not None:
        return _event(news.position, {"type": "sources", "sources": news.sources})
    if news.kind is not None:
        return _event(news.position, {"type": news.kind, "text": news.text})
    return b": still here\n\n"


def _event(position: int, data: dict[str, Any]) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (position, msgspec.json.encode(data))


_ALL = "/v1/tokenry/chats/{chat_id}/messages"
_ONE = f"{_ALL}/{{message_id}}"
_ASKED = (
    "chat_not_allowed", "content_not_kept", "model_not_found", "data_class_not_allowed", "rate_limit_exceeded",
    "disk_full",
)  # fmt: skip
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=ListMessages),
    Guarded(
        "POST", _ALL, None, send, takes=SendMessage, example={"text": "What do I need for a week in Lisbon?"},
        body_size_max=BODY_SIZE_MAX, instead="attach it as a file", failures=_ASKED,
        private=True,
    ),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", f"{_ONE}/answers", None, regenerate, takes=AnswerAgain, example={}, failures=_ASKED, private=True),
    Guarded("POST", f"{_ONE}/continue", None, resume, takes=AnswerAgain, example={}, failures=_ASKED, private=True),
    Guarded("POST", f"{_ONE}/stop", None, stop, private=True),
    Guarded("GET", f"{_ONE}/events", None, events, asks=After, media=EVENTS, failures=("rate_limit_exceeded",)),
    Guarded("GET", f"{_ONE}/receipts", None, receipts),
)  # fmt: skip  # a route a line where it fits
