"""How a verb reaches an installation: through the admin socket when a server runs, else by opening the folder itself.

The socket is spoken to without any of the rooms, so that a verb is quick while a server runs. See api.admin.door for
what goes over it.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tokenry.base.errors import TokenryError
from tokenry.cli import places

CONNECT_S = 2.0
ANSWER_S = 15.0
LONG_ANSWER_S = 300.0
LONG = frozenset(  # verbs that read a long journal or start engines
    {
        "usage",
        "requests",
        "reload",
        "prices margin",
        "audit verify",
        "person export",
        "statement show",
        "statement export",
        "statement issue",
        "statement verify",
        "award import",
        "award export",
    }
)
STARTING_S = 3.0  # a server takes the lock a moment before it opens its socket
ADDRESS_SIZE_MAX = 100  # bytes; see api.admin.door
MAKERS = frozenset(
    {
        "key create",
        "admin-key create",
        "user create",
        "group create",
        "project create",
        "award create",
        "budget set",
        "credit add",
        "plan create",
        "programme create",
    }
)  # verbs that may make a data folder

Json = dict[str, Any]


class Refused(TokenryError):
    """What the server said no to; the message is its own."""


class Nobody(TokenryError):
    """No server answers at the socket."""


def ask(data: Path | None, verb: str, args: dict[str, object]) -> Json:
    """One verb of the administration, by whoever owns the data folder.

    Raises:
        TokenryError: what it refuses, or why nobody can be asked.
    """
    folder = places.folder(data)
    deadline = time.monotonic() + STARTING_S
    while True:
        try:
            with _connected(folder) as line:
                if verb in LONG:
                    line.timeout(LONG_ANSWER_S)
                return _answer(line, {"verb": verb, "args": args})
        except Nobody:
            pass
        if verb not in MAKERS and not (folder / places.LEDGER_NAME).exists():
            raise TokenryError(f"there is nothing in {folder} yet: start with `tokenry serve` or name another --data")
        try:
            return _alone(folder, verb, args)
        except TokenryError as error:
            if error.code != "folder_locked":
                raise
            if time.monotonic() > deadline:
                raise TokenryError(
                    f"{error.message} (it does not answer at {places.SOCKET}: if it is still starting, try again)"
                ) from None
            time.sleep(0.1)


def follow(data: Path | None, verb: str, args: dict[str, object]) -> Iterator[Json]:
    """The answers of a verb that goes on until it is left. Raises TokenryError."""
    folder = places.folder(data)
    try:
        with _connected(folder) as line:
            line.timeout(None)
            line.send({"verb": verb, "args": args, "follow": True})
            while (answer := line.receive()) is not None:
                yield _ok(answer)
    except Nobody:
        raise TokenryError(
            f"no server runs on {folder}, so nothing will happen there; start one: tokenry serve"
        ) from None
    raise TokenryError("the server has ended")


def work(data: Path | None, verb: str, args: dict[str, object], tell: Callable[[Json], None]) -> Json:
    """A long verb: `tell` hears each answer but the last, which is returned.

    Raises:
        TokenryError: as `ask`.
    """
    folder = places.folder(data)
    last: Json | None = None
    try:
        with _connected(folder) as line:
            line.timeout(None)
            line.send({"verb": verb, "args": args, "follow": True})
            while (answer := line.receive()) is not None:
                if last is not None:
                    tell(last)
                last = _ok(answer)
    except Nobody:
        if not (folder / places.LEDGER_NAME).exists():
            raise TokenryError(f"there is nothing in {folder} yet; name another --data") from None
        return _alone_long(folder, verb, args, tell)
    if last is None or "doing" in last:
        raise TokenryError("the server ended before the work did; run the same again")
    return last


def server_up(folder: Path) -> bool:
    """Whether a server answers for this data folder."""
    try:
        with _connected(folder):
            return True
    except Nobody:
        return False


class _Line:
    """A connection to the admin socket: JSON out, JSON in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")

    def timeout(self, seconds: float | None) -> None:
        self._connection.settimeout(seconds)

    def send(self, question: Json) -> None:
        self._connection.sendall(json.dumps(question).encode() + b"\n")

    def receive(self) -> Json | None:
        """The next answer; None when the server hung up."""
        try:
            text = self._file.readline()
        except TimeoutError:
            raise TokenryError("the server took the question and does not answer; look at its log") from None
        except ConnectionError:
            return None
        if not text:
            return None
        answer: Json = json.loads(text)
        return answer


@contextmanager
def _connected(folder: Path) -> Iterator[_Line]:
    """A connection. Raises Nobody when no server listens, TokenryError when it is not ours to talk to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(CONNECT_S)
        try:
            _connect(connection, folder / places.SOCKET)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError, TimeoutError):
            raise Nobody(f"nobody answers at {folder / places.SOCKET}") from None
        except PermissionError:
            raise TokenryError(f"{folder} belongs to another user; run this as the user who runs the server") from None
        connection.settimeout(ANSWER_S)
        yield _Line(connection)


def _connect(connection: socket.socket, path: Path) -> None:
    if len(os.fsencode(path)) <= ADDRESS_SIZE_MAX:
        connection.connect(str(path))
        return
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        connection.connect(f"/proc/self/fd/{handle}/{path.name}")
    finally:
        os.close(handle)


def _answer(line: _Line, question: Json) -> Json:
    try:
        line.send(question)
    except (BrokenPipeError, ConnectionResetError):
        raise Nobody("the server has just ended") from None
    answer = line.receive()
    if answer is None:
        raise TokenryError("the server ended before it answered; run the same again to see how things stand")
    return _ok(answer)


def _ok(answer: Json) -> Json:
    if "error" in answer:
        raise Refused(str(answer["error"]["message"]))
    told: Json = answer["ok"]
    return told


def _alone_long(folder: Path, verb: str, args: dict[str, object], tell: Callable[[Json], None]) -> Json:
    from tokenry.api.admin import Admin
    from tokenry.app import offline

    async def run() -> Json:
        last: Json = {}
        async with offline(folder, None) as rooms:
            async for last in Admin(rooms).follow(verb, dict(args)):
                if "doing" in last:
                    tell(last)
        return last

    return asyncio.run(run())


def _alone(folder: Path, verb: str, args: dict[str, object]) -> Json:
    """The same verb without a server. Raises TokenryError; code folder_locked when somebody else has the folder."""
    from tokenry.api.admin import Admin
    from tokenry.app import offline

    async def run() -> Json:
        async with offline(folder, None) as rooms:
            return await Admin(rooms).call(verb, dict(args))

    return asyncio.run(run())
