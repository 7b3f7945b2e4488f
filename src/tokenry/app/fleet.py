"""The engines of a configuration: built, started, asked what they offer, exchanged by a reload, stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.config import Config, Provider, environ, secret
from tokenry.engines import FROM_ENVIRONMENT, ArtifactStore, Engine, WireError, build

DISCOVERY_TIMEOUT_S = 5.0
START_TIMEOUT_S = 120.0

log = get_logger("tokenry.engines")


@dataclass(frozen=True, slots=True)
class Next:
    """The engines of a configuration that is not in force yet: some of them run already, some are fresh."""

    engines: Mapping[str, Engine]
    providers: Mapping[str, Provider]
    fresh: tuple[Engine, ...]
    gone: tuple[Engine, ...]

    async def wait_ready(self) -> None:
        """Wait until every engine is up or has failed; what failed is logged and tried again by its supervisor."""
        await asyncio.gather(*[_settled(engine) for engine in self.engines.values()])

    async def discover(self, config: Config) -> Mapping[str, list[str]]:
        """What providers offer that list no models in the configuration."""
        used = {deployment.provider for model in config.model for deployment in model.deployments}
        asked = [engine for name, engine in self.engines.items() if name not in used]
        found = await asyncio.gather(*[_offers(engine) for engine in asked])
        return {engine.name: names for engine, names in zip(asked, found, strict=True)}


class Fleet:
    """The engines in force, by provider name."""

    def __init__(self, artifacts: ArtifactStore) -> None:
        self._artifacts = artifacts
        self._providers: Mapping[str, Provider] = {}
        self.engines: Mapping[str, Engine] = {}

    async def stage(self, config: Config) -> Next:
        """Start what a configuration adds or changes, beside what runs. `adopt` or `stop(next.fresh)` must follow.

        Raises:
            TokenryError: an engine cannot be built; nothing was started.
        """
        wanted = {provider.name: provider for provider in config.provider}
        secrets = _secrets(wanted.values())
        fresh = {
            name: build(provider, secrets, self._artifacts)
            for name, provider in wanted.items()
            if self._providers.get(name) != provider
        }
        for engine in fresh.values():
            engine.on_state(_log_state)
            await engine.start()
        engines = {name: fresh.get(name) or self.engines[name] for name in wanted}
        gone = tuple(engine for name, engine in self.engines.items() if engines.get(name) is not engine)
        return Next(engines, wanted, tuple(fresh.values()), gone)

    def adopt(self, staged: Next) -> None:
        """Put staged engines in force. Those that are gone still run; whoever drains them stops them."""
        self.engines, self._providers = staged.engines, staged.providers

    async def stop(self, engines: Iterable[Engine], drain_timeout_s: float) -> None:
        """Let what runs on these engines end, then stop them."""
        await asyncio.gather(*[_drained(engine, drain_timeout_s) for engine in engines])


def _secrets(providers: Iterable[Provider]) -> dict[str, str]:
    """The values that providers' keys and proxies are taken from, by name of variable."""
    variables = environ()
    named: dict[str, str] = {}
    for provider in providers:
        if provider.proxy == FROM_ENVIRONMENT:
            named |= {name: value for name, value in variables.items() if name.lower().endswith("_proxy")}
        for name in (provider.api_key_env, provider.proxy_auth_env):
            if name is not None:
                named[name] = secret(variables, name)
    return named


def _log_state(engine: Engine) -> None:
    if engine.state == "down":
        log.warning("engine down", engine=engine.name, why=engine.last_error)
    else:
        log.info("engine " + engine.state, engine=engine.name)


async def _settled(engine: Engine) -> None:
    try:
        await engine.wait_ready(START_TIMEOUT_S)
    except TokenryError as error:
        log.warning("engine not ready", engine=engine.name, why=error.message)


async def _offers(engine: Engine) -> list[str]:
    try:
        async with asyncio.timeout(DISCOVERY_TIMEOUT_S):
            return await engine.models()
    except (TokenryError, WireError, TimeoutError) as error:
        log.warning("provider did not say what it offers", provider=engine.name, why=str(error) or "time-out")
        return []


async def _drained(engine: Engine, timeout_s: float) -> None:
    await engine.drain(timeout_s)
    await engine.stop()
