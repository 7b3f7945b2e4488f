"""One mock upstream and one server per module; a module says what it needs in `config(mock_url) -> str`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Mock, Server


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    """A mock upstream."""
    mock = Mock(tmp_path_factory.mktemp("mock"))
    yield mock
    mock.stop()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, mock: Mock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The module's server, started; its books must be sound when the module ends."""
    server = Server(tmp_path_factory.mktemp("server"), request.module.config(mock.url)).start()
    yield server
    if server.process is not None and server.process.poll() is None:
        assert server.stop() == 0, server.log.read_text()
    report = server.check()
    assert report["ok"], report
    assert report["open_holds"] == 0, report


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of a test's own; what still runs at its end is ended."""
    servers: list[Server] = []

    def started(config: str | None, **how: object) -> Server:
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        server = Server(folder, config, **how)  # type: ignore[arg-type] # pytest gives it untyped
        servers.append(server)
        return server.start()

    yield started
    for server in servers:
        if server.process is not None:
            server.kill()
