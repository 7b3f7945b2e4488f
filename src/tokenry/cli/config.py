"""`tokenry config`: check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.options import AsJson, ConfigFile, Data, example, group
from tokenry.cli.root import say_error

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
    from tokenry.app.pricing import price_versions
    from tokenry.base.certificate import load as load_certificate
    from tokenry.base.clock import SystemClock
    from tokenry.config import environ, load
    from tokenry.engines import ArtifactStore, build

    answer: dict[str, Any] = {"file": None if path is None else str(path), "problems": [], "notes": []}
    try:
        config = load(path, environ())
    except TokenryError as error:
        answer["problems"] = error.message.splitlines()
        return answer
    if config.server.tls_cert_file is not None and config.server.tls_key_file is not None:
        cert_file, key_file = (
            Path(one).expanduser() for one in (config.server.tls_cert_file, config.server.tls_key_file)
        )
        try:
            load_certificate(cert_file, key_file, SystemClock().now_ns())
        except TokenryError as error:
            answer["problems"].append(f"{path}: server: {error.message}")
    try:
        price_versions(config, SystemClock().now_ns())
    except TokenryError as error:
        answer["problems"].append(f"{path}: {error.message}")
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
