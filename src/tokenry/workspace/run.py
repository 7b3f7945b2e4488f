"""One answer that is being made: what the model has said so far, and who listens. It is the server's own.

To the gateway it is a client that never is slow and hangs up only when somebody says stop. Browsers watch it from any
position on; one that goes away changes nothing. A position counts the characters of reasoning and text told so far.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from msgspec.structs import replace

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.gateway import About, Finish, Headers, Piece, Pieces, Reader, Reasoning, Refusal, Text
from tokenry.ledger import Receipt, Usage
from tokenry.workspace.asking import Pair
from tokenry.workspace.messages import Message
from tokenry.workspace.sources import Grounded, Source
from tokenry.workspace.whose import Whose

ANSWER_LENGTH_MAX: Final = 1_000_000  # characters of one answer; then it is stopped
KEEP_ALIVE_S: Final = 15.0
BREATH_S: Final = 0.03  # between two tellings to one browser, so that many tokens travel together

Kind = Literal["text", "reasoning"]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be answered, for whom, by whose key."""

    whose: Whose
    pair: Pair
    principal: Principal
    request_id: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """News of an answer, up to `position`. Nothing in it: nothing happened for a while.

    Exactly one of the others is set: more text of a kind, the passages it rests on, or the message as it ended.
    """

    position: int
    kind: Kind | None = None
    text: str = ""
    sources: tuple[Source, ...] | None = None
    message: Message | None = None


@dataclass(slots=True)
class Said:
    """Everything said, in order. Neighbours of one kind lie together when they are told."""

    pieces: list[tuple[Kind, str]] = field(default_factory=list)
    position: int = 0

    def add(self, kind: Kind, text: str) -> None:
        """More of it."""
        self.pieces.append((kind, text))
        self.position += len(text)

    def whole(self, kind: Kind) -> str:
        """All that was said of a kind."""
        return "".join([text for one, text in self.pieces if one == kind])

    def since(self, cursor: int, position: int, after: int) -> tuple[int, int, list[tuple[Kind, str]]]:
        """What was said behind a cursor and a position, neighbours of one kind together."""
        found: list[tuple[Kind, list[str]]] = []
        pieces = self.pieces
        while cursor < len(pieces):
            kind, text = pieces[cursor]
            cursor += 1
            fresh = text[max(0, after - position) :]
            position += len(text)
            if not fresh:
                continue
            if found and found[-1][0] == kind:
                found[-1][1].append(fresh)
            else:
                found.append((kind, [fresh]))
        return cursor, position, [(kind, "".join(texts)) for kind, texts in found]


