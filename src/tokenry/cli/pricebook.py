"""What `tokenry prices` shows of the price book, of margins and of corrections. Knows no options: `prices` has them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tokenry.base.clock import SystemClock
from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import work
from tokenry.cli.progress import Progress
from tokenry.cli.show import Json

LIST_SIZE_MAX = 512 * 1024  # bytes; it travels in one question to the server
_UNITS = {"million_tokens": "per million", "second": "per second", "image": "per image"}
_USUAL = {("default", 0, meter) for meter in ("input", "cached_input", "output")}


def tell_version(answer: Json) -> None:
    """The version in force."""
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
    further = [row for m in answer["models"] for row in _further(m)]
    if further:
        show.say("")
        show.table(["*MODEL", "TIER", ">ABOVE", "METER", ">PRICE", ">COST", "UNIT"], further, empty="")
    if answer["version"] is not None:
        show.say(
            "",
            f"US dollars per million tokens; version {answer['version']}",
            f"in force since {answer['effective_from']}",
        )
    if answer["next"] is not None:
        show.say(f"another is announced for {answer['next']}: tokenry prices history")
    if answer["public_costs"]:
        names = ", ".join(answer["public_costs"])
        show.say(f"costs by the list of public prices of {answer['public_list_compiled']}: {names}")
        if answer["public_list_old"]:
            show.note("what it says of them is more than 180 days old: check those costs, or write them down")


def _further(model: Json) -> list[tuple[str, ...]]:
    """Rates beside the three usual ones, price and cost of one thing in one row."""
    found: dict[tuple[str, int, str], dict[str, str]] = {}
    for side in ("price", "cost"):
        for rate in model[f"{side}_rates"] or ():
            place = (rate["service_tier"], rate["above_tokens"], rate["meter"])
            found.setdefault(place, {"unit": _UNITS[rate["per"]]})[side] = rate["usd"]
    return [
        (model["model"], tier, str(above or "-"), meter, one.get("price", "-"), one.get("cost", "-"), one["unit"])
        for (tier, above, meter), one in found.items()
        if (tier, above, meter) not in _USUAL
    ]


def _rates(rates: Json | None, *meters: str) -> list[str]:
    return ["-" if rates is None else str(rates[f"{meter}_usd_per_million"]) for meter in meters]


# --- the public list -------------------------------------------------------------------------------------------------


def public_list() -> Json:
    """The list of public prices that ships with this release."""
    from tokenry.api.pricing import rates_shown
    from tokenry.ledger import public_prices

    listed, now_ns = public_prices(), SystemClock().now_ns()
    return {
        "compiled": listed.compiled.isoformat(),
        "age_days": listed.age_days(now_ns),
        "old": listed.is_old(now_ns),
        "prices": [
            {
                "provider": one.provider,
                "model": one.model,
                "as_of": one.as_of.isoformat(),
                "old": one.is_old(now_ns),
                "source": one.source,
                "rates": msgspec.to_builtins(rates_shown(one.rates)),
            }
            for one in listed.in_order()
        ],
    }


def tell_public(listed: Json) -> None:
    """The list as a table, with its age."""
    rows = []
    for one in listed["prices"]:
        usual = {(r["service_tier"], r["above_tokens"], r["meter"]): r["usd"] for r in one["rates"]}
        first = usual.get(("default", 0, "input")) or usual.get(("default", 0, "embedding"), "-")
        rest = [usual.get(("default", 0, meter), "-") for meter in ("cached_input", "cache_write", "output")]
        rows.append((one["provider"], one["model"], first, *rest, one["as_of"]))
    show.table(
        ["*PROVIDER", "*MODEL", ">INPUT", ">CACHED", ">CACHE WRITE", ">OUTPUT", "AS OF"],
        rows,
        empty="The list is empty.",
    )
    show.say(
        "",
        f"US dollars per million tokens; gone through on {listed['compiled']}. A convenience: no provider",
        "stands behind it, and your prices may be others by contract. --json has all rates and sources.",
    )
    old = sum(one["old"] for one in listed["prices"])
    if old:
        show.note(f"{show.counted(old, 'entry', 'entries')} of it speak of a day more than 180 days ago")
    if listed["old"]:
        show.note(f"the list is {listed['age_days']} days old: check a price before you rest on it")


# --- margins ---------------------------------------------------------------------------------------------------------


def tell_margins(answer: Json) -> None:
    """A table, the total, and what no cost is known of."""
    rows = [_margin(one, one["name"] or one["group"]) for one in answer["rows"]]
    if len(rows) > 1:
        rows.append(_margin(answer["total"], "all"))
    show.table(
        [f"*{answer['by'].upper()}", ">REQUESTS", ">CHARGED", ">CORRECTED", ">COST", ">MARGIN", ">%"],
        rows,
        empty="No request used anything in this time.",
    )
    unknown = answer["total"]["unknown_cost_requests"]
    if unknown:
        charged = show.usd(answer["total"]["unknown_cost_charge_usd"])
        show.say(
            "",
            f"no cost is known of {show.counted(unknown, 'request')} ({charged} charged): no part of the margin",
        )
    if answer["total"]["charge_tokens"]:
        tokens, worth = show.count(answer["total"]["charge_tokens"]), show.usd(answer["total"]["covered_usd"])
        show.say("", f"awards of tokens paid {tokens} tokens beside it, which would have cost {worth}: no charge")
    if answer["detail_since"] is not None:
        show.note(f"requests up to {answer['detail_since']} are no longer kept one by one, and are left out")


def _margin(one: Json, name: str) -> tuple[str, ...]:
    return (
        name, f"{one['requests']:,}", show.usd(one["charge_usd"]), show.usd(one["corrected_usd"]),
        show.usd(one["cost_usd"]), show.usd(one["margin_usd"]), one["margin_percent"] or "-",
    )  # fmt: skip


# --- corrections -----------------------------------------------------------------------------------------------------


def list_text(path: Path, size_max: int = LIST_SIZE_MAX) -> str:
    """A file of prices as text, of so many bytes at most. Raises TokenryError."""
    with path.open("rb") as file:
        data = file.read(size_max + 1)
    if len(data) > size_max:
        raise TokenryError(f"{path}: more than {size_max // 1024:,} KiB of prices")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise TokenryError(f"{path}: not UTF-8 text") from None


def rerate(data: Path | None, args: dict[str, object], *, confirm: bool) -> Json:
    """Ask for it, and show how far it is. Raises TokenryError."""
    with Progress("re-rating") as progress:
        return work(
            data,
            "prices rerate",
            {**args, "confirm": confirm},
            lambda one: progress.tell(one["doing"], one["done"], one["of"]),
        )


def tell_rerated(answer: Json) -> None:
    """What changes, or changed, per project."""
    done = answer["confirmed"]
    rows = [_rerated(one, one["project_name"] or one["project"]) for one in answer["projects"]]
    if len(rows) > 1:
        rows.append(_rerated(answer["total"], "all"))
    show.table(
        ["*PROJECT", ">REQUESTS", ">TOO LITTLE", ">TOO MUCH", ">NET", ">CHARGED", ">RETURNED", ">HOUSE"],
        rows,
        empty="Every request in this time cost what it should have.",
    )
    looked = show.counted(answer["requests_looked_at"], "request")
    show.say("", f"{looked} looked at, by version {answer['version']}; {'written' if done else 'nothing is written'}")
    if answer["requests_left_alone"]:
        left = show.counted(answer["requests_left_alone"], "request")
        show.say(f"{left} left alone: without a price then, or in that version")
    if answer["detail_since"] is not None:
        show.note(f"requests up to {answer['detail_since']} are no longer kept one by one, and stay as they are")


def _rerated(one: Json, name: str) -> tuple[str, ...]:
    amounts = ("more_usd", "back_usd", "net_usd", "charged_usd", "returned_usd", "borne_by_house_usd")
    return (name, f"{one['requests']:,}", *[show.usd(one[field]) for field in amounts])
