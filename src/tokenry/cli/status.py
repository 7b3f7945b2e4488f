"""`tokenry status`."""

from __future__ import annotations

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, single

app = single()


@app.command(epilog=example("tokenry status", "tokenry status --json"))
def status(data: Data = None, as_json: AsJson = False) -> None:
    """Say how this installation is: server, books, engines."""
    answer = ask(data, "status", {})
    if as_json:
        show.document(answer)
        return
    engines = [f"{e['name']} {e['state']}" for e in answer["engines"]]
    show.pairs(
        [
            ("tokenry", answer["version"]),
            ("server", f"running, process {answer['pid']}" if answer["serving"] else "not running"),
            ("data", answer["data_dir"]),
            ("configuration", _configuration(answer)),
            ("ledger", "writes" if answer["writable"] else answer["trouble"]),
            ("refusing", "; ".join(answer["refusing"]) or None),
            ("commit", f"{answer['commit_ms']} ms" if answer["serving"] else None),
            ("rows", show.count(answer["journal_rows"])),
            ("running", show.counted(answer["running_requests"], "request") if answer["serving"] else None),
            ("models", answer["models"]),
            ("engines", ", ".join(engines) or None),
            ("keys", f"{answer['active_keys']} active"),
            ("awards", f"{answer['active_awards']} active, {show.usd(answer['available_usd'])} available"),
        ]
    )


def _configuration(answer: show.Json) -> str:
    if answer["config_unread"]:
        return f"the defaults; {answer['config_unread']} is there but not in force: tokenry reload"
    return str(answer["config"] or "no file; the defaults")
