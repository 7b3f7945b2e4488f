"""Content blocks of Anthropic's Messages API as parts of a chat message: text, images, documents, tool results.

Pure. What only the engine that wrote it can read again (signed thoughts, results of tools that ran at a provider) is
left out; a block that nobody here knows is an error that names it.

Source: https://platform.claude.com/docs/en/api/messages/create, ContentBlockParam
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeVar

import msgspec

from tokenry.base.errors import InvalidRequest

T = TypeVar("T", bound=msgspec.Struct)
Part = dict[str, Any]

# Of use to nobody but the provider that wrote them.
_FOREIGN = re.compile(
    r"thinking|redacted_thinking|fallback|server_tool_use|mcp_tool_use|mcp_tool_listing|container_upload|\w+_tool_result"
)
_IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*+={0,2}\s*+")  # possessive: what fails, fails at once
_ID = re.compile(r"[a-zA-Z0-9_-]{1,256}")


class Text(msgspec.Struct):
    """`text`."""

    text: str


class Source(msgspec.Struct):
    """Where an image or a document comes from."""

    type: str
    media_type: str | None = None
    data: str | None = None
    url: str | None = None
    content: str | list[dict[str, Any]] | None = None


class Image(msgspec.Struct):
    """`image`."""

    source: Source


class Document(msgspec.Struct):
    """`document`."""

    source: Source
    title: str | None = None
    context: str | None = None


class SearchResult(msgspec.Struct):
    """`search_result`."""

    source: str
    title: str
    content: list[dict[str, Any]]


class ToolUse(msgspec.Struct):
    """`tool_use`."""

    id: str
    name: str
    input: dict[str, Any]


class ToolResult(msgspec.Struct):
    """`tool_result`."""

    tool_use_id: str
    content: str | list[dict[str, Any]] = ""
    is_error: bool | None = None


class ToolReference(msgspec.Struct):
    """`tool_reference`."""

    tool_name: str


class ChangedTool(msgspec.Struct):
    """The tool of a `tool_addition` or `tool_removal`."""

    type: str
    name: str | None = None
    definition: dict[str, Any] | None = None


class ToolChange(msgspec.Struct):
    """`tool_addition`, `tool_removal`."""

    tool: ChangedTool
    type: Literal["tool_addition", "tool_removal"]


class Compaction(msgspec.Struct):
    """`compaction`: what went before, in short."""

    content: str | None = None


def read(block: dict[str, Any], kind: type[T], where: str) -> T:
    """A block as its type. Raises InvalidRequest, which says where."""
    try:
        return msgspec.convert(block, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        raise _wrong(where + place.rstrip("`"), reason[0].lower() + reason[1:]) from None


def is_foreign(kind: str) -> bool:
    """Whether blocks of this type are left out."""
    return kind != "tool_result" and _FOREIGN.fullmatch(kind) is not None


def parts(blocks: list[dict[str, Any]], where: str) -> list[Part]:
    """What blocks say, as parts of a chat message. Raises InvalidRequest."""
    found: list[Part] = []
    for number, block in enumerate(blocks):
        found += said(block, f"{where}[{number}]")
    return found


def said(block: dict[str, Any], where: str) -> list[Part]:
    """What one block says, as parts of a chat message. Raises InvalidRequest."""
    match block["type"]:
        case "text":
            return _text(read(block, Text, where).text)
        case "image":
            return [{"type": "image_url", "image_url": {"url": _image(read(block, Image, where).source, where)}}]
        case "document":
            return _document(read(block, Document, where), where)
        case "search_result":
            result = read(block, SearchResult, where)
            texts = "\n".join(text_of(parts(result.content, f"{where}.content")))
            return _text(f"{result.title} ({result.source})\n{texts}")
        case "tool_reference":
            return _text(f"The tool {read(block, ToolReference, where).tool_name} can be called from now on.")
        case "compaction":
            return _text(read(block, Compaction, where).content or "")
        case str(kind) if is_foreign(kind):
            return []
        case kind:
            raise _wrong(where, f"blocks of type {str(kind)[:60]!r} are not understood here; leave it out")


def text_of(given: list[Part]) -> list[str]:
    """The texts among parts."""
    return [part["text"] for part in given if part["type"] == "text"]


def content(given: list[Part]) -> str | list[Part]:
    """Parts as a chat message's content: one text where there is nothing else, which every engine reads."""
    if all(part["type"] == "text" for part in given):
        return "\n\n".join(text_of(given))
    return given


def checked_id(name: str, where: str) -> str:
    """The id of a tool's call as engines wrote it (`lanes.told_id` is the other way). Raises InvalidRequest."""
    if _ID.fullmatch(name) is None:
        raise _wrong(where, "an id has 1 to 256 letters, digits, - and _")
    return name.removeprefix("toolu_") or name


def _text(text: str) -> list[Part]:
    return [{"type": "text", "text": text}] if text else []


def _image(source: Source, where: str) -> str:
    """The URL of an image."""
    if source.type == "url" and source.url:
        return source.url
    if source.type == "base64":
        if source.media_type not in _IMAGE_TYPES:
            raise _wrong(f"{where}.source.media_type", f"an image is one of {', '.join(sorted(_IMAGE_TYPES))}")
        return f"data:{source.media_type};base64,{_data(source, where)}"
    raise _unserved(source, where)


def _document(document: Document, where: str) -> list[Part]:
    """A document as text, or as a file where it is a PDF."""
    source, head = document.source, " - ".join(filter(None, (document.title, document.context)))
    match source.type:
        case "text" if source.data is not None:
            return _text(f"{head}\n\n{source.data}" if head else source.data)
        case "content" if source.content is not None:
            given = source.content
            blocks = [{"type": "text", "text": given}] if isinstance(given, str) else given
            return [*_text(head), *parts(checked(blocks, where), f"{where}.source.content")]
        case "base64":
            if source.media_type != "application/pdf":
                raise _wrong(f"{where}.source.media_type", "a document in base64 is application/pdf")
            name = document.title or "document.pdf"
            url = f"data:application/pdf;base64,{_data(source, where)}"
            return [{"type": "file", "file": {"filename": name, "file_data": url}}]
        case "url":
            raise _wrong(f"{where}.source", "this model's engine reads no documents by URL; send the document itself")
    raise _unserved(source, where)


def checked(blocks: list[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    """Blocks within a block, each with a type. Raises InvalidRequest."""
    for number, block in enumerate(blocks):
        if not isinstance(block.get("type"), str):
            raise _wrong(f"{where}[{number}].type", "every block has a type")
    return blocks


def _data(source: Source, where: str) -> str:
    if not source.data or _BASE64.fullmatch(source.data) is None:
        raise _wrong(f"{where}.source.data", "this is not base64")
    return source.data


def _unserved(source: Source, where: str) -> InvalidRequest:
    if source.type == "file":
        return _wrong(f"{where}.source", "files by id are not served here; send the content itself")
    return _wrong(f"{where}.source", f"a source of type {source.type[:60]!r} is not understood, or lacks its content")


def _wrong(where: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{where}: {reason}", param=where)
