"""The pure middle of awards: parts that sum up exactly, days that fall where they should, files read line by line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes import DAY_NS, AwardTerms, Period, Reporting, Tranches, read_lines, refuse_impossible
from tokenry.programmes.awards.schedule import parts, reports_due, split

BEGINS = 1_750_000_000 * 10**9


@given(st.integers(1, AMOUNT_MAX), st.integers(1, 120))
def test_parts_sum_up_exactly(amount: int, count: int) -> None:
    found = split(amount, count)
    assert (sum(found), len(found)) == (amount, count)
    assert max(found) - min(found) <= 1
    assert found == sorted(found, reverse=True)


@given(
    st.integers(1, AMOUNT_MAX), st.integers(1, 3660), st.integers(1, 120), st.integers(1, 3660),
    st.sampled_from(["date", "report"]), st.none() | st.integers(1, 3660),
)  # fmt: skip
def test_what_is_allowed_can_be_handed_out(
    amount: int, days: int, count: int, step: int, released_by: Any, every: int | None
) -> None:
    """Every part of an award that is let through falls due within it, the first one at once, or has its report."""
    terms = AwardTerms(tranches=Tranches(count, released_by, step), reporting=Reporting(every))
    period = Period.of_days(BEGINS, days)
    try:
        refuse_impossible(amount, period, terms)
    except InvalidRequest:
        return
    found = parts(amount, period, terms.tranches)
    reports = {due.number for due in reports_due(period, terms.reporting) if due.kind == "progress"}
    assert sum(part.amount for part in found) == amount
    assert min(part.amount for part in found) > 0
    assert found[0].due_at == period.begins_at
    for part in found[1:]:
        if released_by == "date":
            assert part.due_at is not None
            assert period.begins_at < part.due_at < period.ends_at
        else:
            assert part.report in reports


@pytest.mark.parametrize(
    ("amount", "days", "terms", "why"),
    [
        (0, 10, AwardTerms(), "between 1"),
        (-1, 10, AwardTerms(), "between 1"),
        (AMOUNT_MAX + 1, 10, AwardTerms(), "between 1"),
        (1, 0, AwardTerms(), "ends after it begins"),
        (1, -5, AwardTerms(), "ends after it begins"),
        (1, 3661, AwardTerms(), "at most 3660 days"),
        (5, 400, AwardTerms(tranches=Tranches(2, "date", 400)), "when the award is over"),
        (5, 400, AwardTerms(tranches=Tranches(4, "report"), reporting=Reporting(200)), "only 1 fall due"),
        (5, 400, AwardTerms(tranches=Tranches(4, "report"), reporting=Reporting(None)), "only 0 fall due"),
        (5, 3660, AwardTerms(reporting=Reporting(1)), "ask for them less often"),
    ],
)
def test_what_cannot_be_says_why(amount: int, days: int, terms: AwardTerms, why: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        refuse_impossible(amount, Period.of_days(BEGINS, days), terms)
    assert why in refused.value.message


def test_the_day_of_the_end_is_no_day_for_a_report() -> None:
    due = reports_due(Period.of_days(BEGINS, 300), Reporting(100, final_within_days=60))
    assert [(one.kind, (one.due_at - BEGINS) // DAY_NS) for one in due] == [
        ("progress", 100), ("progress", 200), ("final", 360),
    ]  # fmt: skip


HEAD = "name,tokens,project,awardee,tranches,every_days,released_by\n"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (",5,lab,,,,", "name: an award has one"),
        ("a,,lab,,,,", "how much is missing"),
        ("a,-5,lab,,,,", "no whole number of tokens"),
        ("a,5.5,lab,,,,", "no whole number of tokens"),
        ("a,\u0665,lab,,,,", "no whole number of tokens"),
        ("a,0,lab,,,,", "more than nothing"),
        ("a,5,,,,,", "project: name one"),
        ("a,5,lab,,0,,", "tranches: '0'"),
        ("a,5,lab,,2,x,", "every_days: 'x'"),
        ("a,5,lab,,2,30,sometime", "neither date nor report"),
        ("a,5,lab", "it has 3 cells"),
        (f"{'x' * 101},5,lab,,,,", "name: an award has one"),
        ('"a,5,lab,,,,', "this is not CSV"),
    ],
)
def test_a_fault_names_its_line(cells: str, why: str) -> None:
    lines, faults = read_lines(f"{HEAD}good,1,lab,,,,\n{cells}\n", "tokens")
    assert [line.name for line in lines] == ["good"]
    (fault,) = faults
    assert fault.line == 3
    assert why in fault.words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty"),
        ("name,project\na,lab\n", "'tokens' is missing"),
        ("name,usd\n", "called tokens"),
        ("name,name,tokens\n", "stands twice"),
        ("name,tokens,colour\n", "no column 'colour'"),
        ("name,tokens\x00\n", "zero byte"),
        (HEAD + "x" * 900_001, "more than 900000 characters"),
        (HEAD + "\n".join(f"a{n},1,lab,,,," for n in range(1002)), "at most 1000 lines"),
    ],
)
def test_a_file_that_is_none(text: str, why: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_lines(text, "tokens")
    assert why in refused.value.message


def test_what_spreadsheets_do_to_a_file() -> None:
    """A byte-order mark, CRLF, thousands, quoted names with commas and lines in them, the apostrophe of an export."""
    text = '\ufeffName,Tokens,Project\r\n"Ada, B.","1,000,000",lab\r\n,,\r\n\'=cmd(),1_000,lab\r\n'
    lines, faults = read_lines(text, "tokens")
    assert faults == []
    assert [(line.number, line.name, line.amount) for line in lines] == [(2, "Ada, B.", 10**6), (4, "=cmd()", 1000)]
    (line,), _ = read_lines("name,usd,project\na,12.50,lab\n", "usd")
    assert line.amount == 12_500_000_000
