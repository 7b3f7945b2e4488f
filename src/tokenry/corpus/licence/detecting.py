"""The stage that fills `licence` from a document's evidence, where neither the document nor the recipe named one.

Only words that are about the page itself count: `rel="license"`, a Link header with that relation, and meta tags. A
plain link to Creative Commons is as often about a picture; it stays evidence. Two different licences on a page are no
licence: nobody knows which is the text's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, nothing_dropped, with_column
from tokenry.corpus.licence.spdx import identifier

ABOUT_THE_PAGE = frozenset({
    "html:rel-license", "meta:license", "meta:licence", "meta:copyright", "meta:rights", "meta:dc.rights",
    "meta:dcterms.rights", "meta:dc.license", "meta:dcterms.license", "meta:dc.rights.license",
    "meta:dcterms.rights.license",
})  # fmt: skip  # one a line would bury the set
_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\"',;]{4,300}")
_LINK = re.compile(r"<([^<>]{1,500})>([^<]{0,500})")
_RELATION = re.compile(r"""rel\s*=\s*"?[^",;]*\blicense\b""", re.IGNORECASE)


def detected(evidence: Sequence[dict[str, str]]) -> str | None:
    """The one SPDX expression that a document's evidence names; None when there is none, or more than one."""
    found = {name for address in _addresses(evidence) if (name := identifier(address)) is not None}
    return found.pop() if len(found) == 1 else None


def _addresses(evidence: Sequence[dict[str, str]]) -> list[str]:
    addresses: list[str] = []
    for one in evidence:
        if one["kind"] in ABOUT_THE_PAGE:
            addresses += _ADDRESS.findall(one["value"])
        elif one["kind"] == "http:link":
            addresses += [link[1] for link in _LINK.finditer(one["value"]) if _RELATION.search(link[2])]
    return addresses


class Licence:
    """Fills `licence`; drops nothing."""

    slow: ClassVar[bool] = False

    @property
    def stage(self) -> str:
        return "licence"

    def __call__(self, documents: Any) -> Outcome:
        """The rows, each with its licence as far as it is known."""
        pairs = zip(*(documents.column(name).to_pylist() for name in ("licence", "evidence")), strict=True)
        licences = [known or detected(evidence or ()) for known, evidence in pairs]
        return Outcome(with_column(documents, "licence", licences), nothing_dropped())
