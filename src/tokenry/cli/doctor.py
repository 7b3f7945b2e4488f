"""`tokenry doctor`: what is wrong, and how to mend it. Looks only; changes nothing.

Here stand the looks at a server and its books; `machine` and `outside` have the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import entry, kept, machine, outside, places, show
from tokenry.cli.client import ask, server_up
from tokenry.cli.finding import Finding, Patient
from tokenry.cli.options import AsJson, ConfigFile, Data, example, single
from tokenry.config import Config

app = single()


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
    yield from _engines(patient, answer["engines"])


def _engines(patient: Patient, engines: list[show.Json]) -> Iterator[Finding]:
    """An engine that is down is wrong when a model has no other one."""
    try:
        config = places.read_config(patient.folder, patient.config)
    except TokenryError:
        config = Config()
    down = {engine["name"] for engine in engines if engine["state"] != "ready"}
    for engine in engines:
        if engine["name"] in down:
            without = outside.models_without(config, down, engine["name"])
            yield Finding(
                "note" if without == [] else "wrong",
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
    machine.python, machine.folder, machine.files, machine.disk, machine.clock,
    kept.restored, kept.room, kept.left, kept.backups, _server, _configuration,
    outside.address, outside.tls, outside.providers, _models, _books, entry.chain, entry.owners,
)  # fmt: skip  # one line a look would bury the order
