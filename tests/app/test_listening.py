"""Where we listen, and what is said when it cannot be had."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tokenry.app.listening import CannotListen, Listener, bind, bind_unix, inherited, listen
from tokenry.config import Server


def test_the_command_line_goes_first(tmp_path: Path) -> None:
    server = Server(unix_socket=str(tmp_path / "socket"), port=0)
    listener = listen(server, {}, None, None)
    assert listener.url(tls=True) == f"unix:{tmp_path / 'socket'}"
    listener.close()
    assert not (tmp_path / "socket").exists()
    listener = listen(server, {}, None, 0)
    assert listener.url(tls=False).startswith("http://127.0.0.1:")
    assert listener.url(tls=True).startswith("https://127.0.0.1:")
    listener.close()


def test_an_address_of_six() -> None:
    with bind("::1", 0) as six:
        assert Listener(six).url(tls=False).startswith("http://[::1]:")


def test_what_is_no_socket_stays(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    path.write_text("mine")
    with pytest.raises(CannotListen, match="something else is at"):
        bind_unix(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["absent/socket", "x" * 200])
def test_a_path_that_cannot_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotListen, match="cannot listen on"):
        bind_unix(tmp_path / name)


def test_a_socket_that_nobody_listens_on_gives_way(tmp_path: Path) -> None:
    for _ in range(2):  # the first leaves its file behind
        bind_unix(tmp_path / "socket").close()


@pytest.mark.parametrize(
    "variables", [{}, {"LISTEN_FDS": "1"}, {"LISTEN_FDS": "1", "LISTEN_PID": "1"}, {"LISTEN_PID": str(os.getpid())}]
)
def test_a_socket_for_somebody_else(variables: dict[str, str]) -> None:
    assert inherited(variables) is None


def test_two_sockets_are_one_too_many() -> None:
    with pytest.raises(CannotListen, match="one ListenStream"):
        inherited({"LISTEN_FDS": "2", "LISTEN_PID": str(os.getpid())})


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CannotListen, match="is in use"):
        bind("127.0.0.1", other.getsockname()[1])
