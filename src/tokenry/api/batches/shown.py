"""How batches are asked for and shown. Source of the shapes: OpenAI's OpenAPI document, Batch."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.files import ExpiresAfter, Metadata
from tokenry.api.guarded import Taken
from tokenry.base.clock import NS_PER_S
from tokenry.objects.batches import Batch, State, Use

PAIRS_MAX = 16


class NewBatchBody(Taken, kw_only=True, frozen=True):
    """What a batch is to be. `output_expires_after` is about the files that it leaves."""

    input_file_id: str
    endpoint: str
    completion_window: Literal["24h"]
    metadata: Annotated[Metadata, Meta(max_length=PAIRS_MAX)] | None = None
    output_expires_after: ExpiresAfter | None = None


class BatchFault(msgspec.Struct, kw_only=True):
    """What is wrong with an input file; `line` counts from 1."""

    code: str
    message: str
    param: str | None
    line: int | None


class BatchFaults(msgspec.Struct, kw_only=True):
    """All of it, or its beginning."""

    data: list[BatchFault]
    object: Literal["list"] = "list"


class RequestCounts(msgspec.Struct, kw_only=True):
    """How many lines there are, and how many of them are done."""

    total: int
    completed: int
    failed: int


class InputDetails(msgspec.Struct):
    """Input tokens of a kind."""

    cached_tokens: int


class OutputDetails(msgspec.Struct):
    """Output tokens of a kind."""

    reasoning_tokens: int


class BatchUsage(msgspec.Struct, kw_only=True):
    """Tokens of all lines that were answered."""

    input_tokens: int
    input_tokens_details: InputDetails
    output_tokens: int
    output_tokens_details: OutputDetails
    total_tokens: int


class BatchObject(msgspec.Struct, kw_only=True):
    """A batch. Times are seconds since the epoch."""

    id: str
    endpoint: str
    errors: BatchFaults | None
    input_file_id: str
    completion_window: str
    status: State
    output_file_id: str | None
    error_file_id: str | None
    created_at: int
    in_progress_at: int | None
    expires_at: int | None
    finalizing_at: int | None
    completed_at: int | None
    failed_at: int | None
    expired_at: int | None
    cancelling_at: int | None
    cancelled_at: int | None
    request_counts: RequestCounts
    usage: BatchUsage
    metadata: dict[str, str] | None
    model: str | msgspec.UnsetType = msgspec.UNSET
    object: Literal["batch"] = "batch"


def batch_object(batch: Batch) -> BatchObject:
    """A batch as it is shown."""
    faults = [BatchFault(code=f.code, message=f.message, param=f.param, line=f.line) for f in batch.errors]
    return BatchObject(
        id=batch.id, endpoint=batch.endpoint, errors=BatchFaults(data=faults) if faults else None,
        input_file_id=batch.input_file_id, completion_window=batch.window, status=batch.state,
        output_file_id=batch.output_file_id, error_file_id=batch.error_file_id,
        created_at=batch.created_at // NS_PER_S, in_progress_at=_seconds(batch.in_progress_at),
        expires_at=_seconds(batch.expires_at), finalizing_at=_seconds(batch.finalizing_at),
        completed_at=_seconds(batch.completed_at), failed_at=_seconds(batch.failed_at),
        expired_at=_seconds(batch.expired_at), cancelling_at=_seconds(batch.cancelling_at),
        cancelled_at=_seconds(batch.cancelled_at),
        request_counts=RequestCounts(total=batch.total, completed=batch.completed, failed=batch.failed),
        usage=_usage(batch.usage or Use()), metadata=batch.metadata,
        model=msgspec.UNSET if batch.model is None else batch.model,
    )  # fmt: skip


def _usage(use: Use) -> BatchUsage:
    return BatchUsage(
        input_tokens=use.input_tokens, input_tokens_details=InputDetails(use.cached_tokens),
        output_tokens=use.output_tokens, output_tokens_details=OutputDetails(use.reasoning_tokens),
        total_tokens=use.input_tokens + use.output_tokens,
    )  # fmt: skip


def _seconds(at_ns: int | None) -> int | None:
    return None if at_ns is None else at_ns // NS_PER_S
