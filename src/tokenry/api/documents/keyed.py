"""The entries of routes for a project's key that are no inference, made from what the routes themselves say."""

from __future__ import annotations

from tokenry.api.documents.administration import name_of, of_once, once, parameters, told
from tokenry.api.documents.operations import JSON, Answer, Body, Operation
from tokenry.api.keyed import Keyed

_FAILURES = (
    "invalid_value", "invalid_api_key", "mismatched_organization", "mismatched_project", "internal_error",
)  # fmt: skip
_OF_BODY = ("request_too_large", "request_timeout")


def operation_of(route: Keyed) -> Operation:
    """The entry of one route."""
    title, words = told(route.answer)
    body = Body(JSON, route.gives, None) if route.media is None else Body(route.media, None, None)
    failures = (*_FAILURES, *(("not_found",) if route.names else ()), *(_OF_BODY if route.takes else ()))
    return Operation(
        method=route.method,
        path=route.path,
        name=name_of(route.method, route.path),
        tag=_tag(route.path),
        title=title,
        words=words,
        answers=(Answer(route.status, "The answer.", (body,)),),
        takes=route.takes,
        optional=route.optional,
        form=route.form,
        asks=() if route.example is None else (("a request", dict(route.example)),),
        parameters=(*parameters(route.names, route.asks), *once(route.method)),
        failures=tuple(dict.fromkeys((*failures, *route.failures, *of_once(route.method)))),
        keyed=True,
    )


def _tag(path: str) -> str:
    """What a route is about: `/v1/files/{file_id}/content` is about files."""
    if path.startswith("/v1/chat/completions"):
        return "Stored chat completions"
    return path.split("/")[2].capitalize()
