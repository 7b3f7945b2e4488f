"""The pages from plain values: hostile names stay text, pictures stay inside their frame, figures are words."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.api.award_pages.awardee import AwardPage, Due, page
from tokenry.api.award_pages.charts import HEIGHT, WIDTH, Outlook, Picture, burn_down, short, spark
from tokenry.api.award_pages.funder import FunderPage, PoolFigures, funder, public
from tokenry.api.award_pages.look import HEADERS
from tokenry.api.award_pages.words import amount, in_words
from tokenry.programmes import Fleet, Provider
from tokenry.programmes.outlook.burn_down import DAY_S, Day
from tokenry.programmes.outlook.uptake import AwardUse, uptake
from tokenry.programmes.terms import Share

TODAY = 20_000 * DAY_S
HOSTILE = "<script>alert(1)</script>\"'&"
HISTORY = [Day(TODAY - 2 * DAY_S, 0, 10**12), Day(TODAY - DAY_S, 5, 10**12 - 5), Day(TODAY, 1, 10**12 - 6)]


def award(**changes: Any) -> AwardPage:
    facts: dict[str, Any] = {
        "id": "awd_1", "name": HOSTILE, "programme": HOSTILE, "project": HOSTILE, "state": "active", "unit": "tokens",
        "granted": 2 * 10**12, "released": 10**12, "drawn": 6, "held": 7, "left": 10**12 - 6,
        "begins_s": TODAY - 2 * DAY_S, "ends_s": TODAY + 90 * DAY_S, "history": HISTORY,
        "outlook": Outlook(None, None, None), "outlook_words": HOSTILE,
        "coming": [Due(HOSTILE, None, HOSTILE, late=True)],
        "models": [HOSTILE], "acknowledgement": HOSTILE, "conditions": HOSTILE, "base_url": "http://127.0.0.1:8080",
        "keys": [(HOSTILE, "sk-tok-abc…")],
    }  # fmt: skip
    return AwardPage(**{**facts, **changes})


def programme(**changes: Any) -> FunderPage:
    use = AwardUse(
        "awd_1", HOSTILE, HOSTILE, HOSTILE, "active", 100, 40, 0, 60, 3, TODAY, TODAY + DAY_S, [0, 1, 2], 0, 12, HOSTILE
    )
    facts: dict[str, Any] = {
        "id": "prog_1", "name": HOSTILE, "about": HOSTILE, "unit": "tokens", "now_s": TODAY,
        "pool": PoolFigures(1000, 100, 50, 850), "sums": uptake([use], TODAY), "uses": [use], "backing": [HOSTILE],
        "public_url": "https://example.org/p?" + HOSTILE,
    }  # fmt: skip
    return FunderPage(**{**facts, **changes})


@pytest.mark.parametrize("html", [page(award(), csrf="x"), funder(programme()), public(programme())])
def test_names_stay_text(html: str) -> None:
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 3
    assert "style=" not in html, "the policy allows one style sheet alone"


def test_a_new_key_is_shown_once_and_in_the_snippets() -> None:
    assert page(award(), csrf=None, new_key="sk-tok-secret").count("sk-tok-secret") >= 3
    assert "sk-tok-secret" not in page(award(), csrf=None)


def test_who_may_not_make_keys_sees_no_button() -> None:
    assert "<form" not in page(award(), csrf=None)
    assert 'name="csrf" value="token"' in page(award(), csrf="token")


def test_the_policy_names_the_style_that_is_sent() -> None:
    assert HEADERS["content-security-policy"].count("sha256-") == 1


amounts = st.integers(0, 2**62)
whens = st.none() | st.integers(TODAY, TODAY + 4000 * DAY_S)


@given(st.lists(amounts, min_size=1, max_size=900), st.integers(-2000, 2000), whens, whens, whens, st.booleans())
def test_a_picture_stays_inside_its_frame(
    left: list[int], ends: int, early: int | None, middle: int | None, late: int | None, told: bool
) -> None:
    start = TODAY - len(left) * DAY_S
    history = [Day(start + n * DAY_S, 0, amount) for n, amount in enumerate(left)]
    outlook = Outlook(early, middle, late) if told else None
    svg = burn_down(Picture("tokens", history, TODAY + ends * DAY_S, outlook, "words"))
    tree = ElementTree.fromstring(svg)
    for path in tree.iter("path"):
        for command, numbers in re.findall(r"([MLHV])([-\d. ]+)", path.attrib["d"]):
            values = [float(number) for number in numbers.split()]
            xs, ys = (values, []) if command == "H" else ([], values) if command == "V" else (values[:1], values[1:])
            assert all(0 <= x <= WIDTH for x in xs)
            assert all(0 <= y <= HEIGHT for y in ys)


@given(st.lists(amounts, max_size=60))
def test_a_row_of_bars_is_svg(recent: list[int]) -> None:
    ElementTree.fromstring(spark(recent))


@pytest.mark.parametrize(
    ("units", "unit", "words"),
    [
        (0, "tokens", "0 tokens"), (1, "tokens", "1 token"), (81_920, "tokens", "81,920 tokens"),
        (10**12, "tokens", "1 trillion tokens"), (1_259_999_999_999, "tokens", "1.25 trillion tokens"),
        (10**6 - 1, "tokens", "999,999 tokens"), (0, "usd", "$0.00"), (12_500_000_000, "usd", "$12.50"),
        (1, "usd", "$0.000000001"), (10**16, "usd", "$10,000,000.00"),
    ],
)  # fmt: skip
def test_amounts_in_words(units: int, unit: str, words: str) -> None:
    assert amount(units, unit) == words


def test_what_stands_behind_a_pool_is_said() -> None:
    fleet = Fleet(64, 10_000, "load test of May", available_percent=80, shares=(Share("north", 3), Share("south", 1)))
    said = in_words(fleet)
    assert said.startswith("64 accelerators at 10,000 tokens a second each (load test of May), 80 % of the time.")
    assert said.endswith("Of it: north 75 %, south 25 %.")
    assert in_words(Provider("lab", 2 * 10**9, 10**14)) == "lab, at $2.00 a million tokens, with $100,000.00 to spend."


def test_the_topmost_amount_is_not_below_the_line() -> None:
    left = [Day(TODAY, 10, 10**12 - 10)]
    assert ">1 T<" in burn_down(Picture("tokens", left, TODAY + 90 * DAY_S, None, "words"))


@pytest.mark.parametrize(
    ("units", "unit", "words"),
    [(0, "tokens", "0"), (1500, "tokens", "1.5 k"), (2 * 10**12, "tokens", "2 T"), (5 * 10**8, "usd", "$0.50")],
)
def test_amounts_on_an_axis(units: int, unit: str, words: str) -> None:
    assert short(units, unit) == words
