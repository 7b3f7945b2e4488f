"""Days without use are days, what is left adds up, and today is not whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tokenry.programmes.outlook.burn_down import DAY_S, Day, days, first_of_day, idle_days, whole_days

NOON = 20_000 * DAY_S + DAY_S // 2


def test_an_award_that_nobody_used() -> None:
    granted = first_of_day(NOON) - 2 * DAY_S
    history = days({}, {granted: 100}, granted + 5, NOON)
    assert [day.left for day in history] == [100, 100, 100]
    assert idle_days(history) is None
    assert whole_days(history, NOON) == []


def test_use_and_a_supplement() -> None:
    today = first_of_day(NOON)
    drawn = {today - 3 * DAY_S: 30, today - DAY_S: 10, today: 5}
    net = {today - 4 * DAY_S: 100, today - 3 * DAY_S: -30, today - DAY_S: 50 - 10, today: -5}
    history = days(drawn, net, today - 4 * DAY_S, NOON)
    assert history[0] == Day(today - 4 * DAY_S, 0, 100)
    assert [day.left for day in history] == [100, 70, 70, 110, 105]
    assert whole_days(history, NOON) == [30, 0, 10]
    assert idle_days(history) == 0


def test_what_came_before_the_beginning_counts() -> None:
    today = first_of_day(NOON)
    history = days({}, {today - 2 * DAY_S: 7}, today, NOON)
    assert [day.left for day in history] == [7, 7, 7]


@given(st.dictionaries(st.integers(0, 400), st.integers(0, 10**15)), st.integers(0, 400))
def test_left_is_the_sum_of_all_changes(by_day: dict[int, int], begins: int) -> None:
    drawn = {(20_000 - n) * DAY_S: amount for n, amount in by_day.items()}
    net = {start: -amount for start, amount in drawn.items()}
    history = days(drawn, net, NOON - begins * DAY_S, NOON)
    assert history[-1].left == sum(net.values())
    assert sum(day.drawn for day in history) == sum(drawn.values())
    assert [day.start for day in history] == list(range(history[0].start, first_of_day(NOON) + 1, DAY_S))
