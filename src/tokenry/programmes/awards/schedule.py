"""When an award's parts are handed out and its reports are due: exact sums, whole days. Pure.

A day has 86,400 seconds, counted from the instant at which the award begins, so that no calendar moves anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes.awards.award_terms import AwardTerms
from tokenry.programmes.terms import Reporting, Tranches

DAY_NS = 86_400 * NS_PER_S
DAYS_MAX = 3660  # of one award, with all its extensions
REPORTS_MAX = 130  # of one award
INSTANT_MAX = 2**63 - 1
ReportKind = Literal["progress", "final"]


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when an award may be drawn on, in nanoseconds since the epoch."""

    begins_at: int
    ends_at: int

    @classmethod
    def of_days(cls, begins_at: int, days: int) -> Period:
        """So many days from an instant on."""
        return cls(begins_at, begins_at + days * DAY_NS)


@dataclass(frozen=True, slots=True)
class Part:
    """A tranche: handed out at `due_at`, or with the progress report numbered `report`. Numbers count from 1."""

    number: int
    amount: int
    due_at: int | None
    report: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is to come."""

    kind: ReportKind
    number: int
    due_at: int


def split(amount: int, count: int) -> list[int]:
    """So many parts that differ by at most one unit and sum up exactly, the larger ones first."""
    each, over = divmod(amount, count)
    return [each + (number < over) for number in range(count)]


def parts(amount: int, period: Period, tranches: Tranches) -> tuple[Part, ...]:
    """The tranches of an award; the first is handed out at once."""
    step = tranches.every_days * DAY_NS
    by_date = tranches.released_by == "date"
    found: list[Part] = []
    for number, part in enumerate(split(amount, tranches.count), start=1):
        due_at = period.begins_at + (number - 1) * step if by_date or number == 1 else None
        found.append(Part(number, part, due_at, None if due_at is not None else number - 1))
    return tuple(found)


def reports_due(period: Period, reporting: Reporting) -> tuple[Due, ...]:
    """All reports of an award: progress while it runs, the final one after its end."""
    found: list[Due] = []
    if reporting.every_days is not None:
        step = reporting.every_days * DAY_NS
        count = (period.ends_at - period.begins_at - 1) // step
        found = [Due("progress", number, period.begins_at + number * step) for number in range(1, count + 1)]
    if reporting.final:
        found.append(Due("final", 1, period.ends_at + reporting.final_within_days * DAY_NS))
    return tuple(found)


def refuse_impossible(amount: int, period: Period, terms: AwardTerms) -> None:
    """Say no to an award that could not be handed out as its terms say.

    Raises:
        InvalidRequest: which of them cannot be, and what to say instead.
    """
    tranches, reporting = terms.tranches, terms.reporting
    if not 0 < amount <= AMOUNT_MAX:
        raise InvalidRequest(f"an award has between 1 and {AMOUNT_MAX} units", param="amount")
    refuse_impossible_period(period)
    if amount < tranches.count:
        raise InvalidRequest(
            f"{amount} units cannot be handed out in {tranches.count} parts: award more, or in fewer parts",
            param="tranches",
        )
    if reporting.every_days is not None:
        _refuse_many_reports(period, reporting.every_days)
    if tranches.count == 1:
        return
    if tranches.released_by == "date":
        last = period.begins_at + (tranches.count - 1) * tranches.every_days * DAY_NS
        if last >= period.ends_at:
            raise InvalidRequest(
                f"the last of {tranches.count} parts would be handed out {(tranches.count - 1) * tranches.every_days} "
                "days after the beginning, when the award is over: fewer parts, or closer together, or a later end",
                param="tranches",
            )
        return
    reports = sum(due.kind == "progress" for due in reports_due(period, reporting))
    if reports < tranches.count - 1:
        raise InvalidRequest(
            f"{tranches.count - 1} parts wait for a progress report each, and only {reports} fall due before the end: "
            "fewer parts, reports more often, or a later end",
            param="tranches",
        )


def refuse_impossible_period(period: Period) -> None:
    """Say no to an end before the beginning, and to more time than an award has. Raises InvalidRequest."""
    if not period.begins_at < period.ends_at <= INSTANT_MAX:
        raise InvalidRequest("an award ends after it begins, and before the year 2262", param="ends_at")
    if period.ends_at - period.begins_at > DAYS_MAX * DAY_NS:
        raise InvalidRequest(
            f"an award lasts at most {DAYS_MAX} days; what goes on is renewed by an award of its own", param="ends_at"
        )


def _refuse_many_reports(period: Period, every_days: int) -> None:
    count = (period.ends_at - period.begins_at) // (every_days * DAY_NS)
    if count > REPORTS_MAX:
        raise InvalidRequest(
            f"{count} reports would fall due, and an award has at most {REPORTS_MAX}: ask for them less often",
            param="reporting",
        )
