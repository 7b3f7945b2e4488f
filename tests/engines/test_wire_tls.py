"""The wire over TLS: whom it trusts, whom it does not, and that what holds over plain TCP holds here too."""

from __future__ import annotations

import asyncio
import base64
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.engines.wire_peer import BACKENDS, OK, PATIENCE, Link, get, peer
from tokenry.engines.wire import Origin, Pool, Timeouts, TlsSettings, WireError

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024

# Made for these tests with openssl, valid until 2126, and guarding nothing: a self-signed certificate for localhost
# and 127.0.0.1 with its PKCS #8 key, and the certificate of an authority that signed neither. DER in hexadecimal.
SERVER_KEY = """
308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420e00c90675702f96bb043abb912b57183daa14409
3566116f971d074543a6b4bca144034200040b74c3ee07b346a7f47882890f246d9a4445d5df11b88b04921b3c29f29720a5b25572d69a18
c7b5ddae6bb2a65833a2c0e972541c3617780fe4e0046c1bf5b7
"""
SERVER_CERTIFICATE = """
3082019a30820141a00302010202145b9a55de0fb7ab70969f6fd7f628888edba75879300a06082a8648ce3d040302301431123010060355
04030c096c6f63616c686f73743020170d3236313132323136333334345a180f32313236313032393136333334345a301431123010060355
04030c096c6f63616c686f73743059301306072a8648ce3d020106082a8648ce3d030107034200040b74c3ee07b346a7f47882890f246d9a
4445d5df11b88b04921b3c29f29720a5b25572d69a18c7b5ddae6bb2a65833a2c0e972541c3617780fe4e0046c1bf5b7a36f306d301d0603
551d0e041604140c653e44aa4dc3370255bd99e2b9a4ffc8ca3894301f0603551d230418301680140c653e44aa4dc3370255bd99e2b9a4ff
c8ca3894300f0603551d130101ff040530030101ff301a0603551d110413301182096c6f63616c686f737487047f000001300a06082a8648
ce3d0403020347003044022061d45ad56afed82f1251969807d4bee8d37de6bcb4dbb59d5ccb9f05eb96a9920220140c0a9769491b79f01d
f792aafc6649646fa65e64321294f7640649b5ee1343
"""
OTHER_AUTHORITY = """
308201873082012da00302010202145a324314dcff3249ecda42661119eaf4afffce91300a06082a8648ce3d040302301831163014060355
04030c0d736f6d65626f647920656c73653020170d3236313132323136333334345a180f32313236313032393136333334345a3018311630
1406035504030c0d736f6d65626f647920656c73653059301306072a8648ce3d020106082a8648ce3d030107034200042275e81c1c11620c
bcb374a68e1c7b57a6d1eee47ee64b097d67ae38a61c976dab42e92a513fce512c9c82149855140bdb5d67b3ca74f568ac05a58b2c12ab99
a3533051301d0603551d0e0416041418117e61ade31e7e6cb84c64a81d9ef6282c7923301f0603551d2304183016801418117e61ade31e7e
6cb84c64a81d9ef6282c7923300f0603551d130101ff040530030101ff300a06082a8648ce3d04030203480030450221008e079df269ae53
7023169fbc064659eff3541d6c25b4b8f20ea1c3f1415def5502206206771b96ea970e8f52975ddca86e47cb8152f272196ecf0b6fd555ef
5f1400
"""


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """A file with the authority that the peer's certificate hangs from."""
    return write(tmp_path / "ours.pem", pem("CERTIFICATE", SERVER_CERTIFICATE))


