"""One inference request as the gateway understands it: parsed by `api`, bounded here, written anew for each engine.

The fields of the body are kept as the bytes they came in; what we do not know passes through. The body that goes out
is always written from these fields, so that what was checked is what is sent, whatever a hostile body repeated or
escaped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from tokenry.config import ModelKind
from tokenry.gateway.replay import Unattended
from tokenry.gateway.reply import Headers
from tokenry.gateway.sound import TOKENS_PER_SECOND_MAX, Form
from tokenry.gateway.voice import Voices
from tokenry.ledger import Tier
from tokenry.router import DeploymentEntry, ModelEntry

Endpoint = Literal[
    "chat.completions",
    "completions",
    "embeddings",
    "responses",
    "messages",
    "audio.transcriptions",
    "audio.translations",
    "audio.speech",
    "moderations",
]

PATHS: dict[Endpoint, str] = {
    "chat.completions": "/chat/completions",
    "completions": "/completions",
    "embeddings": "/embeddings",
    "responses": "/responses",
    "messages": "/messages",
    "audio.transcriptions": "/audio/transcriptions",
    "audio.translations": "/audio/translations",
    "audio.speech": "/audio/speech",
    "moderations": "/moderations",
}
KINDS: dict[Endpoint, ModelKind] = {  # of models that answer there; the others: chat
    "embeddings": "embedding",
    "moderations": "moderation",
    "audio.transcriptions": "transcription",
    "audio.translations": "transcription",
    "audio.speech": "speech",
}
_READ_ONLY: frozenset[Endpoint] = frozenset({"embeddings", "moderations"})
_THROUGH_CHAT: frozenset[Endpoint] = frozenset({"responses", "messages"})  # asked of engines as chat completions
MESSAGE_ALLOWANCE = 8  # tokens a chat template may add around one message beyond the bytes of its JSON
TOOL_ALLOWANCE = 16
MEDIA_ALLOWANCE = 2048  # tokens held for an image without a bound of its own; never trusted under a hard budget

Keep = Callable[[bytes], Awaitable[None]]
_encode = msgspec.json.Encoder().encode


class Inference(msgspec.Struct, eq=False):
    """What one request asks for.

    Args:
        fields: the top-level members of the body, as raw JSON.
        limit: output tokens per choice the client asked for; None when it named none.
        choices: answers that are generated: n, or best_of, times the number of prompts.
        body_size: bytes of the body; a token is at least a byte.
        extra_output: tokens that may be charged as output beyond the limit (a rejected prediction).
        media: images in the messages: their tokens are not bounded by their bytes.
        opaque: sounds, videos, files and parts of unknown kinds, of which not even a rule of thumb is known.
        fingerprint: SHA-256 of the body, to tell a retry from another request under one Idempotency-Key.
        purpose: what it says that it is for, which awards may be bound to.
        tier: of service that it asks for; None = the default one.
        names_tier: it names one, be it the default one, so the answer names the one that was used.
        voices: makes what tells the answer in the client's words; None = the client speaks what engines speak.
        native: the body's members for an engine that speaks the client's own API (its `speaks` names the endpoint);
            None = it is always asked for a chat completion.
        native_lines: header lines for such an engine, ready-made.
        limit_param: what the client calls the limit, where that is not `limit_field`.
        store: the metadata with which its answer shall be stored; None = it is not.
        keep: is given the whole answer, JSON, once it is charged and before the client hears its end; never raises.
        unattended: nobody waits for it, so it is patient, and kept by rules of its own.
        form: the sound that is to be heard.
        characters: of text that is to be spoken.
        told: what the head of the answer says of how the request was taken.
    """

    endpoint: Endpoint
    fields: dict[str, msgspec.Raw]
    model: str
    body_size: int
    stream: bool = False
    include_usage: bool = False
    limit: int | None = None
    limit_field: str | None = None
    choices: int = 1
    messages: int = 0
    tools: int = 0
    media: int = 0
    opaque: int = 0
    extra_output: int = 0
    base64: bool = False
    forced_tools: bool = False
    idempotency_key: str | None = None
    fingerprint: bytes = b""
    purpose: str | None = None
    tier: Tier | None = None
    names_tier: bool = False
    voices: Voices | None = None
    native: dict[str, msgspec.Raw] | None = None
    native_lines: bytes = b""
    limit_param: str | None = None
    store: dict[str, str] | None = None
    keep: Keep | None = None
    unattended: Unattended | None = None
    form: Form | None = None
    characters: int = 0
    told: Headers | None = None

    @property
    def path(self) -> str:
        """Where the client asks."""
        return PATHS[self.endpoint]

    @property
    def engine_path(self) -> str:
        """Where an engine is asked that speaks nothing but what most do."""
        return PATHS["chat.completions"] if self.endpoint in _THROUGH_CHAT else PATHS[self.endpoint]

    @property
    def reads_only(self) -> bool:
        """Whether nothing is generated, so that only what is read costs anything."""
        return self.endpoint in _READ_ONLY

    @property
    def kind(self) -> ModelKind:
        """The kind of model that can answer."""
        return KINDS.get(self.endpoint, "chat")


class Bound(msgspec.Struct, frozen=True, gc=False):
    """The most a request can use, in tokens and whole seconds of sound; what a hold reckons with and the engine is
    told."""

    input_tokens: int
    output_tokens: int
    limit: int  # per choice
    audio_seconds: int = 0


def bound(request: Inference, model: ModelEntry) -> Bound:
    """The most tokens `request` can use on `model`.

    Input: a token is at least a byte of the body, plus what the chat template may add, plus the allowance per image.
    Output: the limit, the client's or the model's, for each choice.
    """
    framing = model.template_tokens + MESSAGE_ALLOWANCE * request.messages + TOOL_ALLOWANCE * request.tools
    images = request.media * (MEDIA_ALLOWANCE if model.image_tokens is None else model.image_tokens)
    if request.reads_only:
        return Bound(request.body_size + images, 0, 0)
    if request.form is not None:
        return _of_sound(request.form, model)
    if request.endpoint == "audio.speech":
        return Bound(request.characters, 0, 0)
    limit = model.max_output_tokens if request.limit is None else request.limit
    # Every choice is an answer of its own, but the prompt is read once per choice by engines that cannot share it.
    return Bound(request.body_size + framing + images, limit * request.choices + request.extra_output, limit)


def _of_sound(form: Form, model: ModelEntry) -> Bound:
    """Seconds; and tokens, where the model's price knows them (or it has none, and no more is known of it)."""
    if model.rates is not None and not (model.rates.input or model.rates.output):
        return Bound(0, 0, 0, form.seconds_max)
    text = sum(len(part.value) for part in form.fields)
    tokens = form.seconds_max * TOKENS_PER_SECOND_MAX + text
    return Bound(tokens, model.max_output_tokens, model.max_output_tokens, form.seconds_max)


