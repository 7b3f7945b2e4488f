"""One server for all these tests, with small limits, and one whose patience is short; both must end well."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, configured, scripted
from tests.hostile.raw import Line

BODY_SIZE_MAX = 300_000
HASTY = Path(__file__).with_name("hasty.py")


def _house(folder: Path, **how: Any) -> Iterator[Server]:
    config = configured(
        scripted("script"),
        scripted("slow", "words=40&delay_ms=20"),
        scripted("vectors", more='kind = "embedding"'),
        top=f"[server]\nbody_size_max = {BODY_SIZE_MAX}\n",
    )
    server = Server(folder, config, **how).start()
    yield server
    server.idle()
    assert server.stop() == 0, server.log.read_text()
    said = server.log.read_text()
    assert "request failed" not in said, said[-4000:]
    assert "Traceback" not in said, said[-4000:]
    report = server.check()
    assert report["ok"], report
    assert report["open_holds"] == 0, report


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it stands."""
    yield from _house(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="package")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits half a second where the real one waits half a minute."""
    yield from _house(tmp_path_factory.mktemp("hasty"), prefix=[sys.executable, str(HASTY)])


@pytest.fixture(scope="package")
def key(server: Server) -> Key:
    """A key of the first server."""
    return server.key("hostile")


@pytest.fixture(scope="package")
def hasty_key(hasty: Server) -> Key:
    """A key of the second."""
    return hasty.key("hostile")


@pytest.fixture
async def no_line_left() -> AsyncIterator[None]:
    """Connections that a test left open are closed on its own loop."""
    yield
    await Line.all_leave()


@pytest.fixture
async def still_well(server: Server, no_line_left: None) -> AsyncIterator[None]:
    """After the test the server answers."""
    yield
    status, body = await asyncio.to_thread(server.get, "/readyz")
    assert (status, body["status"]) == (200, "ready")
