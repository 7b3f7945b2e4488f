"""Every route, in the order of the page: what it takes, what it gives, how it may fail.

Paths are written as the route table writes them, which is how a test finds a route without an entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tokenry.api.documents import examples
from tokenry.api.documents.failures import DOOR, INFERENCE, PLAIN_HEADERS, Failure
from tokenry.api.moderations import Moderation, ModerationList
from tokenry.api.multipart import Layout
from tokenry.api.openai.answers import (
    ChatCompletion,
    ChatCompletionChunk,
    EmbeddingList,
    Error,
    Model,
    ModelList,
    Readiness,
    TextCompletion,
)
from tokenry.api.openai.fields import Chat, Completion, Embedding
from tokenry.api.receipts import RequestReceipt
from tokenry.base.limits import PURPOSE_LENGTH_MAX

JSON = "application/json"
FORM = "multipart/form-data"
EVENTS = "text/event-stream"
METRICS = "text/plain; version=0.0.4"


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an answer: its media type, the type it encodes (None = text), an example if one helps.

    `event`: the type of one event of a stream.
    """

    media: str
    kind: type[Any] | None
    example: Any
    event: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not an error in the envelope."""

    status: int
    words: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that is asked beside the body. `path` parameters are required, headers are not."""

    name: str
    place: Literal["path", "header", "query"]
    says: str
    example: str
    length_max: int | None = None
    in_examples: bool = True
    schema: dict[str, Any] | None = None  # None = text
    required: bool = False


def _openai(code: str, failure: Failure) -> dict[str, Any]:
    return {"error": {"message": "…", "type": failure.type, "param": None, "code": code}}


@dataclass(frozen=True, slots=True)
class Errors:
    """How an API tells errors: their type, and an example of one by its code."""

    kind: type[Any] = Error
    example: Callable[[str, Failure], dict[str, Any]] = _openai


