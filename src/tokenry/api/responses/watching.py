"""The events of a response for whoever comes later: of one that runs as they come, of one that has ended told anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from tokenry.api.responses.object import event_bytes
from tokenry.api.rooms import BackgroundRun
from tokenry.gateway import data_of


async def watched(run: BackgroundRun, after: int) -> AsyncIterator[bytes]:
    """The events of a run whose number is above `after`, those to come included."""
    async for piece in run.watch():
        events = [event for event in piece.split(b"\n\n") if _number(event) > after]
        if events:
            yield b"\n\n".join(events) + b"\n\n"


async def recited(made: dict[str, Any], after: int) -> AsyncIterator[bytes]:
    """The events of a response that has ended: how it began, each item whole, how it ended."""
    begun = {**made, "status": "in_progress", "output": [], "usage": None, "completed_at": None, "error": None}
    begun["incomplete_details"] = None
    told: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for index, item in enumerate(made["output"]):
        told += [
            {"type": f"response.output_item.{word}", "output_index": index, "item": item} for word in ("added", "done")
        ]
    told.append({"type": f"response.{made['status']}", "response": made})
    for number, event in enumerate(told):
        if number > after:
            yield event_bytes({"type": event.pop("type"), "sequence_number": number, **event})


def _number(event: bytes) -> int:
    """An event's number; -1 for what is none."""
    data = data_of(event)
    if data is None:
        return -1
    try:
        number = msgspec.json.decode(data, type=dict[str, Any]).get("sequence_number")
    except (ValueError, RecursionError):
        return -1
    return number if isinstance(number, int) else -1
