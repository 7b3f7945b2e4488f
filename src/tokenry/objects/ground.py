"""What everything in this room stands on, and what holds for all of it: room on the disk, whose content may be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import InvalidRequest, TokenryError, Unavailable
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.config import Config
from tokenry.storage import AppDb, Blobs, Transaction, free_bytes, total

tables = storage.tables
DAY_S = 86_400
NAMING = (tables.files, tables.upload_parts, tables.workspace_files)  # whose rows name contents by `sha256`


class KeepsNothing(TokenryError):
    """The project's content is not kept, so there is nothing that could be left here."""

    status = 403
    type = "invalid_request_error"
    code = "content_not_kept"


class FileTooLarge(TokenryError):
    """Something is larger than the server takes, or its project has left enough here."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


class DiskNearlyFull(Unavailable):
    """The disk has less left than the books need to themselves."""

    code = "disk_full"


@dataclass(frozen=True, slots=True)
class Ground:
    """Rows, contents, the time, and the configuration in force."""

    db: AppDb
    blobs: Blobs
    clock: Clock
    config: Callable[[], Config]

    def require_room(self) -> None:
        """Take nothing that the disk has no room for. Raises DiskNearlyFull."""
        if free_bytes(self.blobs.folder.parent) < self.config().storage.disk_free_min:
            raise DiskNearlyFull(
                "the server's disk is nearly full, so nothing more can be left here; tell your administrator to make "
                "room",
                headers={"retry-after": "60"},
            )

    def require_share(self, connection: Transaction, project_id: str, size: int) -> None:
        """Whether what a project leaves here may grow by so many bytes. Raises FileTooLarge."""
        most = self.config().objects.project_size_max
        if most and _left_by(connection, project_id) + size > most:
            raise FileTooLarge(
                f"what this project leaves here may have {most} bytes in all (`objects.project_size_max`); delete "
                "files or stored answers that are no longer needed"
            )

    def needs(self, sha256: str) -> bool:
        """Whether some row names this content."""
        with self.db.read() as connection:
            return any(
                connection.execute(table.select().where(table.c.sha256 == sha256).limit(1)).first() is not None
                for table in NAMING
            )

    def kept_until(self) -> int:
        """When what is stored now is over, in nanoseconds since the epoch."""
        return self.clock.now_ns() + self.config().objects.keep_days * DAY_S * NS_PER_S


def require_kept(principal: Principal, what: str) -> None:
    """Whether content may be left here at all. `what`: in words, such as "files". Raises KeepsNothing."""
    if not principal.keeps_content:
        raise KeepsNothing(
            f"this project's data retention says that no content is kept, so it can have no {what}; whoever "
            "administers the project can change that"
        )


def too_much_before(param: str) -> InvalidRequest:
    """What a request goes on from is larger than a request may be."""
    return InvalidRequest(
        f"what this goes on from has more than {BODY_SIZE_MAX} bytes; begin anew with what matters of it "
        "(`/v1/responses/compact`)",
        param=param,
    )


def _left_by(connection: Transaction, project_id: str) -> int:
    """Bytes of a project's files and stored answers, and those that its pending uploads have set aside."""
    uploads, kept = tables.uploads.c, 0
    for table in (tables.files, tables.stored_completions, tables.stored_responses, tables.conversations):
        kept += total(connection, table.c.size, table.c.project_id == project_id)
    return kept + total(connection, uploads.size, uploads.project_id == project_id, uploads.state == "pending")