@dataclass(frozen=True, slots=True)
class Operation:
    """One route with one method.

    Args:
        path: as the route table has it, converters and all.
        takes: the type of the request's body.
        optional: the body may be left out.
        form: the body is a form with a file in it, and `takes` its fields.
        asks: examples of the body by name.
        failures: codes of the errors it may answer with; errors: how it tells them.
        keyed: whether it wants an API key.
        metered: whether it is inference, with the headers that tell of limits and charges.
        headers: of every answer.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    name: str
    tag: str
    title: str
    words: str
    answers: tuple[Answer, ...]
    takes: type[Any] | None = None
    optional: bool = False
    form: Layout | None = None
    asks: tuple[tuple[str, dict[str, Any]], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    failures: tuple[str, ...] = ()
    errors: Errors = Errors()
    keyed: bool = False
    metered: bool = False
    headers: tuple[str, ...] = PLAIN_HEADERS


def _ok(words: str, *bodies: Body) -> tuple[Answer, ...]:
    return (Answer(200, words, bodies),)


def _text(media: str, example: str | None) -> Body:
    return Body(media, None, example)


IDEMPOTENCY = Parameter(
    "Idempotency-Key",
    "header",
    "Any text of your own. The same request under the same key within a day gets the stored answer and costs nothing.",
    "order-1077-summary",
    255,
    in_examples=False,  # a generator that sends many bodies under one key would see nothing but 422
)
PURPOSE = Parameter(
    "x-tokenry-purpose",
    "header",
    "What the request is for, in a word of your own: awards may be bound to purposes, and the receipt says it.",
    "evaluation",
    in_examples=False,  # an award of somebody's may be bound to it
    schema={"type": "string", "pattern": f"^[a-z0-9_-]{{1,{PURPOSE_LENGTH_MAX}}}$"},
)
_STREAMED = (
    "With `stream`, events follow as they come: each a `data:` line of JSON, then a comment line that tells charge and "
    "remaining funds, then `data: [DONE]`. A stream that fails ends with an event that holds the error, not with "
    "`[DONE]`."
)

CHAT = Operation(
    "POST", "/v1/chat/completions", "createChatCompletion", "Inference", "Chat completion",
    f"Answers a conversation, whole or as a stream. {_STREAMED}",
    _ok(
        "The answer.",
        Body(JSON, ChatCompletion, examples.CHAT_ANSWER),
        Body(EVENTS, None, examples.CHAT_STREAM, ChatCompletionChunk),
    ),
    takes=Chat, asks=examples.CHAT, parameters=(IDEMPOTENCY, PURPOSE), failures=INFERENCE,
    keyed=True, metered=True,
)  # fmt: skip  # one route on a screen

COMPLETION = Operation(
    "POST", "/v1/completions", "createCompletion", "Inference", "Text completion",
    f"Goes on from a text: the older way, without roles. {_STREAMED}",
    _ok(
        "The answer.",
        Body(JSON, TextCompletion, examples.COMPLETION_ANSWER),
        Body(EVENTS, None, examples.COMPLETION_STREAM, TextCompletion),
    ),
    takes=Completion, asks=examples.COMPLETION, parameters=(IDEMPOTENCY, PURPOSE), failures=INFERENCE,
    keyed=True, metered=True,
)  # fmt: skip  # as above

EMBEDDING = Operation(
    "POST", "/v1/embeddings", "createEmbedding", "Inference", "Embeddings",
    "A vector for each input.",
    _ok("The vectors.", Body(JSON, EmbeddingList, examples.EMBEDDING_ANSWER)),
    takes=Embedding, asks=examples.EMBEDDING, parameters=(IDEMPOTENCY, PURPOSE), failures=INFERENCE,
    keyed=True, metered=True,
)  # fmt: skip  # as above

MODERATION = Operation(
    "POST", "/v1/moderations", "createModeration", "Inference", "Moderation",
    "What a moderation model finds in texts and images. Any provider that has the endpoint serves it; tokens of input "
    "are charged.",
    _ok("What it found, input by input.", Body(JSON, ModerationList, examples.MODERATION_ANSWER)),
    takes=Moderation, asks=examples.MODERATION, parameters=(IDEMPOTENCY, PURPOSE), failures=INFERENCE,
    keyed=True, metered=True,
)  # fmt: skip  # as above

BY_HAND: tuple[Operation, ...] = (
    CHAT,
    COMPLETION,
    EMBEDDING,
    MODERATION,
    Operation(
        "GET", "/v1/models", "listModels", "Models", "List models",
        "The models that this key may use. Aliases work in requests and are not listed.",
        _ok("The models.", Body(JSON, ModelList, {"object": "list", "data": [examples.MODEL]})),
        failures=DOOR, keyed=True,
    ),
    Operation(
        "GET", "/v1/models/{model:path}", "retrieveModel", "Models", "One model",
        "A model by its name or alias.",
        _ok("The model.", Body(JSON, Model, examples.MODEL)),
        parameters=(Parameter("model", "path", "Its name or alias.", "starter"),),
        failures=(*DOOR, "model_not_found"), keyed=True,
    ),
    Operation(
        "GET", "/v1/tokenry/receipts/{request_id}", "retrieveReceipt", "Receipts", "The receipt of a request",
        "What a request of this key's project used, what it cost, who paid, who answered and who saw the prompt. "
        "A request that still runs has none yet.",
        _ok("The receipt.", Body(JSON, RequestReceipt, examples.RECEIPT)),
        parameters=(
            Parameter("request_id", "path", "The `x-request-id` of the request.", examples.RECEIPT["id"], 64),
        ),
        failures=(*DOOR, "not_found"), keyed=True,
    ),
    Operation(
        "GET", "/healthz", "isAlive", "Operation", "Alive?",
        "For a supervisor: an answer at all says that the process lives.",
        _ok("It lives.", _text("text/plain", "ok\n")),
    ),
    Operation(
        "GET", "/readyz", "isReady", "Operation", "Ready?",
        "For a load balancer: whether requests will be taken.",
        (
            Answer(200, "Requests are taken.", (Body(JSON, Readiness, examples.READY),)),
            Answer(503, "They are not; `checks` says why.", (Body(JSON, Readiness, examples.UNREADY),)),
        ),
    ),
    Operation(
        "GET", "/metrics", "readMetrics", "Operation", "Metrics",
        "For Prometheus.",
        _ok("The metrics.", _text(METRICS, examples.METRICS)),
    ),
    Operation(
        "GET", "/openapi.json", "readDocument", "Documents", "This as OpenAPI",
        "The OpenAPI 3.1 document of everything here, for tools.",
        _ok("The document.", Body(JSON, dict[str, Any], None)),
    ),
    Operation(
        "GET", "/docs", "readDocs", "Documents", "This page",
        "The OpenAPI document, to look at.",
        _ok("The page.", _text("text/html", None)),
    ),
    Operation(
        "GET", "/", "readRoot", "Documents", "The door",
        "Says where to go from here. A client that asks for `text/html` by name gets the workspace instead.",
        _ok("A line of text.", _text("text/plain", "Tokenry serves OpenAI's API under /v1. See /docs.\n")),
    ),
)  # fmt: skip  # one route on a screen
