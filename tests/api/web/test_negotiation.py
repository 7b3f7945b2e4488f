"""Which form of a file a client gets: tables of headers."""

from __future__ import annotations

import pytest

from tokenry.api.web.negotiation import has_already, pick_encoding, wants_html

BOTH = ("identity", "br", "gzip")


@pytest.mark.parametrize(
    ("accepted", "offered", "picked"),
    [
        ("gzip, deflate, br, zstd", BOTH, "br"),
        ("gzip, deflate", BOTH, "gzip"),
        ("gzip;q=1.0, br;q=0.5", BOTH, "gzip"),
        ("br;q=0, gzip", BOTH, "gzip"),
        ("BR", BOTH, "br"),
        ("*", BOTH, "br"),
        ("*;q=0", BOTH, "identity"),
        ("identity, br;q=0.1", BOTH, "identity"),
        ("br", ("identity", "gzip"), "identity"),
        ("br, gzip", ("identity",), "identity"),
        ("", BOTH, "identity"),
        ("identity;q=0", BOTH, "identity"),
        ("gzip;q=", BOTH, "identity"),
        ("gzip;q=nan, br;q=inf", BOTH, "identity"),
        ("gzip;q=-1", BOTH, "identity"),
        (",,;q=1,;", BOTH, "identity"),
        ("br" + ",x" * 100_000, BOTH, "br"),
    ],
)
def test_the_smallest_form_that_a_client_takes(accepted: str, offered: tuple[str, ...], picked: str) -> None:
    assert pick_encoding(accepted, offered) == picked


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, TEXT/HTML;q=0.1", True),
        ("*/*", False),
        ("text/*", False),
        ("text/html;q=0", False),
        ("", False),
    ],
)
def test_html_goes_to_those_who_name_it(accept: str, html: bool) -> None:
    assert wants_html(accept) is html


@pytest.mark.parametrize(
    ("header", "has"),
    [('"a-br"', True), ('"x", W/"a-br"', True), ("*", True), ('"a-gzip"', False), ("a-br", False), ("", False)],
)
def test_whether_a_browser_has_it_already(header: str, has: bool) -> None:
    assert has_already(header, '"a-br"') is has
