"""The routes of batches."""

from __future__ import annotations

from tokenry.api.batches.shown import BatchObject, NewBatchBody, batch_object
from tokenry.api.guarded import Page
from tokenry.api.keyed import Keyed, KeyedCall, Leafed, paged, wish
from tokenry.objects.batches import NewBatch


def create(call: KeyedCall) -> BatchObject:
    """Create a batch. The lines of a file of purpose `batch` are asked within 24 hours, at the price of the tier
    `batch`; what they are answered becomes a file, too."""
    asked: NewBatchBody = call.body
    after = asked.output_expires_after
    new = NewBatch(
        asked.input_file_id, asked.endpoint, asked.completion_window, asked.metadata,
        None if after is None else after.seconds,
    )  # fmt: skip
    return batch_object(call.rooms.objects.batches.create(call.principal, new))


def every(call: KeyedCall) -> Page[BatchObject]:
    """List batches. Those of the key's project, the newest first."""
    asked: Leafed = call.query
    rows, more = call.rooms.objects.batches.list(call.project_id, wish(asked))
    return paged(rows, more, batch_object, lambda one: one.id)


def one(call: KeyedCall) -> BatchObject:
    """One batch. How far it has come."""
    return batch_object(call.rooms.objects.batches.get(call.project_id, call.path["batch_id"]))


def cancel(call: KeyedCall) -> BatchObject:
    """Cancel a batch. No more of its lines are begun; those that run come to their end, and what is done is in its
    files."""
    return batch_object(call.rooms.objects.batches.cancel(call.project_id, call.path["batch_id"]))


_EXAMPLE = {
    "input_file_id": "file_01k9w3hq8c2v4x6z8a0b2d4f6h", "endpoint": "/v1/chat/completions", "completion_window": "24h",
    "metadata": {"run": "nightly"},
}  # fmt: skip
ROUTES: tuple[Keyed, ...] = (
    Keyed(
        "POST", "/v1/batches", create, NewBatchBody, example=_EXAMPLE,
        failures=("not_found", "content_not_kept", "too_many_batches", "disk_full"),
    ),
    Keyed("GET", "/v1/batches", every, asks=Leafed),
    Keyed("GET", "/v1/batches/{batch_id}", one),
    Keyed("POST", "/v1/batches/{batch_id}/cancel", cancel, failures=("conflict",)),
)  # fmt: skip  # one route on a line
