"""What was said of an answer, from any position on; and what becomes of its preparation when somebody says stop."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.gateway import Text
from tokenry.workspace.run import ANSWER_LENGTH_MAX, Run, Said


@given(st.lists(st.tuples(st.sampled_from(["text", "reasoning"]), st.text(min_size=1, max_size=4))), st.integers(0, 60))
def test_any_position_of_anything_said(pieces: list[tuple[str, str]], after: int) -> None:
    """What lies behind a position, and what lies before it, are together what was said."""
    said = Said()
    for kind, text in pieces:
        said.add("text" if kind == "text" else "reasoning", text)
    cursor, position, found = said.since(0, 0, after)
    assert (cursor, position) == (len(said.pieces), said.position)
    everything = "".join(text for _, text in pieces)
    assert "".join(text for _, text in found) == everything[after:]
    kinds = [kind for kind, _ in found]
    assert all(one != other for one, other in pairwise(kinds)), "neighbours travel together"


def begun() -> Run:
    """A run of which nothing is asked but what it hears."""
    answer = SimpleNamespace(reasoning=None, text="", sources=(), omitted=0, request_ids=("req_a",))
    return Run(cast(Any, SimpleNamespace(pair=SimpleNamespace(answer=answer))))


@pytest.mark.anyio
async def test_what_is_sought_ends_when_somebody_says_stop() -> None:
    run, cut = begun(), asyncio.Event()

    async def seek() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()
        return "never"

    sought = asyncio.create_task(run.unless_stopped(seek()))
    await asyncio.sleep(0)
    run.stop()
    assert await sought is None
    assert cut.is_set()


@pytest.mark.anyio
async def test_what_is_found_or_cannot_be_is_told() -> None:
    async def found() -> str:
        return "found"

    async def refused() -> str:
        raise InvalidRequest("no")

    assert await begun().unless_stopped(found()) == "found"
    with pytest.raises(InvalidRequest):
        await begun().unless_stopped(refused())


def test_an_answer_without_end_is_stopped() -> None:
    run = begun()
    for _ in range(3):
        run.hear(Text("x" * ANSWER_LENGTH_MAX))
    assert run.said.position == ANSWER_LENGTH_MAX
    assert (run.gone, run.finish) == (True, "length")
