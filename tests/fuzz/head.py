"""The shorter way's own look at a head against the strict parser's: what it takes, both must understand alike.

    just fuzz head --minutes 10

A head that the one takes and the other refuses, or reads with another length or another header, is what request
smuggling is made of.
"""

from __future__ import annotations

from collections.abc import Iterator

import httptools

from tokenry.api.short import plain_head

ROOMS = ("tokenry.api",)
WORDS = (
    *(
        "POST ",
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        " HTTP/1.1\r\n",
        "\r\n\r\n",
        "\r\n",
        "\n",
        "\r",
    ),
    *(
        "host: a\r\n",
        "content-length: 5\r\n",
        "content-length: 0005\r\n",
        "Content-Length:5\r\n",
        "connection: close\r\n",
    ),
    *("transfer-encoding: chunked\r\n", "expect: 100-continue\r\n", "upgrade: h2c\r\n", "connection: keep-alive\r\n"),
    *(
        "connection: upgrade\r\n",
        "keep-alive: 5\r\n",
        "proxy-connection: close\r\n",
        " ",
        "\t",
        ":",
        "\x0b",
        "\x7f",
        "\xa0",
    ),
)


class Heard:
    """What the strict parser understands."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: dict[bytes, bytes] = {}
        self.heads = self.ends = 0

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        assert name.lower() not in self.headers
        self.headers[name.lower()] = value.strip(b" \t")

    def on_headers_complete(self) -> None:
        self.heads += 1

    def on_message_complete(self) -> None:
        self.ends += 1


def target(data: bytes) -> None:
    """One input: what a connection brings first."""
    head = plain_head(data)
    if head is None or b"proxy-connection" in head.headers:
        return  # the parser takes that for `Connection`; HTTP does not know it, and keeping a connection harms nobody
    heard = Heard()
    parser = httptools.HttpRequestParser(heard)
    parser.feed_data(data[: head.end])
    assert heard.heads == 1
    assert heard.ends == (head.body_size == 0)
    assert (parser.get_method(), parser.get_http_version()) == (b"POST", "1.1")
    assert parser.should_keep_alive()
    assert not parser.should_upgrade()
    assert head.headers == heard.headers, (head.headers, heard.headers)
    assert heard.url.startswith(b"/v1/")
    if head.body_size:
        parser.feed_data(b"x" * (head.body_size - 1))
        assert heard.ends == 0
        parser.feed_data(b"x")
    assert (heard.heads, heard.ends) == (1, 1)


def seeds() -> Iterator[bytes]:
    """Heads as clients send them, and a few as they should not."""
    first = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a:80\r\n"
    for lines in (
        b"content-length: 2\r\n\r\n{}",
        b"Content-Length:\t2 \r\nAuthorization: Bearer x\r\nAccept: */*\r\n\r\n{}",
        b"content-length: 0\r\n\r\n",
        b"content-length: 00002\r\nconnection: Keep-Alive\r\n\r\n{}POST / HTTP/1.1\r\n\r\n",
        b"content-length: 2\r\ncontent-length: 2\r\n\r\n{}",
        b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
        b"content-length: 2\r\nx:\r\ny: \r\n\r\n{}",
        b"content-length: 2\r\nconnection: close\r\nkeep-alive: timeout=5\r\nproxy-connection: close\r\n\r\n{}",
    ):
        yield first + lines
        yield first.replace(b"chat/", b"") + lines
