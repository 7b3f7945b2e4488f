"""`tokenry reload`."""

from __future__ import annotations

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, single

app = single()


@app.command(epilog=example("tokenry config check", "tokenry reload"))
def reload(data: Data = None, as_json: AsJson = False) -> None:
    """Put the changed configuration file in force; a running server keeps the old one when the new has a mistake.

    Requests that run keep what they began under.
    """
    answer = ask(data, "reload", {})
    if as_json:
        show.document(answer)
    else:
        show.say(answer["message"])
