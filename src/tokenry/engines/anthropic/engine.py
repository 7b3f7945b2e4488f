"""Anthropic's API, or an endpoint that speaks it, as an engine.

It is asked for messages as they are (`/messages`), or for chat completions (`/chat/completions`), which are translated
there and back. Requests carry the house's key as `x-api-key`; beta features are what the provider's `headers` name
(`anthropic-beta`), and for messages what the call's own lines do.

The version is 2023-06-01, which every endpoint of this dialect knows and which takes a temperature; 2026-10-21 refuses
that, and changes nothing else that is read here. Source: https://platform.claude.com/docs/en/api/versioning
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.base.errors import InvalidRequest
from tokenry.config import Provider
from tokenry.engines.anthropic.abilities import UNKNOWN, Abilities, read_abilities
from tokenry.engines.anthropic.exchange import ChatExchange
from tokenry.engines.anthropic.request import asks_abilities, read_fields, translate
from tokenry.engines.anthropic.stream import Translator
from tokenry.engines.engine import Call, EngineDown, Link
from tokenry.engines.remote import RemoteEngine
from tokenry.engines.wire import Exchange, WireError

VERSION = "2023-06-01"
ABILITIES_S = 3600  # for which what a model says of itself is believed
UNTOLD_S = 60  # after which a model that said nothing is asked again
ASK_S = 5.0  # seconds that a request waits for that word
_KNOWN_MAX = 1000  # models


class AnthropicEngine(RemoteEngine):
    """Anthropic's API. See `RemoteEngine`.

    Args:
        clock: for `created`, and for how old what it knows of models is.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"chat", "models", "tools", "json_schema"})
    always_stream = True
    models_path = b"/models?limit=1000"

    def __init__(
        self,
        provider: Provider,
        key: str | None,
        secrets: Mapping[str, str] | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(provider, key, secrets)
        self._clock = clock or SystemClock()
        self._abilities: dict[str, tuple[Abilities, int]] = {}  # by model, with the time until which it is believed

    @classmethod
    def credentials(cls, key: str | None) -> dict[str, str]:
        """See `Engine`."""
        return {"anthropic-version": VERSION} | ({} if key is None else {"x-api-key": key})

    async def send(self, call: Call) -> Exchange:
        """See `Engine`. Asks first what the model can do, once, where the request depends on it.

        Raises:
            InvalidRequest: it asks for what this API does not have.
        """
        if call.path == "/chat/completions":
            fields = read_fields(call.body)
            if asks_abilities(fields):
                await self._learn(str(fields.get("model")))
        return await super().send(call)

    def _send(self, link: Link, call: Call, make: Callable[[bytes, bytes, float], Exchange] = Exchange) -> Exchange:
        if call.path == "/messages":
            return super()._send(link, call, make)
        if call.path != "/chat/completions":
            raise InvalidRequest(
                f"{self.name} speaks Anthropic's API, which has no {call.path.lstrip('/')}; use another model",
                param="model",
            )
        fields = read_fields(call.body)
        asked = translate(fields, self._known(fields))
        translator = Translator(self._clock.now_ns() // NS_PER_S, answer_tool=asked.answer_tool)
        native = dataclasses.replace(call, path="/messages", body=asked.body)
        return super()._send(link, native, partial(ChatExchange, translator))

    async def count_chat(self, fields: Mapping[str, object]) -> int | None:
        """See `Engine`: by Anthropic's own word, for the request as it is translated."""
        try:
            chat = read_fields(msgspec.json.encode(fields))
            asked = translate({**chat, "max_tokens": 1}, self._known(chat))
        except InvalidRequest:
            return None
        return await self.count_native("/messages", asked.body)

    def _known(self, fields: dict[str, Any]) -> Abilities:
        known = self._abilities.get(str(fields.get("model")))
        return UNKNOWN if known is None else known[0]

    async def _learn(self, model: str) -> None:
        """Know what the model can do, or that it does not say."""
        known = self._abilities.get(model)
        now_ns = self._clock.monotonic_ns()
        if known is not None and now_ns < known[1]:
            return
        able = await self._asked(model)
        lasts_s = UNTOLD_S if able is None else ABILITIES_S
        if len(self._abilities) >= _KNOWN_MAX:
            self._abilities.clear()
        if able is None:
            able = UNKNOWN if known is None else known[0]
        self._abilities[model] = able, now_ns + lasts_s * NS_PER_S

    async def _asked(self, model: str) -> Abilities | None:
        link = self._link
        if link is None:
            return None
        target = link.base_path + b"/models/" + quote(model, safe="").encode("ascii")
        try:
            async with asyncio.timeout(ASK_S):
                status, body = await self._ask(link, b"GET", target, b"")
        except (TimeoutError, WireError, EngineDown):
            return None
        return read_abilities(body) if status == 200 else None
