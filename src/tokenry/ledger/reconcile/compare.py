"""A provider's statement beside the ledger: pair days and models, then explain what differs.

Pure: given the same two sides it finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tokenry.base.units import nano_to_usd
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.reconcile import costs, counts
from tokenry.ledger.reconcile.report import Line, Report
from tokenry.ledger.reconcile.side import OurCell, OurSide, half_hours
from tokenry.ledger.reconcile.statement import ALL_MODELS, COUNTS, Cell, Statement, StatementRefused, Tally

_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8})$")  # how providers name the versions of a model
KEYS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """How to compare.

    Args:
        today: in the zone of the days. versions: the price book, oldest first; its costs explain bills.
        keys: the provider's keys that are this house's; None = all that the file names.
        models: how the file calls models -> how our deployments do.
    """

    today: date
    versions: Sequence[PriceVersion] = ()
    keys: frozenset[str] | None = None
    models: Mapping[str, str] = field(default_factory=dict)


def compare(statement: Statement, ours: OurSide, terms: Terms) -> Report:
    """The comparison, on the days of which the statement speaks.

    Raises:
        StatementRefused: none of the keys that are said to be ours is in it.
    """
    report = Report([])
    report.notes += [f"{count:,} rows left out: {why}" for why, count in sorted(statement.left_out.items())]
    names = _names(statement, ours, terms, report)
    report.lines = _lines(_taken(statement, terms, report), ours, names, statement)
    for line in report.lines:
        counts.other_key(line)
    counts.over_midnight([*report.lines, *_days_after(report.lines, ours)])
    for line in report.lines:
        counts.cached_class(line)
        counts.within_rooms(line)
        counts.unfinished(line, terms.today)
    costs.explain(report.lines, terms.versions)
    _tell(report, statement, ours, terms)
    return report


def _taken(statement: Statement, terms: Terms, report: Report) -> dict[tuple[date, str, str | None], Cell]:
    """The cells of the keys that are ours."""
    if terms.keys is None:
        return statement.cells
    if not terms.keys & set(statement.keys):
        raise StatementRefused(
            f"the file names none of these keys; it names {', '.join(statement.keys[:KEYS_SHOWN]) or 'no keys at all'}"
        )
    others = Tally()
    for (_, _, key), cell in statement.cells.items():
        if key not in terms.keys:
            others.add(cell.tally)
    report.notes.append(
        f"other keys' traffic left out: {others.requests:,} requests, {others.input_tokens:,} tokens in, "
        f"{others.output_tokens:,} out, ${nano_to_usd(others.cost)}"
    )
    return {place: cell for place, cell in statement.cells.items() if place[2] in terms.keys}


def _names(statement: Statement, ours: OurSide, terms: Terms, report: Report) -> dict[str, str]:
    """How each model of the file is called by our deployments."""
    known = {model for _, model in ours.cells}
    undated = {_DATED.sub("", model): model for model in sorted(known)}
    names: dict[str, str] = {}
    for model in sorted({model for _, model, _ in statement.cells}):
        plain = _DATED.sub("", model)
        name = terms.models.get(model) or (model if model in known else undated.get(plain, model))
        names[model] = name
        if name != model:
            report.notes.append(f"the file's {model} is compared with {name}")
    return names


def _lines(
    cells: Mapping[tuple[date, str, str | None], Cell], ours: OurSide, names: dict[str, str], statement: Statement
) -> list[Line]:
    """A line for every day and model of either side, of the days that the file speaks of."""
    days = statement.days
    files: dict[tuple[date, str], dict[str | None, Cell]] = {}
    for (day, model, key), cell in cells.items():
        merged = files.setdefault((day, names[model]), {})
        merged[key] = _sum([merged[key], cell]) if key in merged else cell
    tells_models = {model != ALL_MODELS for _, model in files}
    known = _known_by_class(files)
    lines: list[Line] = []
    for day, model in ours.cells:
        if days[0] <= day <= days[-1]:
            for name in ([model] if True in tells_models else []) + ([ALL_MODELS] if False in tells_models else []):
                files.setdefault((day, name), {})
    for (day, model), by_key in files.items():
        mine = _whole_day(ours, day) if model == ALL_MODELS else ours.cells.get((day, model), OurCell())
        if not by_key and mine.tally == Tally():
            continue
        kept = {key: cell for key, cell in by_key.items() if key is not None}
        tells = known[model == ALL_MODELS]
        lines.append(Line(day, model, _sum(by_key.values()), mine, tells, statement.rounding, kept))
    return sorted(lines, key=lambda line: (line.day, line.model))


def _days_after(lines: Sequence[Line], ours: OurSide) -> list[Line]:
    """What ended on days of which the file does not speak, and may have begun on the day before; not compared."""
    places = {(line.day, line.model) for line in lines}
    after = {(day + timedelta(days=1), model) for day, model in places} - places
    cells = {(day, m): _whole_day(ours, day) if m == ALL_MODELS else ours.cells.get((day, m)) for day, m in after}
    return [Line(day, model, Cell(), cell, frozenset()) for (day, model), cell in cells.items() if cell is not None]


def _known_by_class(files: Mapping[tuple[date, str], Mapping[str | None, Cell]]) -> dict[bool, frozenset[str]]:
    """What the file tells of whole days, and what of models: a day without a row says zero of it."""
    known: dict[bool, set[str]] = {True: set(), False: set()}
    for (_, model), by_key in files.items():
        for cell in by_key.values():
            known[model == ALL_MODELS] |= cell.known
    return {whole: frozenset(names) for whole, names in known.items()}


def _sum(cells: Iterable[Cell]) -> Cell:
    total = Cell()
    for cell in cells:
        total.tally.add(cell.tally)
        total.known |= cell.known
        total.amounts += cell.amounts
    return total


def _whole_day(ours: OurSide, day: date) -> OurCell:
    total = OurCell()
    for (other, _), cell in ours.cells.items():
        if other == day:
            total.add(cell)
    return total


def _tell(report: Report, statement: Statement, ours: OurSide, terms: Terms) -> None:
    for provider, amount in sorted(ours.borne.items()):
        if ours.providers is None or provider in ours.providers:
            report.notes.append(
                f"the house bore ${nano_to_usd(amount)} for tries in vain at {provider}, an estimate in no receipt"
            )
    if statement.more_pages:
        report.hints.append("the file is one page of several (has_more): give all of its pages")
    if report.ok:
        return
    if terms.keys is None and len(statement.keys) > 1:
        some = ", ".join(statement.keys[:KEYS_SHOWN])
        report.hints.append(f"the file names {len(statement.keys)} keys ({some}): --key compares only this house's")
    _another_zone(report, ours)
    strange = sorted({line.model for line in report.lines if not line.explained and line.ours.tally == Tally()})
    if strange:
        report.hints.append(f"no request here went to {', '.join(strange[:KEYS_SHOWN])}: --model FILE=OURS names them")


def _another_zone(report: Report, ours: OurSide) -> None:
    """Whether more days would agree if they began at another hour."""
    lines = [line for line in report.lines if line.model != ALL_MODELS and line.known & set(COUNTS)]
    if not ours.slots or len(lines) < 2:
        return

    def agree(tallies: Mapping[tuple[date, str], Tally]) -> int:
        mine = [tallies.get((line.day, line.model), Tally()) for line in lines]
        return sum(line.file.tally.minus(one).distance(line.known) == 0 for line, one in zip(lines, mine, strict=True))

    now = agree({place: cell.tally for place, cell in ours.cells.items()})
    best = max(half_hours(), key=lambda offset: agree(ours.shifted(offset)))
    found = agree(ours.shifted(best))
    if found > now and found * 2 > len(lines):
        hours = f"{'+' if best > 0 else '-'}{abs(best) // 3600:02d}:{abs(best) % 3600 // 60:02d}"
        report.hints.append(
            f"with days of UTC{hours}, {found} of {len(lines)} lines would agree instead of {now}: "
            f"--timezone names the zone of the file's days"
        )


def days_span(days: Sequence[date]) -> tuple[date, date]:
    """The first day, and the day after the last."""
    return days[0], days[-1] + timedelta(days=1)
