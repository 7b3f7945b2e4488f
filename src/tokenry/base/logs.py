"""What the program says of itself while it runs: one line an event, for people or for machines.

Knows levels, fields and how a line is written. Knows no file and no rotation: lines go to stderr, and whoever started
us keeps them. A line never quotes what was asked or answered: of a fault it tells the kind and the places in our code,
not the exception's own words, since those may repeat a prompt, a header or a key.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tokenry.base.clock import Clock, SystemClock, isoformat

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
FRAMES_MAX = 30  # of one exception; the innermost are kept
CAUSES_MAX = 5
VALUE_LENGTH_MAX = 2000  # characters of one text that a line takes

Write = Callable[[str], None]
Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One event before it is written."""

    at_ns: int
    level: str
    logger: str
    event: str
    fields: Fields


def as_json(line: Line) -> str:
    """A JSON object on one line: `at`, `level`, `logger`, `event`, then the event's own fields."""
    head = {"at": isoformat(line.at_ns), "level": line.level, "logger": line.logger, "event": line.event}
    fields = {name: _plain(value) for name, value in line.fields.items()}
    # The head stands first, for whoever reads it raw, and last, so that no field can pass for it.
    return json.dumps({**head, **fields, **head}, ensure_ascii=False, separators=(",", ":"))


def as_text(line: Line) -> str:
    """For people: time, level, event, `name=value`. What a terminal would act upon is written as an escape."""
    fields = "".join(f" {name}={_word(value)}" for name, value in line.fields.items())
    return f"{isoformat(line.at_ns)} [{line.level:<7}] {_printable(line.event)}{fields}"


_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31"}


def as_coloured_text(line: Line) -> str:
    """As `as_text`, for a terminal."""
    fields = "".join(f" \x1b[36m{name}\x1b[0m={_word(value)}" for name, value in line.fields.items())
    time = isoformat(line.at_ns)[11:-1]
    level = f"\x1b[{_COLOURS[line.level]}m{line.level:<7}\x1b[0m"
    return f"\x1b[2m{time}\x1b[0m {level} \x1b[1m{_printable(line.event)}\x1b[0m{fields}"


class _Setting:
    """How lines are written, for the whole process."""

    def __init__(self) -> None:
        self.level = LEVELS["info"]
        self.render: Callable[[Line], str] = as_text
        self.write: Write = _to_stderr
        self.clock: Clock = SystemClock()


def _to_stderr(text: str) -> None:
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):  # the reader of our log is gone or stderr is closed; a request must not fail for it
        pass


_setting = _Setting()


def set_up(level: str, render: Callable[[Line], str], write: Write | None = None) -> None:
    """From now on write lines of `level` and above, made by `render`, with `write` (stderr unless given).

    Libraries that use Python's own logging are written the same way, from `warning` on.
    """
    _setting.level = LEVELS[level]
    _setting.render = render
    _setting.write = write or _to_stderr
    others = [handler for handler in logging.root.handlers if not isinstance(handler, _Foreign)]
    logging.root.handlers[:] = [*others, _Foreign()]
    logging.root.setLevel(logging.WARNING)


def is_on(level: str) -> bool:
    """Whether lines of this level are written: for whoever would work to make one."""
    return LEVELS[level] >= _setting.level


class Logger:
    """Says what happened in one part of the house; `get_logger` makes it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def debug(self, event: str, **fields: object) -> None:
        """For whoever looks for a fault."""
        self._say("debug", event, fields)

    def info(self, event: str, **fields: object) -> None:
        """What is good to know."""
        self._say("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Somebody should look at this soon."""
        self._say("warning", event, fields)

    def error(self, event: str, *, exc_info: BaseException | None = None, **fields: object) -> None:
        """Something does not work. `exc_info` is the fault behind it, told without its words."""
        self._say("error", event, fields if exc_info is None else {**fields, **fault(exc_info)})

    def exception(self, event: str, **fields: object) -> None:
        """As `error`, with the exception that is being handled."""
        self.error(event, exc_info=sys.exception(), **fields)

    def _say(self, level: str, event: str, fields: Fields) -> None:
        if LEVELS[level] >= _setting.level:
            _setting.write(_setting.render(Line(_setting.clock.now_ns(), level, self.name, event, fields)))


def get_logger(name: str) -> Logger:
    """The logger of one part of the house, such as `tokenry.engines`."""
    return Logger(name)


def fault(error: BaseException) -> Fields:
    """An exception as fields: `fault` is its kind (and the system's reason, if it has one), `at_code` the places.

    Its words are left out; causes follow as `file:line function` behind `caused by KIND`.
    """
    places: list[str] = []
    one: BaseException | None = error
    for depth in range(CAUSES_MAX):
        if one is None:
            break
        if depth:
            places.append(f"caused by {_kind(one)}")
        frames = traceback.extract_tb(one.__traceback__, limit=-FRAMES_MAX)
        places += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return {"fault": _kind(error), "at_code": places}


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind}: {error.strerror}" if isinstance(error, OSError) and error.strerror else kind


class _Foreign(logging.Handler):
    """Lines of libraries, as ours. Only a message's first line: asyncio's next ones quote the exception."""

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning"
        error = record.exc_info[1] if record.exc_info else None
        first, _, _ = str(record.msg if record.args else record.getMessage()).partition("\n")
        Logger(record.name)._say(level, first, {} if error is None else fault(error))


def _plain(value: object) -> object:
    """A value that JSON has; everything else by its words."""
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    text = value if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate has no place in UTF-8
    return text if len(text) <= VALUE_LENGTH_MAX else text[:VALUE_LENGTH_MAX] + "…"


def _word(value: object) -> str:
    if isinstance(value, list | tuple):
        return "".join(f"\n    {_printable(str(item))}" for item in value) or "[]"
    text = _printable(str(_plain(value)))
    return f'"{text}"' if not text or " " in text else text


def _printable(text: str) -> str:
    return "".join([c if c.isprintable() else c.encode("unicode_escape", "replace").decode("ascii") for c in text])
