"""From a provider's configuration to its engine. The one place that knows every kind of engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tokenry.config import Dialect, Provider
from tokenry.engines.anthropic import AnthropicEngine
from tokenry.engines.embedded import LlamaEngine, StaticEmbeddingEngine, gguf_file
from tokenry.engines.engine import Engine, EngineSetupError, head
from tokenry.engines.remote import RemoteEngine, RemoteLlama
from tokenry.engines.scripted import ScriptedEngine
from tokenry.engines.store import ArtifactStore
from tokenry.engines.whisper import WhisperEngine, model_folder

_REMOTES: dict[Dialect, type[RemoteEngine]] = {
    "openai": RemoteEngine,
    "llama.cpp": RemoteLlama,
    "anthropic": AnthropicEngine,
}


def build(provider: Provider, secrets: Mapping[str, str], artifacts: ArtifactStore) -> Engine:
    """The engine of a provider, not started.

    Args:
        provider: one `[[provider]]` of the configuration.
        secrets: values by name of environment variable; only those that the provider names are looked up: its key's,
            its proxy's, and with `proxy = "environment"` the usual names of proxies.
        artifacts: where models of embedded engines lie.

    Raises:
        EngineSetupError: a key that is not set, a header that cannot be sent, no model or base_url.
        UnknownArtifact: `model` is neither a known artifact nor a path.
    """
    if provider.dialect == "scripted":
        return ScriptedEngine(provider)
    if provider.dialect == "whisper":
        return _whisper(provider, artifacts)
    if provider.dialect == "llama.cpp" and provider.base_url is None:
        return _embedded(provider, artifacts)
    key = _key(provider, secrets)
    kind = _REMOTES[provider.dialect]
    head(provider.headers, kind.credentials(key), "*/*")  # a bad header or key is told now, not at the first request
    return kind(provider, key, secrets)


def _embedded(provider: Provider, artifacts: ArtifactStore) -> Engine:
    model = provider.model
    if model is None:
        raise EngineSetupError(
            f"the provider {provider.name} needs a model (an artifact's name or the path of a GGUF file) or a base_url"
        )
    if model not in artifacts.catalogue and ("/" in model or model.endswith(".gguf")):
        return LlamaEngine(provider, partial(gguf_file, Path(model).expanduser()))
    artifact = artifacts.entry(model)
    match artifact.kind:
        case "static-embedding":
            return StaticEmbeddingEngine(provider, artifacts, model)
        case "chat" | "embedding":
            return LlamaEngine(provider, partial(_first_file, artifacts, model), embedding=artifact.kind == "embedding")
        case kind:
            raise EngineSetupError(f'{model} is a {kind} model, which a provider of dialect = "{kind}" runs')


def _whisper(provider: Provider, artifacts: ArtifactStore) -> Engine:
    model = provider.model
    if model is None:
        raise EngineSetupError(f"the provider {provider.name} needs a model: an artifact's name or a folder")
    if model not in artifacts.catalogue and "/" in model:
        return WhisperEngine(provider, partial(model_folder, Path(model).expanduser()))
    artifact = artifacts.entry(model)
    if artifact.kind != "whisper":
        raise EngineSetupError(f'{model} is a {artifact.kind} model, which a provider of dialect = "llama.cpp" runs')
    return WhisperEngine(provider, partial(artifacts.require, model))


def _first_file(artifacts: ArtifactStore, name: str) -> Path:
    """The GGUF file, or the first of several parts: llama.cpp finds the others beside it."""
    path = artifacts.require(name)
    return path if path.is_file() else path / artifacts.entry(name).files[0].target


def _key(provider: Provider, secrets: Mapping[str, str]) -> str | None:
    if provider.api_key_env is None:
        return None
    key = secrets.get(provider.api_key_env, "").strip()
    if not key:
        raise EngineSetupError(
            f"the provider {provider.name} takes its key from the environment variable {provider.api_key_env}, "
            "which is not set"
        )
    return key
