"""The files of one batch while it runs: its input, and its results so far. Calls block; one thread at a time writes.

The input is a second name for the file's blob, made when the batch was: whoever deletes the file takes nothing away
from a batch that runs.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tokenry.base.ids import new_id
from tokenry.objects.batches.partial import Partial
from tokenry.objects.batches.reading import Index
from tokenry.objects.batches.results import Heard, Kind, Result, answered, unasked
from tokenry.objects.batches.states import Outcome
from tokenry.objects.batches.validation import Request, sound
from tokenry.storage import Answer, StorageError, sync_folder

FOLDER_NAME = "batches"
_INPUT, _RESULTS, _COPYING = ".input", ".results", ".copying"
_NO_SECOND_NAMES = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP})
_AT_ONCE = 1000  # results written in one go

Kept = Callable[[int], Answer | None]  # the answer that the journal keeps for the line of this number


class InputLost(StorageError):
    """The batch's input is not there any more, nor the file that it was."""


class Folder:
    """Where the files of batches that run lie, in the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FOLDER_NAME

    def input(self, batch_id: str) -> Path:
        """A batch's input."""
        return self.path / (batch_id + _INPUT)

    def results(self, batch_id: str) -> Path:
        """A batch's results so far."""
        return self.path / (batch_id + _RESULTS)

    def take(self, batch_id: str, blob: Path) -> None:
        """Keep a blob as a batch's input, durably. Nothing happens when it has one. Raises InputLost, StorageError."""
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            _second_name(blob, self.input(batch_id))
            sync_folder(self.path)
        except FileExistsError:
            return
        except FileNotFoundError as error:
            raise InputLost("the input file is gone") from error
        except OSError as error:
            raise StorageError(
                f"the batch's input cannot be kept ({error.strerror}); tell your administrator"
            ) from error

    def forget(self, batch_id: str) -> None:
        """The batch is over."""
        for path in (self.input(batch_id), self.results(batch_id)):
            path.unlink(missing_ok=True)

    def sweep(self, unfinished: Callable[[str], bool]) -> None:
        """Remove the files of batches that are over, or never began."""
        if self.path.is_dir():
            for path in self.path.iterdir():
                if not unfinished(path.stem):
                    path.unlink(missing_ok=True)


class Work:
    """One batch's files, open.

    Args:
        size_max: bytes of a line.

    Raises:
        InputLost: there is no input. StorageError: the disk refuses.
    """

    def __init__(self, folder: Folder, batch_id: str, size_max: int) -> None:
        try:
            self._input = folder.input(batch_id).open("rb")
        except FileNotFoundError as error:
            raise InputLost("the batch's input file is gone") from error
        try:
            self.index = Index(self._input, size_max)
            self._partial = Partial(folder.results(batch_id))
        except BaseException:
            self._input.close()
            raise

    def undone(self) -> Iterator[int]:
        """Places of lines that have no result, in order."""
        return (place for place, number in enumerate(self.index.numbers) if number not in self._partial)

    def request(self, place: int) -> Request:
        """What the line at a place asks."""
        return sound(self.index.read(place))

    def number(self, place: int) -> int:
        """The number of the line at a place."""
        return self.index.numbers[place]

    def add(self, results: Iterable[Result]) -> None:
        """See Partial."""
        self._partial.add(results)

    def harvest(self, kept: Kept) -> None:
        """Take in what was answered and charged before we were ended, and not written down here."""
        self._add_all(self._harvested(kept))

    def _harvested(self, kept: Kept) -> Iterator[Result]:
        for place in self.undone():
            number = self.number(place)
            answer = kept(number)
            if answer is not None:
                heard = Heard(answer.ref or new_id("req"), answer.status, answer.body)
                yield answered(number, self.request(place).custom_id, heard)

    def fill(self, kind: Kind) -> None:
        """Give up what has no result: this is what became of it."""
        self._add_all(
            unasked(self.number(place), self.request(place).custom_id, kind, new_id("req")) for place in self.undone()
        )

    def _add_all(self, results: Iterator[Result]) -> None:
        """Add without holding many in memory."""
        waiting: list[Result] = []
        for result in results:
            waiting.append(result)
            if len(waiting) >= _AT_ONCE:
                self.add(waiting)
                waiting = []
        if waiting:
            self.add(waiting)

    def outcome(self) -> Outcome:
        """See Partial."""
        return self._partial.outcome()

    def results(self) -> Iterator[Result]:
        """See Partial."""
        return self._partial.results()

    def close(self) -> None:
        """Give the files back."""
        self._input.close()
        self._partial.close()


def _second_name(file: Path, name: Path) -> None:
    """Have the file under this name, too; where the file system has one name for each, a copy. Raises OSError."""
    try:
        os.link(file, name)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAMES:
            raise
        beside = name.with_suffix(_COPYING)
        shutil.copyfile(file, beside)
        with beside.open("rb") as copied:
            os.fsync(copied.fileno())
        beside.rename(name)
