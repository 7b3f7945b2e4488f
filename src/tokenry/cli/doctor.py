"""`tokenry doctor`: what is wrong, and how to mend it. Looks only; changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import ask, server_up
from tokenry.cli.options import AsJson, ConfigFile, Data, example, single

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

app = single()

FREE_MIN = 64 * 1024 * 1024  # bytes; the server refuses to start with less
FREE_GOOD = 1024 * 1024 * 1024
FILES_GOOD = 8192  # open files; a stream takes two
CONNECT_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it when it is not well."""

    state: Literal["ok", "note", "wrong"]
    what: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    folder: Path
    config: Path | None  # what the server has read, or else what a start would read
    running: bool
    told: dict[str, Any] | None = None  # what a running server says of itself
    silence: str = ""  # why it says nothing


@app.command(epilog=example("tokenry doctor", "tokenry doctor --data /srv/tokenry --json"))
def doctor(config: ConfigFile = None, data: Data = None, as_json: AsJson = False) -> None:
    """Say what is wrong and how to mend it; exit code 1 when something is."""
    folder = places.folder(data)
    patient = _patient(folder, config)
    findings = [finding for look in LOOKS for finding in look(patient)]
    wrong = any(finding.state == "wrong" for finding in findings)
    if as_json:
        show.document({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            show.say(*show.hanging(finding.state, finding.what, 7))
            if finding.how:
                show.say(*show.hanging("", f"-> {finding.how}", 7))
        show.say("", "Something is wrong: see above." if wrong else "Nothing is wrong.")
    raise typer.Exit(1 if wrong else 0)


def _patient(folder: Path, config: Path | None) -> Patient:
    """A server that was started with another file is looked at with that one."""
    path = places.config_path(folder, config)
    if not server_up(folder):
        return Patient(folder, path, running=False)
    try:
        told = ask(folder, "status", {})
    except TokenryError as error:
        return Patient(folder, path, running=True, silence=error.message)
    read = told["config"] or told["config_unread"]
    return Patient(folder, Path(read) if read and config is None else path, running=True, told=told)


def _python(_patient: Patient) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok", f"Python {version} on {sys.platform}")
    if resource is None:
        return
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit != resource.RLIM_INFINITY and limit < FILES_GOOD:
        yield Finding("note", f"at most {limit} open files", "raise it (ulimit -Hn) to serve many streams at once")


def _folder(patient: Patient) -> Iterator[Finding]:
    folder = patient.folder
    if not folder.exists():
        yield Finding("note", f"no data folder at {folder}", "`tokenry serve` makes it")
        return
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("wrong", f"{folder} cannot be written", "mend its owner or mode, or name another --data")
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        yield Finding("note", f"others on this machine can look into {folder} ({mode:o})", f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    if free < FREE_GOOD:
        state: Literal["note", "wrong"] = "wrong" if free < FREE_MIN else "note"
        yield Finding(
            state, f"{show.size(free)} free on the disk of {folder}", "make room: the ledger stops when it is full"
        )
    else:
        yield Finding("ok", f"{folder}, {show.size(free)} free")


def _server(patient: Patient) -> Iterator[Finding]:
    if not patient.folder.is_dir():
        return
    if not patient.running:
        yield from _nobody(patient)
        return
    answer = patient.told
    if answer is None:
        yield Finding("wrong", f"the server does not answer: {patient.silence}", "look at its log; restart it")
        return
    yield Finding("ok", f"a server runs: process {answer['pid']}, version {answer['version']}")
    if not answer["writable"]:
        yield Finding(
            "wrong",
            f"the ledger cannot be written: {answer['trouble']}",
            "make room or mend the disk; it goes on by itself",
        )
    if answer["config_unread"]:
        yield Finding(
            "note",
            f"it runs by the defaults: {answer['config_unread']} was made after it had started",
            "tokenry reload",
        )
    else:
        yield Finding("ok", f"it reads {answer['config'] or 'no configuration file: the defaults'}")
    if not answer["active_awards"]:
        yield Finding(
            "wrong", "no award has anything left: every request is refused", "tokenry award create --name more --usd 10"
        )
    if not answer["active_keys"]:
        yield Finding("note", "there is no active key", "tokenry key create --name me")
    for engine in answer["engines"]:
        if engine["state"] != "ready":
            yield Finding(
                "wrong",
                f"the engine {engine['name']} is {engine['state']}: {engine['last_error'] or 'no word why'}",
                "see what it says; mend its [[provider]], then tokenry reload",
            )
        elif engine["last_error"]:
            yield Finding("note", f"the engine {engine['name']} had trouble last: {engine['last_error']}")


def _nobody(patient: Patient) -> Iterator[Finding]:
    from tokenry.storage import FolderLock, StorageError

    if not (patient.folder / "lock").exists():
        yield Finding("ok", "no server runs")
        return
    try:
        with FolderLock(patient.folder):
            yield Finding("ok", "no server runs, and nothing else holds the folder")
    except StorageError as error:
        yield Finding("wrong", f"{error.message}, and it does not answer", "if it is not starting, stop that process")


def _configuration(patient: Patient) -> Iterator[Finding]:
    from tokenry.cli.config import examine

    if patient.running and patient.config is None:
        return  # said already: the server runs by the defaults
    answer = examine(patient.config)
    for problem in answer["problems"]:
        yield Finding("wrong", problem, "edit the file; `tokenry config check` looks again")
    for note in answer["notes"]:
        yield Finding("note", note)
    if not answer["problems"]:
        what = (
            f"{answer['file']} is in order" if answer["file"] else "there is no configuration file: the defaults hold"
        )
        yield Finding("ok", what)


def _port(patient: Patient) -> Iterator[Finding]:
    if patient.running:
        return
    try:
        server = places.read_config(patient.folder, patient.config).server
        with socket.create_server((server.host, server.port)):
            yield Finding("ok", f"port {server.port} on {server.host} is free")
    except TokenryError:
        return  # the configuration's own finding says so
    except OSError as error:
        yield Finding(
            "wrong",
            f"cannot listen on {server.host} port {server.port}: {error.strerror}",
            "stop the other program, or serve with --port",
        )


def _providers(patient: Patient) -> Iterator[Finding]:
    """Whether somebody listens where the remote providers are; nothing is sent to them."""
    try:
        config = places.read_config(patient.folder, patient.config)
    except TokenryError:
        return
    remote = [(one.name, one.base_url) for one in config.provider if one.base_url]
    if not remote:
        return
    with ThreadPoolExecutor(max_workers=16) as pool:
        for (name, url), why in zip(remote, pool.map(_unreachable, [url for _, url in remote]), strict=True):
            if why:
                yield Finding(
                    "wrong",
                    f"nothing listens for the provider {name} at {url}: {why}",
                    "start it, or mend its base_url",
                )
            else:
                yield Finding("ok", f"somebody listens for the provider {name} at {url}")


def _unreachable(url: str) -> str:
    """Why no connection comes about; nothing when one does."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=CONNECT_S):
            return ""
    except TimeoutError:
        return f"no answer within {CONNECT_S:g} s"
    except OSError as error:
        return error.strerror or str(error)


def _models(patient: Patient) -> Iterator[Finding]:
    from tokenry.engines import STARTER_CHAT, ArtifactStore

    try:
        config = places.read_config(patient.folder, patient.config)
    except TokenryError:
        return
    cache = places.cache_dir(config)
    if config.starter_on and ArtifactStore(cache).find(STARTER_CHAT) is None:
        yield Finding(
            "note",
            "the starter model is not here yet",
            f"it is fetched at the first start; or now: tokenry pull {STARTER_CHAT}",
        )
    else:
        yield Finding("ok", f"models are kept in {cache}")


def _books(patient: Patient) -> Iterator[Finding]:
    from tokenry.cli.ledger import prove

    if not (patient.folder / places.LEDGER_NAME).exists():
        return
    try:
        answer = prove(patient.folder)
    except TokenryError as error:
        yield Finding("wrong", error.message, "keep the folder as it is, and restore a backup elsewhere")
        return
    if answer["ok"]:
        yield Finding(
            "ok",
            f"the books are sound: {show.counted(answer['rows'], 'row')}, {show.usd(answer['charged_usd'])} charged",
        )
    else:
        yield Finding(
            "wrong",
            f"the books have {show.counted(len(answer['breaches']), 'breach', 'breaches')}",
            "tokenry ledger check names them; restore a backup elsewhere",
        )


LOOKS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    _python, _folder, _server, _configuration, _port, _providers, _models, _books,
)  # fmt: skip  # one line a look would bury the order
