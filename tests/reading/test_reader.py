"""The child and its cage: what it answers, what it may not do, and how it is ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reading import documents as made
from tokenry.config import child_environ
from tokenry.reading import Found, Reader, ReadingLimits, Refused
from tokenry.reading.reader import _heard

pytestmark = pytest.mark.anyio
LIMITS = ReadingLimits(memory_bytes=512 * 1024**2, seconds=20)


@pytest.fixture
def reader() -> Reader:
    return Reader(child_environ())


def put(folder: Path, content: bytes) -> Path:
    path = folder / "content"
    path.write_bytes(content)
    return path


async def test_a_document_is_read_in_a_child(reader: Reader, tmp_path: Path) -> None:
    found = await reader.read(put(tmp_path, made.pdf("Read far away")), "a.txt", LIMITS)
    assert isinstance(found, Found)
    assert (found.kind, found.text, found.pages) == ("pdf", "Read far away", 1)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (made.docx(made.paragraph("Hello")), "x.pdf", "docx"), (b"<html><p>Hello", "x", "html"),
        ("Grüße;Hello\n1;2".encode("cp1252"), "x.csv", "csv"), (b"# Hello", "x.md", "markdown"),
        (made.png(3, 2), "x.svg", "image"), (b"RIFF\0\0\0\0WAVEfmt ", "x.wav", "audio"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
async def test_every_kind_is_read_within_the_cage(
    reader: Reader, tmp_path: Path, content: bytes, name: str, kind: str
) -> None:
    found = await reader.read(put(tmp_path, content), name, LIMITS)
    assert isinstance(found, Found), found
    assert found.kind == kind
    assert "Hello" in found.text or kind in {"image", "audio"}


async def test_what_is_refused_comes_back_in_words(reader: Reader, tmp_path: Path) -> None:
    for content, code in ((b"", "empty"), (b" \n ", "no_text"), (made.locked_pdf(), "encrypted")):
        refused = await reader.read(put(tmp_path, content), "a", LIMITS)
        assert isinstance(refused, Refused)
        assert refused.code == code
    missing = await reader.read(tmp_path / "nothing", "a", LIMITS)
    assert isinstance(missing, Refused)
    assert missing.code == "missing"


async def test_a_bomb_costs_its_child_and_nothing_else(reader: Reader, tmp_path: Path) -> None:
    small = ReadingLimits(memory_bytes=96 * 1024**2, seconds=20)
    refused = await reader.read(put(tmp_path, made.pdf_bomb(60_000_000)), "a.pdf", small)
    assert isinstance(refused, Refused)
    assert refused.code in {"too_large", "broke"}
    assert isinstance(await reader.read(put(tmp_path, b"still here"), "a", LIMITS), Found)


async def test_a_child_that_hangs_is_killed(reader: Reader, tmp_path: Path) -> None:
    reader.command = (sys.executable, "-c", "import threading; threading.Event().wait()")
    reader.start_s = 0.02
    refused = await reader.read(put(tmp_path, b"x"), "a", ReadingLimits(seconds=0))
    assert isinstance(refused, Refused)
    assert refused.code == "too_slow"


@pytest.mark.parametrize(
    "said",
    ["", "nonsense", '{"found":{"kind":"exe","mime_type":"x"}}', "{}"],
    ids=["nothing", "words", "kind", "empty"],
)
async def test_a_child_that_says_nonsense_is_not_believed(reader: Reader, tmp_path: Path, said: str) -> None:
    reader.command = (sys.executable, "-c", f"print({said!r}, end='')")
    refused = await reader.read(put(tmp_path, b"x"), "a", LIMITS)
    assert isinstance(refused, Refused)
    assert refused.code == "broke"


async def test_a_child_that_never_stops_talking_is_killed(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokenry.reading.reader.ANSWER_SIZE_MAX", 100_000)
    reader.command = (sys.executable, "-c", "while True: print('x' * 10000)")
    refused = await reader.read(put(tmp_path, b"x"), "a", LIMITS)
    assert isinstance(refused, Refused)
    assert refused.code == "broke"


def test_processor_time_that_is_used_up_is_too_slow() -> None:
    for signal in (24, 14):  # SIGXCPU, SIGALRM
        refused = _heard(b"", -signal, b"", 60)
        assert isinstance(refused, Refused)
        assert refused.code == "too_slow"


ESCAPES = """
import os, socket, subprocess, sys
from tokenry.reading.cage import limit, shut
limit(512 * 1024**2, 10, 20)
if not shut():
    os._exit(77)
def refused(act):
    try:
        act()
    except PermissionError:
        return
    os._exit(1)
refused(lambda: open("/etc/hostname"))
refused(lambda: os.open("/tmp/x", os.O_CREAT | os.O_WRONLY))
refused(lambda: socket.socket())
refused(lambda: os.fork())
refused(lambda: os.execv("/bin/true", ["true"]))
refused(lambda: os.listdir("/"))
refused(lambda: os.kill(os.getppid(), 0))
refused(lambda: os.unlink("/tmp/x"))
os.write(1, b"caged")
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
def test_the_cage_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", ESCAPES], capture_output=True, timeout=30, check=False, env=dict(child_environ())
    )
    if done.returncode == 77:
        pytest.skip("this system does not let a process filter its own calls")
    assert (done.returncode, done.stdout) == (0, b"caged"), done.stderr
