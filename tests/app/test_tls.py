"""A certificate whose files change is taken up by itself; what is broken is not, and is spoken of once."""

from __future__ import annotations

import ssl
from pathlib import Path

import msgspec
import pytest

from tests.base.certificates import FIRST, SECOND
from tokenry.app.tls import Tls, read_tls
from tokenry.base.clock import ManualClock
from tokenry.config import Server

DAY_S = 86_400


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tls(tmp_path: Path, clock: ManualClock) -> Tls:
    cert_file, key_file = FIRST.write(tmp_path)
    read = read_tls(Server(tls_cert_file=str(cert_file), tls_key_file=str(key_file)), clock)
    assert read is not None
    return Tls(read, clock)


def seen(tls: Tls) -> ssl.SSLContext:
    """What a handshake gets."""
    client = ssl.create_default_context()
    sides = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = tls.context.wrap_bio(sides[0], sides[1], server_side=True)
    asking = client.wrap_bio(sides[1], sides[0])
    with pytest.raises(ssl.SSLWantReadError):
        asking.do_handshake()
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    return server.context


def test_nothing_named_is_no_tls(clock: ManualClock) -> None:
    assert read_tls(Server(), clock) is None


def test_files_that_change_are_taken_up(tls: Tls, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = seen(tls)
    tls.look()
    assert seen(tls) is before
    SECOND.write(tmp_path)
    tls.look()
    assert seen(tls) is not before
    assert capsys.readouterr().err.count("certificate in force") == 1


def test_a_pair_that_is_half_written_is_waited_for(
    tls: Tls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = seen(tls)
    (tmp_path / "cert.pem").write_text(SECOND.certificate)
    tls.look()
    assert capsys.readouterr().err == ""
    (tmp_path / "key.pem").write_text(SECOND.key)
    tls.look()
    assert "certificate in force" in capsys.readouterr().err
    assert seen(tls) is not before


def test_what_stays_broken_is_told_once_and_the_old_one_stays(
    tls: Tls, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = seen(tls)
    (tmp_path / "key.pem").unlink()
    for _ in range(5):
        tls.look()
    said = capsys.readouterr().err
    assert said.count("refused") == 1
    assert "key.pem cannot be read" in said
    assert seen(tls) is before
    FIRST.write(tmp_path)
    tls.look()
    assert "certificate in force" in capsys.readouterr().err


def test_an_end_that_is_near_is_told_once_a_day(
    tls: Tls, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    tls.look()
    assert capsys.readouterr().err == ""
    clock.advance(s=tls.certificate.not_after - clock.now_ns() // 10**9 - 13 * DAY_S)
    for _ in range(3):
        tls.look()
        clock.advance(s=10)
    said = capsys.readouterr().err
    assert said.count("expires soon") == 1
    assert "days_left=13" in said
    clock.advance(s=14 * DAY_S)
    tls.look()
    assert "has expired" in capsys.readouterr().err


def test_a_reload_may_name_other_files(tls: Tls, tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "other").mkdir()
    cert_file, key_file = SECOND.write(tmp_path / "other")
    server = msgspec.structs.replace(Server(), tls_cert_file=str(cert_file), tls_key_file=str(key_file))
    read = read_tls(server, clock)
    assert read is not None
    tls.adopt(read)
    assert tls.certificate.path == cert_file
    assert seen(tls) is read.context
