"""Headers about the client are believed from named proxies alone, and only as far as these wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.api.forwarded import HOPS_MAX, Proxies

TRUSTED = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in values)]


# peer, X-Forwarded-For, the client
CLIENTS: list[tuple[str | None, tuple[str, ...], str | None]] = [
    ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # nobody's proxy: its words count for nothing
    ("10.0.0.1", (), "10.0.0.1"),
    ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
    ("10.0.0.1", ("6.6.6.6, 198.51.100.1",), "198.51.100.1"),  # what the client wrote itself stands left
    ("10.0.0.1", ("6.6.6.6", "198.51.100.1"), "198.51.100.1"),
    ("10.0.0.1", ("198.51.100.1, 10.9.9.9 ,127.0.0.1",), "198.51.100.1"),
    ("10.0.0.1", ("10.1.1.1, 10.2.2.2",), "10.1.1.1"),
    ("10.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
    ("10.0.0.1", ("[2001:db8::1]:4711",), "2001:db8::1"),
    ("10.0.0.1", ("2001:db8::1",), "2001:db8::1"),
    ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
    ("fd00::1", ("198.51.100.1",), "198.51.100.1"),
    ("10.0.0.1", ("unknown",), "10.0.0.1"),
    ("10.0.0.1", ("198.51.100.1, \xff\xfe, 10.2.2.2",), "10.2.2.2"),
    ("10.0.0.1", ("",), "10.0.0.1"),
    ("10.0.0.1", (",,,",), "10.0.0.1"),
    ("10.0.0.1", ("1" * 5000,), "10.0.0.1"),
    ("10.0.0.1", (", ".join(["6.6.6.6", *["10.0.0.2"] * (HOPS_MAX + 1)]),), "10.0.0.2"),
    (None, ("198.51.100.1",), None),  # a Unix socket that was not named
    ("a pipe", ("198.51.100.1",), "a pipe"),
]


@pytest.mark.parametrize(("peer", "values", "client"), CLIENTS)
def test_whom_a_request_comes_from(peer: str | None, values: tuple[str, ...], client: str | None) -> None:
    assert Proxies(TRUSTED).client(peer, forwarded(*values)) == client


def test_a_unix_socket_is_trusted_by_name() -> None:
    assert Proxies(["unix"]).client(None, forwarded("198.51.100.1")) == "198.51.100.1"
    assert Proxies(["unix"]).client("127.0.0.1", forwarded("198.51.100.1")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.0.0.1", [b"https"], "https"),
        ("10.0.0.1", [b"https, http"], "http"),  # the nearest proxy's word
        ("10.0.0.1", [b"HTTPS"], "https"),
        ("10.0.0.1", [b"gopher"], "http"),
        ("10.0.0.1", [], "http"),
        ("203.0.113.9", [b"https"], "http"),
    ],
)
def test_the_scheme(peer: str, said: list[bytes], scheme: str) -> None:
    headers = [(b"x-forwarded-proto", value) for value in said]
    assert Proxies(TRUSTED).scheme(peer, headers, "http") == scheme


def test_a_scope_is_put_right_and_not_changed() -> None:
    headers = [*forwarded("198.51.100.1"), (b"x-forwarded-proto", b"https")]
    scope: dict[str, Any] = {"client": ("10.0.0.1", 5000), "scheme": "http", "headers": headers, "path": "/"}
    right = Proxies(TRUSTED).put_right(scope)
    assert (right["client"], right["scheme"], right["path"]) == (("198.51.100.1", 0), "https", "/")
    assert scope["client"] == ("10.0.0.1", 5000)
    assert Proxies().put_right(scope) is scope
    assert not Proxies()


def test_a_unix_socket_without_an_address() -> None:
    scope: dict[str, Any] = {"client": None, "scheme": "http", "headers": []}
    assert Proxies(["unix"]).put_right(scope)["client"] is None
