"""`tokenry news`: list."""

from __future__ import annotations

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, group

app = group("News: what people are told.")


@app.command("list", epilog=example("tokenry news list", "tokenry news list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List the newest news, newest first."""
    answer = ask(data, "news list", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["AT", "TYPE", "*ABOUT"],
        [
            (n["created_at"], n["type"], ", ".join(f"{name} {value}" for name, value in n["data"].items()))
            for n in answer["news"]
        ],
        empty="There is no news yet.",
    )
