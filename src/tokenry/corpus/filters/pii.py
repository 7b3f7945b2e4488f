"""What points at a person, replaced by a word for what stood there. Drops nothing.

Found are e-mail addresses, public IP addresses, telephone numbers, IBANs and payment cards; the last two only where
their check digits hold (ISO 13616 mod 97, ISO/IEC 7812 Luhn). Names and street addresses are not found: no rule can.
FineWeb replaces `email` and `ip` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from tokenry.corpus.documents import Outcome, nothing_dropped, texts, with_column
from tokenry.corpus.filters.filter import Filter
from tokenry.corpus.filters.traces import cards, emails, ibans, ips, phones

Kind = Literal["email", "ip", "iban", "card", "phone"]
Spans = Callable[[str], list[tuple[int, int]]]
FINDERS: dict[str, tuple[Spans, str]] = {
    "email": (emails, "[EMAIL]"),
    "ip": (ips, "[IP_ADDRESS]"),
    "iban": (ibans, "[IBAN]"),
    "card": (cards, "[CARD]"),
    "phone": (phones, "[PHONE]"),
}


class Pii(Filter, frozen=True, forbid_unknown_fields=True):
    """Replaces personal traces by typed placeholders, kind by kind in the order of `FINDERS`."""

    name: ClassVar[str] = "pii"
    cheap: ClassVar[bool] = False

    kinds: tuple[Kind, ...] = ("email", "ip", "iban", "card", "phone")

    def __call__(self, documents: Any) -> Outcome:
        """Edit the texts."""
        given = texts(documents)
        made = [self.replaced(text) for text in given]
        return Outcome(documents if made == given else with_column(documents, "text", made), nothing_dropped())

    def replaced(self, text: str) -> str:
        """The text with placeholders."""
        for kind, (spans, word) in FINDERS.items():
            if kind in self.kinds and (found := spans(text)):
                pieces, last = [], 0
                for start, stop in found:
                    pieces += [text[last:start], word]
                    last = stop
                text = "".join([*pieces, text[last:]])
        return text
