"""How many tokens a request's prompt has, asked before it is sent. Costs nothing and holds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tokenry.engines import Engine
from tokenry.gateway.estimate import Estimates
from tokenry.gateway.inference import PATHS, Inference, bound
from tokenry.router import ModelEntry

PROMPTS = frozenset({"messages", "prompt", "tools", "functions", "response_format", "suffix"})  # what a model reads


class Counted(msgspec.Struct, frozen=True):
    """Tokens of a prompt, and who says so: the engine for this very request, its tokenizer for the text (to which a
    template's allowance is added), or an estimate from what past requests of the model taught."""

    tokens: int
    source: Literal["engine", "tokenizer", "estimate"]


async def by_tokenizer(request: Inference, engine: Engine | None) -> int | None:
    """Tokens of all the text that a model reads, without template; None when nobody can say."""
    if request.media or request.opaque or engine is None:
        return None
    text = "\n".join([bytes(raw).decode() for name, raw in request.fields.items() if name in PROMPTS])
    return await engine.count_tokens(text)


async def count(
    request: Inference, model: ModelEntry, engines: Mapping[str, Engine], estimates: Estimates, native: bytes | None
) -> Counted:
    """Count the prompt of a request that its sender may ask of this model.

    Args:
        native: the body for an engine that speaks the client's own API, without a model's name of its own choosing.
    """
    deployment = model.deployments[0]
    engine = engines.get(deployment.provider)
    if native is not None and engine is not None and request.endpoint in engine.speaks:
        exact = await engine.count_native(request.path, native)
        if exact is not None:
            return Counted(exact, "engine")
    if (
        engine is not None
        and request.engine_path == PATHS["chat.completions"]
        and not (request.media or request.opaque)
    ):
        read: dict[str, object] = {
            name: request.fields[name] for name in ("messages", "tools") if name in request.fields
        }
        read["model"] = deployment.model
        exact = await engine.count_chat(read)
        if exact is not None:
            return Counted(exact, "engine")
    tokens = await by_tokenizer(request, engine)
    if tokens is not None:
        framing = bound(request, model).input_tokens - request.body_size
        return Counted(tokens + min(framing, model.template_tokens), "tokenizer")
    return Counted(estimates.input_tokens(model.name, request.body_size), "estimate")
