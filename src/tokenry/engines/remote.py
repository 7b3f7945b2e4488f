"""A remote that speaks OpenAI's dialect (or llama-server's), reached by a base URL that does not change."""

from __future__ import annotations

from typing import ClassVar

from tokenry.config import Provider
from tokenry.engines.engine import Engine, EngineSetupError
from tokenry.engines.prefix_cache import PrefixCache
from tokenry.engines.wire import Origin, TlsSettings


class RemoteEngine(Engine):
    """OpenAI, vLLM, SGLang, Ollama, llama-server and their like.

    It is ready once started: whether the far side answers shows in the first request, and the router's breaker learns
    from that. Nothing is sent before somebody asks.

    Args:
        provider: with a base_url.
        key: the value of its key, or None for none.

    Raises:
        EngineSetupError: no base_url, or one that cannot be; certificates that cannot be read.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"chat", "completions", "embeddings", "models"})

    def __init__(self, provider: Provider, key: str | None) -> None:
        super().__init__(provider)
        if provider.base_url is None:
            raise EngineSetupError(f"the provider {provider.name} needs a base_url")
        try:
            self._origin, self._base_path = Origin.parse(
                provider.base_url, TlsSettings(ca_file=provider.ca_file, verify=provider.verify_tls)
            )
        except ValueError as error:
            raise EngineSetupError(f"the provider {provider.name} cannot be reached: {error}") from None
        self._key = key

    async def start(self) -> None:
        """Open for requests."""
        self._starting()
        self.starts += 1
        self._attach(self._origin, self._base_path, self._key)


class RemoteLlama(RemoteEngine):
    """A llama-server that somebody else runs. Others may use it too, so its prefix cache is never used."""

    capabilities: ClassVar[frozenset[str]] = RemoteEngine.capabilities | {"tokenize"}
    always_stream = True

    def __init__(self, provider: Provider, key: str | None) -> None:
        super().__init__(provider, key)
        self._prefix_cache = PrefixCache(exclusive=False)
