"""What a start says to the person at the terminal: what was found, made, and what to do next; then one ready line."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from tokenry.access import owner_can_sign_in
from tokenry.api.sign_in import base_url, make_owner_link
from tokenry.api.web import is_built
from tokenry.app.house import House
from tokenry.app.starter import CHAT_PROVIDER, EMBEDDING_PROVIDER
from tokenry.base import logs
from tokenry.base.errors import TokenryError
from tokenry.base.units import nano_to_usd
from tokenry.config import Config, Log, Provider, Server, environ
from tokenry.engines import Engine, pull
from tokenry.router import ModelEntry
from tokenry.sets import Sets

_OLLAMA = ("127.0.0.1", 11434)
_OFFERS = {
    "OPENAI_API_KEY": 'dialect = "openai", base_url = "https://api.openai.com/v1", api_key_env = "OPENAI_API_KEY"',
    "ANTHROPIC_API_KEY": 'dialect = "anthropic", api_key_env = "ANTHROPIC_API_KEY"',
}

_OWN_KEY_PREFIX = "sk-tok-"  # in a client's variable stands a key of ours, not one of OpenAI's

log = logs.get_logger("tokenry")


def set_up_logs(settings: Log, told: str | None = None) -> None:
    """Logs on stderr as the configuration says; prompts never stand in them.

    Args:
        settings: level and format; the format `auto` is `console` at a terminal and `json` elsewhere.
        told: the format that the command line says instead; it holds for later calls, too.
    """
    _voice.told = told or _voice.told
    form = _voice.told or settings.format
    if form == "auto":
        form = "console" if sys.stderr.isatty() else "json"
    text = logs.as_coloured_text if sys.stderr.isatty() else logs.as_text
    _voice.for_machines = form == "json"
    logs.set_up(settings.level, logs.as_json if form == "json" else text)


class _Voice:
    """How this process speaks on stderr."""

    def __init__(self) -> None:
        self.told: str | None = None  # the format on the command line, which a reload does not change
        self.for_machines = False  # even what is said to people goes into the log, so that each line is JSON


_voice = _Voice()


def say(words: str) -> None:
    """One line to the person at the terminal, or into the log when machines read it."""
    if _voice.for_machines:
        log.info(" ".join(words.split()))
    else:
        print(words, file=sys.stderr, flush=True)  # noqa: T201 - this is where a start speaks to people


def quiet_dependencies() -> None:
    """Libraries that log by themselves say only what is wrong."""
    for name in ("uvicorn", "asyncio", "httpx2", "httpcore2", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # They warn of every request that breaks a grammar: a scanner would fill the log.
    for name in ("uvicorn.error", "python_multipart"):
        logging.getLogger(name).setLevel(logging.ERROR)


async def pull_starter(house: House) -> None:
    """Bring the starter's models here if they are wanted and missing; without a network the server starts without."""
    wanted = [p for p in house.config.provider if p.name in (CHAT_PROVIDER, EMBEDDING_PROVIDER) and _missing(house, p)]
    for provider in wanted:
        assert provider.model is not None
        try:
            await asyncio.to_thread(_pull_with_progress, house, provider.model)
        except TokenryError as error:
            say(f"the starter model {provider.model} could not be fetched: {error.message}")
            say("  the server starts without it; `tokenry pull` tries again, or configure a provider")


def _missing(house: House, provider: Provider) -> bool:
    return provider.model is not None and house.artifacts.find(provider.model) is None


def _pull_with_progress(house: House, name: str) -> None:
    """A bar for whoever watches; for a log file one line before and one after."""
    size = house.artifacts.entry(name).size
    if _voice.for_machines or not sys.stderr.isatty():
        say(f"fetching {name}" + (f" ({size / 10**6:.1f} MB)" if size else ""))
        pull(house.artifacts, name)
        say("done")
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=size)
        pull(house.artifacts, name, lambda done, total: progress.update(task, completed=done, total=total or size))


def warn_of_sets(config: Config) -> None:
    """Say which patterns of `corpus.sets` lead to nothing, and which sets cannot be read. Blocks on the disk."""
    for words in Sets().troubles(config.corpus.sets):
        log.warning(words)


