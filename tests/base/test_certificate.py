"""A pair that fits is served with; everything else is refused with words that say which file, why, and what to do."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.base.certificates import FIRST, FIRST_LOCKED, SECOND
from tokenry.base.certificate import BadCertificate, load

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9
DAY_NS = 86_400 * 10**9


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return FIRST.write(tmp_path)


def refused(cert_file: Path, key_file: Path, now_ns: int = NOW) -> str:
    with pytest.raises(BadCertificate) as raised:
        load(cert_file, key_file, now_ns)
    assert "\n" not in raised.value.message
    return raised.value.message


def test_what_a_certificate_says(files: tuple[Path, Path]) -> None:
    context, certificate = load(*files, NOW)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert certificate.names == ("localhost", "127.0.0.1")
    end = datetime.fromtimestamp(certificate.not_after, tz=UTC)
    assert (end.year, end.month, end.day) == (2126, 1, 1)
    assert certificate.days_left(certificate.not_after * 10**9 - 3 * DAY_NS) == 3
    assert certificate.days_left(certificate.not_after * 10**9 + 1) == 0
    assert certificate.days_left(certificate.not_after * 10**9 + 2 * DAY_NS) == -2


@pytest.mark.parametrize(
    ("host", "serves"), [("localhost", True), ("LOCALHOST.", True), ("127.0.0.1", True), ("example.org", False)]
)
def test_whom_it_is_for(files: tuple[Path, Path], host: str, serves: bool) -> None:
    assert load(*files, NOW)[1].serves(host) is serves


def test_out_of_its_time(files: tuple[Path, Path]) -> None:
    assert "expired 2126-01-01; renew it" in refused(*files, NOW + 36_500 * DAY_NS)
    assert "clock" in refused(*files, 0)


def test_a_key_of_another(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert "does not belong to" in refused(files[0], SECOND.write(tmp_path / "other")[1])


def test_a_key_that_everybody_may_read(files: tuple[Path, Path]) -> None:
    files[1].chmod(0o644)
    assert f"chmod o= {files[1]}" in refused(*files)
    files[1].chmod(0o640)  # a group of those who renew it
    load(*files, NOW)


@pytest.mark.parametrize("which", [0, 1], ids=["certificate", "key"])
def test_no_such_file_or_no_pem(files: tuple[Path, Path], which: int) -> None:
    path = files[which]
    path.write_bytes(b"\0" * 100)
    assert f"{path} is no PEM file" in refused(*files)
    path.write_bytes(b"-----BEGIN " + b"A" * 2**20)
    assert f"{path} is no PEM file" in refused(*files)
    path.unlink()
    assert f"{path} cannot be read: No such file" in refused(*files)


def test_half_a_file(files: tuple[Path, Path]) -> None:
    text = files[0].read_text()
    files[0].write_text(text[: len(text) // 2])
    assert str(files[0]) in refused(*files)


def test_the_two_exchanged(files: tuple[Path, Path]) -> None:
    files[0].chmod(0o600)
    assert "the first must hold" in refused(files[1], files[0])


def test_a_passphrase_is_not_asked_for(files: tuple[Path, Path]) -> None:
    files[1].write_text(FIRST_LOCKED)
    assert "passphrase" in refused(*files)
