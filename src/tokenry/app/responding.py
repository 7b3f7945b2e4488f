"""Responses, wired: their memory, what is worked on in the background, and their paths."""

from __future__ import annotations

import msgspec

from tokenry.api import InferenceRoutes
from tokenry.api.responses import (
    Background,
    CompactSurface,
    HouseMemory,
    InputTokensSurface,
    Reading,
    ResponsesSurface,
    Turns,
)
from tokenry.app.house import House
from tokenry.base.logs import get_logger
from tokenry.gateway import Gateway
from tokenry.objects import Keeping, StoredResponse

log = get_logger("tokenry")
_LOST = {
    "code": "server_error",
    "message": "the server ended while it worked on this; ask again",
    "param": None,
    "type": "server_error",
}


class Responding:
    """What answers for responses. To be made before anybody is served."""

    def __init__(self, house: House, gateway: Gateway, inference: InferenceRoutes) -> None:
        objects = house.objects
        memory = HouseMemory(objects.responses, objects.conversations, objects.files, objects.ground)
        self.reading = Reading(memory, house.clock)
        self.background = Background(gateway, memory.keep)
        self.reading.on_kept = self.background.settled
        inference.surfaces["/v1/responses"] = ResponsesSurface(self.reading, self.background)
        inference.surfaces["/v1/responses/compact"] = CompactSurface(self.reading)
        inference.surfaces["/v1/responses/input_tokens"] = InputTokensSurface(self.reading, gateway)
        self.turns = Turns(inference, gateway, memory, house.clock)
        inference.sockets[b"/v1/responses"] = self.turns.talk
        _give_up(house)


def _give_up(house: House) -> None:
    """What was worked on when the server ended is told as failed; what was charged of it stays charged."""
    lost = house.objects.responses.unfinished()
    if lost:
        house.objects.responses.keep([Keeping(_failed(one)) for one in lost])
        log.warning("background responses were lost when the server ended", responses=len(lost))


def _failed(one: StoredResponse) -> StoredResponse:
    made = {**msgspec.json.decode(one.body), "status": "failed", "error": _LOST}
    return msgspec.structs.replace(one, state="failed", body=msgspec.json.encode(made))
