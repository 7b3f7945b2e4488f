"""What a question stands on: passages of the files that it may be answered from, and the images that came with it.

Files that fit are given whole, those of the question first; of the others, what is found for its words. It implements
`Grounding`, and knows nothing of how a model is told.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tokenry import storage
from tokenry.base.errors import Conflict, InvalidRequest, TokenryError
from tokenry.base.logs import get_logger
from tokenry.workspace.files.embedding import Embedder
from tokenry.workspace.files.index import Index, Kept
from tokenry.workspace.files.intake import Intake
from tokenry.workspace.files.records import WorkspaceFile, WorkspaceFiles, file_of
from tokenry.workspace.sources import Grounded, Source, Wish

tables = storage.tables
table = tables.workspace_files
WAIT_S: Final = 60.0  # for files of the question that are still being read
PASSAGES_MAX: Final = 12  # that are looked for
WHOLE_PASSAGES_MAX: Final = 40  # of files that are given whole
IMAGES_MAX: Final = 20
IMAGES_SIZE_MAX: Final = 18 * 1024 * 1024  # bytes of all; as base64 they fit a request

log = get_logger("tokenry.workspace")


@dataclass(frozen=True, slots=True)
class _Scope:
    """Files by where they come from: of the question itself, and all others that may be read."""

    own: tuple[WorkspaceFile, ...]
    others: tuple[WorkspaceFile, ...]

    @property
    def texts(self) -> list[WorkspaceFile]:
        return [file for file in (*self.own, *self.others) if file.state == "ready" and file.characters]


class Retrieval:
    """Finds what a question may stand on; see `Grounding`."""

    def __init__(self, files: WorkspaceFiles, index: Index, intake: Intake, embedder: Embedder) -> None:
        self._files = files
        self._index = index
        self._intake = intake
        self._embedder = embedder

    async def __call__(self, wish: Wish) -> Grounded:
        """See Grounding.

        Raises:
            Conflict: a file of the question is still being read. InvalidRequest: one could not be read, the model sees
            no images, or they are too large together.
        """
        scope = await self._scope(wish)
        if not scope.own and not scope.others:
            return Grounded()
        images = await asyncio.to_thread(self._images, wish, scope)
        passages, requests = await self._passages(wish, scope)
        names = {file.id: file.name for file in (*scope.own, *scope.others)}
        return Grounded(_numbered(passages, names), images, requests)

    async def _scope(self, wish: Wish) -> _Scope:
        own = wish.files[list(wish.files)[-1]] if wish.files else ()
        if own and not await self._intake.settled(own, WAIT_S):
            raise Conflict("a file of this message is still being read; ask again in a moment")
        scope = await asyncio.to_thread(self._find, wish, own)
        for file in scope.own:
            if file.state == "reading":
                raise Conflict(f"“{file.name}” is still being read; ask again in a moment")
            if file.state == "failed":
                words = f"“{file.name}” could not be read: {file.error}. Take it out of the message, or upload it anew."
                raise InvalidRequest(words, param="file_ids")
            if file.kind == "image" and not wish.sees:
                raise InvalidRequest(
                    f"“{file.name}” is an image, and this model sees none: choose a model that does", param="model"
                )
        return scope

    def _find(self, wish: Wish, own: Sequence[str]) -> _Scope:
        column, now_ns = table.c, self._files.ground.clock.now_ns()
        earlier = [one for ids in wish.files.values() for one in ids if one not in own]
        mine = (column.user_id == wish.whose.user_id) & (column.organization_id == wish.whose.organization_id)
        meant: Any = column.id.in_([*own, *earlier])
        if wish.folder_id is not None:
            meant |= column.folder_id == wish.folder_id
        with self._files.ground.db.read() as connection:
            alive = column.expires_at.is_(None) | (column.expires_at > now_ns)
            rows = list(connection.execute(table.select().where(mine, meant, alive).order_by(column.id)))
            if wish.assistant_id is not None:
                rows += connection.execute(_of_assistant(wish, alive))
        found = {row.id: file_of(row) for row in rows}
        first = tuple(found.pop(one) for one in dict.fromkeys(own) if one in found)
        return _Scope(first, tuple(found.values()))

    async def _passages(self, wish: Wish, scope: _Scope) -> tuple[list[Kept], tuple[str, ...]]:
        """Passages within `characters_max`, those of one file beside each other, in order."""
        texts = scope.texts
        if _fits(texts, wish.characters_max):
            whole = await asyncio.to_thread(self._index.whole, [file.id for file in texts])
            if len(whole) <= WHOLE_PASSAGES_MAX:
                return whole, ()
        vector, requests = await self._vector(wish, texts)
        best = await asyncio.to_thread(self._index.search, texts, wish.text, vector, PASSAGES_MAX)
        chosen, size = list[Kept](), 0
        for one in best or await asyncio.to_thread(self._first, scope.own):
            if size + len(one.text) > wish.characters_max and chosen:
                continue
            chosen.append(one)
            size += len(one.text)
        order = {file.id: place for place, file in enumerate(texts)}
        return sorted(chosen, key=lambda one: (order[one.file_id], one.position)), requests

    def _first(self, own: Sequence[WorkspaceFile]) -> list[Kept]:
        """How files begin that came with the question, when nothing in them meets its words: "what is this?"."""
        return self._index.whole([file.id for file in own])[:PASSAGES_MAX]

    async def _vector(self, wish: Wish, texts: Iterable[WorkspaceFile]) -> tuple[bytes | None, tuple[str, ...]]:
        """The question's vector, where files have some; without it, its words find what they find."""
        model = self._embedder.model
        if model is None or not wish.text.strip() or not any(file.embedded_by == model for file in texts):
            return None, ()
        try:
            vectors, request_id = await self._embedder.embed(wish.principal, model, [wish.text])
        except TokenryError as error:
            log.info("a question has no vector", why=error.message)
            return None, ()
        return vectors[0], (request_id,)

    def _images(self, wish: Wish, scope: _Scope) -> dict[str, tuple[dict[str, Any], ...]]:
        """Images by message, the newest first, as far as a request has room for them."""
        if not wish.sees:
            return {}
        known = {
            file.id: file for file in (*scope.own, *scope.others) if file.kind == "image" and file.state == "ready"
        }
        given: dict[str, tuple[dict[str, Any], ...]] = {}
        left, room = IMAGES_MAX, IMAGES_SIZE_MAX
        for message_id, ids in reversed(list(wish.files.items())):
            parts = []
            for file in (known[one] for one in ids if one in known):
                if left and file.size <= room:
                    parts.append(self._image(file))
                    left, room = left - 1, room - file.size
                elif file in scope.own:
                    raise InvalidRequest(
                        f"the images of a message have at most {IMAGES_SIZE_MAX // 2**20} MiB in all: take one out, or "
                        "make them smaller",
                        param="file_ids",
                    )
            if parts:
                given[message_id] = tuple(parts)
        return given

    def _image(self, file: WorkspaceFile) -> dict[str, Any]:
        data = b"".join(self._files.ground.blobs.read(file.sha256))
        return {
            "type": "image_url",
            "image_url": {"url": f"data:{file.mime_type};base64,{base64.b64encode(data).decode()}"},
        }


def _fits(texts: Sequence[WorkspaceFile], characters_max: int) -> bool:
    return sum(file.characters or 0 for file in texts) <= characters_max


def _of_assistant(wish: Wish, alive: Any) -> Any:
    """The files of an assistant that is theirs, or shared in their organization."""
    made = tables.assistants.c
    may = (made.user_id == wish.whose.user_id) | made.shared.is_(True)
    known = tables.assistants.select().where(
        made.id == wish.assistant_id, made.organization_id == wish.whose.organization_id, may
    )
    return table.select().where(table.c.assistant_id.in_(known.with_only_columns(made.id)), alive).order_by(table.c.id)


def _numbered(passages: Sequence[Kept], names: dict[str, str]) -> tuple[Source, ...]:
    return tuple(
        Source(
            number=number, file_id=one.file_id, file_name=names[one.file_id], passage_id=one.id, text=one.text,
            page=one.page, time_ms=one.time_ms, line=one.line, heading=one.heading,
        )
        for number, one in enumerate(passages, start=1)
    )  # fmt: skip
