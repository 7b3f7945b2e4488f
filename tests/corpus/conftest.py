"""Files that a reader keeps open between the parts of one are let go after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tokenry.corpus.read.finding import READERS
from tokenry.corpus.read.lines import LinesReader


@pytest.fixture(autouse=True)
def files_let_go() -> Iterator[None]:
    yield
    for reader in READERS.values():
        if isinstance(reader, LinesReader):
            reader.close()
