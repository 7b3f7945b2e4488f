"""Input files as people send them, and as nobody should: what is a line, and what is wrong with it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.base.errors import NotFound, TokenryError
from tokenry.base.limits import BATCH_CUSTOM_ID_LENGTH_MAX, BATCH_FAULTS_MAX
from tokenry.objects.batches.reading import Index, lines
from tokenry.objects.batches.validation import Findings, Validation, sound

SIZE_MAX = 300
CHAT = "/v1/chat/completions"


class Unknown(NotFound):
    """There is no such model."""

    code = "model_not_found"


def may_use(model: str) -> TokenryError | None:
    return None if model in {"m", "n"} else Unknown(f"The model `{model}` does not exist.")


def look(content: bytes, lines_max: int = 100) -> Findings:
    return Validation(CHAT, lines_max, SIZE_MAX, may_use).of(lines(io.BytesIO(content), SIZE_MAX))


def one(name: str = "a", **more: Any) -> dict[str, Any]:
    return {"custom_id": name, "method": "POST", "url": CHAT, "body": {"model": "m", "messages": []}, **more}


def row(*args: Any, **more: Any) -> bytes:
    return json.dumps(one(*args, **more)).encode()


def test_what_is_sound() -> None:
    found = look(row("a") + b"\n" + row("b") + b"\n")
    assert (found.total, found.faults, found.model) == (2, [], "m")
    assert look(row("a") + b"\n" + row("b", body={"model": "n"})).model is None, "they do not agree"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + row("a") + b"\n" + row("b"), id="byte order mark"),
        pytest.param(row("a") + b"\r\n" + row("b") + b"\r\n", id="crlf"),
        pytest.param(b"\n\n" + row("a") + b"\n  \t\n" + row("b") + b"\n\n", id="blank lines"),
        pytest.param(b"  " + row("a") + b"  \n" + row("b"), id="blanks and no end of line"),
    ],
)
def test_what_editors_leave_is_no_fault(content: bytes) -> None:
    found = look(content)
    assert (found.total, found.faults) == (2, [])
    file = io.BytesIO(content)
    assert [line.data for line in lines(file, SIZE_MAX)] == [row("a"), row("b")]


NO_BODY = b'{"custom_id":"a","method":"POST","url":"%s"}' % CHAT.encode()
CASES: list[tuple[str, bytes, str, str | None, int | None]] = [
    ("nothing", b"", "empty_file", None, None),
    ("only blanks", b"\n \n\xef\xbb\xbf", "invalid_json_line", None, 3),
    ("no json", b"{nope}", "invalid_json_line", None, 1),
    ("cut", row()[:-5], "invalid_json_line", None, 1),
    ("a list", b"[]", "invalid_json_line", None, 1),
    ("two on a line", row("a") + row("b"), "invalid_json_line", None, 1),
    ("not utf-8", row().replace(b'"a"', b'"\xff"'), "invalid_json_line", None, 1),
    ("utf-16", json.dumps(one()).encode("utf-16"), "invalid_json_line", None, 1),
    ("nested without end", b"[" * 250, "invalid_json_line", None, 1),
    ("no name", b'{"method":"POST"}', "missing_required_parameter", "custom_id", 1),
    ("name is a number", row(custom_id=7), "invalid_type", "custom_id", 1),
    ("name is empty", row(""), "invalid_value", "custom_id", 1),
    ("same name", row("a") + b"\n" + row("b") + b"\n" + row("a"), "duplicate_custom_id", "custom_id", 3),
    ("GET", row(method="GET"), "invalid_method", "method", 1),
    ("post", row(method="post"), "invalid_method", "method", 1),
    ("other url", row(url="/v1/embeddings"), "mismatched_url", "url", 1),
    ("whole url", row(url="https://elsewhere.test/v1/chat/completions"), "mismatched_url", "url", 1),
    ("no body", NO_BODY, "missing_required_parameter", "body", 1),
    ("body is text", row(body="{}"), "invalid_type", "body", 1),
    ("body is null", row(body=None), "invalid_type", "body", 1),
    ("no model", row(body={}), "missing_required_parameter", "body.model", 1),
    ("model is null", row(body={"model": None}), "invalid_type", "body.model", 1),
    ("unknown model", row(body={"model": "gone"}), "model_not_found", "body.model", 1),
    ("stream", row(body={"model": "m", "stream": True}), "invalid_value", "body.stream", 1),
    ("background", row(body={"model": "m", "background": True}), "invalid_value", "body.background", 1),
    ("huge line", row("a") + b"\n" + row("b" * 400) + b"\n", "line_too_large", None, 2),
    ("huge last line", row("a") + b"\n" + row("b" * 4000), "line_too_large", None, 2),
]  # fmt: skip  # one case on a line


@pytest.mark.parametrize(
    ("content", "code", "param", "number"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_wrong_is_said(content: bytes, code: str, param: str | None, number: int | None) -> None:
    (fault,) = look(content).faults
    assert (fault.code, fault.param, fault.line) == (code, param, number), fault
    assert fault.message
    assert len(fault.message) < 300


def test_long_names_are_refused() -> None:
    most = "x" * BATCH_CUSTOM_ID_LENGTH_MAX
    validation = Validation(CHAT, 10, 10_000, may_use)
    found = validation.of(lines(io.BytesIO(row(most) + b"\n" + row(most + "x")), 10_000))
    assert [(fault.line, fault.param) for fault in found.faults] == [(2, "custom_id")]


def test_stream_false_is_nothing_to_complain_of() -> None:
    assert not look(row(body={"model": "m", "stream": False, "background": None})).faults


def test_too_many_lines_and_too_many_faults_end_the_look() -> None:
    found = look(b"\n".join([row(str(number)) for number in range(11)]), lines_max=10)
    assert [fault.code for fault in found.faults] == ["too_many_lines"]
    assert len(look(b"nope\n" * 3000, lines_max=10**6).faults) == BATCH_FAULTS_MAX


def test_a_model_is_asked_for_once() -> None:
    asked: list[str] = []
    validation = Validation(CHAT, 100, SIZE_MAX, asked.append)
    validation.of(lines(io.BytesIO(b"\n".join([row(str(number)) for number in range(9)])), SIZE_MAX))
    assert asked == ["m"]


@given(st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")), max_size=20), st.integers(1, 50))
@settings(max_examples=200, deadline=None)
def test_lines_are_those_of_the_file_whatever_it_is(parts: list[bytes], size_max: int) -> None:
    content = b"\n".join(parts)
    expected: list[tuple[int, bytes | None]] = []
    for number, raw in enumerate(parts, start=1):
        ended = raw if number == len(parts) else raw + b"\n"
        data = (raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw).strip(b" \t\r\n")
        if len(ended) > size_max + 2 or len(data) > size_max:
            expected.append((number, None))
        elif data:
            expected.append((number, data))
    assert [(line.number, line.data) for line in lines(io.BytesIO(content), size_max)] == expected
    for line in lines(io.BytesIO(content), size_max):
        assert line.data is None or line.data in content[line.at : line.at + line.size]


def test_lines_are_found_again_by_their_place(tmp_path: Any) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + row("a") + b"\r\n\n" + row("b") + b"\n" + row("c"))
    with path.open("rb") as file:
        index = Index(file, SIZE_MAX)
        assert list(index.numbers) == [1, 3, 4]
        assert [sound(index.read(place)).custom_id for place in (2, 0, 1)] == ["c", "a", "b"]
        assert bytes(sound(index.read(0)).body) == b'{"model": "m", "messages": []}', "as it came, byte for byte"
