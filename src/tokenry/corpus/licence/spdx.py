"""From the address of a licence to its SPDX identifier. Source: the SPDX licence list, and Creative Commons' addresses.

An exact address or nothing: a name in running words, or `by-sa` without a version, is no licence here.
"""

from __future__ import annotations

import re

_KNOWN = {
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "opensource.org/licenses/mit": "MIT",
    "opensource.org/license/mit": "MIT",
    "opensource.org/licenses/bsd-3-clause": "BSD-3-Clause",
    "opensource.org/licenses/bsd-2-clause": "BSD-2-Clause",
    "gnu.org/licenses/gpl-3.0": "GPL-3.0-only",
    "gnu.org/licenses/fdl-1.3": "GFDL-1.3-only",
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/2": "OGL-UK-2.0",
    "opendatacommons.org/licenses/odbl/1.0": "ODbL-1.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0",
    "opendatacommons.org/licenses/by/1.0": "ODC-By-1.0",
    "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/pddl/1.0": "PDDL-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "creativecommons.org/publicdomain/mark/1.0": "CC-PDM-1.0",
}
_COMMONS = re.compile(
    r"creativecommons\.org/licenses/(by(?:-nc)?(?:-(?:nd|sa))?)/(1\.0|2\.0|2\.1|2\.5|3\.0|4\.0)(?:/([a-z-]{2,8}))?(?:/|$)"
)
# The ported licences that have an SPDX identifier of their own.
_PORTED = frozenset({
    "CC-BY-2.5-AU", "CC-BY-3.0-AT", "CC-BY-3.0-AU", "CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-3.0-US",
    "CC-BY-NC-3.0-DE", "CC-BY-NC-ND-3.0-DE", "CC-BY-NC-ND-3.0-IGO", "CC-BY-NC-SA-2.0-DE", "CC-BY-NC-SA-2.0-FR",
    "CC-BY-NC-SA-2.0-UK", "CC-BY-NC-SA-3.0-DE", "CC-BY-NC-SA-3.0-IGO", "CC-BY-ND-3.0-DE", "CC-BY-SA-2.0-UK",
    "CC-BY-SA-2.1-JP", "CC-BY-SA-3.0-AT", "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO",
})  # fmt: skip  # one a line would bury the set


_EXPRESSION = re.compile(
    r"\(*[A-Za-z0-9][A-Za-z0-9.:+-]*\)*(?: (?:AND|OR|WITH) \(*[A-Za-z0-9][A-Za-z0-9.:+-]*\)*)*", re.ASCII
)


def is_expression(words: str) -> bool:
    """Whether words have the form of an SPDX expression; its identifiers are not looked up."""
    return _EXPRESSION.fullmatch(words) is not None and words.count("(") == words.count(")")


def identifier(address: str) -> str | None:
    """The SPDX expression for a licence's address; None where there is no sure one.

    A ported licence without an identifier of its own becomes a `LicenseRef-`, which is a valid expression too.
    """
    plain = re.sub(r"^(?:https?:)?//(?:www\.)?", "", address.strip().lower()).partition("#")[0].partition("?")[0]
    if match := _COMMONS.match(plain):
        name = f"CC-{match[1].upper()}-{match[2]}"
        return _ported(name, match[3]) if match[3] else name
    if match := re.fullmatch(r"spdx\.org/licenses/([a-z0-9.+-]{1,60}?)(?:\.html)?/?", plain):
        at = address.lower().rfind(match[1])
        return address[at : at + len(match[1])]
    bare = re.sub(r"(?:/deed(?:\.[a-z_-]+)?|/legalcode(?:\.[a-z_-]+)?|\.html|\.txt)$", "", plain.rstrip("/")).rstrip(
        "/"
    )
    return _KNOWN.get(bare)


def _ported(name: str, place: str) -> str:
    if place in ("deed", "legalcode"):
        return name
    ported = f"{name}-{place.upper()}"
    return ported if ported in _PORTED else f"LicenseRef-{ported}"
