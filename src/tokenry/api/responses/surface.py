"""`POST /v1/responses`, and the two beside it that a model works on or is asked about: `compact` and `input_tokens`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tokenry.access import Principal
from tokenry.api.openai.parse import checked_purpose, parse, read_json, remember
from tokenry.api.responses.background import Background, Job
from tokenry.api.responses.fields import Context
from tokenry.api.responses.items import Item, output_id
from tokenry.api.responses.object import seconds, usage_of
from tokenry.api.responses.reading import Read, Reading
from tokenry.api.responses.sealed import ASKED, sealed
from tokenry.api.responses.translate import Transcript, native_fields, offered, prompt_fields
from tokenry.api.surfaces import Answered, Asked, OpenAIWords, Words
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import About, Endpoint, Gateway, Headers, Inference, OtherRequest, Reader
from tokenry.ledger import Receipt, Usage
from tokenry.objects import StoredResponse

JSON: Headers = [(b"content-type", b"application/json")]
EVENTS: Headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]
_KEY = "Idempotency-Key"


class CompactAsked(Context, kw_only=True):
    """What is to be made short."""

    service_tier: Annotated[str | None, Meta(description="How urgent it is.")] = None
    prompt_cache_key: str | None = None


class CountAsked(Context, kw_only=True):
    """What is to be counted: as for a response."""


_compact = msgspec.json.Decoder(CompactAsked)
_count = msgspec.json.Decoder(CountAsked)
_members = msgspec.json.Decoder(dict[str, Any])
_CALLED = {"messages": "input", "max_completion_tokens": "max_output_tokens", "max_tokens": "max_output_tokens"}


class ResponsesWords(OpenAIWords):
    """OpenAI's envelope, with members as this API calls them: what engines are asked is a chat completion."""

    def body(self, error: TokenryError, request_id: str) -> bytes:
        """See Words."""
        if error.param is not None:
            error.param = _CALLED.get(error.param, error.param)
        return super().body(error, request_id)


WORDS = ResponsesWords()


