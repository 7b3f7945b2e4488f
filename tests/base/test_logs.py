"""How the program speaks: one line an event, whatever is in it, and never an exception's own words."""

from __future__ import annotations

import json
import logging

import pytest

from tokenry.base import logs

log = logs.get_logger("tokenry.tested")
SECRET = "words that only the client knows"


class Pages(list[str]):
    """What was written."""

    def last(self) -> dict[str, object]:
        return json.loads(self[-1])


@pytest.fixture
def written() -> Pages:
    pages = Pages()
    logs.set_up("debug", logs.as_json, pages.append)
    return pages


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_line_is_one_json_object_with_its_fields(written: Pages) -> None:
    log.info("engine ready", engine="a\nb", count=3, none=None, many=("x", 1))
    (line,) = written
    assert "\n" not in line
    told = written.last()
    assert told.pop("at").endswith("Z")
    assert told == {
        "engine": "a\nb", "count": 3, "none": None, "many": ["x", 1],
        "level": "info", "logger": "tokenry.tested", "event": "engine ready",
    }  # fmt: skip


def test_a_field_cannot_pass_for_the_head(written: Pages) -> None:
    log.warning("this", level="error", logger="other")
    assert written.last()["level"] == "warning"
    assert written.last()["logger"] == "tokenry.tested"


@pytest.mark.parametrize(
    "value", ["\ud800", "x" * 10_000, float("nan"), {"a": 1}, b"\xff", object()], ids=lambda value: type(value).__name__
)
def test_whatever_a_field_holds_the_line_is_json_and_bounded(written: Pages, value: object) -> None:
    log.info("odd", value=value)
    assert "value" in written.last()
    assert len(written[-1]) < 3 * logs.VALUE_LENGTH_MAX


def test_levels(written: Pages) -> None:
    logs.set_up("warning", logs.as_json, written.append)
    log.debug("no")
    log.info("no")
    log.warning("yes")
    log.error("yes")
    assert [json.loads(line)["level"] for line in written] == ["warning", "error"]
    assert logs.is_on("error")
    assert not logs.is_on("info")


def test_a_fault_is_told_by_kind_and_place_never_in_its_own_words(written: Pages) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as inner:
            raise ValueError(SECRET) from inner
    except ValueError:
        log.exception("request failed", request_id="req_1")
    told = written.last()
    assert told["fault"] == "ValueError"
    places = told["at_code"]
    assert isinstance(places, list)
    assert "caused by KeyError" in places
    assert any(__file__ in place and "test_a_fault" in place for place in places)
    assert SECRET not in written[-1]


def test_a_fault_of_the_system_keeps_the_systems_reason(written: Pages) -> None:
    log.error("failed", exc_info=raised(OSError(28, "No space left on device", SECRET)))
    assert written.last()["fault"] == "OSError: No space left on device"
    assert SECRET not in written[-1]


def test_lines_of_libraries_are_ours_too_and_quote_nothing(written: Pages) -> None:
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {SECRET}", exc_info=raised(
        RuntimeError(SECRET)
    ))  # fmt: skip
    logging.getLogger("other").warning("got %s", SECRET)
    logging.getLogger("other").info("not this")
    assert [json.loads(line)["level"] for line in written] == ["error", "warning"]
    assert json.loads(written[0])["event"] == "Task exception was never retrieved"
    assert not any(SECRET in line for line in written)


@pytest.mark.parametrize("render", [logs.as_text, logs.as_coloured_text])
def test_what_a_terminal_would_act_upon_is_escaped(render: object) -> None:
    assert callable(render)
    line = render(logs.Line(0, "info", "x", "two\nlines", {"name": "a\x1b[2Jb\r", "empty": ""}))
    assert "\n" not in line
    assert "\x1b[2J" not in line
    assert r"a\x1b[2Jb\r" in line
    assert line.endswith(('empty=""', '=""'))


def test_a_reader_that_is_gone_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, text: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Gone())
    log.error("nobody hears this")
