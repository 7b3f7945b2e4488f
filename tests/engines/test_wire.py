"""The wire's grammar: what counts as an answer, what its body is, and every way in which it can be wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.engines.wire_peer import BACKENDS, OK, Link, answering, closing, get, peer
from tokenry.engines.wire import Origin, Pool, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
LENGTH_5 = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


@pytest.mark.parametrize("split", [0, 1, 7])
@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (LENGTH_5 + b"hello", 200, b"hello"),
        (b"HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", 200, b""),
        (CHUNKED + b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 200, b"hello!"),
        (CHUNKED + b"5;name=value\r\nhello\r\n0\r\n\r\n", 200, b"hello"),
        (CHUNKED + b"5\r\nhello\r\n0\r\nx-sum: 1\r\nx-time: 2\r\n\r\n", 200, b"hello"),
        (CHUNKED + b"0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\n.\r\n0\r\n\r\n", 200, b"."),
        (b"HTTP/1.1 503 Later\r\nContent-Length: 5\r\n\r\nlater", 503, b"later"),
        (b"HTTP/1.1 204 None\r\n\r\n", 204, b""),
        (b"HTTP/1.1 204 None\r\ncontent-length: 0\r\n\r\n", 204, b""),
        (b"HTTP/1.1 205 Reset\r\ncontent-length: 0\r\n\r\n", 205, b""),
        (b"HTTP/1.1 200 OK\r\na: \xff\xe4\r\ncontent-length:\t2\t\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\nok", 200, b"ok"),
        (CHUNKED + b'0005;a="b;\\"c"\r\nhello\r\n0\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 200, b"hello"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 429 Slow\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nzz", 429, b"zz"),
        (b"HTTP/1.1 304 Same\r\ncontent-length: 5\r\n\r\n", 304, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH_5 + b"hello", 200, b"hello"),
        (b"HTTP/1.1 103 Hints\r\nlink: </a>\r\n\r\n" * 3 + CHUNKED + b"1\r\n.\r\n0\r\n\r\n", 200, b"."),
    ],
)
async def test_a_framed_answer_is_read_whole_and_leaves_the_connection_usable(
    answer: bytes, status: int, body: bytes, split: int
) -> None:
    async with answering(answer, split=split) as one:
        pool = one.pool()
        assert [await get(pool) for _ in range(3)] == [(status, body)] * 3
        assert len(one.links) == 1
        assert (pool.stats.opened, pool.stats.reused, pool.stats.idle) == (1, 2, 1)
        await pool.close()


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200 OK\r\n\r\n", b""),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\n.\r\n0\r\n\r\n", b"."),
    ],
)
async def test_an_answer_that_ends_its_connection_is_read_whole_and_not_reused(answer: bytes, body: bytes) -> None:
    async with closing(answer[:20], answer[20:]) as one:
        pool = one.pool()
        assert [await get(pool) for _ in range(2)] == [(200, body)] * 2
        assert len(one.links) == 2
        assert pool.stats.open == 0
        await pool.close()


async def test_the_answer_to_head_has_no_body_whatever_it_declares() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n") as one:
        pool = one.pool()
        for _ in range(2):
            exchange = await pool.request(b"HEAD", b"/")
            assert exchange.header(b"content-length") == b"5000000"
            assert await exchange.read_all(10) == b""
        await pool.close()


async def test_a_body_after_a_head_is_nobodys() -> None:
    async with answering(LENGTH_5 + b"hello") as one:
        pool = one.pool()
        for _ in range(2):
            exchange = await pool.request(b"HEAD", b"/")
            assert await exchange.read_all(10) == b""
        assert len(one.links) == 2
        await pool.close()


async def test_header_names_are_lower_case_and_repeated_ones_are_kept_in_order() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:  2 \r\nEmpty:\r\nContent-Length: 0\r\n\r\n") as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        assert exchange.headers == [(b"x-a", b"1"), (b"x-a", b"2"), (b"empty", b""), (b"content-length", b"0")]
        assert exchange.header(b"x-a") == b"1"
        assert exchange.header(b"missing") is None
        await pool.close()


async def test_trailers_are_not_taken_for_headers() -> None:
    async with answering(CHUNKED + b"1\r\n.\r\n0\r\nx-status: 500\r\n\r\n") as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        await exchange.read_all(10)
        assert exchange.headers == [(b"transfer-encoding", b"chunked")]
        await pool.close()


async def test_the_request_on_the_wire_is_what_was_given_plus_host_and_length() -> None:
    async with answering(OK) as one:
        pool = one.pool()
        await (await pool.request(b"POST", b"/v1/x?a=b", b"a: b\r\n", b"body")).read_all(10)
        await (await pool.request(b"POST", b"/")).read_all(10)
        await (await pool.request(b"GET", b"/")).read_all(10)
        host = b"host: 127.0.0.1:%d\r\n" % one.port
        assert one.asked == [
            b"POST /v1/x?a=b HTTP/1.1\r\n" + host + b"a: b\r\ncontent-length: 4\r\n\r\nbody",
            b"POST / HTTP/1.1\r\n" + host + b"content-length: 0\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"\r\n",
        ]
        await pool.close()


BAD_HEADS = {
    "junk": b"\x16\x03\x01 what is this\r\n\r\n",
    "html": b"<html>moved</html>",
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "http2": b"HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n",
    "status 999": b"HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n",
    "status 99": b"HTTP/1.1 099 X\r\ncontent-length: 0\r\n\r\n",
    "upgrade": b"HTTP/1.1 101 Up\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    "switch unasked": b"HTTP/1.1 101 Up\r\n\r\n" + OK,
    "length twice, same": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
    "length twice, other": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!",
    "length list": b"HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok",
    "length negative": b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok",
    "length signed": b"HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok",
    "length empty": b"HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nok",
    "length beyond 64 bits": b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\nok",
    "length and chunked": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "compressed": b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": CHUNKED[:-2] + b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked, then not": CHUNKED[:-2] + b"transfer-encoding: identity\r\n\r\n0\r\n\r\n",
    "chunked with a tab": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\t\r\n\r\n0\r\n\r\n",
    "chunked, empty": b"HTTP/1.1 200 OK\r\ntransfer-encoding:\r\n\r\n0\r\n\r\n",
    "chunked, vertical tab": b"HTTP/1.1 200 OK\r\ntransfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked in 1.0": b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": CHUNKED[:-2] + b"content-length: 2\r\n\r\n0\r\n\r\n",
    "204 with chunks": b"HTTP/1.1 204 No\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "204 with length": b"HTTP/1.1 204 No\r\ncontent-length: 5\r\n\r\nhello",
    "304 with chunks": b"HTTP/1.1 304 Same\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "interim with length": b"HTTP/1.1 100 Go\r\ncontent-length: 2\r\n\r\nok" + OK,
    "interim with chunks": b"HTTP/1.1 103 Hints\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + OK,
    "length hexadecimal": b"HTTP/1.1 200 OK\r\ncontent-length: 0x2\r\n\r\nok",
    "length with blank": b"HTTP/1.1 200 OK\r\ncontent-length: 2 2\r\n\r\nok",
    "http 0.9": b"HTTP/0.9 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "http 1.2": b"HTTP/1.2 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "http in lower case": b"http/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "two blanks": b"HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\nok",
    "status of four": b"HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\nok",
    "no colon": b"HTTP/1.1 200 OK\r\nabc\r\ncontent-length: 2\r\n\r\nok",
    "no name": b"HTTP/1.1 200 OK\r\n: a\r\ncontent-length: 2\r\n\r\nok",
    "name with bracket": b"HTTP/1.1 200 OK\r\na(b: c\r\ncontent-length: 2\r\n\r\nok",
    "blank before a name": b"HTTP/1.1 200 OK\r\n a: b\r\ncontent-length: 2\r\n\r\nok",
    "bare carriage return": b"HTTP/1.1 200 OK\r\na: b\rc: d\r\ncontent-length: 2\r\n\r\nok",
    "one bare line feed": b"HTTP/1.1 200 OK\r\na: b\nc: d\r\ncontent-length: 2\r\n\r\nok",
    "control in value": b"HTTP/1.1 200 OK\r\na: \x01\r\ncontent-length: 2\r\n\r\nok",
    "folded header": b"HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 2\r\n\r\nok",
    "space in name": b"HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\nok",
    "bare line feeds": b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
    "nul in value": b"HTTP/1.1 200 OK\r\na: \0\r\ncontent-length: 2\r\n\r\nok",
}


@pytest.mark.parametrize("answer", BAD_HEADS.values(), ids=BAD_HEADS.keys())
@pytest.mark.parametrize("split", [0, 1])
async def test_what_is_not_an_answer_is_an_error_and_closes_the_connection(answer: bytes, split: int) -> None:
    async with answering(answer, split=split) as one:
        pool = one.pool()
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert (caught.value.phase, caught.value.timed_out, caught.value.sent_any) == ("head", False, True)
        assert "not a valid HTTP answer" in caught.value.detail
        assert pool.stats.open == 0
        assert len(one.asked) == 1
        await pool.close()


@pytest.mark.parametrize(
    "tail",
    [
        b"2 \r\nok\r\n",
        b"2;a\nb\r\nok\r\n",
        b"0\r\ncontent-length: 5\r\n\r\n",
        b"0\r\ntransfer-encoding: gzip\r\n\r\n",
        b"zz\r\n",
        b"-1\r\n",
        b"2\r\nokay\r\n",
        b"\r\n",
        b"ffffffffffffffffff\r\n",
        b"2\nok\n0\n\n",
        b"0x2\r\nok\r\n",
    ],
)
async def test_a_broken_chunk_is_an_error_after_the_good_ones(tail: bytes) -> None:
    async with answering(CHUNKED + b"4\r\ngood\r\n" + tail) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        assert (await exchange.read()).startswith(b"good")
        for _ in range(2):
            with pytest.raises(WireError) as caught:
                await exchange.read()
            assert caught.value.phase == "body"
        assert pool.stats.open == 0
        await pool.close()


HUGE = {
    "one header": b"HTTP/1.1 200 OK\r\na: " + b"x" * 70_000,
    "one header, whole": b"HTTP/1.1 200 OK\r\na: " + b"x" * 70_000 + b"\r\ncontent-length: 2\r\n\r\nok",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000 + b"content-length: 2\r\n\r\nok",
    "a name": b"HTTP/1.1 200 OK\r\n" + b"x" * 300_000,
    "a reason": b"HTTP/1.1 200 " + b"x" * 300_000,
    "interim answers": b"HTTP/1.1 103 Hints\r\na: b\r\n\r\n" * 20_000,
}


@pytest.mark.parametrize("answer", HUGE.values(), ids=HUGE.keys())
@pytest.mark.parametrize("split", [0, 1000])
async def test_a_huge_head_is_cut_off(answer: bytes, split: int) -> None:
    async with answering(answer, split=split) as one:
        pool = one.pool()
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert caught.value.phase == "head"
        assert "65536 bytes" in caught.value.detail or "256 headers" in caught.value.detail
        await pool.close()


@pytest.mark.parametrize(
    "tail", [b"0\r\n" + b"a: b\r\n" * 20_000, b"0\r\na: " + b"x" * 300_000, b"1;" + b"x" * 300_000]
)
@pytest.mark.parametrize("split", [0, 1000])
async def test_huge_trailers_and_chunk_extensions_are_cut_off(tail: bytes, split: int) -> None:
    async with answering(CHUNKED + b"2\r\nok\r\n" + tail, split=split) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        assert await exchange.read() == b"ok"
        with pytest.raises(WireError, match="65536 bytes"):
            await exchange.read()
        await pool.close()


async def test_a_compressed_answer_is_told_to_be_one() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nzz") as one:
        pool = one.pool()
        with pytest.raises(WireError, match="compressed, though no compression was asked for"):
            await get(pool)
        await pool.close()


async def read_into(got: list[bytes], pool: Pool) -> None:
    """One GET, each piece of its body put into `got` as it comes."""
    exchange = await pool.request(b"GET", b"/")
    while piece := await exchange.read():
        got.append(piece)


@pytest.mark.parametrize("kill", [False, True], ids=["fin", "rst"])
@pytest.mark.parametrize(
    ("answer", "phase", "body"),
    [
        (b"", "head", b""),
        (b"HTT", "head", b""),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "head", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "head", b""),
        (LENGTH_5, "body", b""),
        (LENGTH_5 + b"hell", "body", b"hell"),
        (CHUNKED + b"5\r\nhel", "body", b"hel"),
        (CHUNKED + b"5\r\nhello\r\n", "body", b"hello"),
        (CHUNKED + b"5\r\nhello\r\n0\r\n", "body", b"hello"),
    ],
)
async def test_an_answer_that_breaks_off_is_an_error_after_what_came(
    answer: bytes, phase: str, body: bytes, kill: bool
) -> None:
    async def script(link: Link) -> None:
        one.asked.append(await link.request())
        await link.say(answer)
        if kill:
            link.kill()
        else:
            link.writer.close()
        await link.until_gone()

    async with peer(script) as one:
        pool = one.pool()
        got: list[bytes] = []
        with pytest.raises(WireError) as caught:
            await read_into(got, pool)
        assert (caught.value.phase, caught.value.timed_out, caught.value.sent_any) == (phase, False, True)
        assert b"".join(got) == body
        assert len(one.asked) == 1, "a request on a fresh connection is never sent twice"
        assert pool.stats.open == 0
        await pool.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world",
        CHUNKED + b"b\r\nhello world\r\n0\r\n\r\n",
        CHUNKED + b"6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
    ],
)
async def test_read_all_takes_no_more_than_its_limit(answer: bytes) -> None:
    async with answering(answer) as one:
        pool = one.pool()
        assert await (await pool.request(b"GET", b"/")).read_all(11) == b"hello world"
        exchange = await pool.request(b"GET", b"/")
        with pytest.raises(WireError, match="longer than 10 bytes") as caught:
            await exchange.read_all(10)
        assert caught.value.phase == "body"
        assert await get(pool) == (200, b"hello world")
        await pool.close()


async def test_read_all_does_not_wait_for_a_body_that_declares_too_much() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nfirst") as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        async with asyncio.timeout(0.5):
            with pytest.raises(WireError, match="longer than 100 bytes"):
                await exchange.read_all(100)
        assert pool.stats.open == 0
        await pool.close()


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        (b"get", b"/", b""),
        (b"GET /", b"/", b""),
        (b"GET", b"v1", b""),
        (b"GET", b"/a b", b""),
        (b"GET", b"/a\r\nx: y", b""),
        (b"GET", "/ä".encode(), b""),
        (b"GET", b"/", b"a: b"),
        (b"GET", b"/", b"a: b\n"),
        (b"GET", b"/", b"\r\n"),
        (b"GET", b"/", b"a: b\r\n\r\nGET / HTTP/1.1\r\n"),
    ],
)
async def test_a_request_that_would_break_the_framing_is_not_sent(method: bytes, target: bytes, headers: bytes) -> None:
    async with answering(OK) as one:
        pool = one.pool()
        with pytest.raises(ValueError, match=r"must be|not a method"):
            await pool.request(method, target, headers)
        assert not one.links
        await pool.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/v1", ("http", "127.0.0.1", 8080, b"127.0.0.1:8080", b"/v1")),
        ("http://Example.org/v1/", ("http", "example.org", 80, b"example.org", b"/v1")),
        ("http://example.org:80", ("http", "example.org", 80, b"example.org", b"")),
        ("https://example.org/", ("https", "example.org", 443, b"example.org", b"")),
        ("https://example.org:8443/a/b", ("https", "example.org", 8443, b"example.org:8443", b"/a/b")),
        ("http://[::1]:8080/v1", ("http", "::1", 8080, b"[::1]:8080", b"/v1")),
        ("http://bücher.example/", ("http", "xn--bcher-kva.example", 80, b"xn--bcher-kva.example", b"")),
    ],
)
def test_an_origin_is_read_from_a_url(url: str, expected: tuple[str, str, int, bytes, bytes]) -> None:
    origin, path = Origin.parse(url)
    assert (origin.scheme, origin.host, origin.port, origin.host_header, path) == expected
    assert (origin.tls is not None) == (origin.scheme == "https")


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org", "http://", "http:///v1", "http://a b/", "http://user:pw@example.org",
        "http://example.org?a=b", "http://example.org/#x", "http://example.org:0", "http://example.org:99999",
        "http://example.org:x", "http://example.org/a b", "http://exa\nmple.org/", "http://-", "http://[::1",
    ],
)  # fmt: skip  # one URL a line would be a page
def test_a_url_that_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Origin.parse(url)


def test_a_pool_needs_room_for_a_connection() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Pool(Origin.parse("http://127.0.0.1")[0], connections_max=0)
