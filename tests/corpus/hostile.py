"""A run whose reader can be killed: some lines make it die, hang or raise, as a hostile record might."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tokenry.corpus.read import READERS, Part
from tokenry.corpus.read.lines import LinesReader
from tokenry.corpus.read.source import Mark, Record, Watch
from tokenry.corpus.run.workbench import Factory, Workbench


class Frail(LinesReader):
    """Reads lines until one does harm; a file that begins with `KILL` cannot even be walked through."""

    def survey(self, file: BinaryIO) -> Iterator[Mark]:
        if file.read(4) == b"KILL":
            os._exit(3)
        file.seek(0)
        yield from super().survey(file)

    def read(self, part: Part, watch: Watch) -> Iterator[Record]:
        lines = Path(part.file.path).read_bytes().splitlines()
        for number in range(part.count):
            loss = watch.look(number)
            if loss is None:
                harm(lines[part.first + number])
            (record,) = super().read(_single(part, number), Watch(lambda _, loss=loss: loss, watch.alive))  # type: ignore[misc]  # bound now
            yield record


def harm(line: bytes) -> None:
    if b"DIE" in line:
        os._exit(3)
    if b"HANG" in line:
        threading.Event().wait()
    if b"RAISE" in line:
        raise ValueError("what is this?")


def _single(part: Part, number: int) -> Part:
    lines = Path(part.file.path).read_bytes().splitlines(keepends=True)
    first = part.first + number
    return Part(part.file, sum(map(len, lines[:first])), first, 1, len(lines[first]))


class FrailFactory(Factory):
    """The workbench of a worker, with that reader."""

    def __call__(self) -> Workbench:
        READERS["jsonl"] = Frail()
        return Workbench(self.recipe, self.out)
