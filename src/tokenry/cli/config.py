"""`tokenry config`: check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.options import AsJson, ConfigFile, Data, example, group
from tokenry.cli.root import say_error

if TYPE_CHECKING:
    from tokenry.config import Config

app = group("The configuration file.")


@app.command(epilog=example("tokenry config check", "tokenry config check --config ./tokenry.toml"))
def check(config: ConfigFile = None, data: Data = None, as_json: AsJson = False) -> None:
    """Read a configuration file and name every mistake in it. Contacts nobody."""
    path = places.config_path(data, config)
    answer = examine(path)
    if as_json:
        show.document(answer)
    elif not answer["problems"]:
        verdict = f"{path}: in order" if path else "There is no configuration file: the defaults hold."
        show.say(verdict, *(f"note: {note}" for note in answer["notes"]))
    else:
        for problem in answer["problems"]:
            say_error(problem)
    raise typer.Exit(1 if answer["problems"] else 0)


def examine(path: Path | None) -> dict[str, Any]:
    """What a server would say to this file: problems (it would not start) and notes (it would)."""
    from tokenry.config import environ, load
    from tokenry.engines import ArtifactStore, build

    answer: dict[str, Any] = {"file": None if path is None else str(path), "problems": [], "notes": []}
    try:
        config = load(path, environ())
    except TokenryError as error:
        answer["problems"] = error.message.splitlines()
        return answer
    answer["problems"] += [f"{path}: {words}" for words in _tried(config)]
    store = ArtifactStore(places.cache_dir(config))
    for provider in config.provider:
        try:
            build(provider, environ(), store)
        except TokenryError as error:
            answer["problems"].append(f"{path}: provider {provider.name}: {error.message}")
        known = provider.model in store.catalogue if provider.model else False
        if known and provider.model and store.find(provider.model) is None:
            answer["notes"].append(f"{provider.model} is not on this machine yet: tokenry pull {provider.model}")
    answer["notes"] += [
        f"the model {model.name} has no price: keys under a hard budget cannot use it"
        for model in config.model
        if model.price is None
    ]
    if config.starter_on:
        why = "[starter] enabled = true" if config.starter.enabled else "the file lists no [[model]]"
        answer["notes"].append(f"the small starter model serves{' too' if config.model else ''}: {why}")
    return answer


def _tried(config: Config) -> Iterator[str]:
    """What is wrong with the certificate, and with prices, as is found when they are used."""
    from tokenry.app import price_versions
    from tokenry.base.certificate import load as load_certificate
    from tokenry.base.clock import SystemClock

    now_ns, server = SystemClock().now_ns(), config.server
    if server.tls_cert_file is not None and server.tls_key_file is not None:
        try:
            load_certificate(Path(server.tls_cert_file).expanduser(), Path(server.tls_key_file).expanduser(), now_ns)
        except TokenryError as error:
            yield f"server: {error.message}"
    try:
        price_versions(config, now_ns)
    except TokenryError as error:
        yield error.message
