"""`tokenry key`: create, list, show, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group("API keys. A key's text is shown once, when it is made.")

Models = Annotated[
    str | None, typer.Option("--models", metavar="A,B", help="The only models it may use; all if absent.")
]
PerMinute = Annotated[
    int | None, typer.Option("--requests-per-minute", metavar="N", min=0, help="Instead of the configured default.")
]
TokensPerMinute = Annotated[
    int | None, typer.Option("--tokens-per-minute", metavar="N", min=0, help="Instead of the configured default.")
]
AtOnce = Annotated[int | None, typer.Option("--concurrent-requests", metavar="N", min=0, help="Requests at one time.")]
Which = Annotated[str, typer.Argument(metavar="KEY", help="Its name, id, prefix, or the key itself.")]


@app.command(
    epilog=example(
        "tokenry key create --name alice --budget 5.00",
        "export OPENAI_API_KEY=$(tokenry key create --name ci --models gpt-oss-20b --bare)",
    )
)
def create(
    name: Annotated[str, typer.Option("--name", help="What the key is called in lists.")],
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="USD", help="Dollars it may spend, never more.")
    ] = None,
    window: Annotated[
        str, typer.Option("--window", help="Per what the budget counts: day, week, month or total.")
    ] = "total",
    models: Models = None,
    project: Annotated[str | None, typer.Option("--project", help="Name or id; the first project if absent.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="Whose key it is: name, e-mail or id.")] = None,
    expires: Annotated[
        str | None,
        typer.Option("--expires", help="When it ends: after 30m, 12h or 30d, or on 2027-01-31; never if absent."),
    ] = None,
    requests_per_minute: PerMinute = None,
    tokens_per_minute: TokensPerMinute = None,
    concurrent_requests: AtOnce = None,
    bare: Annotated[bool, typer.Option("--bare", help="Print the key and nothing else.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, this once."""
    limits = given(
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        concurrent_requests=concurrent_requests,
    )
    args = given(name=name, budget=budget, models=names(models), project=project, user=user, expires=expires)
    made = ask(data, "key create", {**args, "window": window, "limits": limits})
    if as_json:
        show.document(made)
        return
    for note in made["notes"]:
        show.note(note)
    if bare:
        show.say(made["key"])
        return
    show.pairs([("key", made["key"]), *_facts(made)])
    show.say("", "Keep the key now: it is shown this once. Clients read it from OPENAI_API_KEY.")


@app.command("list", epilog=example("tokenry key list", "tokenry key list --all --json"))
def listing(
    project: Annotated[str | None, typer.Option("--project", help="Only this project's keys: name or id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Revoked keys too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List keys, oldest first."""
    answer = ask(data, "key list", {**given(project=project), "every": every})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*NAME", "KEY", "*PROJECT", "STATE", ">LEFT", "MADE", "ENDS"],
        [
            (k["name"], k["prefix"], k["project_name"], k["state"], _left(k), show.day(k["created_at"]), _ends(k))
            for k in answer["keys"]
        ],
        empty="There are no keys yet; make one: tokenry key create --name me",
    )


@app.command("show", epilog=example("tokenry key show alice"))
def one(key: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show one key: its limits, its budget, its state."""
    answer = ask(data, "key show", {"key": key})
    if as_json:
        show.document(answer)
    else:
        show.pairs(_facts(answer))


@app.command(epilog=example("tokenry key revoke alice", "tokenry key revoke sk-tok-9sf26kqe"))
def revoke(key: Which, data: Data = None, as_json: AsJson = False) -> None:
    """End a key, at once and for good."""
    answer = ask(data, "key revoke", {"key": key})
    if as_json:
        show.document(answer)
    else:
        show.say(f"{answer['name']} ({answer['prefix']}-…) opens nothing any more.")


def _facts(key: Json) -> list[tuple[str, object]]:
    budgets = [
        f"{show.usd(b['left_usd'])} of {show.usd(b['limit_usd'])} left, {b['window']}" + ("" if b["hard"] else ", soft")
        for b in key["budgets"]
    ]
    return [
        ("name", key["name"]),
        ("id", key["id"]),
        ("prefix", key["prefix"]),
        ("state", key["state"]),
        ("but", key["opens_nothing"]),
        ("project", key["project_name"]),
        ("user", key["user"]),
        ("models", "all" if key["models"] is None else ", ".join(key["models"])),
        ("budget", ", ".join(budgets) or "none of its own"),
        *((name.replace("_", " "), show.count(value)) for name, value in key["limits"].items()),
        ("made", key["created_at"]),
        ("ends", key["expires_at"] or "never"),
        ("revoked", key["revoked_at"]),
    ]


def _left(key: Json) -> str:
    hard = [b for b in key["budgets"] if b["hard"]]
    return show.usd(hard[0]["left_usd"]) if hard else "-"


def _ends(key: Json) -> str:
    return show.day(key["expires_at"]) if key["expires_at"] else "never"
