"""What goes round while we serve goes on after whatever stops one round: a full disk, a mistake of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.programmes.certificates.made import living, register, spend
from tokenry.app import awarding
from tokenry.programmes import Round
from tokenry.programmes.certificates import Register

pytestmark = pytest.mark.anyio


async def test_awards_are_attended_to_after_a_round_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, third = 0, asyncio.Event()

    async def go_round(_rooms: Any) -> Round:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            third.set()
        if rounds < 3:
            raise OSError("no space left on device")
        return Round()

    monkeypatch.setattr(awarding, "go_round", go_round)
    monkeypatch.setattr(awarding, "EVERY_S", 0.0)
    rooms: Any = None
    task = asyncio.create_task(awarding.attend_to_awards(rooms))
    await asyncio.wait_for(third.wait(), 5)
    task.cancel()


async def test_certificates_are_issued_after_a_round_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        await spend(house, 1000)
        with monkeypatch.context() as patch:

            def broken(*_: Any) -> None:
                raise OSError("no space left on device")

            patch.setattr(Register, "issue", broken)
            assert await recognition.look() == 0
        assert await recognition.look() == 1
        assert len(register(rooms).listing()) == 1