@pytest.fixture
def other(tmp_path: Path) -> str:
    """A file with an authority that the peer's certificate does not hang from."""
    return write(tmp_path / "other.pem", pem("CERTIFICATE", OTHER_AUTHORITY))


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """The peer's side."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = write(tmp_path / "server.pem", pem("CERTIFICATE", SERVER_CERTIFICATE))
    context.load_cert_chain(certificate, write(tmp_path / "server.key", pem("PRIVATE KEY", SERVER_KEY)))
    return context


def pem(kind: str, der: str) -> str:
    lines = base64.encodebytes(bytes.fromhex(der)).decode("ascii")
    return f"-----BEGIN {kind}-----\n{lines}-----END {kind}-----\n"


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="ascii")
    return str(path)


def pool_of(url: str, ca_file: str | None = None, *, verify: bool = True, timeouts: Timeouts = PATIENCE) -> Pool:
    return Pool(Origin.parse(url, TlsSettings(ca_file, verify))[0], connections_max=2, timeouts=timeouts)


async def always_ok(link: Link) -> None:
    while True:
        await link.request()
        await link.say(OK)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_trusted_peer_is_spoken_to_and_its_connection_reused(host: str, tls: ssl.SSLContext, ours: str) -> None:
    async with peer(always_ok, tls) as one:
        pool = pool_of(f"https://{host}:{one.port}", ours)
        assert [await get(pool) for _ in range(3)] == [(200, b"ok")] * 3
        assert (pool.stats.opened, pool.stats.reused) == (1, 2)
        await pool.close()


async def test_a_peer_of_an_unknown_authority_gets_no_request(tls: ssl.SSLContext, other: str) -> None:
    async with peer(always_ok, tls) as one:
        for ca_file in (other, None):
            pool = pool_of(f"https://localhost:{one.port}", ca_file)
            with pytest.raises(WireError, match="not trusted here") as caught:
                await get(pool)
            assert (caught.value.phase, caught.value.sent_any) == ("connect", False)
            assert pool.stats.open == 0
            await pool.close()


async def test_a_certificate_for_another_name_gets_no_request(tls: ssl.SSLContext, ours: str) -> None:
    async with peer(always_ok, tls) as one:
        pool = pool_of(f"https://127.1:{one.port}", ours)  # the same address under a name that is not certified
        with pytest.raises(WireError, match="certificate") as caught:
            await get(pool)
        assert (caught.value.phase, caught.value.sent_any) == ("connect", False)
        await pool.close()


async def test_verification_is_off_only_when_asked(tls: ssl.SSLContext, other: str) -> None:
    async with peer(always_ok, tls) as one:
        pool = pool_of(f"https://localhost:{one.port}", other, verify=False)
        assert await get(pool) == (200, b"ok")
        await pool.close()


async def test_a_peer_that_speaks_no_tls_is_a_connect_error(ours: str) -> None:
    async with peer(always_ok) as one:
        pool = pool_of(f"https://localhost:{one.port}", ours, timeouts=Timeouts(connect_s=0.3))
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert caught.value.phase == "connect"
        assert not caught.value.sent_any
        assert pool.stats.open == 0
        await pool.close()


async def test_a_handshake_that_never_ends_times_out(ours: str) -> None:
    async def script(link: Link) -> None:
        await link.until_gone()

    async with peer(script) as one:
        pool = pool_of(f"https://localhost:{one.port}", ours, timeouts=Timeouts(connect_s=0.1))
        async with asyncio.timeout(1):
            with pytest.raises(WireError, match=r"no connection within 0\.1 s") as caught:
                await get(pool)
        assert (caught.value.phase, caught.value.timed_out) == ("connect", True)
        assert pool.stats.open == 0
        await one.links[0].gone.wait()
        await pool.close()


async def test_plain_http_to_a_tls_peer_is_an_error(tls: ssl.SSLContext) -> None:
    async with peer(always_ok, tls) as one:
        pool = one.pool()
        with pytest.raises(WireError):
            await get(pool)
        await pool.close()


async def test_large_bodies_go_both_ways_and_a_slow_reader_slows_the_peer(tls: ssl.SSLContext, ours: str) -> None:
    size, said = 32 * MIB, 0

    async def script(link: Link) -> None:
        nonlocal said
        request = await link.request()
        one.asked.append(request[-3 * MIB :])
        await link.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        while said < size:
            await link.say(bytes(65536))
            said += 65536
        await link.until_gone()

    async with peer(script, tls) as one:
        pool = pool_of(f"https://localhost:{one.port}", ours)
        exchange = await pool.request(b"POST", b"/", b"", b"x" * 3 * MIB)
        assert one.asked == [b"x" * 3 * MIB]
        for _ in range(4):
            await asyncio.sleep(0.03)
            assert exchange.unread <= MIB
        assert said < size
        assert len(await exchange.read_all(size)) == size
        assert pool.stats.idle == 1
        await pool.close()


async def test_an_idle_connection_that_the_peer_ends_leaves_at_once(tls: ssl.SSLContext, ours: str) -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(OK)

    async with peer(script, tls) as one:
        pool = pool_of(f"https://localhost:{one.port}", ours)
        for _ in range(3):
            assert await get(pool) == (200, b"ok")
        assert len(one.links) >= 3
        await pool.close()


async def test_abort_reaches_the_peer_at_once(tls: ssl.SSLContext, ours: str) -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe")
        await link.until_gone()

    async with peer(script, tls) as one:
        pool = pool_of(f"https://localhost:{one.port}", ours)
        exchange = await pool.request(b"GET", b"/")
        assert await exchange.read() == b"he"
        loop = asyncio.get_running_loop()
        start = loop.time()
        exchange.abort()
        await one.links[0].gone.wait()
        assert loop.time() - start < 0.1
        await pool.close()


def test_a_bad_authority_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        Origin.parse("https://localhost", TlsSettings(str(tmp_path / "missing.pem")))
    for text in ("", "not a certificate", pem("PRIVATE KEY", SERVER_KEY)):
        with pytest.raises(ValueError, match="cannot read certificates"):
            Origin.parse("https://localhost", TlsSettings(write(tmp_path / "bad.pem", text)))
