"""The story told from its first day to today, into a folder that gets its name only when it is whole."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from tokenry.app.announce import quiet_dependencies, set_up_logs
from tokenry.app.demo.folder import put_marks, require_free
from tokenry.app.demo.house_life import Life
from tokenry.app.demo.programme_life import ProgrammeLife
from tokenry.app.demo.stage import DAY_S, Stage, staged
from tokenry.app.demo.traffic import is_outage, questions
from tokenry.base.clock import NS_PER_S, MovedClock, SystemClock, to_datetime
from tokenry.config import Log
from tokenry.storage import is_demo

SEED = 20
DAYS = 365
_PART = ".filling"
Tell = Callable[[int, int], None]


def demo(folder: Path, days: int, tell: Tell) -> None:
    """As `make_demo`, for whoever has no event loop; nothing but errors is logged on the way."""
    quiet_dependencies()
    set_up_logs(Log(level="error"))
    asyncio.run(make_demo(folder, days, tell))


async def make_demo(folder: Path, days: int = DAYS, tell: Tell = lambda _done, _days: None) -> None:
    """Fill an empty folder with a demonstration.

    Args:
        folder: does not exist yet, or is empty.
        days: how long the story is.
        tell: called after each day with how many are over, and how many there are.

    Raises:
        Conflict: something lies in the folder.
        DemoFailed: the story did not go as it should; nothing is left of it.
    """
    require_free(folder)
    part = folder.with_name(folder.name + _PART)
    if is_demo(part):
        shutil.rmtree(part, ignore_errors=True)  # of a story that was broken off
    require_free(part)
    try:
        put_marks(part)
        midnight_ns = SystemClock.now_ns() // (DAY_S * NS_PER_S) * (DAY_S * NS_PER_S)
        async with staged(part, MovedClock(midnight_ns - days * DAY_S * NS_PER_S)) as stage:
            await _tell(stage, days, tell)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    await asyncio.to_thread(_name, part, folder)


def _name(part: Path, folder: Path) -> None:
    if folder.exists():
        folder.rmdir()
    part.rename(folder)


async def _tell(stage: Stage, days: int, tell: Tell) -> None:
    luck = random.Random(SEED)
    life, programme = Life(stage, luck), ProgrammeLife(stage, luck)
    stage.move_to(0, 8)
    await life.move_in()
    acts = _acts(life, programme, days)
    for day in range(days):
        stage.move_to(day, 0.5)
        await stage.round()
        await _ask(stage, day, days, luck)
        stage.move_to(day, 20)
        await programme.draw(20)
        for act in acts.get(day, ()):
            await act()
        tell(day + 1, days)
    await stage.round()


def _acts(life: Life, programme: ProgrammeLife, days: int) -> dict[int, list[Callable[[], Awaitable[None]]]]:
    """What happens on which day, beside the day's questions."""
    told = [
        *programme.acts(),
        (0.05, life.furnish),
        (0.72, life.student_runs_out),
        (0.995, life.asks_for_more),
        *[(0.30 + 0.05 * number, programme.report) for number in range(14)],
        *[(0.90 + 0.02 * number, _chat(life, number)) for number in range(5)],
    ]
    found: dict[int, list[Callable[[], Awaitable[None]]]] = {}
    for share, act in told:
        found.setdefault(min(days - 1, int(share * days)), []).append(act)
    return found


def _chat(life: Life, number: int) -> Callable[[], Awaitable[None]]:
    async def chat() -> None:
        await life.chat(number)

    return chat


async def _ask(stage: Stage, day: int, days: int, luck: random.Random) -> None:
    weekday = to_datetime(stage.at(day)).weekday()
    for question in questions(day, days, weekday, luck):
        stage.move_to(day, question.hour)
        program = stage.applications.get(question.application)
        if program is not None:
            await program.ask(question.model, question.words, **question.more)
    if is_outage(day, days):
        stage.move_to(day, 19)
