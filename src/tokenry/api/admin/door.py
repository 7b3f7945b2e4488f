"""The admin socket: `DATA/run/admin.sock`, one JSON object per line, for the user who runs the server and nobody else.

    → {"verb": "key list", "args": {}}            ← {"ok": {…}}
    → {"verb": "requests", "args": {}, "follow": true}   ← {"ok": {…}} and so on until either side hangs up
    ← {"error": {"message", "type", "param", "code"}, "status": 404}   instead of any `ok`

A connection may ask several questions, one after the other. The file's mode is what lets people in; there is no other
sign-in. Knows no verbs.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from tokenry.api.admin.admin import Admin
from tokenry.base.errors import InvalidRequest, TokenryError, Unavailable
from tokenry.base.logs import get_logger
from tokenry.storage import StorageError

SOCKET_NAME = "admin.sock"
LINE_SIZE_MAX = 1024 * 1024  # bytes of one question
CONNECTIONS_MAX = 64
IDLE_S = 120.0  # a connection that asks nothing for so long is closed
ADDRESS_SIZE_MAX = 100  # bytes; the system's own limit is 108 on Linux and 104 on macOS

log = get_logger("tokenry.admin")


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    verb: str
    args: dict[str, Any] = {}
    follow: bool = False


_questions = msgspec.json.Decoder(_Question)


class AdminSocket:
    """A socket that is being listened on."""

    def __init__(self, admin: Admin, path: Path) -> None:
        self.path = path
        self._admin = admin
        self._server: asyncio.Server | None = None
        self._inode: int | None = None
        self._talks: set[asyncio.Task[Any]] = set()

    async def open(self) -> AdminSocket:
        """Listen. A file left by a process that died is replaced; whoever calls owns the data folder's lock.

        Raises:
            StorageError: the socket cannot be made.
        """
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._bind(listener)
            self._server = await asyncio.start_unix_server(self._talk, sock=listener, limit=LINE_SIZE_MAX)
        except OSError as error:
            listener.close()
            raise StorageError(f"cannot make the admin socket {self.path}: {error.strerror or error}") from None
        except BaseException:
            listener.close()
            raise
        self._inode = self.path.stat().st_ino
        return self

    async def close(self) -> None:
        """Answer nobody any more and take the file away."""
        if self._server is not None:
            self._server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        with suppress(OSError):
            if self.path.lstat().st_ino == self._inode:
                self.path.unlink()

    def _bind(self, listener: socket.socket) -> None:
        with suppress(FileNotFoundError):
            if not stat.S_ISSOCK(self.path.lstat().st_mode):
                raise StorageError(f"{self.path} is not a socket; move it away")
            self.path.unlink()
        os.fchmod(listener.fileno(), 0o600)  # Linux: the file is born with this mode, whatever the umask
        with reachable(self.path) as address:
            listener.bind(address)
        self.path.chmod(0o600)
        listener.setblocking(False)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            if len(self._talks) > CONNECTIONS_MAX:
                await _send(writer, _refusal(Unavailable(f"{CONNECTIONS_MAX} connections are open already; try again")))
                return
            while await self._turn(reader, writer):
                pass
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            pass  # they left, fell asleep, or we close: nobody is there to be told, and this task is the end of it
        finally:
            self._talks.discard(task)
            writer.close()

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One question and its answer; False when there will be no other."""
        async with asyncio.timeout(IDLE_S):
            try:
                line = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError as error:
                line = error.partial
            except asyncio.LimitOverrunError:
                await _send(writer, _refusal(InvalidRequest(f"a question has at most {LINE_SIZE_MAX} bytes")))
                return False
        if not line.strip():
            return bool(line)
        try:
            question = _questions.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            await _send(writer, _refusal(InvalidRequest(f"one JSON object with verb and args per line: {error}")))
            return True
        if question.follow:
            await self._follow(question, reader, writer)
            return False
        await _send(writer, await self._answer(question))
        return True

    async def _answer(self, question: _Question) -> bytes:
        try:
            return _line({"ok": await self._admin.call(question.verb, question.args)})
        except TokenryError as error:
            return _refusal(error)
        except Exception as error:  # edge: error handler of the socket; the server goes on, whoever asked is told
            log.exception("an admin verb failed", verb=question.verb)
            return _refusal(TokenryError(f"this went wrong inside ({type(error).__name__}); the server's log says how"))

    async def _follow(self, question: _Question, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send answers until one side ends it; a listener who says anything more, or hangs up, has had enough."""
        pump = asyncio.ensure_future(self._pump(question, writer))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((pump, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, leaving):
                task.cancel()
            await asyncio.gather(pump, leaving, return_exceptions=True)

    async def _pump(self, question: _Question, writer: asyncio.StreamWriter) -> None:
        try:
            async for one in self._admin.follow(question.verb, question.args):
                await _send(writer, _line({"ok": one}))
        except TokenryError as error:
            await _send(writer, _refusal(error))
        except ConnectionError:
            pass
        except Exception as error:  # edge: error handler of the socket; the server goes on, whoever asked is told
            log.exception("an admin verb failed", verb=question.verb)
            await _send(writer, _refusal(TokenryError(f"this went wrong inside ({type(error).__name__})")))


async def serve_socket(admin: Admin, path: Path) -> AdminSocket:
    """Let `admin` be asked at `path` until `close()` of what is returned.

    Raises:
        StorageError: the socket cannot be made, in one line.
    """
    return await AdminSocket(admin, path).open()


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address for a Unix socket at `path`, however long that is: through a handle on its folder where that helps.

    Raises:
        StorageError: the path is too long and this system has no way around.
    """
    if len(os.fsencode(path)) <= ADDRESS_SIZE_MAX:
        yield str(path)
        return
    if not Path("/proc/self/fd").is_dir():
        raise StorageError(f"{path} is too long for a socket here; choose a data folder with a shorter path")
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


async def _send(writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    await writer.drain()


def _line(answer: dict[str, Any]) -> bytes:
    return msgspec.json.encode(answer) + b"\n"


def _refusal(error: TokenryError) -> bytes:
    return _line({**error.envelope(), "status": error.status})
