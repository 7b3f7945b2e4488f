"""From the bytes of a body to an `Inference`, or to an error that names the field and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, TypeVar

import msgspec

from tokenry.api.openai.fields import Chat, Completion, Embedding
from tokenry.base.errors import InvalidRequest
from tokenry.base.limits import IDEMPOTENCY_KEY_LENGTH_MAX, PURPOSE_LENGTH_MAX
from tokenry.gateway import Endpoint, Inference, forces_call
from tokenry.ledger import Tier

T = TypeVar("T")
Pairs = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=64)], Annotated[str, msgspec.Meta(max_length=512)]],
    msgspec.Meta(max_length=16),
]

_PURPOSE = re.compile(rb"[a-z0-9_-]{1,%d}" % PURPOSE_LENGTH_MAX)
_WHERE = re.compile(r" - at `\$\.?([^`]*)`\Z")
_REASON_LENGTH_MAX = 200  # msgspec repeats a value that is not among those allowed, whatever its length
_BOUNDED_BY_BYTES = frozenset({"text", "refusal"})
# Engines written in Go take a key in any case for the field of that name, so one that differs in nothing else from a
# field we read would be taken for it there, unread here.
_READ_HERE = frozenset(field.name for kind in (Chat, Completion, Embedding) for field in msgspec.structs.fields(kind))
# llama.cpp's own names go before OpenAI's, so they would undo a limit that was checked.
_SAY_INSTEAD = {"n_predict": "max_tokens", "n_cmpl": "n"}

# What a price of tokens does not cover: a provider's own searches, a template that multiplies the prompt.
_UNCOVERED = frozenset({"web_search_options", "chat_template"})
_TIERS: dict[str, Tier | None] = {
    "auto": None, "default": None, "flex": "flex", "priority": "priority", "batch": "batch",
}  # fmt: skip
# Members of other endpoints that some engines read here too (vLLM's `best_of` in chat, `messages` in embeddings):
# they would generate or read what nobody counted.
_FOREIGN: dict[str, frozenset[str]] = {
    "chat.completions": frozenset({"best_of", "prompt", "input"}),
    "completions": frozenset({"messages", "input", "max_completion_tokens"}),
    "embeddings": frozenset({"messages", "prompt"}),
}

# Members that need no second look.
_USUAL = {endpoint: _READ_HERE - foreign for endpoint, foreign in _FOREIGN.items()}

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_chat = msgspec.json.Decoder(Chat)
_completion = msgspec.json.Decoder(Completion)
_embedding = msgspec.json.Decoder(Embedding)


class InvalidBody(InvalidRequest):
    """The body is not the JSON object that the endpoint takes."""

    code = None


def parse(endpoint: Endpoint, body: bytes) -> Inference:
    """The request in `body`, of one of OpenAI's three hot routes.

    Raises:
        InvalidRequest: it is not UTF-8, not JSON, or a field that we must understand has a wrong type or value.
    """
    if not body.isascii():
        _check_utf8(body)
    match endpoint:
        case "chat.completions":
            return _parse_chat(body)
        case "completions":
            return _parse_completion(body)
        case "embeddings":
            return _parse_embedding(body)
        case _:
            raise AssertionError(f"{endpoint} is read elsewhere")


def remember(request: Inference, body: bytes, key: bytes) -> None:
    """Make the request one that happens once: `key` is its Idempotency-Key, as its header has it. InvalidRequest.

    A fingerprint that its reader made stands: a form's is not that of its bytes.
    """
    if not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH_MAX:
        raise InvalidRequest(
            f"an Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH_MAX} characters", param="Idempotency-Key"
        )
    request.idempotency_key = key.decode("latin-1")
    request.fingerprint = request.fingerprint or hashlib.sha256(body).digest()


def read_tier(named: str) -> Tier | None:
    """The tier of service that a request names; None = the default one, as `auto` does. Raises InvalidRequest."""
    if named not in _TIERS:
        told = "the scale tier is a contract with another house" if named == "scale" else f"{named[:40]!r} is no tier"
        raise InvalidRequest(f"service_tier: {told}; say one of {', '.join(_TIERS)}", param="service_tier")
    return _TIERS[named]


def checked_purpose(header: bytes) -> str:
    """What a request says it is for, as `x-tokenry-purpose` has it. Raises InvalidRequest."""
    if _PURPOSE.fullmatch(header) is None:
        raise InvalidRequest(
            f"a purpose has 1 to {PURPOSE_LENGTH_MAX} of a to z, 0 to 9, _ and -, as in `evaluation`",
            param="x-tokenry-purpose",
        )
    return header.decode("ascii")


def _parse_chat(body: bytes) -> Inference:
    chat = _decode(_chat, body)
    if chat.modalities and set(chat.modalities) - {"text"}:
        raise InvalidRequest('only text output is served: modalities must be ["text"]', param="modalities")
    request = _sampling("chat.completions", chat, body)
    request.choices = chat.n or 1
    if chat.max_completion_tokens is not None:
        request.limit_field = "max_completion_tokens"
        request.limit = max(chat.max_completion_tokens, chat.max_tokens or 0)
    request.messages = len(chat.messages)
    request.tools = len(chat.tools or ())
    contents = [message.content for message in chat.messages if isinstance(message.content, list)]
    if contents:
        kinds = [part.type for content in contents for part in content]
        request.media = kinds.count("image_url")
        request.opaque = sum([1 for kind in kinds if kind not in _BOUNDED_BY_BYTES and kind != "image_url"])
    if chat.prediction is not None:
        request.extra_output = len(bytes(request.fields["prediction"])) * request.choices
    if chat.store is not None:
        _read_store(chat, request)
    if chat.tools and chat.tool_choice is not None:
        choice = msgspec.json.decode(request.fields["tool_choice"])
        request.forced_tools = forces_call(list(chat.tools), choice)
    return request


def _read_store(chat: Chat, request: Inference) -> None:
    """Whether the answer shall be stored, by us: an engine's own store would be shared by all who ask through us."""
    del request.fields["store"]
    if not chat.store:
        return
    request.fields.pop("metadata", None)
    try:
        request.store = msgspec.convert(chat.metadata or {}, Pairs)
    except msgspec.ValidationError:
        raise InvalidRequest(
            "metadata: a stored answer has at most 16 pairs of text, keys of 64 and values of 512 characters at most",
            param="metadata",
        ) from None


