"""The sets that a configuration names, as they lie there now; what was read is kept in mind while its file stays."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeVar

import msgspec

from tokenry.base.errors import Conflict, NotFound
from tokenry.sets import roots
from tokenry.sets.files import FILE_SIZE_MAX, Mark, Unread, digest, opened, there, whole
from tokenry.sets.finding import SETS_MAX, folders, id_of, matches, name_of
from tokenry.sets.papers import Content, Manifest
from tokenry.sets.report import FOLDER, REPORT_FILES, SUMMARY, SUMMARY_SIZE_MAX, Report
from tokenry.sets.roots import Signature, signature

MANIFEST: Final = "manifest.json"
BOOK: Final = "book.jsonl"  # stands from a build's first minute
REMEMBERED_MAX: Final = 64 * 1024 * 1024  # bytes of files whose content is kept in memory
SHARD_FILES_MAX: Final = 20_000  # that are looked at for one answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """One set.

    Args:
        id: stable; see `finding.id_of`. name: as people call it. folder: where it lies, never told to a client.
        fault: why it cannot be read, in words without a path; None with no manifest = it is being built, or was
            broken off.
        finished_ns: when its manifest was written, which is the last file of a build.
    """

    id: str
    name: str
    folder: Path
    manifest: Manifest | None = None
    manifest_sha256: str | None = None
    finished_ns: int | None = None
    fault: str | None = None

    @property
    def state(self) -> Literal["finished", "unfinished", "unreadable"]:
        """Whether its papers are there, not yet, or not in a form to be read."""
        if self.manifest is not None:
            return "finished"
        return "unfinished" if self.fault is None else "unreadable"


class Sets:
    """Reads sets. Every method blocks on the disk: not for the event loop."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, Mark], Any] = OrderedDict()
        self._lock = threading.Lock()

    def listing(self, patterns: Iterable[str]) -> list[TrainingSet]:
        """All sets, those that were finished last first."""
        found: dict[str, TrainingSet] = {}
        for one in self._found(patterns):
            found.setdefault(one.id, one)  # the same set twice is told once
            if len(found) == SETS_MAX:
                break
        return sorted(found.values(), key=lambda one: (-(one.finished_ns or 0), one.name, one.id))

    def find(self, patterns: Iterable[str], set_id: str) -> TrainingSet:
        """One of them. Raises NotFound."""
        for one in self.listing(patterns):
            if one.id == set_id:
                return one
        raise NotFound(f"There is no training set {set_id[:100]!r}.", param="set_id")

    def signed(self, one: TrainingSet) -> Signature:
        """How it is signed."""
        if one.manifest_sha256 is None:
            return Signature("none")
        sha256 = one.manifest_sha256
        try:
            return self._kept(one.folder, roots.NAME, roots.SIZE_MAX, lambda log: signature(log, sha256), sha256)
        except FileNotFoundError:
            return Signature("none")
        except Unread as error:
            return Signature("broken", str(error))

    def report(self, one: TrainingSet) -> Report:
        """Its report."""
        marks = {name: there(one.folder, f"{FOLDER}/{name}") for name in REPORT_FILES}
        files = {name: mark.size for name, mark in marks.items() if mark is not None}
        try:
            content = self._kept(one.folder, SUMMARY, SUMMARY_SIZE_MAX, lambda said: _decoded(said, SUMMARY, Content))
        except FileNotFoundError:
            return (
                Report("unreadable", f"{SUMMARY} is missing", None, files) if files else Report("none", None, None, {})
            )
        except Unread as error:
            return Report("unreadable", str(error), None, files)
        same = content.set.manifest_sha256 == one.manifest_sha256
        return Report("current" if same else "older", None, content, files)

    def file(self, one: TrainingSet, name: str) -> tuple[BinaryIO, int]:
        """A file of its report, open, and its size in bytes.

        Args:
            name: one of `REPORT_FILES`.

        Raises:
            NotFound: it is not there. Conflict: it cannot be handed out.
        """
        assert name in REPORT_FILES
        try:
            file, mark = opened(one.folder, f"{FOLDER}/{name}")
        except FileNotFoundError as error:
            raise NotFound(
                f"This training set has no {FOLDER}/{name}. `tokenry corpus report` writes it.", param="set_id"
            ) from error
        except Unread as error:
            raise Conflict(f"{error}.") from error
        return file, mark.size

    def shards_state(self, one: TrainingSet) -> Literal["there", "missing", "changed", "unlooked"]:
        """Whether the shards' files are there with the sizes of the manifest. Their bytes are not read."""
        files = [file for shard in (one.manifest.shards if one.manifest else ()) for file in shard.files]
        if len(files) > SHARD_FILES_MAX:
            return "unlooked"
        changed = False
        for file in files:
            try:
                changed |= (one.folder / file.name).stat().st_size != file.bytes
            except OSError:
                return "missing"
        return "changed" if changed else "there"

    def troubles(self, patterns: Iterable[str]) -> Iterator[str]:
        """What whoever configured this should know, a sentence each; for the server's own log, so paths may stand."""
        for pattern in patterns:
            if not [*self._found([pattern])]:
                there_is = f"what is there holds no {MANIFEST}" if matches(pattern) else "there is nothing"
                yield f"corpus.sets: {pattern!r} leads to no training set: {there_is}"
        for one in self._found(patterns):
            if one.fault is not None:
                yield f"corpus.sets: {one.folder} cannot be read: {one.fault}"

    def _found(self, patterns: Iterable[str]) -> Iterator[TrainingSet]:
        for folder in folders(patterns):
            name = name_of(folder)
            try:
                manifest, sha256, finished_ns = self._manifest(folder)
            except FileNotFoundError:
                if (folder / BOOK).is_file():
                    yield TrainingSet(id_of(name, ""), _shown(name), folder)
            except Unread as error:
                yield TrainingSet(id_of(name, ""), _shown(name), folder, fault=str(error))
            else:
                one = id_of(name, manifest.fingerprint)
                yield TrainingSet(one, _shown(name), folder, manifest, sha256, finished_ns)

    def _manifest(self, folder: Path) -> tuple[Manifest, str, int]:
        file, mark = opened(folder, MANIFEST)
        file.close()
        manifest, sha256 = self._kept(
            folder, MANIFEST, FILE_SIZE_MAX, lambda said: (_decoded(said, MANIFEST, Manifest), digest(said))
        )
        return manifest, sha256, mark.changed_ns

    def _kept(self, folder: Path, name: str, most: int, parse: Callable[[bytes], T], beside: str = "") -> T:
        """What a file says, parsed once while it stays the same. `beside`: what else the answer hangs on."""
        file, mark = opened(folder, name, most)
        with file:
            key = (f"{name} {beside}", mark)
            with self._lock:
                if key in self._known:
                    self._known.move_to_end(key)
                    known: T = self._known[key]
                    return known
            said = parse(whole(file, mark, name))
        with self._lock:
            self._known[key] = said
            while sum(one.size for _, one in self._known) > REMEMBERED_MAX and len(self._known) > 1:
                self._known.popitem(last=False)
        return said


def _decoded(content: bytes, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unread(f"{name} is not what `tokenry corpus` writes: {str(error)[:200]}") from error


def _shown(name: str) -> str:
    """A folder's name as text: bytes that are none, and characters that steer a terminal or a line, are replaced."""
    text = name.encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else "�" for sign in text)[:200]
