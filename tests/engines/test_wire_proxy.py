"""Forward proxies: a tunnel for TLS, whole URLs for plain HTTP, credentials, and proxies that say no or nonsense."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.engines.certificates import AUTHORITY, GOOD, pem, server, written
from tests.engines.providers import provider
from tests.engines.wire_peer import BACKENDS, OK, PATIENCE, Link, get, peer
from tokenry.engines import ArtifactStore, EngineSetupError, build
from tokenry.engines.wire import Origin, Pool, Proxy, Timeouts, TlsSettings, WireError

pytestmark = pytest.mark.anyio
BASIC = b"proxy-authorization: Basic dXM6czNjcmV0\r\n"  # us:s3cret


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


async def always_ok(link: Link) -> None:
    while True:
        await link.request()
        await link.say(OK)


async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


def pool_through(port: int, url: str, tls: TlsSettings | None = None, credentials: str | None = None) -> Pool:
    proxy = Proxy.parse(f"http://127.0.0.1:{port}", credentials)
    return Pool(Origin.parse(url, tls, proxy)[0], connections_max=2, timeouts=PATIENCE)


@pytest.mark.parametrize("credentials", [None, "us:s3cret"])
async def test_tls_goes_through_a_tunnel(credentials: str | None, tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def tunnel(link: Link) -> None:
        asked.append(await link.reader.readuntil(b"\r\n\r\n"))
        await link.say(b"HTTP/1.1 200 Connection established\r\nvia: us\r\n\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        try:
            await asyncio.gather(pass_on(link.reader, writer), pass_on(reader, link.writer))
        finally:
            writer.transport.abort()

    settings = TlsSettings(written(tmp_path / "ca.pem", pem(AUTHORITY)), server_name="localhost")
    async with peer(always_ok, server(tmp_path, GOOD)) as one, peer(tunnel) as proxy:
        pool = pool_through(proxy.port, f"https://nowhere.invalid:{one.port}", settings, credentials)
        assert [await get(pool) for _ in range(3)] == [(200, b"ok")] * 3
        assert len(asked) == 1, "the tunnel is reused"
        target = b"nowhere.invalid:%d" % one.port
        head = BASIC if credentials else b""
        assert asked[0] == b"CONNECT %b HTTP/1.1\r\nhost: %b\r\n%b\r\n" % (target, target, head)
        await pool.close()


async def test_plain_http_tells_the_proxy_the_whole_url() -> None:
    async def script(link: Link) -> None:
        while True:
            one.asked.append(await link.request())
            await link.say(OK)

    async with peer(script) as one:
        pool = pool_through(one.port, "http://nowhere.invalid:8000/v1", None, "us:s3cret")
        exchange = await pool.request(b"POST", b"/v1/chat", b"a: b\r\n", b"body")
        assert await exchange.read_all(10) == b"ok"
        assert one.asked == [
            b"POST http://nowhere.invalid:8000/v1/chat HTTP/1.1\r\nhost: nowhere.invalid:8000\r\n"
            + BASIC
            + b"a: b\r\ncontent-length: 4\r\n\r\nbody"
        ]
        await pool.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Who\r\nproxy-authenticate: Basic\r\n\r\n", r"wants a user and password \(407\)"),
        (b"HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno", "gives no way to nowhere.invalid:443: it answered 403"),
        (b"HTTP/1.1 502 No\r\n\r\n", "it answered 502"),
        (b"HTTP/1.1 301 There\r\nlocation: /\r\n\r\n", "it answered 301"),
        (b"HTTP/1.1 200 OK\r\n\r\nmore", "sent bytes of its own into the tunnel"),
        (b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\n", "sent bytes of its own into the tunnel"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "did not answer with HTTP"),
        (b"HTTP/2 200 OK\r\n\r\n", "did not answer with HTTP"),
        (b"HTTP/1.1 200 " + b"x" * 70_000, "did not answer with HTTP"),
        (b"", "did not answer with HTTP"),
    ],
)
async def test_a_proxy_that_does_not_let_us_through_is_told_in_words(answer: bytes, words: str) -> None:
    async def script(link: Link) -> None:
        await link.reader.readuntil(b"\r\n\r\n")
        await link.say(answer)
        link.writer.close()
        await link.until_gone()

    async with peer(script) as one:
        pool = pool_through(one.port, "https://nowhere.invalid", None, "us:s3cret")
        with pytest.raises(WireError, match=words) as caught:
            await get(pool)
        assert (caught.value.phase, caught.value.sent_any) == ("connect", False)
        assert "s3cret" not in caught.value.detail
        assert pool.stats.open == 0
        await pool.close()


async def test_a_proxy_that_says_nothing_has_its_time() -> None:
    async def script(link: Link) -> None:
        await link.until_gone()

    async with peer(script) as one:
        proxy = Proxy.parse(f"http://127.0.0.1:{one.port}")
        origin, _ = Origin.parse("https://nowhere.invalid", None, proxy)
        pool = Pool(origin, connections_max=1, timeouts=Timeouts(connect_s=0.05))
        with pytest.raises(
            WireError, match=r"0\.05 s \(asking the proxy 127.0.0.1 for nowhere.invalid:443\)"
        ) as caught:
            await get(pool)
        assert caught.value.timed_out
        await one.links[0].gone.wait()
        await pool.close()


async def test_a_proxy_that_wants_a_password_for_plain_http_is_no_answer_of_the_providers() -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(b"HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n")

    async with peer(script) as one:
        pool = pool_through(one.port, "http://nowhere.invalid")
        with pytest.raises(WireError, match="look at the provider's proxy and proxy_auth_env"):
            await get(pool)
        await pool.close()


async def test_a_proxy_that_is_not_there_is_a_connect_error() -> None:
    pool = pool_through(1, "https://nowhere.invalid")
    with pytest.raises(WireError) as caught:
        await get(pool)
    assert (caught.value.phase, caught.value.sent_any) == ("connect", False)
    await pool.close()


ENVIRONMENT = {"HTTPS_PROXY": "http://a:b@p.example:3128", "http_proxy": "q.example:8080", "ALL_PROXY": "http://r:1"}


@pytest.mark.parametrize(
    ("variables", "scheme", "host", "expected"),
    [
        (ENVIRONMENT, "https", "api.example.org", Proxy("p.example", 3128, b"proxy-authorization: Basic YTpi\r\n")),
        (ENVIRONMENT, "http", "api.example.org", Proxy("q.example", 8080)),
        ({"all_proxy": "http://r:1"}, "https", "h", Proxy("r", 1)),
        ({}, "https", "h", None),
        ({"HTTPS_PROXY": ""}, "https", "h", None),
        ({**ENVIRONMENT, "NO_PROXY": "example.org"}, "https", "api.example.org", None),
        ({**ENVIRONMENT, "NO_PROXY": " .example.org , x"}, "https", "API.example.org", None),
        ({**ENVIRONMENT, "NO_PROXY": "*.example.org"}, "https", "api.example.org", None),
        ({**ENVIRONMENT, "NO_PROXY": "ample.org"}, "https", "api.example.org", ...),
        ({**ENVIRONMENT, "no_proxy": "10.0.0.0/8"}, "https", "10.1.2.3", None),
        ({**ENVIRONMENT, "no_proxy": "10.0.0.0/8"}, "https", "11.1.2.3", ...),
        ({**ENVIRONMENT, "no_proxy": "*"}, "https", "h", None),
    ],
)
def test_the_environments_proxies(
    variables: dict[str, str], scheme: str, host: str, expected: Proxy | Any | None
) -> None:
    found = Proxy.from_environment(variables, scheme, host)
    assert found is not None if expected is ... else found == expected


def test_a_proxy_does_not_show_its_password() -> None:
    assert "dXM6" not in repr(Proxy.parse("http://us:s3cret@p:1"))
    assert "s3cret" not in repr(Origin.parse("http://h", None, Proxy.parse("http://p:1", "us:s3cret")))


@pytest.mark.parametrize(
    "url", ["", "p.example", "https://p.example", "socks5://p", "http://", "http://p/x", "http://p:99999", "http://ä"]
)
def test_what_is_no_proxy_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="the proxy"):
        Proxy.parse(url)


def test_a_provider_takes_its_proxy_from_where_the_configuration_says(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    secrets = {**ENVIRONMENT, "AUTH": "us:s3cret"}
    base = {"base_url": "https://api.example.org/v1"}

    def proxy_of(**fields: Any) -> Proxy | None:
        found = vars(build(provider(**base, **fields), secrets, store))["_origin"].proxy
        assert found is None or isinstance(found, Proxy)
        return found

    assert proxy_of() is None, "the environment's variables are not looked at by themselves"
    assert proxy_of(proxy="environment") == Proxy("p.example", 3128, b"proxy-authorization: Basic YTpi\r\n")
    assert proxy_of(proxy="http://p:1") == Proxy("p", 1)
    assert proxy_of(proxy="http://p:1", proxy_auth_env="AUTH") == Proxy("p", 1, BASIC)
    for auth, words in [("MISSING", "MISSING, which is not set"), ("HTTPS_PROXY", None)]:
        with pytest.raises(EngineSetupError, match=words) if words else suppress(EngineSetupError):
            proxy_of(proxy="http://p:1", proxy_auth_env=auth)
