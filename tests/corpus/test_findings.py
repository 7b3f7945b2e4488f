"""Diversity, associations, words that stand out, removed documents: figures that follow from what was counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.corpus.papers.findings.diversity import distance, diversities, dominant, effective, span, web
from tokenry.corpus.papers.findings.removed import drawn
from tokenry.corpus.papers.findings.texts import Counting
from tokenry.corpus.papers.regions import NOWHERE, region, regions, within_union
from tokenry.corpus.papers.shares import NO_DOMAIN, Share
from tokenry.corpus.papers.tally import Tally

SIZES = st.lists(st.integers(1, 10_000), min_size=1, max_size=30)


@given(SIZES)
def test_an_effective_number_lies_between_one_and_all_kinds(sizes: list[int]) -> None:
    assert 1 - 1e-9 <= dominant(sizes) <= effective(sizes) + 1e-9 <= len(sizes) + 2e-9
    assert effective([sizes[0]] * len(sizes)) == pytest.approx(len(sizes))
    assert effective([]) == 0


@given(SIZES, SIZES)
def test_a_distance_is_none_to_itself_one_to_a_stranger_and_the_same_both_ways(one: list[int], two: list[int]) -> None:
    left, right = ({str(at): float(size) for at, size in enumerate(sizes)} for sizes in (one, two))
    assert distance(left, left) == pytest.approx(0, abs=1e-9)
    assert distance(left, {f"x{name}": size for name, size in right.items()}) == pytest.approx(1)
    assert distance(left, right) == pytest.approx(distance(right, left), abs=1e-9)


def test_diversities_have_a_reference_with_a_name() -> None:
    tally = Tally(
        languages=[Share("en", 8, 80), Share("de", 8, 80), Share("unknown", 3, 30)],
        domains=[Share("a.org", 10, 100), Share("b.org", 5, 50), Share(NO_DOMAIN, 4, 40)],
        months={"2025-12": 5, "2026-02": 5},
    )
    languages, domains, months = diversities(tally)
    assert (languages.kinds, languages.effective, languages.dominant) == (2, 2.0, 2.0)
    assert "CC-MAIN-2024-42" in languages.reference
    assert 10 < languages.reference_effective < 13
    assert (domains.kinds, domains.distance) == (2, 0.0)  # two to one is Zipf's own
    assert (months.kinds, months.reference_effective) == (2, 3.0)
    assert span({"2025-12": 0, "2026-02": 0}) == ["2025-12", "2026-01", "2026-02"]
    assert sum(web().values()) == 10_000
    assert diversities(Tally()) == []


def test_an_occupation_is_told_with_what_stands_near_it() -> None:
    counting = Counting(["a.org"], "en")
    far = " word" * 30
    for _ in range(6):
        counting.add(f"The nurse said that she waits.{far} The judges agreed.{far} He left.", "en", "a.org")
    counting.add("The nurse said that she waits.", "de", "a.org")  # not English
    told = counting.told()
    (nurse,) = [one for one in told.associations if one.occupation == "nurse"]
    (judge,) = [one for one in told.associations if one.occupation == "judge"]
    assert (nurse.mentions, nurse.she, nurse.he) == (6, 6, 0)
    assert (judge.she, judge.he) == (0, 0)
    assert nurse.she_bits > 1
    assert max(nurse.he_bits, judge.he_bits) < 0
    assert (told.documents, told.english) == (7, 6)


def test_few_mentions_are_not_told_and_groups_are_counted_by_document() -> None:
    counting = Counting([], "en")
    counting.add("The nurse and the nurse. Women, women, and children.", "en", NO_DOMAIN)
    told = counting.told()
    assert told.associations == []
    mentions = {one.group: one.documents for one in told.mentions}
    assert (mentions["women and girls"], mentions["children"], mentions["men and boys"]) == (1, 1, 0)


def test_words_stand_out_where_others_do_not_have_them() -> None:
    counting = Counting(["ships.org", "bread.org"], "en")
    for n in range(10):
        counting.add(f"the mast and the keel{n} of mast", "en", "ships.org")
        counting.add("the oven and the flour", "en", "bread.org") if n < 3 else None
        counting.add("the empty page of others", "en", "else.org")
        counting.add("el mastil y la quilla", "es", "ships.org")
    ships, bread = counting.told().standing_out
    assert bread.words[:2] == ["flour", "oven"]
    assert not {"the", "and", "mastil"} & {*ships.words, *bread.words}


def test_removed_documents_are_drawn_the_same_each_time_and_say_nothing_that_was_refused() -> None:
    def row(n: int, stage: str, rule: str) -> dict[str, object]:
        return {
            "id": f"{n:032x}", "stage": stage, "rule": rule, "value": "0.4", "url": f"https://a.org/{n}", "source": "s",
            "characters": 9, "excerpt": f"number {n}: write to somebody@mail.example now",
        }  # fmt: skip  # a row

    rows = [row(n, "length", "min_characters") for n in range(50)] + [row(99, "opt_out", "robots.txt")]
    one, two = drawn([rows], 3, 0), drawn([rows[25:], rows[:25]], 3, 0)
    assert one == two
    assert [told.rule for told in one] == ["min_characters"] * 3 + ["robots.txt"]
    assert drawn([rows], 3, 1) != one
    assert "[EMAIL]" in one[0].begins
    assert "somebody@" not in one[0].begins
    assert one[-1].begins == ""


def test_regions_are_told_by_endings_alone() -> None:
    assert [region(one) for one in ("a.de", "a.co.uk", "a.eu", "a.com", "a.io", NO_DOMAIN, "localhost", "1.2.3.4")] == [
        "Germany", "Britain (UK)", "European Union (.eu)", None, None, None, None, None,
    ]  # fmt: skip  # a row
    told = regions([Share("a.com", 9, 900), Share("a.de", 1, 10), Share("b.de", 1, 5), Share("a.jp", 1, 20)])
    assert [(one.name, one.tokens) for one in told] == [("Japan", 20), ("Germany", 15), (NOWHERE, 900)]
    assert within_union(told) == 15
