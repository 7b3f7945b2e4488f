"""Web servers that lie about bytes, sizes and places; and secrets of addresses, which no paper and no error tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.pages import recipe
from tests.corpus.servers import Handler, Shelf, serving
from tokenry.corpus.read import Found, Origin, RemoteError, Surveyed, find, places, web
from tokenry.corpus.read.far import fitting
from tokenry.corpus.read.web import listed, version
from tokenry.corpus.run.head import head
from tokenry.corpus.run.inputs import listed as rows

BODY = bytes(range(256)) * 40


class Liar(Handler):
    """Each path is another lie."""

    def file(self, body: bytes) -> None:
        told = {"ETag": '"1"'}
        match self.path:
            case "/elsewhere.txt":
                self.end(206, body, told | {"Content-Range": f"bytes 0-{len(body) - 1}/{len(body)}"})
            case "/grown.txt":
                self.end(206, body[7:], told | {"Content-Range": f"bytes 7-{len(body) - 1}/{len(body) + 5}"})
            case "/gone.txt":
                self.end(416, b"\0" * 5000, told)
            case "/whole.txt":
                self.end(200, body + b"more", told)
            case "/endless.txt":
                self.end(206, b"x", told | {"Content-Range": "bytes 0-0/" + "9" * 30})
            case "/inward.txt":
                self.end(302, b"", {"Location": f"{self.shelf.address}/whole.txt"})
            case "/in/":
                self.end(200, b"<a href=x.txt>", {"Content-Encoding": "br"})


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shelf]:
    monkeypatch.setattr(web, "PAUSE", 0)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    names = ("elsewhere", "grown", "gone", "whole", "endless", "inward")
    files = {f"/{name}.txt": BODY for name in names} | {"/in/": b""}
    with serving(Liar, Shelf(files)) as made:
        yield made


def behind(at: int, found: Found) -> bytes:
    with places.opened(found, lambda: None) as file:
        file.seek(at)
        return file.read()


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        ("elsewhere", 7, "other bytes than it is asked for"),
        ("grown", 7, "changed since"),
        ("gone", 7, "changed since"),
        ("whole", 0, "changed since"),
    ],
)
def test_bytes_that_are_not_those_that_were_asked_for(name: str, at: int, words: str, liar: Shelf) -> None:
    found = Found(f"{liar.address}/{name}.txt", "x", "text", Origin(), size=len(BODY), version="1")
    with pytest.raises(RemoteError, match=words):
        behind(at, found)


def test_a_size_that_is_none(liar: Shelf) -> None:
    with pytest.raises(RemoteError, match="does not say how large"):
        version(f"{liar.address}/endless.txt")


def test_a_page_that_comes_packed_is_not_unpacked(liar: Shelf) -> None:
    with pytest.raises(RemoteError, match="packed though"):
        listed(f"{liar.address}/in/")


def test_nobody_is_led_into_a_private_network(liar: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = liar.address.replace("127.0.0.1", "localhost") + "/inward.txt"
    assert version(outside).size == len(BODY) + 4  # both are private: an own server may lead to another
    monkeypatch.setattr(web, "is_inside", lambda host: host == "127.0.0.1")
    asked = len(liar.asked)
    with pytest.raises(RemoteError, match=r"into a private network, to 127\.0\.0\.1"):
        version(outside)
    assert len(liar.asked) == asked + 1


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("169.254.169.254", True), ("::1", True), ("fe80::1", True),
     ("::ffff:10.0.0.1", True), ("1.1.1.1", False), ("2606:4700::1111", False)],
)  # fmt: skip  # addresses
def test_private_places(host: str, inside: bool) -> None:
    assert web.is_inside(host) is inside


def test_addresses_and_patterns_that_are_none() -> None:
    with pytest.raises(RemoteError, match="is no address"):
        list(find("https://[::1/x.txt", Origin(), Path()))
    with pytest.raises(RemoteError, match="bad character range"):
        fitting("s3://b/[z-a].txt")


def test_secrets_of_addresses_are_told_to_nobody(tmp_path: Path) -> None:
    secrets = "?part=1&X-Amz-Signature=hush&sig=hush%2F+&api_key=hush"
    address = f"https://data.example/a.txt{secrets}"
    made = Surveyed(Found(address, "x", "text", Origin(), sha256="0" * 64), ())
    told = (
        str(rows([(made, "")])),
        str(head(recipe(tmp_path, address))["recipe"]),
        RemoteError(f"{address}: no").message,
    )
    for words in told:
        assert "hush" not in words
        assert "part=1&X-Amz-Signature=…&sig=…&api_key=…" in words
