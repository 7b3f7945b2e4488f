"""Parquet, one document a row. Knows which columns hold what only from the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from tokenry.corpus.read.lines import from_fields
from tokenry.corpus.read.places import opened
from tokenry.corpus.read.source import Damaged, Loss, Mark, Part, Record, Watch

ROWS_MAX = 1 << 27  # of a group: more than anybody writes, and what can still be counted


class TablesReader:
    """A position is a row's number in its file, from 0."""

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        table = _table(file)
        for number in range(table.metadata.num_row_groups):
            group = table.metadata.row_group(number)
            if not 0 <= group.num_rows <= ROWS_MAX:
                raise Damaged(Loss("damaged", f"a group of {group.num_rows} rows"))
            size = group.total_byte_size // max(group.num_rows, 1)
            for _ in range(group.num_rows):
                yield Mark(0, size)

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        """The records of a part, in order."""
        origin = part.file.origin
        with opened(part.file, watch.alive) as raw:
            file = _table(raw)
            wanted = {origin.text, origin.url, "date", "licence", "license"}
            columns = [name for name in file.schema_arrow.names if name in wanted]
            last = part.first + part.count
            start = 0
            for number in range(file.metadata.num_row_groups):
                end = start + file.metadata.row_group(number).num_rows
                wanted_rows = range(max(part.first, start), min(last, end))
                if wanted_rows:
                    yield from _group(file, number, columns, _Wanted(part, start, wanted_rows, watch))
                start = end


class _Wanted(NamedTuple):
    part: Part
    start: int  # the group's first row in the file
    rows: range
    watch: Watch


def _group(file: Any, number: int, columns: list[str], wanted: _Wanted) -> Iterator[Record]:
    """A group's rows. It is read at once: where that does harm, all of them go."""
    part = wanted.part
    loss = wanted.watch.look(wanted.rows[0] - part.first)
    if loss is not None:
        yield from (Record(position=at, loss=loss) for at in wanted.rows)
        return
    rows = _rows(file, number, columns)
    for at in wanted.rows:
        yield _record(rows, at, at - wanted.start, part, wanted.watch.look(at - part.first))


def _record(rows: Any, at: int, row: int, part: Part, loss: Loss | None) -> Record:
    if row >= rows.num_rows:
        raise Damaged(Loss("damaged", "a group has fewer rows than the file says"))
    made = Record(position=at, loss=loss)
    return from_fields(made, _fields(rows.slice(row, 1)), part) if loss is None else made


def _fields(row: Any) -> dict[str, Any]:
    """One row; bytes of a text that are no UTF-8 become U+FFFD, as everywhere."""
    try:
        return dict(row.to_pylist()[0])
    except UnicodeDecodeError:
        return {name: _text(row.column(name)) for name in row.column_names}


def _text(column: Any) -> Any:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        value = column.cast(pa.large_binary())[0].as_py()
        return None if value is None else value.decode("utf-8", "replace")
    return column[0].as_py()


def _table(file: BinaryIO) -> Any:
    try:
        return pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(_damage(error)) from error


def _damage(error: Exception) -> Loss:
    return Loss("damaged", (str(error) or type(error).__name__).splitlines()[0][:300])


def _rows(file: Any, group: int, columns: list[str]) -> Any:
    try:
        return file.read_row_group(group, columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(_damage(error)) from error
