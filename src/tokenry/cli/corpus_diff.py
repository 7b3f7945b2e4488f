"""What `tokenry corpus diff` says: everything in which two sets differ, in lines that fit a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tokenry.cli import show

_NAMED_MAX = 8  # inputs; --json names all
_VALUE_MAX = 60  # characters
Json = dict[str, Any]


def tell(found: Json) -> None:
    """Settings, what rules dropped, inputs, texts."""
    if found["same"]:
        show.say("The two sets are the same, byte for byte.")
        return
    show.table(["*WHAT", "*A", "*B"], _rows(found), empty="")
    texts, inputs = found["texts"], found["inputs"]
    show.say("")
    show.pairs(
        [
            ("texts in both", show.count(texts["common"])),
            ("texts in A alone", show.count(texts["removed"]["documents"])),
            ("texts in B alone", show.count(texts["added"]["documents"])),
            ("inputs of A alone", _named(inputs["removed"])),
            ("inputs of B alone", _named(inputs["added"])),
        ]
    )
    for mark, name, whose in (("-", "removed", "A"), ("+", "added", "B")):
        told = texts[name]
        if told["first"]:
            show.say("", f"Texts in {whose} alone" + _first(len(told["first"]), told["documents"]))
        show.say(*(f"{mark} {row['url'] or row['source']} ({row['id']})" for row in told["first"]))


def _rows(found: Json) -> Iterator[tuple[str, str, str]]:
    for row in found["settings"]:
        yield row["key"], value(row["from"]), value(row["to"])
    for row in found["funnel"]:
        yield f"dropped by {row['stage']}: {row['rule']}", show.count(row["from"]), show.count(row["to"])
    yield "tokens", show.count(found["tokens"]["from"]), show.count(found["tokens"]["to"])


def value(told: Any) -> str:
    """A setting, in short: `-` for none, a table by its thresholds, a list by its members."""
    if told is None:
        return "-"
    if isinstance(told, bool):
        return "true" if told else "false"
    if isinstance(told, dict):
        told = ", ".join(f"{key} {value(one)}" for key, one in told.items()) or "{}"
    elif isinstance(told, list):
        told = ", ".join(map(value, told)) or "[]"
    text = str(told)
    return text if len(text) <= _VALUE_MAX else f"{text[: _VALUE_MAX - 1]}…"


def _named(names: Sequence[str]) -> str | None:
    more = f", and {len(names) - _NAMED_MAX:,} more" if len(names) > _NAMED_MAX else ""
    return ", ".join(names[:_NAMED_MAX]) + more if names else None


def _first(shown: int, of: int) -> str:
    return f", the first {shown} of {of:,}:" if shown < of else ":"
