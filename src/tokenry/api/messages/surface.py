"""`POST /v1/messages`: how a request is read, and whose key it brings.

A request is told twice: as a chat completion for most engines, and as it came for those that speak this API. Where all
deployments of a model do, it need not be sayable as a chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from tokenry.api.messages.fields import CountTokens, Messages, Prompt
from tokenry.api.messages.native import beta_lines, native, unbounded
from tokenry.api.messages.tools import added, refuse_paid
from tokenry.api.messages.translate import chat, refuse_compaction, refuse_unserved, shows_thoughts
from tokenry.api.messages.voice import MessagesVoice, Wish
from tokenry.api.messages.words import MESSAGES_WORDS
from tokenry.api.openai.parse import parse, read_json
from tokenry.api.surfaces import Asked, Words
from tokenry.base.errors import InvalidRequest
from tokenry.gateway import Endpoint, Gateway, Inference
from tokenry.router import ModelEntry

_messages = msgspec.json.Decoder(Messages)
_count = msgspec.json.Decoder(CountTokens)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_OURS = b"sk-tok-"
# Tokens that a provider adds to a prompt with tools, beyond what stands in the request.
TOOLS_ALLOWANCE = 1024
_IN_THREAD_SIZE_MIN = 256 * 1024  # bytes beyond which a body is read in a thread


class MessagesSurface:
    """See `surfaces.Surface`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def endpoint(self) -> Endpoint:
        """See Surface."""
        return "messages"

    @property
    def words(self) -> Words:
        """See Surface."""
        return MESSAGES_WORDS

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """See Surface."""
        return authorization(headers)

    async def read(self, asked: Asked) -> Inference:
        """See Surface."""
        return await _beside(self._read, asked)

    def _read(self, asked: Asked) -> Inference:
        request = read_json(_messages, asked.body)
        entry = self._entry(asked, request.model)
        if entry is not None:
            request.max_tokens = min(request.max_tokens, entry.max_output_tokens)
        inference = self._inference(request, asked, entry)
        assert inference.native is not None
        inference.native["max_tokens"] = msgspec.Raw(b"%d" % request.max_tokens)
        inference.native_lines = beta_lines(asked.headers.get(b"anthropic-beta"))
        inference.stream = bool(request.stream)
        inference.limit, inference.limit_field = request.max_tokens, "max_tokens"
        inference.names_tier = request.service_tier is not None
        wish = Wish(
            inference.stream,
            shows_thoughts(request.thinking),
            tuple(request.stop_sequences or ()),
            self._gateway.means.estimates.input_tokens(request.model, len(asked.body)),
        )
        inference.voices = partial(MessagesVoice, wish)
        return inference

    async def read_prompt(self, asked: Asked) -> Inference:
        """A request whose tokens are to be counted. Raises InvalidRequest."""
        return await _beside(self._read_prompt, asked)

    def _read_prompt(self, asked: Asked) -> Inference:
        request = read_json(_count, asked.body)
        return self._inference(request, asked, self._entry(asked, request.model))

    def _entry(self, asked: Asked, name: str) -> ModelEntry | None:
        """The model, if there is one; if there is none, the gateway will say so."""
        return self._gateway.means.router.catalogue.resolve(name, asked.principal.rules.data_class)

    def _inference(self, request: Prompt, asked: Asked, entry: ModelEntry | None) -> Inference:
        try:
            return self._told(request, asked, entry)
        except RecursionError:
            raise InvalidRequest("the body is nested too deeply") from None

    def _told(self, request: Prompt, asked: Asked, entry: ModelEntry | None) -> Inference:
        members = read_json(_members, asked.body)
        refuse_unserved(members)
        refuse_compaction(members)
        decoded: dict[str, Any] = {"messages": msgspec.json.decode(members["messages"])}
        refuse_paid([*(request.tools or ()), *added(decoded["messages"])])
        if "system" in members:
            decoded["system"] = msgspec.json.decode(members["system"])
        inference = self._as_chat(request, decoded, entry)
        inference.endpoint = self.endpoint
        inference.native = native(members, decoded["messages"])
        images, documents = unbounded(decoded["messages"])
        inference.media = max(inference.media, images)
        inference.opaque = max(inference.opaque, documents)
        inference.body_size = max(inference.body_size, len(asked.body) + TOOLS_ALLOWANCE * bool(request.tools))
        return inference

    def _as_chat(self, request: Prompt, decoded: dict[str, Any], entry: ModelEntry | None) -> Inference:
        try:
            return parse("chat.completions", msgspec.json.encode(chat(request, decoded)))
        except InvalidRequest:
            if entry is None or not self._only_native(entry):
                raise
        return Inference(
            "messages", {}, request.model, 0, messages=len(request.messages), tools=len(request.tools or ())
        )

    def _only_native(self, entry: ModelEntry) -> bool:
        """Whether every deployment of the model speaks this API."""
        engines = self._gateway.setup.engines
        return all(
            (engine := engines.get(one.provider)) is not None and self.endpoint in engine.speaks
            for one in entry.deployments
        )


async def _beside(read: Callable[[Asked], Inference], asked: Asked) -> Inference:
    """Read a request; a large one beside the event loop, on which nobody else would be served for seconds."""
    if len(asked.body) < _IN_THREAD_SIZE_MIN:
        return read(asked)
    return await asyncio.to_thread(read, asked)


def authorization(headers: Mapping[bytes, bytes]) -> bytes | None:
    """The key of a request, as an Authorization header says it: from `x-api-key`, or from that header itself. Where a
    client sends both, it is the one that looks like ours."""
    key, told = headers.get(b"x-api-key"), headers.get(b"authorization")
    if key is None or (told is not None and _OURS in told and not key.startswith(_OURS)):
        return told
    return b"Bearer " + key
