"""The messages of a chat completion from the items of a transcript: what engines that know no items are told.

Tool calls join the assistant's message before them; outputs follow as messages of the tool. Images in an output follow
as a message of the user, since a tool's message holds text. What stands at the beginning as instructions is one system
message, because many chat templates take no second.

Source: OpenAI's OpenAPI document 2.3.0, ChatCompletionRequestMessage.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

from tokenry.api.responses.errors import NotServed
from tokenry.api.responses.items import CALLS, OUTPUTS, PASSED_OVER, Item
from tokenry.api.responses.sealed import is_thought, opened_thoughts
from tokenry.api.responses.tools import Meant, Toolbox, custom_arguments
from tokenry.base.errors import InvalidRequest

TEXTS = frozenset({"input_text", "output_text", "text", "summary_text"})
READABLE = ("text/", "application/json", "application/xml", "application/x-yaml", "application/yaml")
READABLE_NAMES = (".txt", ".md", ".csv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".html", ".py", ".log")
Compacted = Callable[[str], str]


class FileData:
    """The content of a file that a part brings or names.

    Args:
        media: its type, as far as it is known. data: its bytes.
    """

    __slots__ = ("data", "media", "name")

    def __init__(self, name: str, media: str, data: bytes) -> None:
        self.name = name
        self.media = media
        self.data = data

    @property
    def url(self) -> str:
        """As a data URL."""
        return f"data:{self.media};base64,{base64.b64encode(self.data).decode()}"

    @property
    def text(self) -> str | None:
        """Its text, if it is one."""
        if not self.media.startswith(READABLE) and not self.name.lower().endswith(READABLE_NAMES):
            return None
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return None


class Messages:
    """Puts messages together, an item at a time.

    Args:
        toolbox: knows what engines call the tools.
        files: contents of files by id, for parts that name one.
        compacted: the summary in a compaction's `encrypted_content`. Raises InvalidRequest: it is none of ours.
    """

    def __init__(self, toolbox: Toolbox, files: dict[str, FileData], compacted: Compacted) -> None:
        self._toolbox = toolbox
        self._files = files
        self._compacted = compacted
        self._made: list[dict[str, Any]] = []
        self._asked: dict[str, bool] = {}  # calls by id, and whether they have an output
        self._thoughts: list[Any] = []  # of the assistant's next message, signed by who made them
        self._later: list[dict[str, Any]] = []  # parts of outputs that a tool's message cannot hold

    def made(self, instructions: str | None, items: Iterable[Item]) -> list[dict[str, Any]]:
        """All messages.

        Raises:
            InvalidRequest: an output without its call, a call without its output, a part that cannot be.
            NotServed: a part of a kind that is not served.
        """
        if instructions:
            self._instruct(instructions)
        for item in items:
            self._add(item)
        self._flush()
        for call_id, answered in self._asked.items():
            if not answered:
                raise InvalidRequest(f"No tool output found for function call {call_id[:100]}.", param="input")
        return self._made

    def _add(self, item: Item) -> None:
        kind = item["type"]
        if kind in OUTPUTS:
            self._output(item)
            return
        if kind in PASSED_OVER:
            if kind == "reasoning" and is_thought(item.get("encrypted_content")):
                self._thoughts += opened_thoughts(item["encrypted_content"])
            return
        self._flush()
        if kind in CALLS:
            self._call(item)
        elif kind == "compaction":
            self._made.append({"role": "user", "content": self._compacted(item["encrypted_content"])})
        elif item["role"] in ("system", "developer"):
            self._instruct(self._text(item["content"], "a system message"))
        elif item["role"] == "assistant":
            self._assistant(self._text(item["content"], "an assistant's message"))
        else:
            self._made.append({"role": "user", "content": self._content(item["content"])})

    def _instruct(self, text: str) -> None:
        if len(self._made) == 1 and self._made[0]["role"] == "system":
            self._made[0]["content"] += "\n\n" + text
        else:
            self._made.append({"role": "system", "content": text})

    def _assistant(self, content: str | None) -> None:
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if self._thoughts:
            message["thinking_blocks"], self._thoughts = self._thoughts, []
        self._made.append(message)

    def _call(self, item: Item) -> None:
        custom = item["type"] == "custom_tool_call"
        space = item.get("namespace")
        meant = Meant(item["name"], space if isinstance(space, str) else None, custom)
        arguments = custom_arguments(item["input"]) if custom else item["arguments"]
        self._calls(item["call_id"], self._toolbox.function(meant), arguments)

    def _calls(self, call_id: str, function: str, arguments: str) -> None:
        if call_id in self._asked:
            raise InvalidRequest(f"two calls have the call_id {call_id[:100]!r}", param="input")
        self._asked[call_id] = False
        if not self._made or self._made[-1]["role"] != "assistant":
            self._assistant(None)
        self._made[-1].setdefault("tool_calls", []).append(
            {"id": call_id, "type": "function", "function": {"name": function, "arguments": arguments or "{}"}}
        )

    def _output(self, item: Item) -> None:
        call_id = item.get("call_id")
        if not isinstance(call_id, str) or call_id not in self._asked:
            if not isinstance(item.get("name"), str):
                raise InvalidRequest(
                    f"No tool call found for function call output with call_id {str(call_id)[:100]}.", param="input"
                )
            self._flush()  # what a tool says unasked, with its name
            space = item.get("namespace")
            meant = Meant(item["name"], space if isinstance(space, str) else None)
            call_id = call_id if isinstance(call_id, str) else item["id"]
            self._calls(call_id, self._toolbox.function(meant), "{}")
        self._asked[call_id] = True
        given = item["output"]
        parts = [{"type": "input_text", "text": given}] if isinstance(given, str) else given
        told = [self._part(part) for part in parts]
        text = "\n".join([part["text"] for part in told if part["type"] == "text"])
        later = [part for part in told if part["type"] != "text"]
        self._later += later
        self._made.append(
            {"role": "tool", "tool_call_id": call_id, "content": text or ("(it follows)" if later else "")}
        )

    def _flush(self) -> None:
        if self._later:
            self._made.append({"role": "user", "content": self._later})
            self._later = []

    def _text(self, parts: list[Item], whose: str) -> str:
        """The text of parts that can hold nothing else."""
        texts = []
        for part in parts:
            if part["type"] in TEXTS:
                texts.append(_member(part, "text"))
            elif part["type"] == "refusal":
                texts.append(_member(part, "refusal"))
            else:
                raise InvalidRequest(f"{whose} holds text, and no part of type {part['type'][:100]!r}", param="input")
        return "\n".join(texts) if len(texts) > 1 else "".join(texts)

    def _content(self, parts: list[Item]) -> str | list[dict[str, Any]]:
        told = [self._part(part) for part in parts]
        if len(told) == 1 and told[0]["type"] == "text":
            return str(told[0]["text"])
        return told

    def _part(self, part: Item) -> dict[str, Any]:
        kind = part["type"]
        if kind in TEXTS:
            return {"type": "text", "text": _member(part, "text")}
        if kind == "refusal":
            return {"type": "text", "text": _member(part, "refusal")}
        if kind == "input_image":
            return self._image(part)
        if kind == "input_file":
            return self._file(part)
        if kind == "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
        raise NotServed(f"parts of type {kind[:100]!r} are not served here", param="input")

    def _image(self, part: Item) -> dict[str, Any]:
        url = part.get("image_url")
        if not isinstance(url, str):
            url = self._named(part, "an input_image has an `image_url` or a `file_id`").url
        image: dict[str, Any] = {"url": url}
        if isinstance(part.get("detail"), str):
            image["detail"] = part["detail"]
        return {"type": "image_url", "image_url": image}

    def _file(self, part: Item) -> dict[str, Any]:
        if isinstance(part.get("file_url"), str):
            raise NotServed(
                "input_file: nothing is fetched from a `file_url`; send the file as `file_data`, or upload it and "
                "name its `file_id`",
                param="input",
            )
        file = _sent(part) if isinstance(part.get("file_data"), str) else None
        if file is None:
            file = self._named(part, "an input_file has `file_data` or a `file_id`")
        text = file.text
        if text is not None:
            return {"type": "text", "text": f"{file.name}:\n\n{text}"}
        if file.media.startswith("image/"):
            return {"type": "image_url", "image_url": {"url": file.url}}
        return {"type": "file", "file": {"filename": file.name, "file_data": file.url}}

    def _named(self, part: Item, otherwise: str) -> FileData:
        file_id = part.get("file_id")
        if not isinstance(file_id, str):
            raise InvalidRequest(otherwise, param="input")
        return self._files[file_id]


def file_ids(items: Iterable[Item]) -> list[str]:
    """The files that parts name, each as often as it is named."""
    found: list[str] = []
    for item in items:
        for member in ("content", "output"):
            parts = item.get(member)
            for part in parts if isinstance(parts, list) else ():
                if isinstance(part, dict) and part.get("type") in ("input_image", "input_file"):
                    brought = part.get("image_url") or part.get("file_data") or part.get("file_url")
                    if not brought and isinstance(part.get("file_id"), str):
                        found.append(part["file_id"])
    return found


def _member(part: Item, name: str) -> str:
    text = part.get(name)
    if not isinstance(text, str):
        raise InvalidRequest(f"a part of type {part['type'][:100]!r} has a `{name}`", param="input")
    return text


def _sent(part: Item) -> FileData:
    """A file that comes with the request: base64, or a data URL of it."""
    given, name = part["file_data"], part.get("filename")
    head, comma, rest = given.partition(",")
    media, data = "", given
    if comma and head.startswith("data:"):
        media, data = head.removeprefix("data:").partition(";")[0], rest
    name = name if isinstance(name, str) else "file"
    if not media:
        media = "application/pdf" if name.lower().endswith(".pdf") else "application/octet-stream"
    try:
        return FileData(name, media, base64.b64decode(data, validate=True))
    except ValueError:
        raise InvalidRequest("input_file.file_data is no base64", param="input") from None
