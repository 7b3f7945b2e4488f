"""An answer's pieces as the items of a response, and the events that tell how these come to be.

One kind of item is open at a time, and all calls of a round stay open together, because engines may write several at
once. Whoever wants the items alone lets the events fall: so a stream and its twin in one piece say the same.

Source: OpenAI's OpenAPI document 2.3.0, ResponseStreamEvent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tokenry.api.responses.custom import CustomInput
from tokenry.api.responses.items import Item
from tokenry.api.responses.sealed import sealed_thoughts
from tokenry.api.responses.tools import Meant, Toolbox
from tokenry.gateway import Arguments, Call, Finish, Other, Piece, Reasoning, Refusal, Text

Event = dict[str, Any]
Say = Callable[..., None]
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Telling:
    """Tells one answer.

    Attributes:
        output: the items so far; those that are closed do not change any more.
        incomplete: why the answer is not whole, once that is known.
    """

    def __init__(self, name: Callable[[str, int], str], call_id: Callable[[], str], toolbox: Toolbox, say: Say) -> None:
        """Args:
        name: makes the id of an item from its type and its place in the output.
        call_id: makes the id of a call that its engine gave none.
        say: is told of each event: its type, then its members by name.
        """
        self.output: list[Item] = []
        self.incomplete: str | None = None
        self._name = name
        self._call_id = call_id
        self._toolbox = toolbox
        self._say = say
        self._open: _Thought | _Message | None = None
        self._calls: dict[int, _ToolCall] = {}
        self._told = 0  # signed thoughts

    def hear(self, piece: Piece) -> None:
        """Tell one more piece."""
        match piece:
            case Text():
                self._message().text(piece)
            case Reasoning():
                self._thought().more(piece.text)
            case Refusal():
                self._message().refusal(piece.text)
            case Call():
                self._begin_call(piece)
            case Arguments():
                if piece.index in self._calls:
                    self._calls[piece.index].more(piece.text)
            case Other(name="thinking_blocks", value=list(blocks)):
                self._signed(blocks)
            case Finish():
                self.incomplete = _INCOMPLETE.get(piece.reason)
            case _:
                pass

    def close(self) -> None:
        """The answer has ended: close what is open."""
        self._shut("completed" if self.incomplete is None else "incomplete")

    def _message(self) -> _Message:
        if not isinstance(self._open, _Message):
            self._shut("completed")
            self._open = _Message(self._say, *self._next("message"))
            self.output.append(self._open.item)
        return self._open

    def _thought(self) -> _Thought:
        if not isinstance(self._open, _Thought):
            self._shut("completed")
            self._open = _Thought(self._say, *self._next("reasoning"))
            self.output.append(self._open.item)
        return self._open

    def _signed(self, blocks: list[Any]) -> None:
        """What the model thought, in a form that its maker takes back: all that it thought so far."""
        fresh, self._told = blocks[self._told :], len(blocks)
        if fresh:
            self._thought().sign(fresh)

    def _begin_call(self, piece: Call) -> None:
        if self._open is not None:
            self._shut("completed")
        meant = self._toolbox.meant(piece.name)
        where = self._next("custom_tool_call" if meant.custom else "function_call")
        call = _ToolCall(self._say, *where, piece.id or self._call_id(), meant)
        self._calls[piece.index] = call
        self.output.append(call.item)

    def _next(self, kind: str) -> tuple[str, int]:
        return self._name(kind, len(self.output)), len(self.output)

    def _shut(self, status: str) -> None:
        if self._open is not None:
            self._open.done(status)
            self._open = None
        for call in self._calls.values():
            call.done(status)
        self._calls.clear()


class _Item:
    """One item that is being told."""

    def __init__(self, say: Say, index: int, item: Item) -> None:
        self.item = item
        self._say = say
        self._index = index
        say("response.output_item.added", output_index=index, item=_copy(item))

    def _tell(self, kind: str, **members: Any) -> None:
        self._say(kind, item_id=self.item["id"], output_index=self._index, **members)

    def _done(self) -> None:
        self._say("response.output_item.done", output_index=self._index, item=_copy(self.item))


class _Message(_Item):
    """What the model says: text, and perhaps the words in which it declines."""

    def __init__(self, say: Say, item_id: str, index: int) -> None:
        item = {"id": item_id, "type": "message", "status": "in_progress", "role": "assistant", "content": []}
        super().__init__(say, index, item)
        self._said: list[str] = []
        self._logprobs: list[Any] = []

    def text(self, piece: Text) -> None:
        self._part("output_text", {"type": "output_text", "annotations": [], "logprobs": [], "text": ""})
        logprobs = piece.logprobs or []
        self._logprobs += logprobs
        self._said.append(piece.text)
        self._tell("response.output_text.delta", content_index=self._at, delta=piece.text, logprobs=logprobs)

    def refusal(self, text: str) -> None:
        self._part("refusal", {"type": "refusal", "refusal": ""})
        self._said.append(text)
        self._tell("response.refusal.delta", content_index=self._at, delta=text)

    def done(self, status: str) -> None:
        self._end_part()
        self.item["status"] = status
        self._done()

    @property
    def _at(self) -> int:
        return len(self.item["content"]) - 1

    def _part(self, kind: str, fresh: Item) -> None:
        """Let a part of this kind be open."""
        content = self.item["content"]
        if not content or content[-1]["type"] != kind:
            self._end_part()
            content.append(fresh)
            self._tell("response.content_part.added", content_index=self._at, part=dict(fresh))

    def _end_part(self) -> None:
        if not self.item["content"]:
            return
        part, text = self.item["content"][-1], "".join(self._said)
        self._said.clear()
        if part["type"] == "refusal":
            part["refusal"] = text
            self._tell("response.refusal.done", content_index=self._at, refusal=text)
        else:
            part["text"], part["logprobs"], self._logprobs = text, self._logprobs, []
            self._tell("response.output_text.done", content_index=self._at, text=text, logprobs=part["logprobs"])
        self._tell("response.content_part.done", content_index=self._at, part=dict(part))


class _Thought(_Item):
    """What the model thought."""

    def __init__(self, say: Say, item_id: str, index: int) -> None:
        item = {"id": item_id, "type": "reasoning", "summary": [], "content": []}
        super().__init__(say, index, item)
        self._said: list[str] = []
        self._signed: list[Any] = []

    def sign(self, blocks: list[Any]) -> None:
        self._signed += blocks

    def more(self, text: str) -> None:
        if not self._said:
            part = {"type": "reasoning_text", "text": ""}
            self._tell("response.content_part.added", content_index=0, part=part)
        self._said.append(text)
        self._tell("response.reasoning_text.delta", content_index=0, delta=text)

    def done(self, _status: str) -> None:
        if self._said:
            text = "".join(self._said)
            part = {"type": "reasoning_text", "text": text}
            self.item["content"] = [part]
            self._tell("response.reasoning_text.done", content_index=0, text=text)
            self._tell("response.content_part.done", content_index=0, part=part)
        if self._signed:
            self.item["encrypted_content"] = sealed_thoughts(self._signed)
        self._done()


class _ToolCall(_Item):
    """A call that the model wants made."""

    def __init__(self, say: Say, item_id: str, index: int, call_id: str, meant: Meant) -> None:
        item: Item = {"id": item_id, "type": "function_call", "status": "in_progress", "call_id": call_id}
        item["name"] = meant.name
        if meant.namespace is not None:
            item["namespace"] = meant.namespace
        if meant.custom:
            item["type"] = "custom_tool_call"
        self._custom = CustomInput() if meant.custom else None
        item["input" if meant.custom else "arguments"] = ""
        super().__init__(say, index, item)
        self._said: list[str] = []

    def more(self, text: str) -> None:
        if self._custom is None:
            self._said.append(text)
            self._tell("response.function_call_arguments.delta", delta=text)
        else:
            self._more_input(self._custom.more(text))

    def _more_input(self, text: str) -> None:
        if text:
            self._tell("response.custom_tool_call_input.delta", delta=text)

    def done(self, status: str) -> None:
        said = "".join(self._said)
        self.item["status"] = status
        if self._custom is not None:
            rest, said = self._custom.end()
            self._more_input(rest)
            self.item["input"] = said
            self._tell("response.custom_tool_call_input.done", input=said)
        else:
            self.item["arguments"] = said
            self._tell("response.function_call_arguments.done", name=self.item["name"], arguments=said)
        self._done()


def _copy(item: Item) -> Item:
    """As it is now."""
    if "content" not in item:
        return dict(item)
    return {**item, "content": [dict(part) for part in item["content"]]}
