"""Parquet, one document a row. Knows which columns hold what only from the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tokenry.corpus.read.lines import from_fields
from tokenry.corpus.read.source import Damaged, Loss, Mark, Part, Record


class TablesReader:
    """A position is a row's number in its file, from 0."""

    def survey(self, path: Path) -> Iterator[Mark]:
        """Each record's place and size, in order."""
        with _opened(path) as file:
            for number in range(file.metadata.num_row_groups):
                group = file.metadata.row_group(number)
                size = group.total_byte_size // max(group.num_rows, 1)
                for _ in range(group.num_rows):
                    yield Mark(0, size)

    def read(self, part: Part) -> Iterator[Record]:
        """The records of a part, in order."""
        origin = part.file.origin
        with _opened(Path(part.file.path)) as file:
            wanted = {origin.text, origin.url, "date", "licence", "license"}
            columns = [name for name in file.schema_arrow.names if name in wanted]
            last = part.first + part.count
            start = 0
            for number in range(file.metadata.num_row_groups):
                end = start + file.metadata.row_group(number).num_rows
                if start < last and end > part.first:
                    rows = _rows(file, number, columns)
                    for at in range(max(part.first, start), min(last, end)):
                        row = rows.slice(at - start, 1).to_pylist()[0]
                        yield from_fields(Record(position=at), row, part)
                start = end


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(Loss("damaged", str(error).splitlines()[0])) from error


def _rows(file: Any, group: int, columns: list[str]) -> Any:
    try:
        return file.read_row_group(group, columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(Loss("damaged", str(error).splitlines()[0])) from error
