"""`tokenry consent`: hand-over, withdrawn."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group("What people agreed that models may learn from: handed over, and withdrawn.")

Taker = Annotated[
    str, typer.Option("--taker", metavar="NAME", help="Who takes it, by a name that people recognise, as of a set.")
]


@app.command("hand-over", epilog=example("tokenry consent hand-over --taker house-2026 --out consented.jsonl"))
def hand_over(
    taker: Taker,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file that is not there yet: JSON lines.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write the messages that people consented to, each with its consent's id, as `tokenry corpus` reads them.

    What leaves is noted first: people see how much went to whom, and a withdrawal names what is to be taken out again.
    """
    count, consents, after = 0, set[str](), 0
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise TokenryError(f"{out} is there already; name another file") from None
    except OSError as error:
        raise TokenryError(f"{out} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        while after is not None:
            page = ask(data, "consent hand-over", {"taker": taker, "after": after})
            for one in page["messages"]:
                line = {
                    "text": one["text"], "url": f"consent:{one['consent_id']}", "id": one["document_id"],
                    "role": one["role"], "chat_id": one["chat_id"], "parent_id": one["parent_id"],
                    "model": one["model"],
                }  # fmt: skip
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
                consents.add(one["consent_id"])
            after = page["next"]
    if as_json:
        show.document({"file": str(out), "messages": count, "consents": sorted(consents)})
        return
    show.say(f"{show.counted(count, 'message')} under {show.counted(len(consents), 'consent')} in {out}.")
    if not count:
        show.say("A consent reaches whole messages of its own project, from when it was given until it is withdrawn.")


@app.command(epilog=example("tokenry consent withdrawn", "tokenry consent withdrawn --taker house-2026 --json"))
def withdrawn(
    taker: Annotated[str | None, typer.Option("--taker", metavar="NAME", help="Only what this one took.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List consents that were withdrawn after something had left; `tokenry corpus withdraw` takes it out of a set."""
    answer = ask(data, "consent withdrawn", given(taker=taker))
    if as_json:
        show.document(answer)
        return
    show.table(
        ["CONSENT", "TAKEN BY", "WITHDRAWN", ">MESSAGES"],
        [
            (one["consent_id"], one["taker"], str(one["withdrawn_at"])[:19], len(one["document_ids"]))
            for one in answer["withdrawn"]
        ],
        empty="Nothing that left was withdrawn.",
    )
