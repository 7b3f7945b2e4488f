"""What the scripted engine reads of a request. Lenient: fields it does not know are passed over."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from tokenry.base.limits import CHOICES_MAX

_Limit = Annotated[int, msgspec.Meta(ge=1)] | None
_Choices = Annotated[int, msgspec.Meta(ge=1, le=CHOICES_MAX)] | None


class StreamOptions(msgspec.Struct):
    """`stream_options`."""

    include_usage: bool = False


class Base(msgspec.Struct, kw_only=True):
    """What all requests share."""

    model: str


class Generation(Base, kw_only=True):
    """What chat and completions share."""

    n: _Choices = None
    max_tokens: _Limit = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def stops(self) -> list[str]:
        return [self.stop] if isinstance(self.stop, str) else [stop for stop in self.stop or () if stop]

    @property
    def include_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


class Message(msgspec.Struct, kw_only=True):
    """One message of a chat."""

    role: str
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, list):
            return "".join(str(part.get("text", part.get("refusal", ""))) for part in self.content)
        return self.content or ""


class Function(msgspec.Struct, kw_only=True):
    """A function that is offered; `parameters` is a JSON schema."""

    name: str
    parameters: dict[str, Any] | None = None


class Tool(msgspec.Struct, kw_only=True):
    """One tool; those that are no functions are passed over."""

    type: str = "function"
    function: Function | None = None


class JsonSchema(msgspec.Struct, kw_only=True, rename={"definition": "schema"}):
    """The schema an answer must have."""

    definition: Any = True


class ResponseFormat(msgspec.Struct, kw_only=True):
    """`response_format`."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None


class ChatRequest(Generation, kw_only=True):
    """`POST /v1/chat/completions`."""

    messages: Annotated[list[Message], msgspec.Meta(min_length=1)]
    max_completion_tokens: _Limit = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None
    tools: list[Tool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None

    @property
    def limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    @property
    def directed(self) -> list[str]:
        """The prompts in which directives count: what the system says, then the last thing the user said."""
        said = [message.text for message in self.messages if message.role in {"system", "developer"}]
        return [*said, self.question]

    @property
    def question(self) -> str:
        """The last thing the user said."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def tool_result(self) -> str | None:
        """What the tool said, when it spoke last."""
        last = self.messages[-1]
        return last.text if last.role == "tool" else None

    @property
    def forced_tool(self) -> str | None:
        """The tool that must be called: its name, or "" for any, or None."""
        if isinstance(self.tool_choice, dict):
            if "allowed_tools" in self.tool_choice:
                return "" if self.tool_choice["allowed_tools"].get("mode") == "required" else None
            return str(self.tool_choice.get("function", {}).get("name", ""))
        return "" if self.tool_choice == "required" else None


class CompletionRequest(Generation, kw_only=True):
    """`POST /v1/completions`."""

    prompt: str | list[str | int | list[int]] = ""
    echo: bool | None = None
    logprobs: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None

    @property
    def prompts(self) -> list[str]:
        """One text per prompt; token ids are told as text."""
        return texts(self.prompt)


class EmbeddingsRequest(Base, kw_only=True):
    """`POST /v1/embeddings`."""

    input: str | list[str | int | list[int]]
    dimensions: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None
    encoding_format: Literal["float", "base64"] | None = None


def texts(given: str | list[str | int | list[int]]) -> list[str]:
    """The inputs of a request as texts: a text, several, one list of token ids, or several."""
    if isinstance(given, str):
        return [given]
    if given and all(isinstance(item, int) for item in given):
        return [" ".join(str(item) for item in given)]
    return [
        item if isinstance(item, str) else " ".join(str(token) for token in item)
        for item in given
        if not isinstance(item, int)
    ]
