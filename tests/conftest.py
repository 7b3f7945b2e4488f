"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator

import pytest

from tests import schema_once
from tests.e2e.harness import nursery
from tokenry.base import logs

# Tests start many processes; with their byte code kept, each start takes a third of the time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: the garbage collector need not look at them each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio: Tokenry has one event loop and no second dialect."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def new_databases_are_copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The schema of app.db is made once for all tests, but for those of `tests/storage`."""
    schema_once.put(schema_once.Schema(tmp_path_factory.mktemp("schema")))
    yield
    schema_once.put(None)


@pytest.fixture(scope="session", autouse=True)
def programs_start_at_once() -> Iterator[None]:
    """The program is imported once a worker for all servers and verbs that are started with words alone."""
    here = nursery.Nursery()
    nursery.put(here)
    yield
    nursery.put(None)
    here.close()


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
