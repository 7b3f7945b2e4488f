"""Engines that are children of ours: llama.cpp and static embeddings. Knows what to tell each, not how it works."""

from __future__ import annotations

import os
import platform
import secrets
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from tokenry.config import Provider
from tokenry.engines.artifacts import ArtifactMissing
from tokenry.engines.child_configuration import EmbedConfiguration, LlamaConfiguration
from tokenry.engines.engine import Engine, EngineSetupError
from tokenry.engines.prefix_cache import PrefixCache
from tokenry.engines.store import ArtifactStore
from tokenry.engines.supervisor import Backoff, Launch, Listener, Supervisor
from tokenry.engines.wire import Origin

_SPARE_REQUESTS = 4  # connections beyond the slots: those of calls just cut may still be closing
_EMBED_CONNECTIONS_MAX = 8


class EmbeddedEngine(Engine):
    """A supervised child that announces a port on loopback and wants a random key made for it."""

    def __init__(self, provider: Provider, connections_max: int, backoff: Backoff | None = None) -> None:
        super().__init__(provider, connections_max=min(provider.max_concurrency, connections_max))
        self._key = secrets.token_urlsafe(32)
        listener = Listener(starting=self._child_starts, up=self._child_up, down=self._child_down)
        self._supervisor = Supervisor(self._launch, listener, backoff=backoff)

    async def start(self) -> None:
        """Start the child; returns at once, loading goes on (see `wait_ready`)."""
        self._starting()
        self._supervisor.start()

    async def stop(self) -> None:
        """End the child."""
        await self._supervisor.stop()
        self.pid = None
        await super().stop()

    @property
    def stderr(self) -> list[str]:
        """The last lines its process wrote, at most 50."""
        return list(self._supervisor.stderr)

    def _launch(self) -> Launch:
        raise NotImplementedError

    def _child_starts(self) -> None:
        self.starts = self._supervisor.starts
        self._starting()

    def _child_up(self, port: int) -> None:
        self.pid = self._supervisor.pid
        if self._prefix_cache is not None:
            self._prefix_cache.forget()
        self._attach(*Origin.parse(f"http://127.0.0.1:{port}/v1"), self._key)

    def _child_down(self, reason: str) -> None:
        self.pid = None
        self._detach(reason, "down")


class LlamaEngine(EmbeddedEngine):
    """llama.cpp in a child process.

    Args:
        provider: context_length is tokens per request; memory grows with context_length times parallel.
        find_model: where the GGUF file is, asked at every start; may raise TokenryError.
        embedding: serve embeddings instead of chat.
        backoff: waits between starts.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset(
        {"chat", "completions", "models", "tokenize", "json_schema", "tools", "logprobs"}
    )
    always_stream = True
    usage_per_choice = True
    forces_tools = False

    def __init__(
        self,
        provider: Provider,
        find_model: Callable[[], Path],
        *,
        embedding: bool = False,
        backoff: Backoff | None = None,
    ) -> None:
        super().__init__(provider, provider.parallel + _SPARE_REQUESTS, backoff)
        self._find_model = find_model
        self._embedding = embedding
        self.always_stream = self.usage_per_choice = not embedding
        self._prefix_cache = PrefixCache(exclusive=True)

    @property
    def slots(self) -> int:
        return min(self.provider.parallel, self._connections_max)

    def slots_for(self, choices: int) -> int:
        """See Engine: llama.cpp works on every choice by itself."""
        return choices

    def _launch(self) -> Launch:
        if find_spec("xllamacpp") is None:
            raise EngineSetupError(
                f"llama.cpp is not installed here: xllamacpp has no wheel for {platform.machine()} {sys.platform}; "
                "give the provider the base_url of a llama-server"
            )
        provider = self.provider
        configuration = LlamaConfiguration(
            model_path=str(self._find_model()),
            name=provider.model or provider.name,
            key=self._key,
            context_length=provider.context_length,
            parallel=provider.parallel,
            threads=provider.threads or max(1, cores() - 1),
            http_threads=self._connections_max + 4,
            embedding=self._embedding,
        )
        return Launch("tokenry.engines.llama_child", configuration)


class StaticEmbeddingEngine(EmbeddedEngine):
    """Static embeddings in a child process.

    Args:
        provider: its `model` is the name answers carry.
        store: where the artifact lies.
        artifact: its name; two files, weights and tokenizer.
    """

    capabilities: ClassVar[frozenset[str]] = frozenset({"embeddings", "models"})

    def __init__(self, provider: Provider, store: ArtifactStore, artifact: str, backoff: Backoff | None = None) -> None:
        super().__init__(provider, _EMBED_CONNECTIONS_MAX, backoff)
        self._store = store
        self._artifact = artifact

    def _launch(self) -> Launch:
        folder = self._store.require(self._artifact)
        weights, tokenizer = (folder / file.target for file in self._store.entry(self._artifact).files)
        configuration = EmbedConfiguration(
            weights_path=str(weights), tokenizer_path=str(tokenizer), name=self._artifact, key=self._key
        )
        return Launch("tokenry.engines.embed_child", configuration)


def gguf_file(path: Path) -> Path:
    """The path itself, or ArtifactMissing when no file is there."""
    if not path.is_file():
        raise ArtifactMissing(f"there is no model file at {path}")
    return path


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
