"""The parent's side: starts a child for each document, hears its answer, and kills it when it takes too long."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tokenry.base.logs import get_logger
from tokenry.reading.child import Answer, Order
from tokenry.reading.found import Found, Refused

ANSWER_SIZE_MAX = 64 * 1024 * 1024  # bytes
_TOLD_MAX = 400  # characters of a child's last words, for the log

log = get_logger("tokenry.reading")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading one document may cost: bytes of memory, seconds."""

    memory_bytes: int = 1024 * 1024 * 1024
    seconds: int = 60


class Reader:
    """Reads documents, so many at a time. One per event loop.

    Args:
        environ: for the children, without secrets.
        at_once: children at one time.

    Attributes:
        command: what a child is. start_s: seconds for it to start, beyond what the document may take.
    """

    command = (sys.executable, "-P", "-m", "tokenry.reading.child")
    start_s = 10.0

    def __init__(self, environ: Mapping[str, str], at_once: int = 2) -> None:
        self._environ = environ
        self._turns = asyncio.Semaphore(at_once)

    async def read(self, path: Path, name: str, limits: ReadingLimits) -> Found | Refused:
        """A document's text, or why there is none.

        Args:
            path: where its content lies. name: as its owner calls it.
        """
        async with self._turns:
            try:
                fd = await asyncio.to_thread(os.open, path, os.O_RDONLY)
            except OSError as error:
                log.error("a document cannot be opened", why=str(error))
                return Refused(code="missing", words="the content of this file is not there any more; upload it again")
            try:
                return await self._read(fd, name, limits)
            finally:
                os.close(fd)

    async def _read(self, fd: int, name: str, limits: ReadingLimits) -> Found | Refused:
        process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self._environ, cwd="/", pass_fds=(fd,), start_new_session=True,
        )  # fmt: skip
        seconds = limits.seconds
        order = Order(
            fd=fd, name=name, memory_bytes=limits.memory_bytes, cpu_s=seconds, wall_s=seconds + int(self.start_s)
        )
        try:
            async with asyncio.timeout(seconds + self.start_s):
                said, last = await _converse(process, msgspec.json.encode(order) + b"\n")
        except TimeoutError:
            return _too_slow(seconds)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return _heard(said, process.returncode or 0, last, seconds)


async def _converse(process: asyncio.subprocess.Process, order: bytes) -> tuple[bytes, bytes]:
    """Everything that a child says, within bounds, and its last words."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(ConnectionError):
        process.stdin.write(order)
        await process.stdin.drain()
        process.stdin.close()
    reading = asyncio.ensure_future(_bounded(process.stderr, 64 * 1024))
    try:
        said = await _bounded(process.stdout, ANSWER_SIZE_MAX)
        if len(said) <= ANSWER_SIZE_MAX:
            await process.wait()
        else:
            process.kill()
        return said, await reading
    finally:
        reading.cancel()


async def _bounded(stream: asyncio.StreamReader, most: int) -> bytes:
    pieces, size = [], 0
    while size <= most and (piece := await stream.read(256 * 1024)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _heard(said: bytes, code: int, last: bytes, seconds: int) -> Found | Refused:
    """What a child's answer and end mean."""
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return _too_slow(seconds)
    if code == 0 and len(said) <= ANSWER_SIZE_MAX:
        with suppress(msgspec.MsgspecError):
            answer = msgspec.json.decode(said, type=Answer)
            told = answer.found or answer.refused
            if told is not None:
                return told
    words = last.decode("utf-8", "replace").strip()[-_TOLD_MAX:]
    log.warning("a document broke its reader", exit_code=code, last_words=words)
    return Refused(
        code="broke",
        words="reading this file failed: it is damaged, or larger inside than what can be read here; print it to a new "
        "PDF or save it as text, and upload that",
    )


def _too_slow(seconds: int) -> Refused:
    return Refused(
        code="too_slow",
        words=f"reading this file took longer than {seconds} s and was stopped; split it into smaller documents",
    )
