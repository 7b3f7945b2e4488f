"""How programmes, calls and applications are told on a terminal. Knows no verbs."""

from __future__ import annotations

from collections.abc import Iterable

from tokenry.base.units import nano_to_usd
from tokenry.cli import show
from tokenry.cli.show import Json


def units(unit: str, amount: int | None) -> str:
    """`10,000,000 tokens`, `$12.50`."""
    if amount is None:
        return "-"
    return f"{show.count(amount)} tokens" if unit == "tokens" else show.usd(nano_to_usd(amount))


def pool(programme: Json, *measures: str) -> list[str]:
    """Some measures of a programme's pool."""
    return [units(programme["unit"], programme["pool"][one]) for one in measures]


def tell(programme: Json, as_json: bool, *, whole: bool = False) -> None:
    """A programme in a few lines; the `whole` of it with tiers and calls."""
    if as_json:
        show.document(programme)
        return
    cap, left, promised = pool(programme, "cap", "left", "promised")
    show.pairs(
        [
            ("name", programme["name"]), ("id", programme["id"]), ("state", programme["state"]), ("pool", cap),
            ("left", f"{left}, of which {promised} are promised"),
        ]
    )  # fmt: skip
    if not whole:
        return
    show.say("")
    show.table(
        ["*TIER", ">UP TO", ">DAYS", ">REVIEWS"],
        [
            (tier["name"], units(programme["unit"], tier["amount_max"]), tier["days"], tier["reviews"])
            for tier in programme["terms"]["tiers"]
        ],
        empty="It has no tiers.",
    )
    show.say("")
    table_of_calls(programme["calls"])


def tell_call(call: Json, as_json: bool) -> None:
    """A call in a few lines."""
    if as_json:
        show.document(call)
        return
    show.pairs(
        [
            ("call", call["name"]), ("id", call["id"]), ("state", call["state"]),
            ("opens", show.on_day(call["opens_at"])), ("closes", show.on_day(call["closes_at"])),
        ]
    )  # fmt: skip


def table_of_calls(calls: Iterable[Json]) -> None:
    """Calls, a line each."""
    show.table(
        ["*CALL", "ID", "STATE", "OPENS", "CLOSES"],
        [
            (one["name"], one["id"], one["state"], show.on_day(one["opens_at"]), show.on_day(one["closes_at"]))
            for one in calls
        ],
        empty="No call was opened yet: tokenry programme open-call PROGRAMME",
    )


def tell_application(one: Json, as_json: bool) -> None:
    """An application: what is asked, what was answered, how it was judged, what was decided."""
    if as_json:
        show.document(one)
        return
    applicant, score, decision = one["applicant"], one["score"], one["decision"]
    facts = [
        ("title", one["title"]), ("id", one["id"]), ("state", one["state"].replace("_", " ")),
        ("applicant", " ".join(filter(None, (applicant["name"], applicant["email"])))),
        ("tier", one["tier"]), ("asked", units(one["unit"], one["asked"])),
    ]  # fmt: skip
    if score is not None and score["percent"] is not None:
        facts.append(("score", f"{score['percent']} % from {show.counted(score['reviews'], 'review')}"))
    if decision is not None:
        facts += [
            ("decided", decision["outcome"]),
            ("given", None if decision["amount"] is None else units(one["unit"], decision["amount"])),
            ("days", decision["days"]), ("conditions", decision["conditions"]), ("words", decision["words"]),
        ]  # fmt: skip
    show.pairs(facts)
    for name, answer in (one["answers"] or {}).items():
        said = ("yes" if answer else "no") if isinstance(answer, bool) else answer
        show.say("", f"{name}: {said}")
    if one["assignments"]:
        show.say("")
        show.table(
            ["*REVIEWER", "STATE", ">SCORE", "DUE"],
            [
                (
                    each["reviewer"]["name"] or each["reviewer"]["id"],
                    "overdue" if each["overdue"] else each["state"],
                    each["score_percent"] or "-", show.on_day(each["due_at"]),
                )
                for each in one["assignments"]
            ],
            empty="",
        )  # fmt: skip
