"""The embeddings child process: `python -m tokenry.engines.embed_child`. Knows one static table and the HTTP it speaks.

It answers `POST /v1/embeddings` (floats only; base64 is the gateway's to make), `GET /v1/models` and `GET /health`.
Nothing is kept between requests, so tenants cannot learn of each other here.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from tokenry.base.limits import EMBEDDING_INPUTS_MAX
from tokenry.engines.child import announce, give_up, take_configuration
from tokenry.engines.child_configuration import EmbedConfiguration
from tokenry.engines.loopback import LoopbackServer, Reply, Request, error_body
from tokenry.engines.static_embeddings import StaticEmbedder

_TokenId = Annotated[int, msgspec.Meta(ge=0)]


class EmbeddingsRequest(msgspec.Struct, kw_only=True, frozen=True):
    """What of an embeddings request counts here; other fields are passed over."""

    input: str | list[str | _TokenId | list[_TokenId]]
    dimensions: int | None = None
    encoding_format: Literal["float"] | None = None


class BadInput(ValueError):
    """The request cannot be embedded; the message says why."""


class EmbedService:
    """Answers for one embedder."""

    def __init__(self, embedder: StaticEmbedder, name: str) -> None:
        self._embedder = embedder
        self._name = name

    async def handle(self, request: Request, reply: Reply) -> None:
        """One request of the loopback server."""
        match (request.method, request.path):
            case ("GET", "/health"):
                await reply.send_json(200, {"status": "ok"})
            case ("GET", "/v1/models"):
                model = {"id": self._name, "object": "model", "created": 0, "owned_by": "tokenry"}
                await reply.send_json(200, {"object": "list", "data": [model]})
            case ("POST", "/v1/embeddings"):
                try:
                    await reply.send_json(200, self.embed(request.body))
                except (BadInput, msgspec.MsgspecError) as error:
                    await reply.send_json(400, error_body(str(error), code="invalid_value"))
            case _:
                await reply.send_json(404, error_body(f"no {request.method} {request.path} here", code="not_found"))

    def embed(self, body: bytes) -> dict[str, Any]:
        """OpenAI's embeddings list for a request's JSON. Raises BadInput and MsgspecError."""
        request = msgspec.json.decode(body, type=EmbeddingsRequest)
        if request.dimensions is not None and not 1 <= request.dimensions <= self._embedder.dimensions:
            raise BadInput(f"dimensions must be 1 to {self._embedder.dimensions}")
        inputs = self._token_ids(request.input)
        if not 1 <= len(inputs) <= EMBEDDING_INPUTS_MAX:
            raise BadInput(f"input must hold 1 to {EMBEDDING_INPUTS_MAX} texts")
        vectors = self._embedder.embed(inputs, request.dimensions)
        count = sum(len(ids) for ids in inputs)
        return {
            "object": "list",
            "data": [{"object": "embedding", "index": i, "embedding": v.tolist()} for i, v in enumerate(vectors)],
            "model": self._name,
            "usage": {"prompt_tokens": count, "total_tokens": count},
        }

    def _token_ids(self, given: str | list[str | int | list[int]]) -> list[list[int]]:
        if isinstance(given, str):
            return self._embedder.tokenize([given])
        texts = [item for item in given if isinstance(item, str)]
        if given and len(texts) == len(given):
            return self._embedder.tokenize(texts)
        lists = [item for item in given if isinstance(item, list)]
        if len(lists) == len(given):
            return lists
        ids = [item for item in given if isinstance(item, int)]
        if len(ids) == len(given):
            return [ids]
        raise BadInput("input must be a text, a list of texts, a list of token ids or a list of such lists")


async def _serve(configuration: EmbedConfiguration) -> None:
    try:
        embedder = StaticEmbedder(Path(configuration.weights_path), Path(configuration.tokenizer_path))
    except (ValueError, OSError) as error:
        give_up(error)
    server = LoopbackServer(EmbedService(embedder, configuration.name).handle, key=configuration.key)
    await server.start()
    announce(server.port)
    await asyncio.Event().wait()


def main() -> None:
    """Load, announce, serve until the parent goes."""
    asyncio.run(_serve(take_configuration(EmbedConfiguration)))


if __name__ == "__main__":
    main()
