"""Reads an engine's event stream as it flows: forwards what may go, holds back what says the answer is whole, counts.

Most blocks are forwarded as they came: one regular expression says that nothing in them decides. From the first event
that ends the answer (the last choice's finish_reason) everything is held back, because the client may see it only
once the charge is on disk. The usage chunk and [DONE] are never forwarded: the gateway writes its own.

Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway.chunks import Chunk, EngineUsage, counted, read_chunk
from tokenry.ledger import Usage

# In raw JSON a quote inside a string is escaped, so these can only match keys of the event itself; blanks without line
# ends, or a match could span two events.
_DECIDES = re.compile(
    rb'"finish_reason"[ \t\r]*:[ \t\r]*"|"usage"[ \t\r]*:[ \t\r]*\{|"error"[ \t\r]*:[ \t\r]*["{]|\[DONE\]'
)
_TOKEN = re.compile(rb'"(?:content|text|reasoning_content|reasoning|refusal|arguments)"[ \t\r]*:[ \t\r]*"(?!")')
_CHOICE = re.compile(rb'"(?:delta|text)"[ \t\r]*:')


def _tokens(block: bytes) -> int:
    """Events with text, a choice's counted once: some engines write one token under two names (`reasoning` and
    `reasoning_content`, or `reasoning_details`), which are two matches but one token."""
    found = len(_TOKEN.findall(block))
    if found < 2:
        return found
    starts = [match.start() for match in _TOKEN.finditer(block)]
    if all(block.find(b"\n\n", one, other) >= 0 for one, other in pairwise(starts)):
        return found  # no two of them in one event
    return sum(
        min(len(_TOKEN.findall(one)), max(1, one.count(b'"delta"') or len(_CHOICE.findall(one))))
        for one in block.split(b"\n\n")
    )


class BadStream(Exception):
    """What came from the engine is not an event stream we can read on."""


class Cutter:
    """Feed it what the engine sends; it returns what the client may have now.

    Args:
        choices: how many finish reasons end the answer.
        limit: output tokens after which the stream is cut, whatever the engine goes on to send.
        usage_adds_up: each choice sends a usage chunk of its own (llama.cpp).
    """

    def __init__(self, *, choices: int, limit: int, usage_adds_up: bool = False) -> None:
        self.tokens = 0
        self.finished: set[int] = set()  # choices, by index
        self.done = False
        self.cut = False
        self.error: bytes | None = None
        self.held: list[bytes] = []
        self.last_event: bytes = b""
        self._choices = choices
        self._limit = limit
        self._adds_up = usage_adds_up
        self._rest = b""
        self._reports: list[EngineUsage] = []

    @property
    def whole(self) -> bool:
        """Every choice has said how it ended."""
        return len(self.finished) >= self._choices

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes from the engine; the bytes that may go to the client now.

        Raises:
            BadStream: an event larger than any limit.
        """
        if self._rest:
            data = self._rest + data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        end = data.rfind(b"\n\n")
        if end < 0:
            if len(data) > SSE_EVENT_SIZE_MAX:
                raise BadStream(f"an event of more than {SSE_EVENT_SIZE_MAX} bytes")
            self._rest = data
            return b""
        block, self._rest = data[: end + 2], data[end + 2 :]
        if self.held or self.done:
            return self._slowly(block)
        found = _DECIDES.search(block)
        if found is None:
            return self._quickly(block)
        # What stands before the event that decides cannot decide itself.
        before = block.rfind(b"\n\n", 0, found.start())
        start = before + 2 if before >= 0 else 0
        return self._quickly(block[:start]) + self._slowly(block[start:])

    def _quickly(self, block: bytes) -> bytes:
        """Whole events of which none decides: forwarded as they came."""
        tokens = self.tokens + _tokens(block)
        if tokens > self._limit:
            return self._slowly(block)
        self.tokens = tokens
        if block:
            self.last_event = _last_with_data(block) or self.last_event
        return block

    def _slowly(self, block: bytes) -> bytes:
        """Whole events, each looked at."""
        return b"".join([self._event(event + b"\n\n") for event in block.split(b"\n\n")[:-1]])

    def usage(self) -> Usage | None:
        """What the engine reported, if it did."""
        if not self._reports:
            return None
        last = counted(self._reports[-1])
        if last is None or not self._adds_up or self._choices == len(self._reports) == 1:
            return last
        # One report for each choice; what is said again replaces what was said.
        reports = [usage for report in self._reports[-self._choices :] if (usage := counted(report)) is not None]
        outputs = sum(usage.output_tokens for usage in reports)
        if len(reports) < self._choices and outputs < self.tokens:
            return None  # of some choices only: it broke off before the others had theirs
        # The choices share one prompt; only the first to run finds it uncached.
        cached = min(usage.cached_tokens for usage in reports)
        written = min(max(usage.cache_write_tokens for usage in reports), last.input_tokens - cached)
        return Usage(last.input_tokens, outputs, cached, sum(u.reasoning_tokens for u in reports), "engine", written)

    def _event(self, event: bytes) -> bytes:
        """One event on the slow path: what of it may go now."""
        if self.cut or self.done:
            return b""
        data = _data_of(event)
        if data == b"[DONE]":
            self.done = True
            return b""
        chunk = read_chunk(data) if data is not None else None
        if chunk is not None:
            return self._chunk(event, chunk)
        if data is not None and _DECIDES.search(event) is not None:
            self.last_event = event
            self.held.append(event)  # it may say that the answer is whole, so it waits for the charge
            return b""
        return self._pass(event) if self._counts(event) else b""  # not ours to judge: it goes through as it came

    def _chunk(self, event: bytes, chunk: Chunk) -> bytes:
        self.error = chunk.failure
        if self.error is not None:
            self.done = True
            return b""
        if chunk.usage is not None:
            if not self._adds_up or chunk.choices:
                self._reports.clear()
            self._reports.append(chunk.usage)
            if not chunk.choices:
                return b""
        if not self._counts(event):
            return b""
        self.finished.update([choice.index for choice in chunk.choices or () if choice.finish_reason])
        return self._pass(event)

    def _counts(self, event: bytes) -> bool:
        """Count the event's tokens; False when they are beyond the limit, where the stream is cut."""
        tokens = _tokens(event)
        if self.tokens + tokens > self._limit:
            self.cut = True
            return False
        self.tokens += tokens
        self.last_event = _last_with_data(event) or self.last_event
        return True

    def _pass(self, event: bytes) -> bytes:
        if self.held or self.whole:
            self.held.append(event)
            return b""
        return event


def _last_with_data(block: bytes) -> bytes:
    """The last of whole events that is no mere comment; engines write those to keep a connection alive."""
    end = len(block)
    while end > 0:
        before = block.rfind(b"\n\n", 0, end - 2)
        start = before + 2 if before >= 0 else 0
        one = block[start:end]
        if one.startswith(b"data:") or _data_of(one) is not None:
            return one
        end = start
    return b""


def _data_of(event: bytes) -> bytes | None:
    """The data of one event, its lines joined; None for a comment or an event without data."""
    lines = [line for line in event.split(b"\n") if line.startswith(b"data:")]
    if not lines:
        return None
    return b"\n".join([line[6:] if line[5:6] == b" " else line[5:] for line in lines])


def event(payload: object) -> bytes:
    """One server-sent event with a JSON payload."""
    return b"data: " + msgspec.json.encode(payload) + b"\n\n"


def data_of(event: bytes) -> bytes | None:
    """The JSON text of an event that `Cutter` forwards, or None when it carries none."""
    return _data_of(event)
