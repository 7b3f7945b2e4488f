"""A remote that speaks OpenAI's dialect (or llama-server's), reached by a base URL that does not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from tokenry.config import Provider
from tokenry.engines.engine import Engine, EngineSetupError
from tokenry.engines.origin import FROM_ENVIRONMENT
from tokenry.engines.prefix_cache import PrefixCache
from tokenry.engines.wire import Origin, Proxy, TlsSettings


class RemoteEngine(Engine):
    """OpenAI, vLLM, SGLang, Ollama, llama-server and their like.

    It is ready once started: whether the far side answers shows in the first request, and the router's breaker learns
    from that. Nothing is sent before somebody asks.

    Args:
        provider: with a base_url.
        key: the value of its key, or None for none.
        secrets: values by name of environment variable, for its proxy.

    Raises:
        EngineSetupError: no base_url, or one that cannot be; certificates that cannot be read; a proxy that is none.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"chat", "completions", "embeddings", "models"})

    def __init__(self, provider: Provider, key: str | None, secrets: Mapping[str, str] | None = None) -> None:
        super().__init__(provider)
        if provider.base_url is None:
            raise EngineSetupError(f"the provider {provider.name} needs a base_url")
        tls = TlsSettings(
            ca_file=provider.ca_file,
            verify=provider.verify_tls,
            cert_file=provider.client_cert_file,
            key_file=provider.client_key_file,
            server_name=provider.tls_server_name,
        )
        try:
            proxy = _proxy(provider, secrets or {})
            self._origin, self._base_path = Origin.parse(provider.base_url, tls, proxy)
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
    usage_per_choice = True
    forces_tools = False

    def __init__(self, provider: Provider, key: str | None, secrets: Mapping[str, str] | None = None) -> None:
        super().__init__(provider, key, secrets)
        self._prefix_cache = PrefixCache(exclusive=False)


def _proxy(provider: Provider, variables: Mapping[str, str]) -> Proxy | None:
    """What the configuration says to go through. Raises ValueError."""
    if provider.proxy is None:
        return None
    if provider.proxy == FROM_ENVIRONMENT:
        parts = urlsplit(provider.base_url or "")
        return Proxy.from_environment(variables, parts.scheme, parts.hostname or "")
    credentials = None
    if provider.proxy_auth_env is not None:
        credentials = variables.get(provider.proxy_auth_env, "").strip()
        if not credentials:
            name = provider.proxy_auth_env
            raise ValueError(f"its proxy's user:password come from the environment variable {name}, which is not set")
    return Proxy.parse(provider.proxy, credentials)
