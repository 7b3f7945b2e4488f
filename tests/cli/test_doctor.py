"""What doctor sees of the machine, of TLS and of providers: each finding with a way to mend it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.base.certificates import FIRST, SECOND
from tests.cli.conftest import Tokenry
from tokenry.cli import machine
from tokenry.cli.finding import Finding, Patient

MODEL = """
[[model]]
name = "m"
price = { input = 1 }
deployments = [{ provider = "up", model = "x" }, { provider = "gone", model = "x", priority = 2 }]
"""
ONLY = """
[[model]]
name = "only"
price = { input = 1 }
deployments = [{ provider = "gone", model = "y" }]
"""


def looked(tokenry: Tokenry, file: Path, text: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """Findings by their words; each that is not well says what to do."""
    file.write_text(text)
    ran = tokenry("doctor", "--config", str(file), "--json")
    assert ran.code == code, ran.out
    assert ran.json["ok"] is (code == 0)
    assert all(finding["how"] for finding in ran.json["findings"] if finding["state"] == "wrong")
    return {finding["what"]: finding for finding in ran.json["findings"]}


def state(found: dict[str, dict[str, Any]], words: str) -> str:
    (one,) = [finding["state"] for what, finding in found.items() if words in what]
    return str(one)


@pytest.fixture
def providers() -> Iterator[str]:
    """Two of them in a configuration: one that listens, one that does not."""
    with socket.create_server(("127.0.0.1", 0)) as up, socket.create_server(("127.0.0.1", 0)) as gone:
        ports = [one.getsockname()[1] for one in (up, gone)]
        gone.close()
        yield "[server]\nport = 0\n" + "".join(
            f'[[provider]]\nname = "{name}"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
            for name, port in zip(("up", "gone"), ports, strict=True)
        )


def test_a_provider_that_is_down_is_wrong_only_where_nobody_else_serves(
    tokenry: Tokenry, tmp_path: Path, providers: str
) -> None:
    found = looked(tokenry, tmp_path / "t.toml", providers + MODEL)
    assert state(found, "nothing listens for the provider gone") == "note"
    assert state(found, "other providers serve its models") == "note"
    found = looked(tokenry, tmp_path / "t.toml", providers + MODEL + ONLY, code=1)
    assert state(found, "nobody else serves only") == "wrong"


def test_a_certificate(tokenry: Tokenry, tmp_path: Path) -> None:
    cert_file, key_file = FIRST.write(tmp_path)
    text = f'[server]\nport = 0\ntls_cert_file = "{cert_file}"\ntls_key_file = "{key_file}"\n'
    found = looked(tokenry, tmp_path / "t.toml", text)
    assert state(found, "the certificate holds") == "ok"
    found = looked(tokenry, tmp_path / "t.toml", text + 'public_url = "https://tokenry.example"\n')
    assert state(found, "localhost, 127.0.0.1 and not for tokenry.example") == "note"
    key_file.write_text(SECOND.key)
    looked(tokenry, tmp_path / "t.toml", text, code=1)
    assert tokenry("config", "check", "--config", str(tmp_path / "t.toml")).code == 1


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ('host = "0.0.0.0"', True),
        ('host = "::"', True),
        ('host = "0.0.0.0"\ntrusted_proxies = ["10.0.0.1"]', False),
        ('host = "0.0.0.0"\npublic_url = "https://tokenry.example"', False),
        ('host = "localhost"', False),
        ('unix_socket = "/nowhere/http.sock"', False),
    ],
)
def test_speaking_in_the_clear(tokenry: Tokenry, tmp_path: Path, text: str, clear: bool) -> None:
    found = looked(tokenry, tmp_path / "t.toml", f"[server]\nport = 0\n{text}\n", code=int("nowhere" in text))
    assert any("in the clear" in what for what in found) is clear


def test_who_may_read_what(
    tokenry: Tokenry, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, providers: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sk-1")
    secret.chmod(0o644)
    monkeypatch.setenv("UPS_KEY_FILE", str(secret))
    assert tokenry("key", "create", "--name", "a").code == 0
    (data / "app.db").chmod(0o640)
    found = looked(tokenry, tmp_path / "t.toml", providers.replace('"up"', '"up"\napi_key_env = "UPS_KEY"'), code=1)
    assert found[f"others on this machine can read {secret} (644)"]["how"] == f"chmod 600 {secret}"
    assert state(found, "app.db (640)") == "note"


def patient(data: Path) -> Patient:
    return Patient(data, None, running=False)


def test_a_clock_that_went_back(tokenry: Tokenry, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tokenry("key", "create", "--name", "a", "--budget", "1").code == 0
    assert [finding.state for finding in machine.clock(patient(data))] == ["ok"]
    newest = machine._newest_row_ns(data)
    assert newest > machine.MADE_NS
    for now_ns, words in ((newest - 3600 * 10**9, "the clock went back"), (0, "it was never set")):
        monkeypatch.setattr(machine.SystemClock, "now_ns", lambda _, now_ns=now_ns: now_ns)
        (finding,) = machine.clock(patient(data))
        assert finding.state == "wrong"
        assert words in finding.what


@pytest.mark.parametrize(("took_ms", "expected"), [(1.0, "ok"), (45.0, "note")])
def test_a_slow_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, took_ms: float, expected: str) -> None:
    monkeypatch.setattr(machine, "_file_system", lambda _: "ext4")
    assert machine._fsync_ms(tmp_path) > 0
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(machine, "_fsync_ms", lambda _: took_ms)
    assert [finding.state for finding in machine.disk(patient(tmp_path))] == [expected]


MOUNTS = """\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 0:1 / {root} rw,nosuid shared:2 - tmpfs tmpfs rw
23 22 0:2 / {root}/a\\040share rw - nfs4 host:/x rw
a line that nobody knows
"""


@pytest.mark.parametrize(
    ("where", "kind", "word"),
    [("", "tmpfs", "in memory"), ("a share/data", "nfs4", "locks"), ("../elsewhere", "ext4", None)],
)
def test_the_kind_of_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, kind: str, word: str | None
) -> None:
    root = tmp_path / "root"
    (root / where).mkdir(parents=True)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS.replace("{root}", str(root)))
    assert machine._file_system((root / where).resolve(), mounts) == kind
    assert machine._file_system(root, tmp_path / "absent") == ""
    monkeypatch.setattr(machine, "_file_system", lambda _: kind)
    found: list[Finding] = list(machine.disk(patient(root)))
    assert any(word in finding.what for finding in found if finding.state == "note") if word else found[0].how == ""
