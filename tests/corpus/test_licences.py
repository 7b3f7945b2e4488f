"""Licences: an address becomes an SPDX expression, or nothing at all."""

from __future__ import annotations

import pytest

from tokenry.corpus.documents import batch
from tokenry.corpus.licence import Licence, detected, identifier

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (BY, "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by-nc-sa/2.0/de/deed.de", "CC-BY-NC-SA-2.0-DE"),
        ("//creativecommons.org/licenses/by-sa/3.0", "CC-BY-SA-3.0"),
        ("https://creativecommons.org/licenses/by-sa/3.0/fr/", "LicenseRef-CC-BY-SA-3.0-FR"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-sa/", None),
        ("https://creativecommons.org.evil.example/licenses/by/4.0/", None),
        ("https://spdx.org/licenses/EUPL-1.2.html", "EUPL-1.2"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("/terms", None),
    ],
)
def test_an_address_or_nothing(address: str, name: str | None) -> None:
    assert identifier(address) == name


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("html:rel-license", BY, "CC-BY-4.0"),
        ("meta:dcterms.rights", f"Some rights reserved: {BY}", "CC-BY-4.0"),
        ("http:link", f'<x>; rel=next, <{BY}>; rel="license"', "CC-BY-4.0"),
        ("http:link", f'<{BY}>; rel="next"', None),
        ("html:commons-link", BY, None),
        ("meta:copyright", "All rights reserved", None),
    ],
)
def test_only_words_about_the_page_itself(kind: str, value: str, name: str | None) -> None:
    assert detected([{"kind": kind, "value": value}]) == name


def test_two_licences_are_none_and_what_is_known_stays() -> None:
    both = [{"kind": "html:rel-license", "value": one} for one in (BY, BY.replace("/by/", "/by-nc/"))]
    rows = [
        {"id": "a", "evidence": both},
        {"id": "b", "evidence": both[:1]},
        {"id": "c", "licence": "MIT", "evidence": both},
    ]
    outcome = Licence()(batch(rows))
    assert outcome.kept.column("licence").to_pylist() == [None, "CC-BY-4.0", "MIT"]
