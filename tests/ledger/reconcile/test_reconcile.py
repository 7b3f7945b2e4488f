"""A provider's export beside books that real requests filled: agreement, exactly what was changed, and each cause."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.reconcile import traffic
from tests.ledger.reconcile.traffic import FIRST, Call, Sum, Traffic, read, sums
from tokenry.ledger import Attempt, PriceVersion, Rates, Usage
from tokenry.ledger.reconcile import COUNTS, Line, Report, StatementRefused, Tally

DAY_S = 86_400
ENGINE = "engine"
calls = st.lists(
    st.builds(
        Call,
        at_s=st.integers(0, 4 * DAY_S),
        usage=st.builds(
            lambda fresh, cached, out: Usage(fresh + cached, out, cached, 0, ENGINE),
            st.integers(1, 5000), st.integers(0, 500), st.integers(0, 900),
        ),
        model=st.sampled_from(["small", "large"]),
        duration_ms=st.integers(0, 5000),
    ),
    min_size=1, max_size=25,
)  # fmt: skip
WRITTEN: dict[str, Callable[[dict[Any, Sum]], str]] = {
    "csv": traffic.plain_csv,
    "openai usage": traffic.openai_usage,
    "openai costs": traffic.openai_costs,
    "openai costs by day": lambda found: traffic.openai_costs(found, by_model=False),
    "anthropic usage": traffic.anthropic_usage,
    "anthropic costs": traffic.anthropic_costs,
}
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(calls, st.sampled_from(sorted(WRITTEN)))
def test_an_export_of_the_ledger_itself_leaves_nothing_unexplained(tmp_path: Path, some: list[Call], how: str) -> None:
    house = Traffic()
    house.call(*some)
    report = house.reconcile(read(WRITTEN[how](sums(house.receipts)), tmp_path / "e"))
    assert report.ok
    assert all(reason.why == "rounding" for line in report.lines for reason in line.reasons)
    assert report.lines


@few
@given(calls)
def test_a_spend_log_of_the_ledger_leaves_nothing_unexplained(tmp_path: Path, some: list[Call]) -> None:
    house = Traffic()
    house.call(*some)
    assert house.reconcile(read(traffic.litellm_log(house.receipts), tmp_path / "e")).ok


@few
@given(calls, st.data())
def test_days_on_which_requests_began_are_as_good_as_those_on_which_they_ended(
    tmp_path: Path, some: list[Call], data: st.DataObject
) -> None:
    house = Traffic()
    for one in some:
        one.duration_ms = data.draw(st.integers(0, 20 * 3600 * 1000))
    house.call(*some)
    report = house.reconcile(read(traffic.plain_csv(sums(house.receipts, begun=True)), tmp_path / "e"))
    inner = [line for line in report.lines if line.day > FIRST]
    assert all(not line.counts_left() for line in inner)


@few
@given(calls, st.data())
def test_what_was_changed_is_found_and_nothing_else(tmp_path: Path, some: list[Call], data: st.DataObject) -> None:
    house = Traffic()
    for one in some:
        one.duration_ms = 0
    house.call(*some)
    found = sums(house.receipts)
    place = data.draw(st.sampled_from(sorted(found)))
    name = data.draw(st.sampled_from(["requests", "input_tokens", "output_tokens"]))
    changed = deepcopy(found)
    by = data.draw(st.integers(1, 10**6))
    setattr(changed[place], name, getattr(changed[place], name) + by)
    report = house.reconcile(read(traffic.plain_csv(changed, cost=False), tmp_path / "e"))
    left = {(line.day, line.model): line.left for line in report.lines if not line.explained}
    assert left == {place: Tally(**{name: by})}
    assert [line for line in report.lines if line.reasons] == []


@few
@given(calls, st.data())
def test_a_changed_amount_is_found_to_the_nano_dollar(tmp_path: Path, some: list[Call], data: st.DataObject) -> None:
    house = Traffic()
    house.call(*some)
    changed = sums(house.receipts)
    place = data.draw(st.sampled_from(sorted(changed)))
    by = data.draw(st.integers(10_000_000, 10**9)) * 7 + 1
    changed[place].nano += by
    report = house.reconcile(read(traffic.openai_costs(changed), tmp_path / "e"))
    left = {(line.day, line.model): line.left for line in report.lines if not line.explained}
    assert left == {place: Tally(cost=by)}


rows_of_a_file = st.lists(
    st.tuples(
        st.integers(-1, 5), st.sampled_from(["small-1", "large-1", "other", ""]), st.sampled_from(["", "k1", "k2"]),
        st.integers(0, 9), st.integers(0, 20_000), st.integers(0, 900), st.integers(0, 9000), st.integers(-9, 10**9),
    ),
    min_size=1, max_size=12,
)  # fmt: skip
uncertain = st.sampled_from(
    [
        {"outcome": "client_gone", "status": 499},
        {"outcome": "cut", "status": 200},
        {"outcome": "engine_failed", "status": 502},
        {"attempts": (Attempt("acme/large-1", "ended_early", 5), Attempt("acme/small-1", "ok", 5))},
    ]
)


@few
@given(calls, rows_of_a_file, st.data())
def test_whatever_both_sides_say_the_reasons_and_the_rest_are_the_difference(
    tmp_path: Path, some: list[Call], rows: list[Any], data: st.DataObject
) -> None:
    house = Traffic()
    for one in some:
        if data.draw(st.booleans()):
            one.ending, one.usage = data.draw(uncertain), data.draw(st.sampled_from([GUESS, Usage()]))
        one.duration_ms = data.draw(st.integers(0, 8 * 3600 * 1000))
    house.call(*some)
    text = "date,model,key,requests,input_tokens,cached_tokens,output_tokens,cost_usd\n"
    for day, model, key, requests, fresh, cached, out, nano in rows:
        cells = [FIRST + timedelta(day), model, key, requests, fresh + cached, cached, out, traffic.usd(nano)]
        text += ",".join(map(str, cells)) + "\n"
    report = house.reconcile(read(text, tmp_path / "e"), today=FIRST + timedelta(2))
    for line in report.lines:
        parts = Tally()
        for part in [reason.part for reason in line.reasons] + [line.left]:
            parts.add(part)
        assert parts == line.difference
        assert line.explained == (line.left == Tally())
    assert len({(line.day, line.model) for line in report.lines}) == len(report.lines)


def only(report: Report) -> Line:
    (line,) = report.lines
    return line


def whys(report: Report) -> list[str]:
    return [reason.why for line in report.lines for reason in line.reasons]


def house_of(*some: Call) -> tuple[Traffic, dict[Any, Sum]]:
    house = Traffic()
    house.call(*some)
    return house, sums(house.receipts)


HUNG_UP = {"outcome": "client_gone", "status": 499}
GUESS = Usage(100, 20, 0, 0, "events")


def test_a_hang_up_explains_as_much_as_the_request_was_bounded_to(tmp_path: Path) -> None:
    house, found = house_of(Call(60), Call(70, GUESS, ending=HUNG_UP))
    (one,) = found.values()
    one.output_tokens += 980
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["hung_up"])
    assert only(report).reasons[0].part == Tally(output_tokens=980)
    one.output_tokens += 1
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, only(report).left) == (False, Tally(output_tokens=981))


def test_the_cost_of_explained_tokens_follows_from_them(tmp_path: Path) -> None:
    house, found = house_of(Call(60), Call(70, GUESS, ending=HUNG_UP))
    (one,) = found.values()
    one.output_tokens += 500
    one.nano += 500 * 200
    report = house.reconcile(read(traffic.plain_csv(found), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["hung_up", "tokens"])


def test_a_bill_without_tokens_has_the_same_room_in_money(tmp_path: Path) -> None:
    house, found = house_of(Call(60), Call(70, GUESS, ending=HUNG_UP))
    (one,) = found.values()
    one.nano += 150 * 1000
    report = house.reconcile(read(traffic.openai_costs(found), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["hung_up"])
    one.nano += 10**9
    assert not house.reconcile(read(traffic.openai_costs(found), tmp_path / "e")).ok


@pytest.mark.parametrize(
    ("ending", "usage", "why"),
    [
        ({"outcome": "cut", "status": 200}, GUESS, "cut"),
        ({}, Usage(100, 20, 0, 0, "estimate"), "estimate"),
        ({"outcome": "engine_failed", "status": 502}, Usage(), "nothing_came"),
    ],
)
def test_other_uncertain_requests_have_room_too(tmp_path: Path, ending: Any, usage: Usage, why: str) -> None:
    house, _ = house_of(Call(60), Call(70, usage, ending=ending))
    found = sums(one for one in house.receipts if one.usage.total_tokens)
    (one,) = found.values()
    one.input_tokens += 40
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, [why])


def test_a_try_in_vain_may_be_billed_though_another_provider_answered(tmp_path: Path) -> None:
    tries = {"attempts": (Attempt("acme/small-1", "ended_early", 5), Attempt("other/small-1", "ok", 5))}
    house = Traffic()
    house.call(Call(60), Call(70, ending={**tries, "deployment": "other/small-1", "seen_by": ("acme", "other")}))
    found = {(FIRST, "small-1"): Sum(2, 200, 0, 90)}
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["retry"] * 3)
    house.call(Call(80, ending={**tries, "deployment": "other/small-1", "seen_by": ("other",)}))
    assert (
        only(house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))).ours.rooms["retry"].requests
        == 1
    )


def test_requests_that_a_crash_cut_off_may_stand_in_the_export(tmp_path: Path) -> None:
    house, found = house_of(Call(60))
    house.books.hold("lost", 10**6, price_version="v1")
    house.books.open()
    (one,) = found.values()
    one.requests += 1
    one.input_tokens += 900
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["crash", "crash"])


def test_over_midnight_both_days_agree_after_the_move(tmp_path: Path) -> None:
    house = Traffic()
    house.call(
        Call(DAY_S - 100), Call(DAY_S + 2, duration_ms=4000), Call(DAY_S + 3, duration_ms=5000), Call(DAY_S + 90)
    )
    found = sums(house.receipts, begun=True)
    found[FIRST, "small-1"].requests -= 1  # of the two, the provider has one under each day
    found[FIRST + timedelta(1), "small-1"].requests += 1
    for name in ("input_tokens", "output_tokens"):
        part = 100 if name == "input_tokens" else 50
        setattr(found[FIRST, "small-1"], name, getattr(found[FIRST, "small-1"], name) - part)
        later = found[FIRST + timedelta(1), "small-1"]
        setattr(later, name, getattr(later, name) + part)
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["midnight", "midnight"])
    assert report.lines[0].reasons[0].part == Tally(1, 100, 0, 50)


def test_what_the_answers_never_told_as_cached_is_a_difference_of_class_alone(tmp_path: Path) -> None:
    house, found = house_of(Call(60))
    (one,) = found.values()
    one.cached_tokens = 64
    assert whys(house.reconcile(read(traffic.openai_usage(found), tmp_path / "e"))) == ["cached_class"]
    one.input_tokens += 1
    assert not house.reconcile(read(traffic.openai_usage(found), tmp_path / "e")).ok


def test_a_key_that_is_not_ours_is_found_or_left_out(tmp_path: Path) -> None:
    house, _ = house_of(Call(60))
    export = "date,model,key,requests,input_tokens,output_tokens\n2025-12-31,small-1,mine,1,100,50\n"
    both = read(export + "2025-12-31,small-1,theirs,3,7,9\n", tmp_path / "e")
    report = house.reconcile(both)
    assert (report.ok, whys(report)) == (True, ["other_key"])
    assert "theirs" in only(report).reasons[0].words
    report = house.reconcile(both, keys=frozenset({"mine"}))
    assert (report.ok, whys(report)) == (True, [])
    assert "3 requests, 7 tokens in, 9 out" in report.notes[0]
    with pytest.raises(StatementRefused, match="mine, theirs"):
        house.reconcile(both, keys=frozenset({"nobody"}))


def test_a_bill_in_cents_is_rounded(tmp_path: Path) -> None:
    house, _ = house_of(Call(60, Usage(90_000, 900, 0, 0, ENGINE)))  # 0.00468 dollars
    report = house.reconcile(read("date,model,cost_usd\n2025-12-31,small-1,0.01\n", tmp_path / "e"))
    assert not report.ok  # a cent is more than half of one away from 0.00468
    report = house.reconcile(read("date,model,cost_usd\n2025-12-31,small-1,0.005\n", tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["rounding"])


def test_a_model_without_a_cost_here_says_so(tmp_path: Path) -> None:
    house = Traffic()
    house.books.run(house.books.ledger.set_prices(PriceVersion("v2", 1, traffic.PRICES, {})))
    house.call(Call(60))
    report = house.reconcile(read("date,model,cost_usd\n2025-12-31,small-1,12.5\n", tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["no_cost"])
    assert "[[model]] small" in only(report).reasons[0].words


def test_a_bill_at_a_later_price_is_told_by_its_version(tmp_path: Path) -> None:
    house, found = house_of(Call(60, Usage(1000, 500, 0, 0, ENGINE)))
    new = PriceVersion("v2", 5, traffic.PRICES, {"small": Rates(80_000_000, 300_000_000)})
    house.books.run(house.books.ledger.set_prices(new))
    (one,) = found.values()
    one.nano = 1000 * 80 + 500 * 300
    for written in (traffic.plain_csv(found), traffic.openai_costs(found)):
        report = house.reconcile(read(written, tmp_path / "e"))
        assert (report.ok, whys(report)) == (True, ["price_version"])
        assert "v2" in only(report).reasons[0].words


def test_cached_input_at_half_the_price_is_told(tmp_path: Path) -> None:
    house, found = house_of(Call(60, Usage(100_000, 500, 60_000, 0, ENGINE)))
    (one,) = found.values()
    one.nano = 40_000 * 50 + 60_000 * 25 + 500 * 200
    report = house.reconcile(read(traffic.plain_csv(found), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["cached_rate"])
    assert "$0.025" in only(report).reasons[0].words


def test_one_factor_on_every_day_is_a_price_and_on_one_day_is_not(tmp_path: Path) -> None:
    some = [Call(60 + day * DAY_S, Usage(1000 + day, 500, 0, 0, ENGINE)) for day in range(3)]
    house, found = house_of(*some)
    for one in found.values():
        one.nano = one.nano * 5 // 4
    report = house.reconcile(read(traffic.openai_costs(found), tmp_path / "e"))
    assert (report.ok, whys(report)) == (True, ["price"] * 3)
    assert "1.25 times" in report.lines[0].reasons[0].words
    found[FIRST, "small-1"].nano += 10**7
    assert not house.reconcile(read(traffic.openai_costs(found), tmp_path / "e")).ok


def test_a_day_that_is_not_over_may_lack_some(tmp_path: Path) -> None:
    house, found = house_of(Call(60), Call(70))
    (one,) = found.values()
    one.requests, one.input_tokens, one.output_tokens = 1, 100, 50
    export = read(traffic.plain_csv(found, cost=False), tmp_path / "e")
    assert whys(house.reconcile(export, today=FIRST)) == ["unfinished_day"] * 3
    assert not house.reconcile(export, today=FIRST + timedelta(1)).ok


def test_days_of_another_zone_are_told_and_then_agree(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/New_York")
    house = Traffic()
    house.call(*[Call(3600 * hour + 60, Usage(100 + hour, 50, 0, 0, ENGINE)) for hour in range(5, 77)])
    found: dict[Any, Sum] = {}
    for one in house.receipts:
        day = traffic.to_datetime(one.at).astimezone(zone).date()
        mine = found.setdefault((day, "small-1"), Sum())
        mine.requests, mine.input_tokens = mine.requests + 1, mine.input_tokens + one.usage.input_tokens
        mine.output_tokens += 50
    export = read(traffic.plain_csv(found, cost=False), tmp_path / "e", zone=zone)
    report = house.reconcile(export)
    assert not report.ok
    assert any("UTC-05:00" in hint and "--timezone" in hint for hint in report.hints)
    assert house.reconcile(export, zone=zone).ok


def test_models_are_known_by_their_dated_names_or_as_they_are_told(tmp_path: Path) -> None:
    house, found = house_of(Call(60))
    dated = {(day, f"{model}-2025-08-07"): one for (day, model), one in found.items()}
    report = house.reconcile(read(traffic.openai_usage(dated), tmp_path / "e"))
    assert report.ok
    assert report.notes == ["the file's small-1-2025-08-07 is compared with small-1"]
    strange = read(traffic.openai_usage({(day, "Shiny"): one for (day, _), one in found.items()}), tmp_path / "e")
    report = house.reconcile(strange)
    assert {line.model for line in report.lines if not line.explained} == {"Shiny", "small-1"}
    assert any("Shiny" in hint for hint in report.hints)
    assert house.reconcile(strange, models={"Shiny": "small-1"}).ok


def test_counts_that_an_export_does_not_tell_are_not_compared(tmp_path: Path) -> None:
    house, found = house_of(Call(60))
    report = house.reconcile(read(traffic.anthropic_usage(found), tmp_path / "e"))
    assert report.ok
    assert only(report).known == frozenset(COUNTS) - {"requests"}


def test_what_the_ledger_has_and_the_file_lacks_is_unexplained(tmp_path: Path) -> None:
    house, found = house_of(Call(60), Call(DAY_S + 60), Call(2 * DAY_S + 60))
    del found[FIRST + timedelta(1), "small-1"]
    report = house.reconcile(read(traffic.plain_csv(found, cost=False), tmp_path / "e"))
    assert [(line.day, line.left) for line in report.lines if not line.explained] == [
        (FIRST + timedelta(1), Tally(-1, -100, 0, -50))
    ]
