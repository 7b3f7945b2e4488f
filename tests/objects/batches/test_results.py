"""The results of lines: told in OpenAI's shape, kept through torn writes at any byte, in the order of the input."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tokenry.objects.batches import results as results_
from tokenry.objects.batches.batch import Use
from tokenry.objects.batches.partial import Partial
from tokenry.objects.batches.results import Heard, Result, answered, unasked, use
from tokenry.storage import StorageError

CHAT = {
    "prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}  # fmt: skip
RESPONSE = {
    "input_tokens": 9, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 4},
    "output_tokens_details": {"reasoning_tokens": 2},
}  # fmt: skip


def ok(number: int, text: str = "fine") -> Result:
    body = json.dumps({"text": text, "usage": CHAT}).encode()
    return answered(number, f"row-{number}", Heard(f"req_{number}", 200, body))


def test_an_answer_is_told_as_openai_tells_it() -> None:
    line = json.loads(ok(3).text)
    assert line == {
        "id": "batch_req_3", "custom_id": "row-3", "error": None,
        "response": {"status_code": 200, "request_id": "req_3", "body": {"text": "fine", "usage": CHAT}},
    }  # fmt: skip


def test_an_answer_stays_on_one_line() -> None:
    result = answered(1, "a", Heard("req_1", 200, b'{\n  "text": "two\\nlines",\r\n  "n": 1.50\n}\n'))
    assert b"\n" not in result.text
    assert b"1.50" in result.text, "numbers stay as they were written"
    assert json.loads(result.text)["response"]["body"] == {"text": "two\nlines", "n": 1.5}


def test_errors_and_what_was_never_asked_are_told_apart() -> None:
    refused = answered(1, "a", Heard("req_1", 401, b'{"error":{"code":"invalid_api_key"}}'))
    assert (refused.kind, json.loads(refused.text)["response"]["status_code"]) == ("error", 401)
    for kind, code in (("expired", "batch_expired"), ("cancelled", "batch_cancelled")):
        line = json.loads(unasked(1, "a", kind, "req_1").text)  # type: ignore[arg-type] # the two that there are
        assert (line["response"], line["error"]["code"]) == (None, code)
        assert line["error"]["message"]


@pytest.mark.parametrize("usage", [CHAT, RESPONSE])
def test_use_is_read_in_both_ways_of_saying_it(usage: dict[str, object]) -> None:
    body = json.dumps({"usage": usage}).encode()
    assert use(answered(1, "a", Heard("req_1", 200, body))) == Use(9, 4, 5, 2)


@pytest.mark.parametrize("body", [b"{}", b'{"usage":null}', b'{"usage":7}', b'{"usage":{"prompt_tokens":"x"}}', b"[]"])
def test_use_that_is_not_said_is_none(body: bytes) -> None:
    assert use(answered(1, "a", Heard("req_1", 200, body))) == Use()


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "b.results"
    first = Partial(path)
    first.add([ok(3), unasked(2, "b", "expired", "req_2")])
    first.add([ok(1), ok(3, "a second answer is none")])
    first.close()
    again = Partial(path)
    assert [one.number for one in again.results()] == [1, 2, 3]
    assert list(again.results())[2] == ok(3)
    outcome = again.outcome()
    assert (outcome.completed, outcome.failed, outcome.expired) == (2, 1, True)
    assert outcome.usage == Use(18, 8, 10, 4)
    assert 2 in again
    assert 4 not in again
    again.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_torn_at_any_byte_keeps_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "b.results"
    partial = Partial(path)
    ends = []
    for number in (1, 2, 3):
        partial.add([ok(number)])
        ends.append(path.stat().st_size)
    partial.close()
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        torn = Partial(path)
        left = [one.number for one in torn.results()]
        assert left == [number for number, end in zip((1, 2, 3), ends, strict=True) if end <= cut]
        torn.add([ok(7)])
        torn.close()
        mended = Partial(path)
        assert [one.number for one in mended.results()] == [*left, 7], "what follows a tear can be read"
        mended.close()


def test_garbage_in_the_middle_ends_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "b.results"
    partial = Partial(path)
    partial.add([ok(1), ok(2), ok(3)])
    partial.close()
    content = bytearray(path.read_bytes())
    middle = content.index(b"row-2")
    content[middle] ^= 1
    path.write_bytes(content)
    damaged = Partial(path)
    assert [one.number for one in damaged.results()] == [1]
    damaged.close()


def test_a_disk_that_is_full_now_takes_the_same_results_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.results"
    partial = Partial(path)
    partial.add([ok(1)])
    write = os.pwrite

    def full(fd: int, data: bytes, at: int) -> int:
        write(fd, bytes(data)[:10], at)  # some of it gets there
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageError, match="No space left"):
        partial.add([ok(2), ok(3)])
    assert 2 not in partial
    monkeypatch.setattr(os, "pwrite", write)
    partial.add([ok(2)])
    assert [one.number for one in partial.results()] == [1, 2]
    partial.close()
    again = Partial(path)
    assert [one.number for one in again.results()] == [1, 2]
    again.close()


def test_the_words_for_lines_that_were_not_asked_are_complete() -> None:
    assert set(results_._WORDS) == {"expired", "cancelled"}
