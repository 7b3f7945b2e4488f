"""`tokenry webhook`: list, create, rotate, disable, enable, delete, test, deliveries, replay."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group, names
from tokenry.cli.show import Json

app = group("Webhooks: addresses that are called when there is news.")

Which = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its id.")]


@app.command("list", epilog=example("tokenry webhook list"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List webhooks, oldest first."""
    answer = ask(data, "webhook list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["ID", "*URL", "NEWS", "STATE", "MADE"],
        [
            (w["id"], w["url"], _types(w), w["state"], show.day(w["created_at"]))
            for w in answer["webhooks"]
        ],
        empty="There are no webhooks yet; make one: tokenry webhook create --url https://...",
    )  # fmt: skip


@app.command(
    epilog=example(
        "tokenry webhook create --url https://hooks.example.org/tokenry",
        "tokenry webhook create --url https://hooks.example.org/t --types budget.threshold_reached",
    )
)
def create(
    url: Annotated[str, typer.Option("--url", help="What is called; https, and not in a private network.")],
    types: Annotated[
        str | None, typer.Option("--types", metavar="A,B", help="The news it wants; every type if absent.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a webhook and show its secret, this once."""
    _tell_secret(ask(data, "webhook create", given(url=url, types=names(types))), as_json)


@app.command(epilog=example("tokenry webhook rotate wh_01kdx3c8v2"))
def rotate(webhook: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Give a webhook another secret; for a day both sign."""
    _tell_secret(ask(data, "webhook rotate", {"webhook": webhook}), as_json)


@app.command(epilog=example("tokenry webhook disable wh_01kdx3c8v2"))
def disable(webhook: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Call a webhook no more; what waits for it is given up."""
    _tell(ask(data, "webhook disable", {"webhook": webhook}), "is disabled.", as_json)


@app.command(epilog=example("tokenry webhook enable wh_01kdx3c8v2"))
def enable(webhook: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Call a webhook again."""
    _tell(ask(data, "webhook enable", {"webhook": webhook}), "is enabled.", as_json)


@app.command(epilog=example("tokenry webhook delete wh_01kdx3c8v2"))
def delete(webhook: Which, data: Data = None, as_json: AsJson = False) -> None:
    """End a webhook for good."""
    _tell(ask(data, "webhook delete", {"webhook": webhook}), "is gone.", as_json)


@app.command("test", epilog=example("tokenry webhook test wh_01kdx3c8v2"))
def ping(webhook: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Send a webhook something that means nothing."""
    _tell(ask(data, "webhook test", {"webhook": webhook}), "waits; see: tokenry webhook deliveries", as_json)


@app.command(epilog=example("tokenry webhook deliveries --state failed"))
def deliveries(
    webhook: Annotated[str | None, typer.Option("--webhook", help="Only this one's: its id.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only those: waiting, delivered or failed.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the newest deliveries, by mail and by webhook, newest first."""
    answer = ask(data, "webhook deliveries", given(webhook=webhook, state=state))
    if as_json:
        show.document(answer)
        return
    show.table(
        ["ID", "NEWS", "*TO", "STATE", ">TRIES", "*ANSWER"],
        [(d["id"], d["type"], d["target"], d["state"], d["attempts"], d["answer"]) for d in answer["deliveries"]],
        empty="Nothing was sent yet.",
    )


@app.command(epilog=example("tokenry webhook replay dlv_01kdx3c8v2"))
def replay(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="Its id; of a mail's, too.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Send a delivery again, with the same id as before."""
    _tell(ask(data, "webhook replay", {"delivery": delivery}), "waits to be sent again.", as_json)


def _types(webhook: Json) -> str:
    return "all" if webhook["types"] is None else ", ".join(webhook["types"])


def _tell(answer: Json, words: str, as_json: bool) -> None:
    if as_json:
        show.document(answer)
    else:
        show.say(f"{answer['id']} {words}")


def _tell_secret(made: Json, as_json: bool) -> None:
    if as_json:
        show.document(made)
        return
    show.pairs([("id", made["id"]), ("url", made["url"]), ("news", _types(made)), ("secret", made["secret"])])
    show.say("", f"Keep the secret now: it is shown this once. Try it: tokenry webhook test {made['id']}")
