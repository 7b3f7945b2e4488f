"""How an award is told on a terminal, and how tokens are written there. Knows no verbs."""

from __future__ import annotations

import re

import typer

from tokenry.cli import show
from tokenry.cli.show import Json

_TOKENS = re.compile(r"([0-9][0-9_,]*)([kKMBTGbg]?)\Z", re.ASCII)
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}


def whole(text: str | None) -> int | None:
    """Tokens as people write them: `1000000`, `1_000_000`, `10M`, `1B`, `1T`. Raises typer.BadParameter."""
    if text is None:
        return None
    found = _TOKENS.match(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text[:40]!r} is no number of tokens; write it like 1000000, 10M, 1B or 1T")
    return int(found[1].replace("_", "").replace(",", "")) * _TIMES[found[2].lower()]


def units(award: Json, measure: str) -> str:
    """One measure of an award in its own unit: `$1.50`, `1,000,000`."""
    if award["unit"] == "tokens":
        return show.count(award[f"{measure}_tokens"])
    return show.usd(award[f"{measure}_usd"])


def tell(award: Json, as_json: bool, *, whole: bool = False) -> None:
    """An award in a few lines; the `whole` of it with its tranches, its reports and what was wished for."""
    if as_json:
        show.document(award)
        return
    word = " tokens" if award["unit"] == "tokens" else ""
    committed = units(award, "committed")
    show.pairs(
        [
            ("name", award["name"]),
            ("id", award["id"]),
            ("state", award["state"]),
            ("project", award["project_name"]),
            ("programme", award.get("programme_name") or award["programme"]),
            ("category", award["category"]),
            ("models", "all" if award["models"] is None else ", ".join(award["models"])),
            ("left", f"{units(award, 'left')} of {units(award, 'issued')}{word}"),
            ("still to come", f"{committed}{word}" if committed not in {"0", "$0.00"} else None),
            ("ends", award["expires_at"] or "never"),
        ]
    )
    if whole and "tranches" in award:
        _tell_whole(award)


def _tell_whole(award: Json) -> None:
    show.say("")
    show.table(
        ["TRANCHE", ">AMOUNT", "STATE", "DUE", "RELEASED"],
        [
            (
                f"{part['number']}  {part['id']}", part["amount_words"], part["state"],
                show.day(part["due_at"]) if part["due_at"] else "with a report", show.day(part["released_at"]),
            )
            for part in award["tranches"]
        ],
        empty="It has no tranches.",
    )  # fmt: skip
    if award["reports"]:
        show.say("")
        show.table(
            ["REPORT", "KIND", "DUE", "STATE", "LATE"],
            [
                (
                    one["id"], "final" if one["kind"] == "final" else f"progress {one['number']}",
                    show.day(one["due_at"]), one["state"], "late" if one["late"] else "",
                )
                for one in award["reports"]
            ],
            empty="",
        )  # fmt: skip
