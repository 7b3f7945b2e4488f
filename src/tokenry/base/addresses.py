"""When two e-mail addresses are one: only when nobody could have been handed the other one by a provider."""

from __future__ import annotations


def address_key(address: str) -> str:
    """What is compared of an address: without blanks around it, ASCII letters in lower case, all others as they are.

    Folding further would make one address of two: `straße` and `strasse`, or a Kelvin sign and a `k`.
    """
    return "".join([letter.lower() if letter.isascii() else letter for letter in address.strip()])
