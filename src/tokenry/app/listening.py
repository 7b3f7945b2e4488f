"""Where we listen: an address and port, a Unix socket, or a socket that systemd made for us."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenry.base.errors import TokenryError
from tokenry.config import Server

FIRST_INHERITED = 3  # SD_LISTEN_FDS_START of sd_listen_fds(3)
_PRIVATE = 0o117  # what is taken off the socket's mode: owner and group may connect, nobody else


class CannotListen(TokenryError):
    """The address is taken, or not ours."""

    code = "cannot_listen"


@dataclass(frozen=True, slots=True)
class Listener:
    """What is listened on, and what of it lies in the file system because we put it there."""

    socket: socket.socket
    path: Path | None = None

    def close(self) -> None:
        """Give it back; a Unix socket of ours leaves nothing behind."""
        self.socket.close()
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def url(self, *, tls: bool) -> str:
        """Where people reach it: `http://…`, `https://…`, or `unix:` and its path."""
        if self.socket.family not in (socket.AF_INET, socket.AF_INET6):
            return f"unix:{self.socket.getsockname()}"
        host, port = self.socket.getsockname()[:2]
        scheme = "https" if tls else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def listen(server: Server, variables: Mapping[str, str], host: str | None, port: int | None) -> Listener:
    """What the command line says, else the service manager's socket, else what the configuration says.

    Args:
        server: the configuration's.
        variables: the environment; LISTEN_FDS and LISTEN_PID are looked at.
        host: the command line's; None when it says nothing.
        port: likewise.

    Raises:
        CannotListen: the address cannot be had.
    """
    if host is None and port is None:
        given = inherited(variables)
        if given is not None:
            return Listener(given)
        if server.unix_socket is not None:
            path = Path(server.unix_socket).expanduser().absolute()
            return Listener(bind_unix(path), path)
    return Listener(bind(host or server.host, server.port if port is None else port))


def bind(host: str, port: int) -> socket.socket:
    """A listening-to-be socket.

    Raises:
        CannotListen: the port is in use, or the host is no address of this machine.
    """
    try:
        listener = _bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            words = f"port {port} on {host} is in use; stop the other program or choose another with --port"
        elif error.errno == errno.EACCES:
            words = f"port {port} needs more rights than this user has; choose one above 1023 with --port"
        else:
            words = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise CannotListen(words) from None
    listener.setblocking(False)
    return listener


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def bind_unix(path: Path) -> socket.socket:
    """The same at a path. A socket that nobody listens on any more gives way; anything else at the path stays.

    Raises:
        CannotListen: somebody listens there, or the path is not ours.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _give_way(path)
        mask = os.umask(_PRIVATE)
        try:
            listener.bind(str(path))
        finally:
            os.umask(mask)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            words = f"something else is at {path}; stop the other program or choose another server.unix_socket"
        else:
            words = f"cannot listen on {path}: {error.strerror or error}; mend its folder, or choose another path"
        raise CannotListen(words) from None
    listener.setblocking(False)
    return listener


def _give_way(path: Path) -> None:
    """Raises OSError when somebody listens at the path."""
    if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def inherited(variables: Mapping[str, str]) -> socket.socket | None:
    """The socket that a service manager listens on for us, by sd_listen_fds(3); None when there is none.

    Raises:
        CannotListen: there are several, or it is no stream socket.
    """
    if variables.get("LISTEN_PID") != str(os.getpid()) or variables.get("LISTEN_FDS", "0") == "0":
        return None
    if variables["LISTEN_FDS"] != "1":
        raise CannotListen("the service manager gives several sockets; name one ListenStream in the .socket unit")
    try:
        listener = socket.socket(fileno=FIRST_INHERITED)
        listener.set_inheritable(False)
    except OSError as error:
        raise CannotListen(f"the service manager's socket cannot be used: {error.strerror}") from None
    if listener.type != socket.SOCK_STREAM:
        raise CannotListen("the service manager's socket is no stream; the .socket unit must say ListenStream")
    listener.setblocking(False)
    return listener
