"""Parts of a chat message as content blocks of Anthropic's Messages API.

Knows text, images and documents. Knows nothing of turns. What the API has no block for is refused by name, since an
answer to half of a message is worse than none.

Source: https://platform.claude.com/docs/en/build-with-claude/vision and …/pdf-support
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, cast

from tokenry.base.errors import InvalidRequest

Block = dict[str, Any]

_DATA_URL = re.compile(r"data:([a-zA-Z0-9.+/-]+)(?:;[^,;]*)*;base64,", re.IGNORECASE)


def blocks_of(content: object) -> list[Block]:
    """The blocks of a message's content: text, a list of parts, or nothing.

    Text without a character is left out: the API takes none.

    Raises:
        InvalidRequest: a part that the API has nothing for, or one of a shape that no part has.
    """
    if content is None:
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    if not isinstance(content, list):
        raise _wrong("a message's content is text or a list of parts")
    made = []
    for part in content:
        if not isinstance(part, dict):
            raise _wrong("a part of a message's content is an object")
        block = _block(part)
        if block is not None:
            made.append(with_cache(block, part))
    return made


def with_cache(block: Block, *sources: object) -> Block:
    """The block with the `cache_control` of the first of `sources` that has one."""
    for source in sources:
        marked = source.get("cache_control") if isinstance(source, dict) else None
        if isinstance(marked, dict):
            return {**block, "cache_control": marked}
    return block


def _block(part: dict[str, Any]) -> Block | None:
    match part.get("type"):
        case "text" | "refusal" as kind:
            text = part.get(kind)
            return {"type": "text", "text": text} if isinstance(text, str) and text else None
        case "image_url":
            return {"type": "image", "source": _image(part.get("image_url"))}
        case "file":
            return _document(part.get("file"))
        case kind:
            raise _wrong(f"a part of type {str(kind)[:40]!r} is not taken by this model's provider")


def _image(given: object) -> dict[str, Any]:
    url = given.get("url") if isinstance(given, dict) else given
    if not isinstance(url, str):
        raise _wrong("image_url has no url")
    found = _DATA_URL.match(url)
    if found is not None:
        return {"type": "base64", "media_type": found[1].lower(), "data": url[found.end() :]}
    if url.startswith(("https://", "http://")):
        return {"type": "url", "url": url}
    raise _wrong("image_url is neither http(s) nor a base64 data URL")


def _document(given: object) -> Block:
    data = given.get("file_data") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(data, str):
        raise _wrong("a file is taken only as file_data: a base64 data URL of a PDF or of plain text")
    found = _DATA_URL.match(data)
    kind, encoded = (found[1].lower(), data[found.end() :]) if found else ("application/pdf", data)
    source: dict[str, Any] = {"type": "base64", "media_type": kind, "data": encoded}
    if kind.startswith("text/"):
        source = {"type": "text", "media_type": "text/plain", "data": _text(encoded)}
    elif kind != "application/pdf":
        raise _wrong(f"a file of type {kind[:40]!r} is not taken by this model's provider: send a PDF or plain text")
    block: Block = {"type": "document", "source": source}
    name = given.get("filename")
    return {**block, "title": name} if isinstance(name, str) and name else block


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _wrong("a file of plain text is base64 of UTF-8") from None


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; nothing for what is no list of objects."""
    if not isinstance(value, list):
        return []
    return cast("list[dict[str, Any]]", [one for one in value if isinstance(one, dict)])


def _wrong(words: str) -> InvalidRequest:
    return InvalidRequest(words, param="messages")
