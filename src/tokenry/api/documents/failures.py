"""What may go wrong, by the `code` of the error: its status and when it comes. And the headers that answers carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail: the HTTP status, OpenAI's type of error, and when it comes, in words."""

    status: int
    type: str
    when: str


CALLER = "invalid_request_error"
FAULT = "server_error"

FAILURES: dict[str, Failure] = {
    "invalid_value": Failure(400, CALLER, "The request says something that cannot be taken; `param` names the field."),
    "unpriced_model": Failure(400, CALLER, "The model has no price, and the key stands under a limit in dollars."),
    "thread_unsupported_request": Failure(400, CALLER, "The conversation is to be kept by the server; send it whole."),
    "not_served": Failure(400, CALLER, "OpenAI's API has this tool, item or member, and Tokenry has not."),
    "previous_response_not_found": Failure(
        400, CALLER, "The response to go on from was not stored, was deleted, or its time is over."
    ),
    "invalid_audio": Failure(400, CALLER, "There is no sound in the file, or none that can be decoded."),
    "audio_too_long": Failure(400, CALLER, "The sound goes on for longer than is taken, or than its file says."),
    "invalid_api_key": Failure(401, CALLER, "No key, a malformed one, or one that is unknown, revoked or expired."),
    "mismatched_organization": Failure(401, CALLER, "The request names an organization the key does not belong to."),
    "mismatched_project": Failure(401, CALLER, "The request names a project the key does not belong to."),
    "insufficient_permissions": Failure(
        403, CALLER, "Your role does not permit this; the message names the permission."
    ),
    "no_passkeys_here": Failure(400, CALLER, "The page stands at an address without a name; passkeys need one."),
    "passkey_refused": Failure(401, CALLER, "What the browser brought is no passkey, or not to this challenge."),
    "sign_in_again": Failure(403, CALLER, "The session is older than an hour; sign out and in again."),
    "content_not_kept": Failure(403, CALLER, "The project's data retention says that no content of it is kept."),
    "chat_not_allowed": Failure(403, CALLER, "Your chats cannot be charged to this project; the message says why."),
    "data_class_not_allowed": Failure(
        403, CALLER, "No provider of the model may see prompts of this class, or your groups may not send them."
    ),
    "model_not_found": Failure(404, CALLER, "No model of that name, or none that this key may use."),
    "not_found": Failure(404, CALLER, "There is no such thing, or it is not yours to see."),
    "conflict": Failure(409, CALLER, "What was asked clashes with what is there."),
    "request_timeout": Failure(408, CALLER, "The request's body did not come in time."),
    "idempotency_in_flight": Failure(409, CALLER, "A request with this `Idempotency-Key` still runs; try again later."),
    "idempotency_not_kept": Failure(
        409, CALLER, "What this `Idempotency-Key` was used for was done, and its answer cannot be given again."
    ),
    "request_too_large": Failure(413, CALLER, "The request's body is larger than the server takes."),
    "idempotency_mismatch": Failure(422, CALLER, "This `Idempotency-Key` was used with another body."),
    "insufficient_quota": Failure(
        429, "insufficient_quota", "The funds are out; the message names the account. Waiting does not help."
    ),
    "rate_limit_exceeded": Failure(
        429,
        "requests",
        "The key, the award, or every provider of the model goes faster than it may; headers say when to come again.",
    ),
    "too_many_batches": Failure(
        429,
        "requests",
        "The project has as many batches that are not done as it may have; wait for one, or cancel one.",
    ),
    "resource_unavailable": Failure(
        429,
        "requests",
        "A flex request found no room in time, or an exhausted award lets requests through while nobody else needs the "
        "model, and somebody does. Uncharged.",
    ),
    "internal_error": Failure(500, FAULT, "A fault of the server's; its log has the rest under the request's id."),
    "not_built": Failure(501, CALLER, "OpenAI's API has it and Tokenry has not; the message says what there is."),
    "engine_error": Failure(502, FAULT, "The engine failed, or answered with something that is no answer."),
    "no_deployment": Failure(503, FAULT, "No deployment of the model can take a request now."),
    "ledger_unavailable": Failure(503, FAULT, "The ledger cannot write now, so nothing new is started."),
    "disk_full": Failure(503, FAULT, "The server's disk is nearly full."),
    "overloaded": Failure(503, FAULT, "Too much at once; the same request may work later."),
    "timeout": Failure(504, FAULT, "The answer took longer than it may."),
}

DOOR = ("invalid_api_key", "internal_error")
ADMINISTRATION = ("insufficient_permissions", "not_found", "conflict", "not_built")
KEYED = ("content_not_kept", "disk_full", "too_many_batches")
AUDIO = ("invalid_audio", "audio_too_long")
MESSAGES = ("thread_unsupported_request",)
RESPONSES = ("not_served", "previous_response_not_found", "not_found")
INFERENCE = tuple(code for code in FAILURES if code not in {*ADMINISTRATION, *KEYED, *RESPONSES, *MESSAGES, *AUDIO})

