"""Reads one request for a response, with what it goes on from: from bytes to what the gateway takes.

Knows no HTTP: the WebSocket reads its turns with it, too.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from tokenry.access import Principal
from tokenry.api.openai.parse import parse, read_json
from tokenry.api.responses.fields import Context, CreateResponse
from tokenry.api.responses.items import Item, input_id, normal
from tokenry.api.responses.memory import READ_SIZE_MAX, Kept, Memory, kept_or_told
from tokenry.api.responses.messages import file_ids
from tokenry.api.responses.object import echo
from tokenry.api.responses.sealed import opened
from tokenry.api.responses.tools import Toolbox
from tokenry.api.responses.translate import Transcript, chat_fields, native_fields, offered, refuse_unserved
from tokenry.api.responses.voice import Prepared, ResponseVoice
from tokenry.base.clock import Clock
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.gateway import Inference
from tokenry.ledger import Receipt

LARGE = 256 * 1024  # bytes of a body, or items that stand before it, whose telling would hold up others: in a thread
MANY = 200
LEFT_OUT = b"x-tokenry-tools-left-out"
REFERENCES_MAX = 1000  # items of others that one request refers to
_create = msgspec.json.Decoder(CreateResponse)
_members = msgspec.json.Decoder(dict[str, Any])
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


class Read(msgspec.Struct, frozen=True):
    """A request that was read.

    Args:
        request: for the gateway; it has a voice. own: the request's own items. prepared: what the voice knows.
        stored: whether the answer is kept.
    """

    request: Inference
    body: CreateResponse
    own: list[Item]
    prepared: Prepared
    stored: bool

    @property
    def response_id(self) -> str:
        return self.prepared.response_id


class Reading:
    """Reads requests.

    Args:
        memory: where transcripts come from and answers are kept.
        clock: for the times in answers.
    """

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self.memory = memory
        self.clock = clock
        self.on_kept: Callable[[dict[str, Any]], None] | None = None
        """Told of each response that is whole and charged, after it was kept."""

    async def read(self, principal: Principal, data: bytes, key: bytes | None = None) -> Read:
        """One request.

        Args:
            key: its Idempotency-Key; a response in the background is called by it, so that a repeat finds it.

        Raises:
            InvalidRequest: something in it cannot be. NotServed: it is not built. NotFound: what it names is not there.
        """
        body, raw = read_json(_create, data), read_json(_members, data)
        refuse_unserved(body)
        stored = body.store is not False and principal.keeps_content
        if body.background and not stored:
            raise InvalidRequest(
                "background needs its answer to be stored, and this project keeps no content", param="background"
            )
        response_id = new_id("resp", at_ns=self.clock.now_ns())
        if body.background and key is not None:
            response_id = _called(principal.project_id, key)
        transcript = await self.transcript(principal, body, response_id)
        if len(data) > LARGE or len(transcript.before) > MANY:
            request, toolbox = await asyncio.to_thread(_told_to_engines, body, raw, transcript, len(data))
        else:
            request, toolbox = _told_to_engines(body, raw, transcript, len(data))
        told = echo(body, raw, response_id, stored=stored)
        keep = partial(self._keep, principal, transcript.own, stored)
        prepared = Prepared(response_id, told, toolbox, self.clock, keep)
        request.voices = partial(ResponseVoice, prepared)
        return Read(request, body, transcript.own, prepared, stored)

    async def transcript(self, principal: Principal, body: Context, response_id: str) -> Transcript:
        """All that a model is to read. Raises as `read`."""
        tail = response_id.partition("_")[2]
        before = await self.memory.before(principal, body)
        own = normal(body.input, lambda kind, index: input_id(kind, tail, index))
        by_id = {item["id"]: item for item in before if isinstance(item.get("id"), str)}
        await self._resolve(principal, own, by_id)
        if by_id:  # a reference to what stands before says nothing new
            own = [item for item in own if by_id.get(item["id"]) != item]
        named = file_ids([*before, *own])
        files = await self.memory.files(principal, dict.fromkeys(named))
        if sum([len(files[file_id].data) for file_id in named]) > READ_SIZE_MAX:
            raise InvalidRequest(
                f"the files of one request have at most {READ_SIZE_MAX} bytes together, each as often as it is named",
                param="input",
            )
        return Transcript(before, own, files, opened)

    async def _resolve(self, principal: Principal, own: list[Item], by_id: dict[str, Item]) -> None:
        """Put in place of references what they mean. What that is may be large, however short its name: it counts as
        often as it is named. Raises NotFound, InvalidRequest."""
        sizes: dict[str, int] = {}
        found: dict[str, Item] = {}
        left = BODY_SIZE_MAX
        for place, item in enumerate(own):
            if item["type"] != "item_reference":
                continue
            item_id = item["id"]
            known = by_id.get(item_id) or found.get(item_id)
            if known is None:
                if len(found) >= REFERENCES_MAX:
                    raise InvalidRequest(f"more than {REFERENCES_MAX} items are referred to", param="input")
                known = found[item_id] = await self.memory.item(principal, item_id)
                sizes[item_id] = len(msgspec.json.encode(known))
            left -= sizes.get(item_id, 0)
            if left < 0:
                raise InvalidRequest(f"the items referred to have more than {BODY_SIZE_MAX} bytes", param="input")
            own[place] = dict(known)

    async def _keep(
        self, principal: Principal, own: list[Item], stored: bool, made: dict[str, Any], receipt: Receipt
    ) -> None:
        await kept_or_told(self.memory.keep, Kept(principal, own, made, stored, receipt.at))
        if self.on_kept is not None:
            self.on_kept(made)


def _told_to_engines(
    body: CreateResponse, raw: dict[str, Any], transcript: Transcript, size: int
) -> tuple[Inference, Toolbox]:
    """The request as engines are asked, in both ways; `size` is of the body as it came, in bytes."""
    toolbox = offered(body, transcript.items)
    encoded = msgspec.json.encode(chat_fields(body, raw, transcript, toolbox))
    request = parse("chat.completions", encoded)
    native = native_fields(raw, transcript)
    request.endpoint = "responses"
    request.native = native
    request.limit_param = "max_output_tokens"
    request.limit_field = "max_completion_tokens"
    request.body_size = max(size, len(encoded), _size(native))
    if toolbox.left_out:
        request.told = [(LEFT_OUT, ", ".join(toolbox.left_out).encode("ascii", "replace")[:200])]
    return request, toolbox


def _called(project_id: str, key: bytes) -> str:
    """The id of the response that a project calls by this key."""
    number = int.from_bytes(hashlib.sha256(project_id.encode() + b"\0" + key).digest()[:16], "big")
    return "resp_" + "".join([_DIGITS[(number >> shift) & 31] for shift in range(125, -1, -5)])


def _size(native: dict[str, msgspec.Raw]) -> int:
    return sum([len(bytes(value)) + len(name) + 4 for name, value in native.items()])