class Run:
    """One answer at work; implements the gateway's `Client` (and makes its `Voice`).

    Attributes:
        further: ids of requests that found what it stands on.
        said: with what stood there before, when it goes on.
        receipt: once it is charged. error: what it ended with. gone: somebody said stop.
        finish: why the model ended, in its own word.
        dirty: the row does not have all of it.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.said = Said()
        answer = job.pair.answer
        if answer.reasoning:
            self.said.add("reasoning", answer.reasoning)
        if answer.text:
            self.said.add("text", answer.text)
        self.before = self.said.position
        self.sources: tuple[Source, ...] = answer.sources
        self.omitted = answer.omitted
        self.further: tuple[str, ...] = ()
        self.receipt: Receipt | None = None
        self.error: TokenryError | None = None
        self.finish: str | None = None
        self.gone = False
        self.dirty = False
        self.ended = asyncio.Event()
        self.message: Message | None = None
        self.watchers = 0
        self._news = asyncio.Event()
        self._stopped = asyncio.Event()
        self._callback: Callable[[], None] | None = None

    @property
    def request_ids(self) -> tuple[str, ...]:
        """Of all that the answer took so far, what it took before it went on included."""
        return (*self.job.pair.answer.request_ids, *self.further)

    @property
    def id(self) -> str:
        """Of the answer."""
        return self.job.pair.answer.id

    def live(self, message: Message) -> tuple[Message, int]:
        """The message with what was said until now, and the position behind that. From any thread."""
        said = Said(list(self.said.pieces))
        told = replace(message, state="running", text=said.whole("text"), reasoning=said.whole("reasoning") or None)
        return replace(told, sources=self.sources, omitted=self.omitted), sum(len(text) for _, text in said.pieces)

    # --- what the gateway sees -----------------------------------------------------------------------------------

    def on_gone(self, callback: Callable[[], None]) -> None:
        """See Client."""
        self._callback = callback
        if self.gone:
            callback()

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """See Client."""

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """See Client."""

    async def start(self, status: int, headers: Headers) -> None:
        """See Client."""

    def push(self, data: bytes) -> bool:
        """See Client."""
        return True

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """See Client."""

    def voice(self, about: About) -> Ear:
        """What hears an attempt."""
        return Ear(self)

    # --- what happens to it ----------------------------------------------------------------------------------------

    def hear(self, piece: Piece) -> None:
        """The model says more."""
        match piece:
            case Text(text=text) | Refusal(text=text) if text:
                self._add("text", text)
            case Reasoning(text=text):
                self._add("reasoning", text)
            case Finish(reason=reason):
                self.finish = reason

    def ground(self, grounded: Grounded) -> None:
        """What it may stand on was found: passages that it may cite, and requests that this took."""
        self.further = grounded.request_ids
        if grounded.sources:
            self.sources = grounded.sources
        self.dirty = True
        self._tell()

    def stop(self) -> None:
        """Say no more, as if its only listener hung up."""
        self.gone = True
        self._stopped.set()
        if self._callback is not None:
            self._callback()

    async def unless_stopped(self, work: Coroutine[Any, Any, R]) -> R | None:
        """What it gives; None as soon as somebody says stop, and then it is cut off. Raises what it raises."""
        task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            if not task.done():
                task.cancel()
        if self.gone:
            await asyncio.gather(task, return_exceptions=True)
            return None
        return task.result()

    def end(self, message: Message) -> None:
        """Nothing more will come: this is how it stands in its row."""
        self.message = message
        self.ended.set()
        self._tell()

    async def watch(self, after: int) -> AsyncIterator[Heard]:
        """Everything behind a position, what is still to come included; at last the message as it ended."""
        cursor, position, told = 0, 0, None
        while True:
            news = self._news
            if self.sources and told is not self.sources:
                told = self.sources
                yield Heard(position, sources=told)
            cursor, position, texts = self.said.since(cursor, position, after)
            for kind, text in texts:
                yield Heard(position, kind, text)
            if self.message is not None and cursor == len(self.said.pieces):
                yield Heard(position, message=self.message)
                return
            if texts:
                await asyncio.sleep(BREATH_S)
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await news.wait()
            except TimeoutError:
                yield Heard(position)

    def _add(self, kind: Kind, text: str) -> None:
        if self.said.position >= ANSWER_LENGTH_MAX:
            self.finish = "length"
            self.stop()
            return
        self.said.add(kind, text)
        self.dirty = True
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


class Ear:
    """Hears one answer for a run; see gateway's `Voice`. Nothing goes out by it: browsers are told by the run."""

    content_type = b"application/json"

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pieces = Pieces()

    def native(self, about: About) -> Reader:
        """See Voice. Chats are asked as chat completions alone."""
        raise AssertionError("a chat is never asked in another API's words")

    def say(self, events: bytes) -> bytes:
        """See Voice."""
        for piece in self._pieces.read(events):
            self._run.hear(piece)
        return b""

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        self.say(held)
        if cut:
            self._run.finish = "length"
        return b""

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        for piece in self._pieces.read_whole(answer or {}):
            self._run.hear(piece)
        return b""

    def broken(self, error: TokenryError) -> bytes:
        """See Voice."""
        self._run.error = error
        return b""

    async def settled(self, receipt: Receipt) -> None:
        """See Voice."""
        self._run.receipt = receipt
