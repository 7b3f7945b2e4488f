"""A batch as it is kept: whose it is, what it asks for, how far it has come. Knows no rows and no files."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["validating", "failed", "in_progress", "finalizing", "completed", "expired", "cancelling", "cancelled"]
UNFINISHED: frozenset[State] = frozenset({"validating", "in_progress", "finalizing", "cancelling"})
WINDOWS_S = {"24h": 86_400}  # by name, as OpenAI has it
ENDPOINTS = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/moderations")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with an input file. `line` counts from 1; None = the whole file. `param` names the field."""

    code: str
    message: str
    param: str | None = None
    line: int | None = None


class Use(msgspec.Struct, frozen=True):
    """Tokens of lines that were answered."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def plus(self, other: Use) -> Use:
        """Both together."""
        return Use(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One batch. Times are nanoseconds since the epoch, `output_expires_after` is seconds; `total`, `completed` and
    `failed` count lines.

    `expires_at` is the end of its window, `model` what its lines ask for when they agree.
    """

    id: str
    organization_id: str
    project_id: str
    key_id: str
    endpoint: str
    input_file_id: str
    window: str
    created_at: int
    expires_at: int
    state: State = "validating"
    model: str | None = None
    metadata: dict[str, str] | None = None
    total: int = 0
    completed: int = 0
    failed: int = 0
    usage: Use | None = None
    errors: tuple[Fault, ...] = ()
    output_expires_after: int | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    in_progress_at: int | None = None
    finalizing_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    expired_at: int | None = None
    cancelling_at: int | None = None
    cancelled_at: int | None = None

    @property
    def unfinished(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in UNFINISHED