class OfResponses:
    """What the three have in common; see `surfaces.Surface`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @property
    def endpoint(self) -> Endpoint:
        """See Surface."""
        return "responses"

    @property
    def words(self) -> Words:
        """See Surface."""
        return WORDS

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """See Surface."""
        return headers.get(b"authorization")


class ResponsesSurface(OfResponses):
    """`POST /v1/responses`."""

    def __init__(self, reading: Reading, background: Background) -> None:
        super().__init__(reading)
        self._background = background

    async def read(self, asked: Asked) -> Inference | Answered:
        """See Surface."""
        read = await self._reading.read(asked.principal, asked.body, asked.headers.get(b"idempotency-key"))
        if not read.body.background:
            return read.request
        return await self._begin(read, asked)

    async def _begin(self, read: Read, asked: Asked) -> Answered:
        """Begin to work on it, and answer at once."""
        if b"idempotency-key" in asked.headers:
            remember(read.request, asked.body, asked.headers[b"idempotency-key"])
            read.request.idempotency_key = None  # its id tells a repeat, for as long as it is kept
            there = await self._reading.memory.find(asked.principal, read.response_id)
            if there is not None:
                return _again(there, read)
        if b"x-tokenry-purpose" in asked.headers:
            read.request.purpose = checked_purpose(asked.headers[b"x-tokenry-purpose"])
        wants_events = bool(read.body.stream)
        read.request.stream = True
        now = seconds(self._reading.clock.now_ns())
        queued = {**read.prepared.echo, "status": "queued", "created_at": now}
        run = await self._background.start(Job(asked.request_id, read.request, asked.principal, queued, read.own))
        if wants_events:
            return Answered(EVENTS, run.watch())
        return Answered(JSON, msgspec.json.encode(queued))


def _again(there: StoredResponse, read: Read) -> Answered:
    """What is there under the same key already. Raises OtherRequest: it was asked something else."""
    if there.input != msgspec.json.encode(read.own):
        raise OtherRequest("this Idempotency-Key was used for a different request; use a new key", param=_KEY)
    return Answered([*JSON, (b"idempotent-replayed", b"true")], there.body)


class CompactSurface(OfResponses):
    """`POST /v1/responses/compact`: the model itself makes its transcript short, which is charged like any answer."""

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        body = read_json(_compact, asked.body)
        response_id = new_id("resp", at_ns=self._reading.clock.now_ns())
        transcript = await self._reading.transcript(asked.principal, body, response_id)
        if not transcript.items:
            raise InvalidRequest("there is no input to be made short", param="input")
        fields = _prompt(body, transcript)
        fields["messages"].append({"role": "user", "content": ASKED})
        for name in ("tools", "tool_choice", "parallel_tool_calls", "response_format"):
            fields.pop(name, None)
        if body.service_tier is not None:
            fields["service_tier"] = body.service_tier
        encoded = msgspec.json.encode(fields)
        request = parse("chat.completions", encoded)
        request.endpoint = self.endpoint
        request.body_size = max(len(asked.body), len(encoded))
        request.limit_field = "max_completion_tokens"
        # One Idempotency-Key for the same body here and as a response would be one request, and these are two.
        request.fingerprint = hashlib.sha256(b"compact\0" + asked.body).digest()
        request.voices = partial(CompactVoice, response_id, transcript.items)
        return request


class CompactVoice:
    """Tells a summary as the items that stand for what it sums up: what the user said last, and the compaction."""

    content_type = b"application/json"

    def __init__(self, response_id: str, items: list[Item], about: About) -> None:
        self._response_id = response_id
        self._items = items
        self._about = about

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        choices = (answer or {}).get("choices") or [{}]
        text = (choices[0].get("message") or {}).get("content")
        tail = self._response_id.partition("_")[2]
        summary = {
            "id": output_id("compaction", tail, 0),
            "type": "compaction",
            "encrypted_content": sealed(text if isinstance(text, str) else ""),
        }
        kept = [item for item in self._items if item["type"] == "message" and item["role"] == "user"][-1:]
        made = {
            "id": self._response_id,
            "object": "response.compaction",
            "created_at": seconds(self._about.at),
            "output": [*kept, summary],
            "usage": usage_of(usage),
        }
        return msgspec.json.encode(made)

    async def settled(self, receipt: Receipt) -> None:
        """See Voice."""

    def native(self, about: About) -> Reader:
        """See Voice; it is never asked natively."""
        raise NotImplementedError

    def say(self, events: bytes) -> bytes:
        """See Voice; it is never a stream."""
        raise NotImplementedError

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """See Voice; it is never a stream."""
        raise NotImplementedError

    def broken(self, error: Exception) -> bytes:
        """See Voice; it is never a stream."""
        raise NotImplementedError


class InputTokensSurface(OfResponses):
    """`POST /v1/responses/input_tokens`: how many tokens a prompt has. Costs nothing; counts as a request."""

    def __init__(self, reading: Reading, gateway: Gateway) -> None:
        super().__init__(reading)
        self._gateway = gateway

    async def read(self, asked: Asked) -> Answered:
        """See Surface."""
        body = read_json(_count, asked.body)
        with self._gateway.counted(asked.principal):
            request = await self._request(asked.principal, body, asked.body)
            counted = await self._gateway.count(request, asked.principal)
        headers = [*JSON, (b"x-tokenry-counted-by", counted.source.encode())]
        told = {"object": "response.input_tokens", "input_tokens": counted.tokens}
        return Answered(headers, msgspec.json.encode(told))

    async def _request(self, principal: Principal, body: CountAsked, data: bytes) -> Inference:
        transcript = await self._reading.transcript(principal, body, new_id("resp"))
        encoded = msgspec.json.encode(_prompt(body, transcript))
        request = parse("chat.completions", encoded)
        request.endpoint = self.endpoint
        request.body_size = max(len(data), len(encoded))
        request.native = native_fields(read_json(_members, data), transcript)
        del request.native["store"]
        return request


def _prompt(body: Context, transcript: Transcript) -> dict[str, Any]:
    return prompt_fields(body, transcript, offered(body, transcript.items))