def _parse_completion(body: bytes) -> Inference:
    completion = _decode(_completion, body)
    if completion.best_of is not None and completion.best_of < (completion.n or 1):
        raise InvalidRequest("best_of must not be smaller than n", param="best_of")
    if completion.stream and (completion.best_of or 1) > (completion.n or 1):
        raise InvalidRequest("best_of cannot be streamed", param="best_of")
    request = _sampling("completions", completion, body)
    request.choices = max(completion.n or 1, completion.best_of or 1) * _prompts(completion.prompt)
    return request


def _parse_embedding(body: bytes) -> Inference:
    embedding = _decode(_embedding, body)
    fields = _members("embeddings", body)
    # Engines are asked for numbers; the gateway writes base64 for clients that want it.
    fields["encoding_format"] = msgspec.Raw(b'"float"')
    fields.pop("service_tier", None)
    named = embedding.service_tier
    return Inference(
        "embeddings",
        fields,
        embedding.model,
        len(body),
        base64=embedding.encoding_format == "base64",
        tier=None if named is None else read_tier(named),
        names_tier=named is not None,
    )


def _sampling(endpoint: Endpoint, request: Chat | Completion, body: bytes) -> Inference:
    options = request.stream_options
    if options is not None and not request.stream:
        raise InvalidRequest("stream_options is only allowed when stream is true", param="stream_options")
    fields, named = _members(endpoint, body), request.service_tier
    # It never goes on: a provider's own tiers cost what no price of ours says, and ours are about our own engines.
    fields.pop("service_tier", None)
    return Inference(
        endpoint,
        fields,
        request.model,
        len(body),
        stream=bool(request.stream),
        include_usage=bool(options and options.include_usage),
        limit=request.max_tokens,
        limit_field="max_tokens",
        tier=None if named is None else read_tier(named),
        names_tier=named is not None,
    )


def _members(endpoint: Endpoint, body: bytes) -> dict[str, msgspec.Raw]:
    """The top-level members as they came. Of a repeated one the last counts, here as for the types.

    Raises:
        InvalidRequest: a key that some engine would take for another, which was checked.
    """
    fields = _decode(_fields, body)
    if _USUAL[endpoint].issuperset(fields):
        return fields
    for name in fields:
        if name in _FOREIGN[endpoint]:
            raise InvalidRequest(f"{name!r} is not taken by this endpoint", param=name)
        if name in _UNCOVERED:
            raise InvalidRequest(f"{name!r} is not served yet; leave it out", param=name)
        if name in _READ_HERE:
            continue
        meant = _SAY_INSTEAD.get(name) or name.casefold()
        if meant in _READ_HERE:
            raise InvalidRequest(f"{name[:_REASON_LENGTH_MAX]!r} is not taken here: say {meant!r}", param=meant)
    return fields


def _prompts(prompt: str | list[Any]) -> int:
    """How many answers one prompt member asks for: a list of token ids is one prompt, a list of texts many."""
    if isinstance(prompt, str) or not prompt or isinstance(prompt[0], int):
        return 1
    return len(prompt)


def read_json(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """A body of another API as its type. Raises InvalidRequest as `parse` does."""
    if not body.isascii():
        _check_utf8(body)
    return _decode(decoder, body)


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except msgspec.DecodeError as error:
        raise InvalidBody(f"the body is not valid JSON: {error}") from None
    except RecursionError:
        raise InvalidBody("the body is nested too deeply") from None


def _invalid(words: str) -> InvalidRequest:
    """msgspec's words with the field in front."""
    where = _WHERE.search(words)
    param = where.group(1) if where else None
    reason = words[: where.start()] if where else words
    missing = re.match(r"Object missing required field `([^`]+)`", reason)
    if missing:
        name = missing.group(1)
        param = f"{param}.{name}" if param else name
        return InvalidRequest(f"you must provide a {param!r} parameter", param=param)
    reason = reason[0].lower() + reason[1:]
    if len(reason) > _REASON_LENGTH_MAX:
        reason = reason[:_REASON_LENGTH_MAX] + "…"
    return InvalidRequest(f"{param}: {reason}" if param else f"the body: {reason}", param=param)


def _check_utf8(body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidBody(f"the body is not UTF-8 (byte {error.start})") from None
