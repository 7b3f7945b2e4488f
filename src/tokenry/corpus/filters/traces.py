"""Where in a text personal traces stand: spans of characters, in order, that do not overlap. Knows nothing of batches.

Every search is linear in the text, whatever it holds: what could be long is bounded before it is looked at.
"""

from __future__ import annotations

import ipaddress
import re

Span = tuple[int, int]

_ATOM = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_LOCAL_LENGTH_MAX = 64  # octets, RFC 5321
_LOCAL = re.compile(rf"[{_ATOM}]+(?:\.[{_ATOM}]+)*\Z")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_RUN = re.compile(rf"[.{_ATOM}]*\Z")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?<![0-9.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9]|\.[0-9])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:.])[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{2,34}(?![0-9A-Za-z:])")
_CARD = re.compile(r"(?<![0-9.-])(?<![0-9] )[2-6][0-9]{3}(?:[ -]?[0-9]){9,15}(?![0-9]|[.-][0-9])")
_PHONE = re.compile(
    r"(?<![\w+])(?:\+[1-9][0-9]{0,2}[ .-]?(?:\([0-9]{1,4}\)[ .-]?)?[0-9]{1,5}(?:[ .-]?[0-9]{1,5}){1,5}"
    r"|\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[ .-][0-9]{4}|[2-9][0-9]{2}([.-])[2-9][0-9]{2}\1[0-9]{4})(?![\w]|[.-][0-9])"
)
_PHONE_DIGITS = range(8, 16)  # E.164 allows 15
_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})[0-9]{2}(?: ?[A-Z0-9]){11,30}")
_IBAN_LENGTHS = {  # the registry of ISO 13616
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FK FO FI GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH CR HR LI LV",
        22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MN MU YE", 31: "MT SC", 33: "RU", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip  # a length a line would be a page


def emails(text: str) -> list[Span]:
    """Addresses of electronic mail: a dot-atom, `@`, and a domain with a dot in it (RFC 5322)."""
    found: list[Span] = []
    at, free = text.find("@"), 0
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1, at + 1 + 255)
        if domain and (start := _local(text, at, free)) is not None:
            found.append((start, domain.end()))
            free = domain.end()
        at = text.find("@", max(at + 1, free))
    return found


def _local(text: str, at: int, free: int) -> int | None:
    """Where the part before `@` begins: with a letter, a digit or `_`, or a sign behind one of them."""
    low = max(free, at - _LOCAL_LENGTH_MAX)
    run = _RUN.search(text, low, at)
    start = run.start() if run else at
    while start < at:
        if _LOCAL.match(text, start, at) and _word(text, start - 1) != _word(text, start):
            return start
        start += 1
    return None


def _word(text: str, at: int) -> bool:
    return at >= 0 and (text[at].isalnum() or text[at] == "_")


def ips(text: str) -> list[Span]:
    """Public addresses of the internet protocol, version 4 and 6; private and reserved ones point at nobody."""
    spans = [found.span() for found in _IPV4.finditer(text) if _public(found.group())]
    if ":" in text:
        spans += [found.span() for found in _IPV6.finditer(text) if _public(found.group())]
    return sorted(spans)


def _public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def cards(text: str) -> list[Span]:
    """Numbers of payment cards: 13 to 19 digits that begin as cards do and whose last digit checks the others."""
    return [
        found.span() for found in _CARD.finditer(text) if luhn([int(one) for one in found.group() if one.isdigit()])
    ]


def luhn(digits: list[int]) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812, annex B)."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def ibans(text: str) -> list[Span]:
    """Account numbers whose country, length and check digits agree."""
    spans = []
    for found in _IBAN.finditer(text):
        stop = _nth(text, found.start(), _IBAN_LENGTHS.get(found[1], 99), found.end())
        if (
            stop is not None
            and not text[stop : stop + 1].isalnum()
            and mod97(text[found.start() : stop].replace(" ", ""))
        ):
            spans.append((found.start(), stop))
    return spans


def mod97(iban: str) -> bool:
    """Whether the check digits of an IBAN without blanks hold (ISO 7064, mod 97-10)."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _nth(text: str, start: int, count: int, end: int) -> int | None:
    """Where `count` characters that are no blank end; None where there are fewer before `end`."""
    for at in range(start, end):
        count -= text[at] != " "
        if not count:
            return at + 1
    return None


def phones(text: str) -> list[Span]:
    """Telephone numbers: with `+` and a country, or as North America writes them."""
    return [found.span() for found in _PHONE.finditer(text) if sum(map(str.isdigit, found.group())) in _PHONE_DIGITS]
