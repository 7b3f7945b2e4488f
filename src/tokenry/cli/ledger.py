"""`tokenry ledger`: check, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import server_up
from tokenry.cli.options import AsJson, Data, example, group

if TYPE_CHECKING:
    from tokenry.storage import Row

app = group("The books themselves, read from their file: with the server up or down.")

TRIES = 3
_TOKENS = {  # of awards of tokens: how the answer calls them, and the page
    "issued_tokens": "issued", "served_tokens": "drawn", "available_tokens": "available",
    "pending_tokens": "pending", "expired_tokens": "expired", "written_off_tokens": "written off",
}  # fmt: skip  # pairs
Json = dict[str, Any]


@app.command(epilog=example("tokenry ledger check", "tokenry ledger check --data /srv/tokenry --json"))
def check(data: Data = None, as_json: AsJson = False) -> None:
    """Prove the books from the first row to the last; exit code 1 when anything does not add up.

    Every row is folded again by other code than the server's and compared: nothing overspent, every request charged
    once and at its price, every account the sum of its entries. Holds that a crash left open are settled at the next
    start and are no breach.
    """
    answer = prove(data)
    if as_json:
        show.document(answer)
    else:
        _tell(answer)
    raise typer.Exit(0 if answer["ok"] else 1)


@app.command(
    epilog=example("tokenry ledger export > books.jsonl", "tokenry ledger export --data /srv/tokenry | head -3")
)
def export(data: Data = None) -> None:
    """Print every row of the journal, one JSON document a line. Amounts are nano-USD, times nanoseconds since 1970."""
    import msgspec

    from tokenry.cli.journal import decode, opened

    encoder = msgspec.json.Encoder()
    with opened(data) as journal:
        for row in journal.rows():
            try:
                record = named(decode(row.kind, row.body))
            except ValueError as error:
                raise TokenryError(f"row {row.seq}: {error}; `tokenry ledger check` looks at all of them") from None
            line = {"seq": row.seq, "kind": row.kind, "ref": row.ref, "at": row.at, "record": record}
            sys.stdout.buffer.write(encoder.encode(line) + b"\n")


def prove(data: Path | None) -> Json:
    """The proof of a data folder's books as JSON data; `ok` says whether they are sound."""
    from tokenry.base.clock import SystemClock
    from tokenry.cli.journal import opened
    from tokenry.ledger import check

    running = server_up(places.folder(data))
    with opened(data) as journal:
        for _ in range(TRIES):
            holds: dict[str, int] = {}
            base = journal.base()
            try:
                report = check(_watched(journal.rows(), holds), journal.snapshot(), base)
            except ValueError as error:
                raise TokenryError(f"the closing snapshot cannot be read ({error}); restore from a backup") from None
            if journal.base() == base:
                break  # else rows were given up under our eyes, and seem to be missing
    now_ns = SystemClock().now_ns()
    breaches: list[Json] = [{"row": b.seq, "rule": b.rule, "what": b.what} for b in report.breaches]
    if running:
        breaches += [
            {"row": None, "rule": "holds end in time", "what": f"request {ref} is held past its time"}
            for ref, timeout_at in holds.items()
            if timeout_at < now_ns
        ]
    return {"ok": not breaches, "server": "up" if running else "down", **_numbers(report), "breaches": breaches}


def named(value: Any) -> Any:
    """A record as JSON data with the names of its fields, which its compact form on disk leaves out."""
    import msgspec

    if isinstance(value, msgspec.Struct):
        return {name: named(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [named(one) for one in value]
    return {key: named(one) for key, one in value.items()} if isinstance(value, dict) else value


def _watched(rows: Iterator[Row], holds: dict[str, int]) -> Iterator[Row]:
    """The rows, with the holds that are still open at the end left behind: request id -> when it times out (ns)."""
    from tokenry.cli.journal import Hold, decode

    for row in rows:
        if row.kind == "hold":
            try:
                record = decode(row.kind, row.body)
                holds[row.ref] = record.timeout_at if isinstance(record, Hold) else 0
            except ValueError:
                pass  # the proof says so
        elif row.kind == "settle":
            holds.pop(row.ref, None)
        yield row


def _numbers(report: Any) -> Json:
    from tokenry.base.units import nano_to_usd

    amounts = ("issued", "charged", "expired", "available", "pending", "written_off", "borne_by_house")
    plain = ("rows", "closed_rows", "accounts", "requests", "open_holds", "input_tokens", "output_tokens")
    return {
        **{name: getattr(report, name) for name in plain},
        **{f"{name}_usd": nano_to_usd(getattr(report, name)) for name in amounts},
        **{name: getattr(report, name) for name in _TOKENS},
    }


def _has_tokens(answer: Json) -> bool:
    return any(answer[name] for name in _TOKENS)


def _tell(answer: Json) -> None:
    holds = answer["open_holds"]
    waits = "of running requests" if answer["server"] == "up" else "to be settled at the next start"
    show.pairs(
        [
            ("rows", show.count(answer["rows"])),
            ("closed rows", f"{show.count(answer['closed_rows'])}, no longer kept" if answer["closed_rows"] else None),
            ("requests", show.count(answer["requests"])),
            ("tokens", f"{show.count(answer['input_tokens'])} in, {show.count(answer['output_tokens'])} out"),
            ("open holds", f"{holds} ({waits})" if holds else "none"),
            ("issued", show.usd(answer["issued_usd"])),
            ("charged", show.usd(answer["charged_usd"])),
            ("available", show.usd(answer["available_usd"])),
            ("pending", show.usd(answer["pending_usd"])),
            ("expired", show.usd(answer["expired_usd"])),
            ("written off", show.usd(answer["written_off_usd"])),
            ("borne by us", show.usd(answer["borne_by_house_usd"])),
            *[(f"tokens {word}", show.count(answer[name])) for name, word in _TOKENS.items() if _has_tokens(answer)],
        ]
    )
    show.say("")
    if answer["ok"]:
        show.say("The books are sound: every row was folded again and everything adds up.")
        return
    for breach in answer["breaches"]:
        place = f"row {breach['row']}: " if breach["row"] else ""
        show.say(f"BREACH {place}{breach['rule']}: {breach['what']}")
    breaches = show.counted(len(answer["breaches"]), "breach", "breaches")
    show.say("", f"{breaches}. Keep this folder as it is, and restore a backup elsewhere.")
