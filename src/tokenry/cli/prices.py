"""`tokenry prices`: show."""

from __future__ import annotations

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group
from tokenry.cli.show import Json

app = group("Prices. They stand in tokenry.toml; a change there is a new version of the price book.")


@app.command("show", epilog=example("tokenry prices show"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """Show the prices in force, in dollars per million tokens."""
    answer = ask(data, "prices show", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*MODEL", ">INPUT", ">CACHED", ">OUTPUT", ">COST IN", ">COST OUT"],
        [
            (
                m["model"],
                *_rates(m["price"], "input", "cached_input", "output"),
                *_rates(m["cost"], "input", "output"),
            )
            for m in answer["models"]
        ],
        empty="No model has a price yet; prices stand in tokenry.toml, beside their models.",
    )
    if answer["version"] is not None:
        show.say(
            "",
            f"US dollars per million tokens; version {answer['version']}",
            f"in force since {answer['effective_from']}",
        )


def _rates(rates: Json | None, *meters: str) -> list[str]:
    return ["-" if rates is None else str(rates[f"{meter}_usd_per_million"]) for meter in meters]
