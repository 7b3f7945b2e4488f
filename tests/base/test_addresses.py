"""When two addresses are one; and that nobody in the house has another opinion of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tokenry
from tokenry.base.addresses import address_key
from tokenry.notify.news import distinct

KELVIN = "\u212aate@example.org"
TWINS = [("mass@example.org", "ma\u00df@example.org"), ("kate@example.org", KELVIN), ("a@x.test", "\u0430@x.test")]


def test_capitals_and_blanks_make_no_other_address() -> None:
    assert address_key("  Ada@Example.ORG\n") == address_key("ada@example.org") == "ada@example.org"


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_what_only_folds_alike_is_another_address(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)
    assert distinct([one, other, one.upper() if one.isascii() else one]) == (one, other)


def test_what_is_compared_stays_as_it_is_when_it_is_made_again() -> None:
    for address in (KELVIN, " \u0130stanbul@X.test ", "ada@example.org"):
        assert address_key(address_key(address)) == address_key(address)


def test_there_is_no_second_rule() -> None:
    folds = re.compile(r"(?:email|recipient|target|mailbox)\w*[^=\n]{0,20}\.(?:casefold|lower)\(\)")
    found = {
        f"{path.name}: {line.strip()}"
        for path in Path(tokenry.__file__).parent.rglob("*.py")
        for line in path.read_text().splitlines()
        if folds.search(line)
    }
    # What is typed on the way in is written in lower case once, and must not look like another.
    assert found <= {
        "invites.py: email = email.strip().lower()",
        'invites.py: if normalize("NFKC", email).casefold() != email or len(_scripts(email) & _LOOKALIKES) > 1:',
        "export.py: kind = KINDS.get(target.suffix.lower())",
    }