def native_body(request: Inference, deployment: DeploymentEntry, limit: int) -> bytes:
    """The body for a deployment that speaks the client's own API: always a stream, always with a limit."""
    assert request.native is not None
    fields: dict[str, object] = dict(request.native)
    fields.pop("service_tier", None)  # a provider's own tiers cost what no price of ours says
    fields["model"] = deployment.model
    fields["stream"] = True
    if request.limit is None:
        fields[request.limit_param or "max_tokens"] = limit
    return _encode(fields)


def body_for(request: Inference, deployment: DeploymentEntry, limit: int, *, stream: bool) -> bytes:
    """The body to send to a deployment: its name for the model, a limit always, usage always."""
    fields: dict[str, object] = dict(request.fields)
    fields["model"] = deployment.model
    if request.reads_only or request.endpoint == "audio.speech":
        return _encode(fields)
    if request.limit is None:
        fields[request.limit_field or "max_tokens"] = limit
    if stream:
        fields["stream"] = True
        fields["stream_options"] = _with_usage(request.fields.get("stream_options"))
    else:
        fields.pop("stream_options", None)
        fields.pop("stream", None)
    return _encode(fields)


def _with_usage(options: msgspec.Raw | None) -> dict[str, object]:
    """The client's stream options, with include_usage on."""
    known: dict[str, object] = {}
    if options is not None and bytes(options) != b"null":
        known.update(msgspec.json.decode(options, type=dict[str, msgspec.Raw]))
    known["include_usage"] = True
    return known
