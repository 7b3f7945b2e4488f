"""The journal's file, read without owning it: for proofs and exports beside a running server, or after its death."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.ledger import DefinePrices, Hold, PriceVersion, Span, between, decode, prices_of
from tokenry.storage import Base, LedgerFile, Reader, Row

VERSIONS_MAX = 10_000  # of the price book, the newest
TELL_EVERY = 2000  # rows between two looks at the progress

__all__ = ["Hold", "JournalFile", "decode", "opened", "watched"]


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
        """Every version of the price book that was or will be in force, in the order in which they were written."""
        found: list[PriceVersion] = []
        for row in self.reader.find_latest(("prices",), VERSIONS_MAX, self.last_seq):
            record = decode(row.kind, row.body)
            assert isinstance(record, DefinePrices)
            found.append(record.version)
        base = self.base()
        written = [*([] if base is None else prices_of(base)), *found[::-1]]
        replaced = {version.instead_of for version in written}
        return [version for version in written if version.id not in replaced and version.kind != "correction"]

    def snapshot(self) -> tuple[int, bytes] | None:
        """The seq it stands after, and its body."""
        return self.reader.latest_snapshot(self.last_seq)

    def base(self) -> Base | None:
        """What the oldest row stands upon, when older ones are no longer kept."""
        return self.reader.base()


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


def watched(journal: JournalFile, span: Span) -> Iterator[Row]:
    """The rows between two times, oldest first; a bar on stderr tells whoever watches how far it is."""
    with _progress(journal.last_seq) as tell:
        for number, row in enumerate(between(journal, span)):
            if number % TELL_EVERY == 0:
                tell(row.seq)
            yield row


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    screen = show.console(stderr=True)
    if not screen.is_terminal:
        yield lambda _row: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("reading the journal", total=total)
        yield lambda row: bar.update(task, completed=row)
