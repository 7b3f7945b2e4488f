"""Tasks given to hands that may be lost: what they held is done by others, and what cannot be done ends with a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tokenry.base.clock import ManualClock
from tokenry.corpus import build
from tokenry.corpus.durable import sha256_of
from tokenry.corpus.errors import StageFailed
from tokenry.corpus.run import sight
from tokenry.corpus.run.inputs import found_inputs
from tokenry.corpus.work import OUTSIDE, Answered, Crew, Failed, Limits, Lost, Maker, Task, Work


class Doubled:
    """Work of the tests."""

    def __call__(self, task: Task, pulse: Callable[[int], None]) -> Any:
        pulse(OUTSIDE)
        return task.payload * 2


class Near:
    """Hands in this process. A reference is what will be answered; it comes when it is waited for.

    Args:
        work: what they do.
        losses: of the asks, by number from 0, those whose hand is lost before it answers.
        absent: none ever comes.
    """

    def __init__(self, work: Work, losses: set[int] | None = None, *, absent: bool = False) -> None:
        self.work, self.losses, self.absent = work, losses or set(), absent
        self.asks: list[tuple[Any, Task | None]] = []
        self.dismissed: list[Any] = []
        self.clock = ManualClock()

    def hire(self) -> tuple[Any, Any]:
        hand = object()
        return hand, self.give(hand, None)

    def give(self, hand: Any, task: Task | None) -> int:
        assert hand not in self.dismissed
        self.asks.append((hand, task))
        return len(self.asks) - 1

    def ready(self, references: list[int], seconds: float) -> list[int]:
        self.clock.advance(s=seconds)
        return [] if self.absent else references[-1:]

    def answer(self, reference: int) -> Answered | Failed | None:
        _, task = self.asks[reference]
        if reference in self.losses:
            raise Lost("its machine fell silent")
        if task is None:
            return None
        if task.payload == "bad":
            return Failed("on far, job bad failed")
        return Answered(self.work(task, lambda row: None), 0.5)

    def dismiss(self, hand: Any) -> None:
        self.dismissed.append(hand)


def done(near: Near, *payloads: Any, wanted: int = 2) -> dict[str, Any]:
    tasks = [Task("job", str(at), payload) for at, payload in enumerate(payloads)]
    with Crew(wanted, near, near.clock) as crew:
        return {one.task.key: one.answer for one in crew.run(tasks)}


def test_what_lost_hands_held_is_done_by_others() -> None:
    near = Near(Doubled(), losses={2, 5, 6})
    assert done(near, *range(6)) == {str(at): at * 2 for at in range(6)}
    hired = {id(hand) for hand, _ in near.asks}
    assert {id(hand) for hand in near.dismissed} == hired
    assert len(hired) == 5
    assert near.losses <= set(range(len(near.asks)))


def test_a_task_that_outlives_too_many_hands_ends_the_run() -> None:
    near = Near(Doubled(), losses=set(range(1, 200, 2)))
    with pytest.raises(StageFailed, match="job 0 outlived 10 workers: its machine fell silent"):
        done(near, 1, wanted=1)


def test_hands_that_never_begin_end_the_run() -> None:
    with pytest.raises(StageFailed, match="workers of the cluster end before they begin: its machine"):
        done(Near(Doubled(), losses=set(range(100))), 1)


def test_hands_that_never_come_end_the_run() -> None:
    near = Near(Doubled(), absent=True)
    with pytest.raises(StageFailed, match="no worker of the cluster came within 300 s, of 2"):
        done(near, 1)
    assert len(near.dismissed) == 2


def test_a_task_that_cannot_be_done_ends_the_run() -> None:
    with pytest.raises(StageFailed, match="on far, job bad failed"):
        done(Near(Doubled()), 1, "bad")


def test_a_build_gives_the_same_bytes_when_hands_are_lost(tmp_path: Path) -> None:
    written = []
    for name, losses in (("whole", set[int]()), ("lost", {3, 4, 7})):
        base = tmp_path / name / "set"
        base.mkdir(parents=True)
        jsonl(base / "a.jsonl", [sentences(number) for number in range(4)])
        made = recipe(base, "a.jsonl", preset="own-documents", dedup={"minhash": False})

        def crew(workers: int, factory: Maker, limits: Limits, clock: Any = None, losses: set[int] = losses) -> Crew:
            assert factory.missing() is None
            return Crew(workers, Near(factory(), losses), clock)

        build(made, workers=2, tell=lambda progress: None, executor=crew)
        files = (path for path in (base / "out").rglob("*") if path.is_file() and path.name != "book.jsonl")
        written.append({str(path.relative_to(base)): path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert len(written[0]) > 5


def test_a_machine_that_sees_something_else_says_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stop.txt").write_text("word")
    made = recipe(tmp_path, str(jsonl(tmp_path / "a.jsonl", ["text"])), tokens={"tokenizer": "stop.txt"})
    out = tmp_path / "out"
    out.mkdir()
    found = found_inputs(made)
    with sight.marked(out, made, found, {"stop.txt": sha256_of(tmp_path / "stop.txt")}) as seen:
        assert seen.missing() is None
        with monkeypatch.context() as patch:
            patch.setattr(sight, "versions", lambda: {**seen.versions, "pyarrow": "1.0"})
            assert str(seen.missing()).startswith("pyarrow is 1.0, and ")
        (tmp_path / "stop.txt").write_text("other")
        assert "stop.txt is not the file that the build began with" in str(seen.missing())
        (tmp_path / "a.jsonl").write_text("")
        assert "share the inputs under the same paths" in str(seen.missing())
        seen.mark.unlink()
        assert seen.missing() == f"{out} is not the folder that the build began in; share it under this path"
    assert list(out.iterdir()) == []
