"""Which rates `prices replay` puts on past usage, and what it shows. Knows no options: `prices` has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tokenry.app import cost_rates
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import TokenryError
from tokenry.base.units import nano_to_usd
from tokenry.cli import places, show
from tokenry.cli.journal import opened, watched
from tokenry.cli.pricebook import list_text
from tokenry.config import parse
from tokenry.ledger import (
    Basis,
    Hardware,
    Rates,
    Replay,
    Replayed,
    ReplayRefused,
    Span,
    per_million,
    read_prices,
    receipt_of,
)
from tokenry.router import Catalogue, ModelEntry

Json = dict[str, Any]
NS_PER_HOUR = 3600 * NS_PER_S
FILE_SIZE_MAX = 16 * 1024 * 1024
WORDS = {
    "charge": ("CHARGED", "charged: by the prices then in force, what the house wrote off with it"),
    "cost": ("COST", "cost: to the house, by the costs then in force"),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Other rates, by our names of models. `called`: what they are; `hardware`: what they come from, if from any."""

    called: str
    rates: Callable[[str], Rates | None]
    hardware: Hardware | None = None


def of_list(path: Path, basis: Basis, names: dict[str, str]) -> Scenario:
    """Another price list. Raises TokenryError."""
    try:
        found = read_prices(list_text(path, FILE_SIZE_MAX))
    except ReplayRefused as error:
        raise TokenryError(f"{path}: {error.message}") from None
    rates = found.prices if basis == "charge" else found.costs
    if not rates:
        raise TokenryError(f"{path}: it has no {'prices' if basis == 'charge' else 'costs'}; see --against")
    return Scenario(f"the prices of {path}", lambda name: rates.get(names.get(name, name)))


def of_provider(provider: str, data: Path | None, config_file: Path | None, names: dict[str, str]) -> Scenario:
    """All of it at one provider, at the costs that the configuration has for its models. Raises TokenryError."""
    path = places.config_path(data, config_file)
    if path is None:
        raise TokenryError(f"there is no tokenry.toml in {places.folder(data)}, so no provider's costs are known")
    config = parse(list_text(path, FILE_SIZE_MAX), source=str(path))  # without its secrets: nobody is asked anything
    catalogue = Catalogue.build(config)
    offers = [entry for entry in catalogue.models if any(one.provider == provider for one in entry.deployments)]
    priced = {entry.name: cost_rates(config, entry, entry.cost) for entry in offers if entry.cost is not None}
    if not priced:
        what = "none of its models has a `cost`" if offers else "no [[model]] has a deployment there"
        raise TokenryError(f"provider {provider!r}: {what} in tokenry.toml, so nothing can be reckoned")

    def rates(name: str) -> Rates | None:
        asked = catalogue.resolve(names.get(name, name))
        wanted = {names.get(name, name)} | (set() if asked is None else _upstream(asked))
        if asked is not None and asked.name in priced:
            return priced[asked.name]
        found = [one.name for one in offers if one.name in priced and _upstream(one, provider) & wanted]
        return priced[found[0]] if found else None

    return Scenario(f"all at {provider}, at the costs of tokenry.toml", rates)


def _upstream(entry: ModelEntry, provider: str | None = None) -> set[str]:
    """What providers call a model, without the folders that some put before its name."""
    ours = [one for one in entry.deployments if provider in {None, one.provider}]
    return {one.model.rpartition("/")[2].lower() for one in ours}


def of_hardware(hardware: Hardware) -> Scenario:
    """Machines of one's own."""
    rates = hardware.rates()
    return Scenario("own hardware", lambda _name: rates, hardware)


def replay(data: Path | None, span: Span, scenario: Scenario, basis: Basis) -> Replay:
    """Every request of the time under other rates. Raises TokenryError."""
    made = Replay(scenario.rates, basis)
    with opened(data) as journal:
        base = journal.base()
        if base is not None and span.start <= base.at:
            show.note(f"requests up to {isoformat(base.at)} are no longer kept one by one, and are left out")
        for row in watched(journal, span):
            if row.kind == "settle":
                made.add(receipt_of(row))
    return made


# --- what is shown ---------------------------------------------------------------------------------------------------