def announce(house: House, engines: Mapping[str, Engine], url: str) -> None:
    """Say what this start found, then the ready line, alone on stdout."""
    say(f"tokenry  data {house.data_dir}")
    if house.fresh:
        usd = nano_to_usd(
            sum(house.ledger.books.accounts[a.account].available for a in house.ledger.books.awards.values())
        )
        say(
            f"  first start: made the owner, the organization and project 'default', and an award of ${usd} to spend\n"
            f"  (change it: `tokenry award add`; next: `tokenry key create --name me`)"
        )
    recovered = house.ledger.stats.recovered
    if recovered:
        held = "1 open hold was" if recovered == 1 else f"{recovered} open holds were"
        say(f"  the last run ended abruptly: {held} settled")
    for model in house.router.catalogue.models:
        by = ", ".join(
            f"{d.provider} ({engines[d.provider].state})" for d in model.deployments if d.provider in engines
        )
        say(f"  {model.name:<24} {_price(model)}  on {by}")
    if any(provider.name == CHAT_PROVIDER for provider in house.config.provider):
        say("  the starter model shows the plumbing, not intelligence; `tokenry pull --list` names real ones")
    if any(provider.dialect == "scripted" for provider in house.config.provider):
        say("  a scripted engine is configured: it recites a script, it is no model")
    if house.config.server.public_url:
        say(f"  people reach it at {house.config.server.public_url}")
    if in_the_clear(url, house.config.server):
        say(
            "  other machines can reach this in the clear, keys too: give it tls_cert_file and tls_key_file, "
            "or name the proxy in front of it in trusted_proxies"
        )
    warn_of_sets(house.config)
    if not is_built():
        say(f"  this installation has no pages for browsers, all else works; {url}/ says how to get them")
    if not owner_can_sign_in(house.desk.db, house.people.roster):
        _let_owner_in(house, url)
    _offer(house)
    print(f"ready {url}", flush=True)  # noqa: T201 - the one line that scripts wait for


def _let_owner_in(house: House, url: str) -> None:
    """A link to sign in by, for as long as no owner has another way."""
    try:
        link = make_owner_link(house.desk, house.people.roster, base_url(house.config.server, url))
    except TokenryError as error:
        say(f"  nobody can sign in: {error.message}")
        return
    say(f"  sign in as the owner, once, within a day: {link.url}")


def _price(model: ModelEntry) -> str:
    if model.rates is None:
        return "no price: keys without a hard budget only"
    if model.kind == "transcription" and model.price is not None and model.price.audio_second is not None:
        return f"${model.price.audio_second} a second of sound"
    if model.kind == "speech":
        return f"${nano_to_usd(model.rates.input)} per million characters"
    made = "" if model.kind == "embedding" else f" / ${nano_to_usd(model.rates.output)} out"
    return f"${nano_to_usd(model.rates.input)} in{made} per million"


def in_the_clear(url: str, server: Server) -> bool:
    """Whether other machines speak plain HTTP to this address, and no proxy with TLS is known to stand between.

    Args:
        url: what is listened on, as `Listener.url` has it.
        server: the configuration's.
    """
    if not url.startswith("http:") or server.trusted_proxies or (server.public_url or "").startswith("https://"):
        return False
    return not ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback


def _offer(house: House) -> None:
    """What lies around and could be used, once somebody says so. Nothing is contacted but one local port."""
    variables = environ()
    used = {provider.api_key_env for provider in house.config.provider}
    for name, how in _OFFERS.items():
        if name not in used and not variables.get(name, _OWN_KEY_PREFIX).startswith(_OWN_KEY_PREFIX):
            say(f"  found {name}, not used until you add a [[provider]]: {how}")
    local = [p for p in house.config.provider if p.base_url and ":11434" in p.base_url]
    if not local and _listens(_OLLAMA):
        say(
            '  found Ollama on port 11434, not used until you add a [[provider]]: base_url = "http://127.0.0.1:11434/v1"'
        )


def _listens(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=0.1):
            return True
    except OSError:
        return False
