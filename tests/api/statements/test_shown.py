"""A statement as CSV and as a page, from plain data: every meter's units, names that would reckon, cents, the point."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.api.statements.focus import focus_csv
from tokenry.api.statements.page import page
from tokenry.api.statements.told import Told
from tokenry.base.units import charge_nano
from tokenry.ledger.rates import METERS
from tokenry.ledger.statements import (
    AwardMonth,
    Statement,
    StatementLine,
    TokenLine,
    TokensMonth,
    WrittenOff,
    month_span,
)

RATES = st.integers(0, 10**14)
QUANTITIES = st.integers(0, 10**15)


def told(*lines: StatementLine, written_off: int = 0, project: str = "first") -> Told:
    usage = sum(line.amount for line in lines)
    gone = (WrittenOff(project_id="proj", model="m", amount=written_off),) if written_off else ()
    statement = Statement(
        organization_id="org", project_id="proj", month="2026-10", number=1, previous="00" * 32, requests=1,
        input_tokens=1, output_tokens=1, lines=lines, written_offs=gone, awards=(), usage=usage, corrections=0,
        written_off=written_off, total=usage - written_off, borne=0, opening=0, closing=0,
    )  # fmt: skip
    return Told("stmt_1", statement, "Ours", {"proj": project}, {}, *month_span("2026-10"))


def line(meter: str = "input", rate: int = 10**9, quantity: int = 1_000_000, **more: Any) -> StatementLine:
    values: dict[str, Any] = {"project_id": "proj", "model": "m", "price_version": "prc_1"}
    values["amount"] = charge_nano(rate, quantity)
    return StatementLine(meter=meter, rate=rate, quantity=quantity, **(values | more))


def rows(of: Told) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(focus_csv(of), newline="")))


@given(st.sampled_from(METERS), RATES, QUANTITIES)
def test_units_times_unit_price_is_what_one_request_costs(meter: str, rate: int, quantity: int) -> None:
    (row,) = rows(told(line(meter, rate, quantity)))
    exact = Decimal(rate) * quantity / 10**15  # nano-USD per million, in dollars
    assert Decimal(row["PricingQuantity"]) * Decimal(row["ListUnitPrice"]) == exact
    assert abs(Decimal(row["BilledCost"]) - exact) <= Decimal("0.0000000005")
    assert int(row["ConsumedQuantity"]) == quantity


def test_seconds_and_images_are_priced_by_the_unit() -> None:
    seconds, images = rows(told(line("audio_second", 100_000 * 10**6, 90), line("image", 40 * 10**12, 3)))
    assert (seconds["PricingUnit"], seconds["PricingQuantity"], seconds["ListUnitPrice"]) == ("Seconds", "90", "0.0001")
    assert (images["ConsumedUnit"], images["ListUnitPrice"], images["BilledCost"]) == ("Images", "0.04", "0.12")
    shown = page(told(line("audio_second", 100_000 * 10**6, 90)), 0, bytes(32), as_issued=True)
    assert "0.0001 per second" in shown


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1+1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    (row,) = rows(told(line(model=name, price_version=name), project=name))
    for column in ("SubAccountName", "ResourceId", "SkuId", "SkuPriceId", "x_Model", "x_PriceVersion"):
        assert row[column].startswith("'"), column


@pytest.mark.parametrize(
    ("nano", "shown"),
    [(5_000_000, "$0.01"), (4_999_999, "$0.00"), (1_234_567_890_000_000, "$1,234,567.89"), (10**9, "$1.00")],
)
def test_cents_are_rounded_half_up(nano: int, shown: str) -> None:
    assert f'<p class="total">{shown}</p>' in page(told(line(amount=nano)), 0, bytes(32), as_issued=True)


def test_below_zero_is_shown_so() -> None:
    text = page(told(line(amount=10**9), written_off=2_500_000_000), 0, bytes(32), as_issued=True)
    assert '<p class="total">-$1.50</p>' in text
    assert '<td class="n">-2.50</td>' in text


def test_amounts_of_a_column_stand_at_one_point() -> None:
    text = page(told(line(amount=1), line("output", amount=12 * 10**9)), 0, bytes(32), as_issued=True)
    assert '<td class="n">0.000000001</td>' in text
    assert '<td class="n">12.000000000</td>' in text


def in_tokens(of: Told) -> Told:
    """The same, and two million tokens of an award beside it."""
    paid = TokenLine(
        project_id="proj", model="=m", meter="output", price_version="prc_1", rate=2 * 10**9, quantity=1_500_000,
        amount=3 * 10**9, drawn=2_000_000,
    )  # fmt: skip
    award = AwardMonth(
        award_id="awd_1", project_id="proj", opening=10**12, issued=0, charged=-2_000_000, corrected=0, expired=0,
        other=0, closing=10**12 - 2_000_000,
    )  # fmt: skip
    tokens = TokensMonth(
        lines=(paid,), awards=(award,), drawn=2_000_000, covered=3 * 10**9, written_off=5, opening=10**12,
        closing=10**12 - 2_000_000,
    )  # fmt: skip
    statement = msgspec.structs.replace(of.statement, tokens=tokens)
    return Told(of.id, statement, of.organization, of.projects, {"awd_1": "a <trillion>"}, of.start, of.end)


def test_what_tokens_paid_is_a_row_of_its_own_that_bills_nothing() -> None:
    dollars, tokens = rows(in_tokens(told(line())))
    assert (dollars["BilledCost"], dollars["x_TokensDrawn"]) == ("1.00", "")
    for column in ("BilledCost", "EffectiveCost", "ContractedCost"):
        assert tokens[column] == "0.00", column
    assert (tokens["ListCost"], tokens["ListUnitPrice"], tokens["ContractedUnitPrice"]) == ("3.00", "2", "0")
    assert (tokens["ConsumedQuantity"], tokens["x_TokensDrawn"]) == ("1500000", "2000000")
    assert (tokens["ChargeCategory"], tokens["PricingCategory"]) == ("Usage", "Other")
    assert tokens["x_Model"] == "'=m"


def test_a_page_tells_tokens_beside_dollars() -> None:
    shown = page(in_tokens(told(line())), 0, bytes(32), as_issued=True)
    wanted = ("and 2,000,000 tokens of token awards", "a &lt;trillion&gt;", "999,998,000,000", "house bore 5 tokens")
    for words in wanted:
        assert words in shown, words
    assert "token awards" not in page(told(line()), 0, bytes(32), as_issued=True)


def test_a_statement_without_tokens_is_the_same_to_the_byte_as_before_there_were_any() -> None:
    digest = told(line()).statement.digest.hex()
    assert digest == "307bc4b9ecbad8107b010fff3613e7946e1cc11ef7764e2dcb1a6236cc23de04"
    assert b'"tokens":{' in in_tokens(told(line())).statement.canonical
