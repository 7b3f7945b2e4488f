"""What connections remember: the newest response each, within one room for all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.responses.stand import Remembered
from tests.api.responses.test_hostile import PRINCIPAL
from tokenry.api.responses.errors import NoPreviousResponse
from tokenry.api.responses.fields import CreateResponse
from tokenry.api.responses.local import LocalMemory, Shelf

pytestmark = pytest.mark.anyio

SAID = [{"type": "message", "role": "user", "id": "msg_a", "content": [{"type": "input_text", "text": "x" * 100}]}]


def made(name: str) -> dict[str, Any]:
    return {"id": name, "output": []}


async def before(memory: LocalMemory, name: str) -> list[dict[str, Any]]:
    return await memory.before(PRINCIPAL, CreateResponse(model="m", previous_response_id=name))


async def test_the_newest_is_remembered_with_what_it_went_on_from() -> None:
    memory = LocalMemory(Remembered(), Shelf())
    memory.remember(PRINCIPAL, made("resp_a"), SAID)
    assert await before(memory, "resp_a") == SAID
    memory.remember(PRINCIPAL, made("resp_b"), SAID)
    assert await before(memory, "resp_b") == [*SAID, *SAID]
    with pytest.raises(NoPreviousResponse):
        await before(memory, "resp_a")


async def test_connections_share_a_room_and_give_it_back() -> None:
    shelf = Shelf(700)
    memories = [LocalMemory(Remembered(), shelf) for _ in range(4)]
    for memory in memories:
        memory.remember(PRINCIPAL, made("resp_a"), SAID)
    for memory in memories[:3]:
        assert await before(memory, "resp_a") == SAID
    with pytest.raises(NoPreviousResponse):
        await before(memories[3], "resp_a")
    memories[0].forget()
    memories[0].forget()
    memories[3].remember(PRINCIPAL, made("resp_b"), SAID)
    assert await before(memories[3], "resp_b") == SAID
    for memory in memories:
        memory.forget()
    assert shelf.free == 700
