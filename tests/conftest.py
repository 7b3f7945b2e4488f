"""Fixtures that every room's tests share."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from tokenry.base import logs


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio: Tokenry has one event loop and no second dialect."""
    return "asyncio"


@pytest.fixture(autouse=True)
def the_log_as_it_was() -> Iterator[None]:
    """A server that a test runs sets up the log of the whole process; the next test must not speak its way."""
    handlers = logging.root.handlers[:]
    yield
    logs.set_up("info", logs.as_text)
    logging.root.handlers[:] = handlers
    announce = sys.modules.get("tokenry.app.announce")
    if announce is not None:
        announce._voice.__init__()