def document(made: Replay, scenario: Scenario) -> Json:
    """Everything as JSON data."""
    total = made.total()
    return {
        "against": made.basis,
        "with": scenario.called,
        "first_at": None if made.first_at is None else isoformat(made.first_at),
        "last_at": None if made.last_at is None else isoformat(made.last_at),
        "models": [{"model": name, **_numbers(one)} for name, one in _sorted(made)],
        "total": _numbers(total),
        "hardware": None if scenario.hardware is None else _hardware(made, total, scenario.hardware),
    }


def _numbers(one: Replayed) -> Json:
    return {
        "requests": one.requests,
        "input_tokens": one.input_tokens,
        "cached_tokens": one.cached_tokens,
        "output_tokens": one.output_tokens,
        "was_usd": nano_to_usd(one.was),
        "was_unknown_requests": one.was_unknown,
        "would_usd": None if one.would is None else nano_to_usd(one.would),
        "difference_usd": None if one.difference is None else nano_to_usd(one.difference),
    }


def _hardware(made: Replay, total: Replayed, hardware: Hardware) -> Json:
    rates, busy = hardware.rates(), hardware.busy_hours(total)
    span = Fraction((made.last_at or 0) - (made.first_at or 0), NS_PER_HOUR)
    return {
        "input_usd_per_million": nano_to_usd(rates.input),
        "output_usd_per_million": nano_to_usd(rates.output),
        "busy_hours": _decimal(busy),
        "gpu_hours": _decimal(busy * hardware.gpus),
        "hours_between_first_and_last": _decimal(span),
        "around_the_clock_usd": nano_to_usd(hardware.around_the_clock(span, busy)),
    }


def tell(made: Replay, scenario: Scenario) -> None:
    """A table, the total, and what could not be priced."""
    title, words = WORDS[made.basis]
    rows = [_row(name, one) for name, one in _sorted(made)]
    total = made.total()
    if len(rows) > 1:
        rows.append(_row("all", total))
    show.table(
        ["*MODEL", ">REQUESTS", ">INPUT", ">OUTPUT", f">{title}", ">WOULD BE", ">DIFFERENCE"],
        rows,
        empty="No request used anything in this time.",
    )
    if not rows:
        return
    show.say("", words, f"would be: {scenario.called}")
    for name, one in _sorted(made):
        if one.would is None:
            show.say(f"not priced: {show.counted(one.requests, 'request')} of {name}: there are no rates for it")
        if one.was_unknown:
            there_was = "no price" if made.basis == "charge" else "no cost"
            requests = show.counted(one.was_unknown, "request")
            show.say(f"not compared: {requests} of {name}: {there_was} was known when they were asked")
    if scenario.hardware is not None:
        _tell_hardware(_hardware(made, total, scenario.hardware), scenario.hardware)


def _tell_hardware(told: Json, hardware: Hardware) -> None:
    rates = hardware.rates()
    gpus = show.counted(hardware.gpus, "GPU")
    show.say(
        f"input {per_million(rates.input)}, output {per_million(rates.output)}",
        f"{told['busy_hours']} hours of work for {gpus} ({told['gpu_hours']} GPU-hours) in "
        f"{told['hours_between_first_and_last']} hours",
        f"kept around the clock for that time: {show.usd(told['around_the_clock_usd'])}",
    )


def _row(name: str, one: Replayed) -> tuple[object, ...]:
    known = one.was_unknown < one.requests
    would = None if one.would is None else show.usd(nano_to_usd(one.would))
    more = None if one.difference is None else _signed(one.difference)
    counts = (show.count(one.requests), show.count(one.input_tokens), show.count(one.output_tokens))
    return (name, *counts, show.usd(nano_to_usd(one.was)) if known else None, would, more)


def _sorted(made: Replay) -> list[tuple[str, Replayed]]:
    """The dearest first."""
    return sorted(made.models.items(), key=lambda pair: (-(pair[1].would or pair[1].was), pair[0]))


def _signed(nano: int) -> str:
    return f"{'-' if nano < 0 else '+'}${nano_to_usd(abs(nano))}"


def _decimal(number: Fraction) -> str:
    """With three decimals."""
    thousandths = round(number * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"
