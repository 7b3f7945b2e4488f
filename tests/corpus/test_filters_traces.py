"""Personal traces: found where they are, left alone where they only look like it, and never slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.corpus.documents import batch
from tokenry.corpus.filters import Pii
from tokenry.corpus.filters.traces import luhn, mod97

IBAN = "DE89 3704 0044 0532 0130 00"
CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Write to jane.doe+news@mail.example.org, please.", "Write to [EMAIL], please."),
        ("<a@b.co>;x_y@d-e.fr.", "<[EMAIL]>;[EMAIL]."),
        ("not one: a@b, @handle, me@localhost, a@@b.org", "not one: a@b, @handle, me@localhost, a@@b.org"),
        ("From 8.8.8.8 and 192.168.0.1, 127.0.0.1", "From [IP_ADDRESS] and 192.168.0.1, 127.0.0.1"),
        ("version 1.2.3.4.5, 999.1.1.1, 01.2.3.4", "version 1.2.3.4.5, 999.1.1.1, 01.2.3.4"),
        ("at 2001:4860:4860::8888 or std::vector, 12:30:45", "at [IP_ADDRESS] or std::vector, 12:30:45"),
        (f"Pay to {IBAN} or GB29NWBK60161331926819.", "Pay to [IBAN] or [IBAN]."),
        ("Pay to DE89 3704 0044 0532 0130 01", "Pay to DE89 3704 0044 0532 0130 01"),
        ("DE89 3704 0044 0532 0130 00 AND MORE", "[IBAN] AND MORE"),
        (f"card {CARD}, 5500-0000-0000-0004", "card [CARD], [CARD]"),
        ("card 4111 1111 1111 1112 and 1234567890123456", "card 4111 1111 1111 1112 and 1234567890123456"),
        ("call +49 30 1234567 or (212) 555-0187 or 212-555-0187", "call [PHONE] or [PHONE] or [PHONE]"),
        ("1990-2000, 2026-11-23, 12-345-6789, +5, 3.14159265", "1990-2000, 2026-11-23, 12-345-6789, +5, 3.14159265"),
    ],
)
def test_traces_are_replaced_by_what_they_were(text: str, replaced: str) -> None:
    assert Pii().replaced(text) == replaced
    assert Pii().replaced(replaced) == replaced


def test_only_the_kinds_that_are_asked_for() -> None:
    text = f"a@b.org 8.8.8.8 {CARD}"
    assert Pii(kinds=("email",)).replaced(text) == f"[EMAIL] 8.8.8.8 {CARD}"
    assert Pii(kinds=()).replaced(text) == text
    outcome = Pii()(batch([{"id": "a", "text": text}]))
    assert outcome.kept.column("text").to_pylist() == ["[EMAIL] [IP_ADDRESS] [CARD]"]
    assert outcome.dropped.num_rows == 0


@given(st.lists(st.integers(0, 9), min_size=2, max_size=19))
def test_one_wrong_digit_breaks_a_card(digits: list[int]) -> None:
    check = next(last for last in range(10) if luhn([*digits, last]))
    assert [last for last in range(10) if luhn([*digits, last])] == [check]
    changed = [(digits[0] + 1) % 10, *digits[1:], check]
    assert not luhn(changed)


@given(st.text("ABCDEFGHIJ0123456789", min_size=11, max_size=30), st.integers(0, 10))
def test_one_wrong_sign_breaks_an_iban(account: str, at: int) -> None:
    check = next(f"{n:02}" for n in range(2, 99) if mod97(f"DE{n:02}{account}"))
    iban = f"DE{check}{account}"
    # A digit for a digit, a letter for a letter: one for the other makes the number longer, and may come out even.
    other = next(sign for sign in ("12" if iban[4 + at].isdigit() else "AB") if sign != iban[4 + at])
    assert mod97(iban)
    assert not mod97(iban[: 4 + at] + other + iban[5 + at :])


@settings(max_examples=100, deadline=None)
@given(st.text("a1@.-+ :()AB", max_size=200))
def test_what_is_not_a_trace_stays_as_it_is(text: str) -> None:
    replaced = Pii().replaced(text)
    for word in ("[EMAIL]", "[IP_ADDRESS]", "[IBAN]", "[CARD]", "[PHONE]"):
        replaced = replaced.replace(word, "\0")
    rest, at = replaced.split("\0"), 0
    for piece in rest:
        at = text.find(piece, at)
        assert at >= 0
        at += len(piece)


@pytest.mark.parametrize("sign", ["a-", "a.", "1 ", "1.", "+1 ", "DE11 ", "@", "a@", "20", "2001:", "(", "a@b.c@"])
def test_no_text_is_searched_twice_over(sign: str) -> None:
    text = sign * (200_000 // len(sign))
    assert isinstance(Pii().replaced(text), str)  # a search that is not linear would take minutes here
