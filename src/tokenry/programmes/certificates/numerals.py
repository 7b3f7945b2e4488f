"""Numbers of tokens in words and in short: `one trillion`, `1 T`. Pure."""

from __future__ import annotations

from typing import Final

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_POWERS: Final = (
    (10**18, "quintillion"), (10**15, "quadrillion"), (10**12, "trillion"), (10**9, "billion"), (10**6, "million"),
    (10**3, "thousand"),
)  # fmt: skip
_SHORT: Final = ((10**15, "Q"), (10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


def spelled(number: int) -> str:
    """A whole number, 0 or more, in words: `two billion five hundred million`."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" {spelled(rest)}" if rest else "")
    size, word = next((size, word) for size, word in _POWERS if number >= size)
    many, rest = divmod(number, size)
    return f"{spelled(many)} {word}" + (f" {spelled(rest)}" if rest else "")


def short(number: int) -> str:
    """As people say it in passing: `10 B`, `2.5 T`; `123 T+` where there is more to it."""
    for size, letter in _SHORT:
        if number >= size:
            (whole, tenth), more = divmod(number * 10 // size, 10), number * 10 % size
            said = f"{whole}.{tenth} {letter}" if tenth and not more else f"{whole} {letter}"
            return f"{said}+" if more else said
    return str(number)
