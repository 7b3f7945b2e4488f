"""Vectors of texts, asked of the house's embedding model through the gateway: a request like any other, with a receipt.

Knows no files. What it costs is paid by whoever the principal is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import msgspec

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.config import Config
from tokenry.engines import STARTER_EMBEDDING
from tokenry.gateway import EngineFailed, Gateway, Headers, Inference

AT_ONCE = 64  # texts in one request
TEXT_LENGTH_MAX = 2_000  # characters of one text; many models read no more


class _Embedded(msgspec.Struct):
    embedding: str
    index: int = 0


class _Answer(msgspec.Struct):
    data: list[_Embedded]


class _Hearer:
    """A gateway's `Client` that keeps a whole answer."""

    gone = False

    def __init__(self) -> None:
        self.status = 0
        self.body = b""

    def on_gone(self, callback: Callable[[], None]) -> None:
        """See Client; it never goes."""

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """See Client; nothing is streamed."""

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """See Client."""
        self.status, self.body = status, body

    async def start(self, status: int, headers: Headers) -> None:
        """See Client."""
        self.status = status

    def push(self, data: bytes) -> bool:
        """See Client."""
        self.body += data
        return True

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """See Client."""
        self.body += data


class Embedder:
    """Asks for vectors.

    Args:
        config: the configuration in force.
    """

    def __init__(self, gateway: Gateway, config: Callable[[], Config]) -> None:
        self._gateway = gateway
        self._config = config

    @property
    def model(self) -> str | None:
        """The model that embeds here; None = there is none, so files are found by their words."""
        wanted = self._config().workspace.embedding_model or STARTER_EMBEDDING
        entry = self._gateway.means.router.catalogue.resolve(wanted)
        return entry.name if entry is not None and entry.kind == "embedding" else None

    async def embed(self, principal: Principal, model: str, texts: Sequence[str]) -> tuple[list[bytes], str]:
        """A vector for each text, as passages keep them, and the id of the request. At most AT_ONCE texts.

        Raises:
            TokenryError: no model, no budget, an engine that fails; in words for the person.
        """
        assert 0 < len(texts) <= AT_ONCE
        said: dict[str, Any] = {"input": [text[:TEXT_LENGTH_MAX] or " " for text in texts], "encoding_format": "float"}
        fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in said.items()}
        size = sum(len(bytes(field)) for field in fields.values())
        request, hearer = Inference("embeddings", fields, model, size, base64=True), _Hearer()
        request_id = new_id("req")
        await self._gateway.serve(request_id, request, principal, hearer)
        try:
            heard = msgspec.json.decode(hearer.body, type=_Answer).data
            ordered = [one.embedding for one in sorted(heard, key=lambda one: one.index)]
            # numpy is loaded when there is a vector to look at, not when a server starts.
            vectors = import_module("tokenry.workspace.files.vectors")
            kept: list[bytes] = vectors.keep(vectors.unpack(ordered))
        except ValueError as error:
            raise EngineFailed(f"{model} gave vectors that cannot be used: {error}") from None
        if len(kept) != len(texts):
            raise EngineFailed(f"{model} gave {len(kept)} vectors for {len(texts)} texts")
        return kept, request_id
