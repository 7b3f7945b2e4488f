"""The one error of this room: the disk, or a file on it, is not as it must be."""

from __future__ import annotations

from tokenry.base.errors import TokenryError


class StorageError(TokenryError):
    """A file or folder cannot be used now; the message says which, why, and what to do, in one line."""

    status = 503
    type = "server_error"
    code = "storage_unavailable"
