"""What the service manager hears, on a socket of its own; and that nobody is missed where there is none."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tokenry.app.systemd import Systemd
from tokenry.base.clock import ManualClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        yield listener


def heard(manager: socket.socket) -> list[str]:
    return manager.recv(4096).decode().splitlines()


def test_the_words(manager: socket.socket) -> None:
    clock = ManualClock()
    clock.advance(s=3)
    systemd = Systemd({"NOTIFY_SOCKET": manager.getsockname()}, clock)
    systemd.ready()
    assert "READY=1" in heard(manager)
    systemd.reloading()
    assert heard(manager) == ["RELOADING=1", "MONOTONIC_USEC=3000000"]
    systemd.stopping(12.5)
    assert {"STOPPING=1", "EXTEND_TIMEOUT_USEC=12500000"} <= set(heard(manager))


def test_a_socket_without_a_file() -> None:
    name = f"\0tokenry-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name)
        listener.settimeout(5)
        Systemd({"NOTIFY_SOCKET": "@" + name[1:]}, ManualClock()).ready()
        assert "READY=1" in heard(listener)


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "relative", "@" + "x" * 300, "/" + "x" * 300])
def test_nobody_listens(address: str) -> None:
    Systemd({"NOTIFY_SOCKET": address}, ManualClock()).ready()


async def test_the_watchdog_is_fed_twice_a_period(manager: socket.socket) -> None:
    variables = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid())}
    systemd = Systemd(variables, ManualClock())
    assert systemd.beat_s == 0.01
    beating = asyncio.create_task(systemd.beat())
    for _ in range(2):
        assert await asyncio.to_thread(heard, manager) == ["WATCHDOG=1"]
    beating.cancel()


@pytest.mark.parametrize(
    "variables",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}],
)
async def test_no_watchdog(variables: dict[str, str]) -> None:
    await asyncio.wait_for(Systemd(variables, ManualClock()).beat(), 5)
