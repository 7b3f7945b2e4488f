"""What runs before anything is configured: a small chat model, small embeddings, a bounded award.

The starter model shows the plumbing, not intelligence; its answers are poor, and we say so wherever it is offered.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tokenry.config import Config, Deployment, Model, Price, Provider
from tokenry.engines import STARTER_CHAT, STARTER_EMBEDDING

CHAT_PROVIDER = "starter"
EMBEDDING_PROVIDER = "starter-embeddings"
_PARALLEL = 4  # times the context: 8,192 tokens of key-value memory, about 190 MB
_CONTEXT_TOKENS = 2048


def with_starter(config: Config) -> Config:
    """The configuration with the starter's providers and models added, if the starter is on and its names are free."""
    if not config.starter_on:
        return config
    providers = {provider.name for provider in config.provider}
    names = {name for model in config.model for name in (model.name, *model.aliases)}
    added = [
        (provider, model)
        for provider, model in ((_chat_provider(config), _chat_model()), (_embedding_provider(), _embedding_model()))
        if provider.name not in providers and model.name not in names
    ]
    return msgspec.structs.replace(
        config,
        provider=(*config.provider, *[provider for provider, _ in added]),
        model=(*config.model, *[model for _, model in added]),
    )


def _chat_provider(config: Config) -> Provider:
    return Provider(
        name=CHAT_PROVIDER,
        dialect="llama.cpp",
        model=STARTER_CHAT,
        parallel=_PARALLEL,
        context_length=_CONTEXT_TOKENS,
        threads=config.starter.threads,
    )


def _chat_model() -> Model:
    return Model(
        name=STARTER_CHAT,
        aliases=("starter",),
        price=Price(input=Decimal("0.02"), cached_input=Decimal("0.01"), output=Decimal("0.08")),
        max_output_tokens=1024,
        context_length=_CONTEXT_TOKENS,
        deployments=(Deployment(provider=CHAT_PROVIDER, model=STARTER_CHAT),),
    )


def _embedding_provider() -> Provider:
    return Provider(name=EMBEDDING_PROVIDER, dialect="llama.cpp", model=STARTER_EMBEDDING)


def _embedding_model() -> Model:
    return Model(
        name=STARTER_EMBEDDING,
        aliases=("starter-embeddings",),
        kind="embedding",
        price=Price(input=Decimal("0.01")),
        deployments=(Deployment(provider=EMBEDDING_PROVIDER, model=STARTER_EMBEDDING),),
    )
