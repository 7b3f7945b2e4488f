"""`tokenry receipt`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, single
from tokenry.cli.show import Json

app = single()


@app.command(epilog=example("tokenry receipt last", "tokenry receipt req_01k9… --json"))
def receipt(
    request: Annotated[
        str, typer.Argument(metavar="ID", help="The request's id, from its x-request-id header; or last.")
    ],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show everything about one request: who paid, which engine answered, what was counted and how."""
    answer = ask(data, "receipt", {"request": request})
    if as_json:
        show.document(answer)
        return
    show.pairs(_facts(answer))
    show.say("")
    show.table(
        ["METER", ">TOKENS", ">$ PER MILLION", ">CHARGE"],
        [
            (n["meter"], show.count(n["quantity"]), n["usd_per_million"], show.usd(n["amount_usd"]))
            for n in answer["lines"]
        ],
        empty="No line: the model has no price." if answer["total_tokens"] else "No line: nothing was used.",
    )
    show.say("")
    show.table(
        ["*ACCOUNT", ">HELD", ">POSTED"],
        [(a["account"], _amount(a, "held"), _amount(a, "posted")) for a in answer["accounts"]],
        empty="No account was held.",
    )


def _amount(account: Json, what: str) -> str:
    tokens = account[f"{what}_tokens"]
    return show.usd(account[f"{what}_usd"]) if tokens is None else f"{show.count(tokens)} tokens"


def _in_tokens(r: Json) -> str:
    return f"{show.count(r['charge_tokens'])}, which would have cost {show.usd(r['covered_usd'])}"


def _facts(r: Json) -> list[tuple[str, object]]:
    cached = f", {r['cached_tokens']} of the input cached" if r["cached_tokens"] else ""
    tries = "; ".join(f"{a['deployment']} {a['ended']} {a['ms']} ms" for a in r["attempts"])
    return [
        ("request", r["id"]),
        ("ended", r["at"]),
        ("outcome", f"{r['outcome']} ({r['status']})"),
        ("endpoint", r["endpoint"] + (" (stream)" if r["stream"] else "")),
        ("model", r["model"] + (f" (asked for: {r['downgraded_from']})" if r["downgraded_from"] else "")),
        ("tier", r["service_tier"] if r["service_tier"] != "default" else None),
        ("purpose", r["purpose"]),
        ("served by", r["deployment"]),
        ("attempts", tries or None),
        ("key", f"{r['key_name'] or ''} {r['key']}".strip()),
        ("project", r["project_name"] or r["project"]),
        ("tokens", f"{r['input_tokens']} in, {r['output_tokens']} out{cached} (counted by: {r['count_source']})"),
        ("sound", f"{r['audio_seconds']} s" if r["audio_seconds"] else None),
        ("charge", show.usd(r["charge_usd"]) + (" (estimated)" if r["estimated"] else "")),
        ("paid in tokens", _in_tokens(r) if r["charge_tokens"] else None),
        ("written off", show.usd(r["writeoff_usd"]) if r["writeoff_usd"] != "0.00" else None),
        ("tokens written off", show.count(r["writeoff_tokens"]) if r["writeoff_tokens"] else None),
        ("cost to us", show.usd(r["cost_usd"]) if r["cost_usd"] is not None else None),
        ("price version", r["price_version"]),
        ("first token", f"{r['ttft_ms']} ms" if r["ttft_ms"] is not None else None),
        ("duration", f"{r['duration_ms']} ms"),
        ("prompt seen by", ", ".join(r["seen_by"]) or None),
        ("training", r["training"]),
        ("energy", r["energy_wh"] or r["energy_method"]),
    ]
