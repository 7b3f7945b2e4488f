"""Certificates on the wire: what each wrong one is called, ours for a peer that wants one, files that are renewed."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.engines.certificates import (
    AUTHORITY,
    CLIENT,
    EARLY,
    ELSEWHERE,
    EXPIRED,
    GOOD,
    KEY,
    LOCKED_KEY,
    pem,
    server,
    written,
)
from tests.engines.test_wire_tls import SERVER_CERTIFICATE
from tests.engines.wire_peer import BACKENDS, OK, PATIENCE, Link, get, peer
from tokenry.engines.tls import words_of
from tokenry.engines.wire import Origin, Pool, TlsSettings, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


@pytest.fixture
def authority(tmp_path: Path) -> str:
    """A file with the authority of all these certificates."""
    return written(tmp_path / "ca.pem", pem(AUTHORITY))


async def always_ok(link: Link) -> None:
    while True:
        await link.request()
        await link.say(OK)


def pool_of(port: int, settings: TlsSettings) -> Pool:
    return Pool(Origin.parse(f"https://localhost:{port}", settings)[0], connections_max=2, timeouts=PATIENCE)


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (EXPIRED, "has expired: its owner must renew it"),
        (EARLY, "is not valid yet: look at this machine's clock"),
        (ELSEWHERE, "is not for localhost: correct base_url's host, or name the right one in tls_server_name"),
    ],
    ids=["expired", "early", "elsewhere"],
)
async def test_a_wrong_certificate_is_called_by_its_fault_and_gets_no_request(
    certificate: str, words: str, authority: str, tmp_path: Path
) -> None:
    async with peer(always_ok, server(tmp_path, certificate)) as one:
        pool = pool_of(one.port, TlsSettings(authority))
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert (caught.value.phase, caught.value.timed_out, caught.value.sent_any) == ("connect", False, False)
        assert words in caught.value.detail
        assert (pool.stats.open, pool.stats.waiting) == (0, 0)
        await pool.close()


async def test_the_name_to_be_certified_can_be_another_than_the_host(authority: str, tmp_path: Path) -> None:
    context = server(tmp_path, ELSEWHERE)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with peer(always_ok, context) as one:
        pool = pool_of(one.port, TlsSettings(authority, server_name="elsewhere.example"))
        assert await get(pool) == (200, b"ok")
        assert asked == ["elsewhere.example"]
        await pool.close()


@pytest.mark.parametrize("together", [False, True])
async def test_our_certificate_is_shown_to_a_peer_that_asks(together: bool, authority: str, tmp_path: Path) -> None:
    context = server(tmp_path, GOOD)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority)
    key = pem(KEY, "PRIVATE KEY")
    cert_file = written(tmp_path / "us.pem", pem(CLIENT), *([key] if together else []))
    key_file = None if together else written(tmp_path / "us.key", key)
    async with peer(always_ok, context) as one:
        pool = pool_of(one.port, TlsSettings(authority, cert_file=cert_file, key_file=key_file))
        assert await get(pool) == (200, b"ok")
        await pool.close()


@pytest.mark.parametrize("latest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
async def test_a_peer_that_wants_a_certificate_and_gets_none_is_an_error(
    latest: ssl.TLSVersion, authority: str, tmp_path: Path
) -> None:
    context = server(tmp_path, GOOD)
    context.maximum_version = latest
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority)
    async with peer(always_ok, context) as one:
        pool = pool_of(one.port, TlsSettings(authority))
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert not caught.value.timed_out
        assert pool.stats.open == 0
        await pool.close()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "wants a certificate of ours: name one in client_cert_file"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "may want a certificate of ours (client_cert_file)"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "does not take our certificate (SSLV3_ALERT_CERTIFICATE_EXPIRED)"),
        ("TLSV1_ALERT_UNKNOWN_CA", "does not take our certificate (TLSV1_ALERT_UNKNOWN_CA)"),
        ("WRONG_VERSION_NUMBER", "does not speak TLS there: look at base_url's port, or begin it with http://"),
        ("TLSV1_UNRECOGNIZED_NAME", "no certificate for this name: look at base_url's host, or set tls_server_name"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "no TLS that is still safe"),
        ("UNSUPPORTED_PROTOCOL", "no TLS that is still safe"),
        ("BAD_SIGNATURE", "the TLS handshake failed (BAD_SIGNATURE)"),
    ],
)
def test_what_the_tls_library_says_is_told_with_what_to_do(reason: str, words: str) -> None:
    problem = ssl.SSLError(1, "no words of its own")
    problem.reason = reason
    assert words in words_of(problem)


async def test_a_port_without_tls_is_called_that(authority: str) -> None:
    async with peer(lambda link: link.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as one:
        pool = pool_of(one.port, TlsSettings(authority))
        with pytest.raises(WireError, match="does not speak TLS there: look at base_url's port"):
            await get(pool)
        await pool.close()


async def test_a_peer_with_tls_that_is_too_old_is_called_that(authority: str, tmp_path: Path) -> None:
    async with peer(always_ok, server(tmp_path, GOOD)) as one:
        pool = pool_of(one.port, TlsSettings(authority))
        tls = pool.origin.tls
        assert tls is not None
        assert tls.context().minimum_version >= ssl.TLSVersion.TLSv1_2
        assert await get(pool) == (200, b"ok")
        await pool.close()


async def test_a_renewed_file_is_taken_for_the_next_connection(tmp_path: Path) -> None:
    async with peer(always_ok, server(tmp_path, GOOD)) as one:
        ca = tmp_path / "trusted.pem"
        pool = pool_of(one.port, TlsSettings(written(ca, pem(EXPIRED))))
        with pytest.raises(WireError, match="not trusted here"):
            await get(pool)
        written(ca, "half of a renewal")
        with pytest.raises(WireError, match="not trusted here"):
            await get(pool)
        written(ca, pem(AUTHORITY), "\n")
        assert await get(pool) == (200, b"ok")
        await pool.close()


def test_files_for_our_certificate_that_cannot_work_are_told_in_words(tmp_path: Path) -> None:
    cert = written(tmp_path / "cert.pem", pem(CLIENT))
    locked = written(tmp_path / "locked.key", pem(LOCKED_KEY, "ENCRYPTED PRIVATE KEY"))
    junk = written(tmp_path / "junk.key", "no key")
    for settings, words in [
        (TlsSettings(cert_file=str(tmp_path / "missing.pem")), "cannot read .*missing.pem: No such file"),
        (TlsSettings(cert_file=cert, key_file=str(tmp_path / "missing.key")), "cannot read .*missing.key: No such"),
        (TlsSettings(cert_file=cert, key_file=locked), "locked.key has a passphrase: store it without one"),
        (TlsSettings(cert_file=cert, key_file=junk), "not PEM as needed"),
        (TlsSettings(cert_file=cert), "not PEM as needed"),
    ]:
        with pytest.raises(ValueError, match=words):
            Origin.parse("https://localhost", settings)


def test_a_key_of_another_certificate_is_told_in_words(tmp_path: Path) -> None:
    cert = written(tmp_path / "cert.pem", pem(SERVER_CERTIFICATE))
    key = written(tmp_path / "key.pem", pem(KEY, "PRIVATE KEY"))
    with pytest.raises(ValueError, match="the key belongs to another certificate"):
        Origin.parse("https://localhost", TlsSettings(cert_file=cert, key_file=key))