STATUS_WORDS = {
    400: "The request cannot be taken.",
    401: "No key that opens this.",
    403: "Not with your role, or not with such data.",
    404: "There is no such thing.",
    408: "The request came too slowly.",
    409: "Another request is in the way.",
    413: "The request is too large.",
    422: "The `Idempotency-Key` belongs to another request.",
    429: "Out of funds, or too fast.",
    500: "A fault here.",
    501: "Not built here.",
    502: "The engine failed.",
    503: "Not now.",
    504: "It took too long.",
}
ENGINE_REFUSED = "The engine refused the request; its status and words are passed on."


@dataclass(frozen=True, slots=True)
class Header:
    """One header of an answer: its JSON type, what it says, an example."""

    type: Literal["string", "integer"]
    says: str
    example: str | int


HEADERS: dict[str, Header] = {
    "x-request-id": Header("string", "The id of this request and of its receipt.", "req_01kdx3c8v2q7m4n9rt5w6y8z0a"),
    "request-id": Header("string", "The same, for Anthropic's clients.", "req_01kdx3c8v2q7m4n9rt5w6y8z0a"),
    "openai-processing-ms": Header("integer", "Milliseconds until the answer began.", 412),
    "openai-version": Header("string", "The version of OpenAI's API.", "2020-10-01"),
    "x-ratelimit-limit-requests": Header("integer", "Requests per minute that the key may make.", 3000),
    "x-ratelimit-remaining-requests": Header("integer", "How many of them are left now.", 2999),
    "x-ratelimit-reset-requests": Header("string", "When the full number is there again.", "20ms"),
    "x-ratelimit-limit-tokens": Header("integer", "Tokens per minute that the key may use.", 1_000_000),
    "x-ratelimit-remaining-tokens": Header("integer", "How many of them are left now.", 999_000),
    "x-ratelimit-reset-tokens": Header("string", "When the full number is there again.", "6m0s"),
    "x-tokenry-engine": Header("string", "The deployment that answered, as `provider/model`.", "starter/smollm2-135m"),
    "x-tokenry-award": Header("string", "The award that paid.", "awd_01kdx3c8v2q7m4n9rt5w6y8z0b"),
    "x-tokenry-charge-nanousd": Header("integer", "What the answer cost, in nano-USD; not on streams.", 1460),
    "x-tokenry-remaining-nanousd": Header(
        "integer", "What is left after it, in nano-USD; not on streams.", 99_999_998_540
    ),
    "x-tokenry-charge-tokens": Header("integer", "Tokens that token awards paid for the answer; not on streams.", 36),
    "x-tokenry-remaining-tokens": Header(
        "integer", "What token awards have left after it; not on streams.", 999_999_999_964
    ),
    "x-tokenry-downgraded-from": Header(
        "string", "The model that was asked for, when an exhausted award named the one that answered.", "gpt-oss-120b"
    ),
    "x-tokenry-low-priority": Header(
        "string", "The exhausted award that let the request through, uncharged.", "awd_01kdx3c8v2q7m4n9rt5w6y8z0b"
    ),
    "x-tokenry-tools-left-out": Header("string", "Kinds of tools in the request that are not offered.", "web_search"),
    "x-tokenry-counted-by": Header("string", "Who counted: `engine`, `tokenizer` or `estimate`.", "tokenizer"),
    "idempotent-replayed": Header("string", "`true` on a stored answer, which costs nothing.", "true"),
    "retry-after": Header("integer", "Seconds to wait before the next try.", 2),
    "retry-after-ms": Header("integer", "Milliseconds to wait before the next try.", 1500),
    "x-should-retry": Header("string", "Whether another try can help; official clients obey it.", "false"),
    "www-authenticate": Header("string", "How to show a key.", "Bearer"),
}

PLAIN_HEADERS = ("x-request-id", "openai-processing-ms", "openai-version")
COMMON_HEADERS = ("x-request-id", "openai-processing-ms", "openai-version")
RATE_HEADERS = tuple(name for name in HEADERS if name.startswith("x-ratelimit-"))
RUN_HEADERS = tuple(name for name in HEADERS if name.startswith("x-tokenry-") and name != "x-tokenry-counted-by")
STATUS_HEADERS: dict[int, tuple[str, ...]] = {
    401: ("www-authenticate",),
    409: ("retry-after",),
    501: ("x-should-retry",),
    429: ("retry-after", "retry-after-ms", "x-should-retry"),
    503: ("retry-after",),
}
