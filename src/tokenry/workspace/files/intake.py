"""What becomes of a file that was left: it is read in a child, cut into passages, and gets its vectors.

All of it can be done again from any point: a start takes up what the last process left. A file is ready when its words
can be found; its vectors come after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from weakref import WeakValueDictionary

from msgspec.structs import replace

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.reading import Found, Reader, ReadingLimits, Refused
from tokenry.workspace.files.embedding import AT_ONCE, Embedder
from tokenry.workspace.files.index import Index, Kept
from tokenry.workspace.files.listening import Listener, transcript
from tokenry.workspace.files.records import IMAGE_SIZE_MAX, WorkspaceFile, WorkspaceFiles
from tokenry.workspace.whose import Whose

log = get_logger("tokenry.workspace")
BY_WORDS = "found by its words only"
UNHEARD = "no model of this house turns speech into text for you, so nothing of what is said in it can be found"
TRIES_AFTER_S = (2.0, 10.0, 60.0, 300.0)  # for vectors, when what makes them cannot be reached now

Payer = Callable[[Whose, str], Principal]


class Intake:
    """Reads files, one of each person at a time, so that nobody's hundred slow ones hold up everybody else's. One per
    event loop.

    Args:
        payer: as whom somebody's requests in a project are asked. Blocks; raises TokenryError.

    Attributes:
        listener: hears recordings; None = they are kept without a text.
    """

    tries_after_s = TRIES_AFTER_S

    def __init__(self, files: WorkspaceFiles, index: Index, reader: Reader, embedder: Embedder, payer: Payer) -> None:
        self._files = files
        self._index = index
        self._reader = reader
        self._embedder = embedder
        self._payer = payer
        self.listener: Listener | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._read: dict[str, asyncio.Event] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by person, while somebody waits

    def begin(self, file: WorkspaceFile) -> None:
        """Read a file, or go on with it, unless that is under way."""
        if file.id not in self._tasks:
            self._read[file.id] = asyncio.Event()
            task = self._tasks[file.id] = asyncio.create_task(self._work(file))
            task.add_done_callback(lambda _: self._done(file.id))

    async def resume(self) -> None:
        """Take up what the last process left."""
        for file in await asyncio.to_thread(self._files.unfinished):
            self.begin(file)

    async def settled(self, file_ids: Iterable[str], seconds: float) -> bool:
        """Wait until these files are read, or have failed, at most so long; whether they are."""
        waiting = [self._read[one].wait() for one in file_ids if one in self._read]
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*waiting)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stop; the next start goes on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, file_id: str) -> None:
        self._tasks.pop(file_id, None)
        event = self._read.pop(file_id, None)
        if event is not None:
            event.set()

    async def _work(self, seen: WorkspaceFile) -> None:
        try:
            file = await asyncio.to_thread(self._files.any, seen.id)  # read since it was seen? never pay twice
            if file is not None and file.state == "reading":
                async with self._turns.setdefault(file.user_id, asyncio.Lock()):
                    await self._take_in(file)
            self._read[seen.id].set()
            await self._embed(seen.id)
        except Exception:  # edge: task supervisor; the next start tries again
            log.exception("a file could not be taken in", file_id=seen.id)

    async def _take_in(self, file: WorkspaceFile) -> None:
        bounds = self._files.ground.config().workspace
        limits = ReadingLimits(bounds.reading_memory_max, bounds.reading_timeout_s)
        found = await self._reader.read(self._files.ground.blobs.path(file.sha256), file.name, limits)
        if isinstance(found, Found) and found.kind == "image" and file.size > IMAGE_SIZE_MAX:
            words = (
                f"an image may have at most {IMAGE_SIZE_MAX // 2**20} MiB, so that it fits a request: make it smaller"
            )
            found = Refused(code="too_large", words=words)
        if isinstance(found, Found) and found.kind == "audio":
            found = await self._hear(replace(file, mime_type=found.mime_type), found)
        if isinstance(found, Refused):
            await asyncio.to_thread(self._index.fail, file.id, found.words)
        else:
            await asyncio.to_thread(self._index.store, file, found)

    async def _hear(self, file: WorkspaceFile, found: Found) -> Found | Refused:
        """What is said in a recording. Without anybody who hears it, it stays a file without a text, and says so."""
        if self.listener is None or file.project_id is None:
            return replace(found, note=UNHEARD)
        try:
            principal = await asyncio.to_thread(self._payer, _whose(file), file.project_id)
            heard = await self.listener(file, principal)
        except TokenryError as error:
            return Refused(code="not_heard", words=f"it could not be written down: {error.message}")
        return replace(found, note=UNHEARD) if heard is None else transcript(heard, found.mime_type)

    async def _embed(self, file_id: str) -> None:
        """Vectors for those passages that have none; when that cannot be, the file says why."""
        file = await asyncio.to_thread(self._files.any, file_id)
        if file is None or file.state != "ready" or file.characters is None or file.embedded_by is not None:
            return
        model = self._embedder.model
        if file.project_id is None or model is None:
            why = "no embedding model is served here" if model is None else "you have no project that pays for more"
            await asyncio.to_thread(self._index.end_vectors, file_id, None, f"{BY_WORDS}: {why}")
            return
        for wait_s in (*self.tries_after_s, None):
            try:
                principal = await asyncio.to_thread(self._payer, _whose(file), file.project_id)
                await self._embed_with(file_id, principal, model)
            except TokenryError as error:
                if not _passes(error):
                    await asyncio.to_thread(self._index.end_vectors, file_id, None, f"{BY_WORDS}: {error.message}")
                    return
                if wait_s is not None:
                    await asyncio.sleep(wait_s)
            else:
                await asyncio.to_thread(self._index.end_vectors, file_id, model, None)
                return
        log.warning("a file has no vectors yet; the next start tries again", file_id=file_id)

    async def _embed_with(self, file_id: str, principal: Principal, model: str) -> None:
        while some := await asyncio.to_thread(self._index.without_vectors, file_id, AT_ONCE):
            vectors, _ = await self._embedder.embed(principal, model, [text_of(one) for one in some])
            pairs = [(one.seq, vector) for one, vector in zip(some, vectors, strict=True)]
            await asyncio.to_thread(self._index.put_vectors, pairs)


def text_of(passage: Kept) -> str:
    """What a passage's vector is of: its headings and its text."""
    return f"{passage.heading}\n{passage.text}" if passage.heading else passage.text


def _passes(error: TokenryError) -> bool:
    """Whether the same may work in a while: an engine that starts or rests, a rate; not a budget, nor a refusal."""
    return error.status >= 500 or error.code == "rate_limit_exceeded"


def _whose(file: WorkspaceFile) -> Whose:
    return Whose(file.organization_id, file.user_id)
