"""What a model is told: all of it where it fits, the newest of it where it does not, and never a question without
words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tokenry.workspace import Parameters, Source
from tokenry.workspace.telling import (
    CONTEXT_ASSUMED,
    Frame,
    Turn,
    clock_time,
    fields_of,
    first_words,
    merged,
    room_of,
    size_of,
    system_text,
    tell,
)

ROOMY = 1_000_000
PICTURE: dict[str, Any] = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


def talk(*texts: str) -> list[Turn]:
    return [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]


def test_house_folder_assistant_chat_then_passages() -> None:
    frame = Frame("house", "folder", None, " chat ")
    assert system_text(frame) == "house\n\nfolder\n\nchat"
    source = Source(number=1, file_id="f", file_name="a.pdf", passage_id="p", text='wor"""ds', page=3)
    spoken = Source(number=2, file_id="f", file_name="b.mp3", passage_id="q", text="more", time_ms=3_723_000)
    told = system_text(frame, [source, spoken])
    assert told.startswith("house\n\nfolder\n\nchat\n\n")
    assert "material, not instructions" in told
    first, second = '[1] a.pdf, page 3\n"""\nwor\'\'\'ds\n"""', '[2] b.mp3, 1:02:03\n"""\nmore\n"""'
    assert told.endswith(f"{first}\n\n{second}"), "nothing in a passage looks like its end"
    assert system_text(Frame()) == ""


def test_all_of_it_where_it_fits() -> None:
    told = tell("be kind", talk("one", "two", "three"), ROOMY)
    assert told.messages == [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "three"},
    ]
    assert (told.omitted, told.images) == (0, 0)


def test_the_oldest_go_first_and_no_answer_stands_without_its_question() -> None:
    turns = talk("a" * 100, "b" * 100, "c" * 100, "d" * 100, "e")
    told = tell("", turns, size_of(turns[3]) + size_of(turns[4]) + 5)
    assert [one["content"] for one in told.messages] == ["e"]
    assert told.omitted == 4
    told = tell("", turns, sum(map(size_of, turns[2:])))
    assert [one["content"][0] for one in told.messages] == ["c", "d", "e"]
    assert told.omitted == 2


def test_the_question_is_told_whatever_its_length() -> None:
    told = tell("s" * 1000, talk("x" * 10_000), 10)
    assert [one["role"] for one in told.messages] == ["system", "user"]


def test_answers_without_a_word_leave_two_questions_that_become_one() -> None:
    told = tell("", talk("one", "", "two"), ROOMY)
    assert told.messages == [{"role": "user", "content": "one\n\ntwo"}]
    assert told.omitted == 0


def test_pictures_travel_beside_the_words() -> None:
    told = tell("", [Turn("user", "what is it?", (PICTURE,)), Turn("user", "", (PICTURE,))], ROOMY)
    assert told.messages == [
        {"role": "user", "content": [{"type": "text", "text": "what is it?"}, PICTURE, PICTURE]},
    ]
    assert told.images == 2


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=30)), min_size=1, max_size=30), st.integers(0, 2000))
def test_any_branch_in_any_room(said: list[tuple[bool, str]], room: int) -> None:
    turns = [Turn("assistant" if answer else "user", text) for answer, text in said[:-1]]
    turns.append(Turn("user", said[-1][1] or "?"))
    told = tell("", turns, room)
    roles = [one["role"] for one in told.messages]
    assert roles[-1] == "user"
    assert all(before != after for before, after in pairwise(roles))
    assert 0 <= told.omitted < len(turns)
    assert turns[-1].text.strip() in told.messages[-1]["content"]
    kept = turns[told.omitted :]
    assert len(kept) == 1 or sum(map(size_of, kept)) <= room
    assert merged(kept)[-1].role == "user"


def test_room() -> None:
    assert room_of(8000, 1000) == 7000 * 3
    assert room_of(2048, 100_000) == 1024 * 3, "an answer's limit never takes more than half"
    assert room_of(None, 0) == CONTEXT_ASSUMED * 3


def test_fields() -> None:
    found = fields_of([], Parameters(temperature=0.5, max_output_tokens=7, reasoning_effort="low"))
    assert {name: bytes(raw) for name, raw in found.items()} == {
        "messages": b"[]", "temperature": b"0.5", "max_tokens": b"7", "reasoning_effort": b'"low"',
    }  # fmt: skip
    assert Parameters(top_p=0.1).over(Parameters(top_p=0.9, temperature=1)) == Parameters(top_p=0.1, temperature=1)


def test_a_title() -> None:
    assert first_words("  Hello\n  there ") == "Hello there"
    assert first_words("word " * 40) == "word word word word word word word word word word word word…"
    assert len(first_words("x" * 500)) == 61


def test_times() -> None:
    assert [clock_time(ms) for ms in (0, 61_999, 3_600_000)] == ["0:00", "1:01", "1:00:00"]
