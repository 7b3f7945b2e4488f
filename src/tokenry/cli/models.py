"""`tokenry models`: list."""

from __future__ import annotations

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group
from tokenry.cli.show import Json

app = group("Models that clients can ask for, and who makes their tokens.")


@app.command("list", epilog=example("tokenry models list", "tokenry models list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List models with their prices and deployments, and the state of every engine."""
    answer = ask(data, "models list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*MODEL", "KIND", ">$/M IN", ">$/M OUT", "*SERVED BY"],
        [
            (
                ", ".join([m["name"], *m["aliases"]]), m["kind"], _rate(m, "input"), _rate(m, "output"),
                "\n".join(_deployment(d) for d in m["deployments"]) or "nobody",
            )
            for m in answer["models"]
        ],
        empty="No model is configured; `tokenry init` writes a file that shows how.",
    )  # fmt: skip
    if not answer["serving"]:
        show.say("", "No server runs, so no engine does; `tokenry serve` starts them.")
        return
    show.say("")
    show.table(
        ["*ENGINE", "DIALECT", "STATE", "*LAST TROUBLE"],
        [(e["name"], e["dialect"], e["state"], e["last_error"]) for e in answer["engines"]],
        empty="There are no engines.",
    )


def _rate(model: Json, meter: str) -> str:
    price = model["price"]
    return "-" if price is None else str(price[f"{meter}_usd_per_million"])


def _deployment(one: Json) -> str:
    facts = [fact for fact in (one["engine"], one["breaker"] if one["breaker"] != "closed" else None) if fact]
    return str(one["id"]) + (f" ({', '.join(facts)})" if facts else "")
