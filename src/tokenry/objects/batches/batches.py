"""Batches as projects see them: made, found, listed, cancelled. What becomes of them is the runner's. Calls block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from tokenry.access import Principal
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id
from tokenry.objects.batches.batch import ENDPOINTS, WINDOWS_S, Batch
from tokenry.objects.batches.register import Register
from tokenry.objects.batches.states import Outcome, asked_to_cancel
from tokenry.objects.batches.work import Folder, InputLost
from tokenry.objects.files import Files, StoredFile
from tokenry.objects.ground import Ground, require_kept
from tokenry.objects.listing import Wish


class TooManyBatches(TokenryError):
    """A project has as many unfinished batches as it may."""

    status = 429
    type = "requests"
    code = "too_many_batches"


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What a batch is to be.

    Args:
        endpoint: the path that its lines ask.
        window: one of WINDOWS_S.
        output_expires_after: seconds that its files live; None = as long as others of a batch.
    """

    input_file_id: str
    endpoint: str
    window: str
    metadata: Mapping[str, str] | None = None
    output_expires_after: int | None = None


class Batches:
    """All batches of all projects.

    Attributes:
        endpoints: paths that lines may ask here.
        changed: told of a batch that is new, or was cancelled.
        progress: what came of a batch's lines so far, where it is known better than from its row.
    """

    def __init__(self, ground: Ground, files: Files) -> None:
        self.ground = ground
        self.files = files
        self.register = Register(ground.db)
        self.folder = Folder(ground.blobs.folder.parent)
        self.endpoints: Callable[[], tuple[str, ...]] = lambda: ENDPOINTS
        self.changed: Callable[[Batch], None] = lambda _batch: None
        self.progress: Callable[[str], Outcome | None] = lambda _batch_id: None

    def create(self, principal: Principal, new: NewBatch) -> Batch:
        """A new batch of the key's project; its lines are looked at from now on.

        Raises:
            InvalidRequest: the endpoint or the file cannot be. NotFound: there is no such file.
            KeepsNothing: its content is not kept. TooManyBatches, DiskNearlyFull, StorageError.
        """
        require_kept(principal, "batches")
        self.ground.require_room()
        endpoints = self.endpoints()
        if new.endpoint not in endpoints:
            raise InvalidRequest(f"a batch's endpoint is one of {', '.join(endpoints)}", param="endpoint")
        now_ns = self.ground.clock.now_ns()
        batch = Batch(
            id=new_id("batch", at_ns=now_ns), organization_id=principal.organization_id,
            project_id=principal.project_id, key_id=principal.key_id, endpoint=new.endpoint,
            input_file_id=new.input_file_id, window=new.window, metadata=dict(new.metadata) if new.metadata else None,
            output_expires_after=new.output_expires_after, created_at=now_ns,
            expires_at=now_ns + WINDOWS_S[new.window] * NS_PER_S,
        )  # fmt: skip
        self.take_input(batch)
        try:
            with self.ground.db.write() as connection:
                most = self.ground.config().objects.batches_unfinished_max
                if self.register.unfinished_of(connection, batch.project_id) >= most:
                    raise TooManyBatches(
                        f"this project has {most} unfinished batches (`objects.batches_unfinished_max`); wait for one "
                        "to end, or cancel one",
                        headers={"retry-after": "60"},
                    )
                self.register.enter(connection, batch)
        except BaseException:
            self.folder.forget(batch.id)
            raise
        self.changed(batch)
        return batch

    def take_input(self, batch: Batch) -> None:
        """Keep the input file's content for the batch, whatever becomes of the file; once. Raises as `create`."""
        if self.folder.input(batch.id).exists():
            return
        file = self._input_of(batch)
        try:
            self.folder.take(batch.id, self.ground.blobs.path(file.sha256))
        except InputLost:
            raise NotFound(f"No such File object: {file.id}", param="input_file_id") from None

    def _input_of(self, batch: Batch) -> StoredFile:
        try:
            file = self.files.get(batch.project_id, batch.input_file_id)
        except NotFound as error:
            raise NotFound(error.message, param="input_file_id") from None
        if file.purpose != "batch":
            raise InvalidRequest(
                f"the file's purpose is {file.purpose!r}; a batch takes files of purpose 'batch'", param="input_file_id"
            )
        most = self.ground.config().objects.batch_size_max
        if file.size > most:
            raise InvalidRequest(
                f"the file has {file.size} bytes, and a batch's has at most {most} (`objects.batch_size_max`); make "
                "several of it",
                param="input_file_id",
            )
        return file

    def get(self, project_id: str, batch_id: str) -> Batch:
        """One batch of a project, as far as it has come. Raises NotFound."""
        return self._now(self.register.of_project(project_id, batch_id))

    def newest(self, count: int, project_id: str | None = None) -> list[Batch]:
        """The newest batches of a project, or of all of them."""
        return [self._now(batch) for batch in self.register.newest(count, project_id)]

    def any(self, batch_id: str) -> Batch:
        """One batch, whosever it is. Raises NotFound."""
        return self._now(self.register.get(batch_id))

    def list(self, project_id: str, wish: Wish) -> tuple[list[Batch], bool]:
        """A page of a project's batches, and whether more follow. Raises InvalidRequest."""
        rows, more = self.register.list(project_id, wish)
        return [self._now(batch) for batch in rows], more

    def cancel(self, project_id: str, batch_id: str) -> Batch:
        """Begin no more of its lines. Raises NotFound, and Conflict: it is over."""
        self.register.of_project(project_id, batch_id)
        now_ns = self.ground.clock.now_ns()
        batch = self.register.change(batch_id, lambda batch: asked_to_cancel(batch, now_ns))
        self.changed(batch)
        return self._now(batch)

    def sweep(self) -> None:
        """Remove what batches that are over left in their folder. Only while none is made: before anybody is served."""
        unfinished = {batch.id for batch in self.register.unfinished()}
        self.folder.sweep(unfinished.__contains__)

    def _now(self, batch: Batch) -> Batch:
        so_far = self.progress(batch.id) if batch.unfinished else None
        if so_far is None:
            return batch
        return msgspec.structs.replace(batch, completed=so_far.completed, failed=so_far.failed, usage=so_far.usage)
