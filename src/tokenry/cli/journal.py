"""The journal's file, read without owning it: for proofs and exports beside a running server, or after its death."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tokenry.base.errors import TokenryError
from tokenry.cli import places
from tokenry.ledger import DefinePrices, Hold, PriceVersion, decode
from tokenry.storage import LedgerFile, Reader, Row

VERSIONS_MAX = 10_000  # of the price book, the newest

__all__ = ["Hold", "JournalFile", "decode", "opened"]


@dataclass(frozen=True, slots=True)
class JournalFile:
    """The rows up to the newest at the time of opening, and the newest closing snapshot among them."""

    reader: Reader
    last_seq: int

    def rows(self) -> Iterator[Row]:
        """All rows, oldest first."""
        return self.reader.read(0, self.last_seq)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The rows with `after < seq <= until`, oldest first."""
        return self.reader.read(after, self.last_seq if until is None else min(until, self.last_seq))

    def price_versions(self) -> list[PriceVersion]:
        """Every version of the price book, oldest first."""
        found: list[PriceVersion] = []
        for row in self.reader.find_latest(("prices",), VERSIONS_MAX, self.last_seq):
            record = decode(row.kind, row.body)
            assert isinstance(record, DefinePrices)
            found.append(record.version)
        return found[::-1]

    def snapshot(self) -> tuple[int, bytes] | None:
        """The seq it stands after, and its body."""
        return self.reader.latest_snapshot(self.last_seq)


@contextmanager
def opened(data: Path | None) -> Iterator[JournalFile]:
    """The journal of a data folder, read-only; nobody is kept from writing. Raises TokenryError."""
    path = places.folder(data) / places.LEDGER_NAME
    if not path.exists():
        raise TokenryError(
            f"there are no books in {path.parent} yet; `tokenry serve` begins them, or name another --data"
        )
    file = LedgerFile(path)
    with file.saying_why(), closing(Reader(file)) as reader:
        yield JournalFile(reader, reader.last_seq())
