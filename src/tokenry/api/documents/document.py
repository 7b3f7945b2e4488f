"""The OpenAPI 3.1 document, put together from the operations, the failures and the types' own schemas.

Source of the format: https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

import tokenry
from tokenry.api.documents.catalogue import operations
from tokenry.api.documents.failures import (
    COMMON_HEADERS,
    ENGINE_REFUSED,
    FAILURES,
    HEADERS,
    RATE_HEADERS,
    RUN_HEADERS,
    STATUS_HEADERS,
    STATUS_WORDS,
)
from tokenry.api.documents.operations import FORM, JSON, Answer, Body, Operation, Parameter

Document = dict[str, Any]

_ABOUT = (
    "An OpenAI-compatible API with a receipt for every token. Point any OpenAI client at `/v1` of this server, with "
    "one of its keys. Members of a request that are not named here pass through to the engine as they are. "
    "The headers `OpenAI-Organization` and `OpenAI-Project` may repeat what the key belongs to; any other is refused."
)
_KEY = "apiKey"
_DEEP: Document = {"style": "deepObject", "explode": True}
_CONVERTER = re.compile(r"\{(\w+):\w+\}")


@cache
def openapi() -> Document:
    """The document. The same object every time: not to be changed."""
    schemas = _Schemas()
    paths: dict[str, Document] = {}
    for operation in operations():
        paths.setdefault(public_path(operation.path), {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tokenry", "version": tokenry.__version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations())],
        "paths": paths,
        "components": {
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer` and an API key."}
            },
            "headers": {name: _header(name) for name in HEADERS},
            "schemas": schemas.components,
        },
    }


def public_path(path: str) -> str:
    """A path of the route table as OpenAPI writes it: without converters."""
    return _CONVERTER.sub(r"{\1}", path)


class _Schemas:
    """The schemas of every type the operations speak of."""

    def __init__(self) -> None:
        kinds = list(dict.fromkeys(_kinds()))
        made = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
        plain = msgspec.json.encode(made)  # a default may be a tuple
        found, self.components = msgspec.json.decode(plain, type=tuple[list[Document], Document])
        self._by_kind = dict(zip(kinds, found, strict=True))

    def of(self, kind: type[Any]) -> Document:
        return self._by_kind[kind]


def _kinds() -> Iterator[type[Any]]:
    for operation in operations():
        yield operation.errors.kind
        if operation.takes is not None:
            yield operation.takes
        for answer in operation.answers:
            for body in answer.bodies:
                yield from (kind for kind in (body.kind, body.event) if kind is not None)


def _operation(operation: Operation, schemas: _Schemas) -> Document:
    entry: Document = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.title,
        "description": operation.words,
        "security": [{_KEY: []}] if operation.keyed else [],
    }
    if operation.parameters:
        entry["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.takes is not None:
        content = _taken(operation, operation.takes, schemas)
        entry["requestBody"] = {"required": not operation.optional, "content": content}
    answers = {str(answer.status): _answer(operation, answer, schemas) for answer in operation.answers}
    entry["responses"] = {**answers, **_failures(operation, schemas)}
    return entry


def _taken(operation: Operation, kind: type[Any], schemas: _Schemas) -> Document:
    examples = {name: {"value": value} for name, value in operation.asks}
    if operation.form is None:
        return {JSON: {"schema": schemas.of(kind), "examples": examples}}
    fields, name = schemas.components[kind.__name__], operation.form.file
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    required = [*([name] if operation.form.required else ()), *fields.get("required", ())]
    schema = {**fields, "properties": {name: file, **fields["properties"]}, "required": required}
    nested = {name: _DEEP for name, one in schema["properties"].items() if _is_object(one)}
    return {FORM: {"schema": schema, "examples": examples, **({"encoding": nested} if nested else {})}}


def _parameter(parameter: Parameter) -> Document:
    schema: Document = parameter.schema or {"type": "string", "minLength": 1}
    if parameter.length_max is not None:
        schema = {**schema, "maxLength": parameter.length_max}
    entry = {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path" or parameter.required,
        "description": parameter.says,
        "schema": schema,
    }
    if parameter.place == "query" and _is_object(schema):
        entry |= _DEEP
    return {**entry, "example": parameter.example} if parameter.in_examples else entry


def _is_object(schema: Document) -> bool:
    """Whether it is written as `name[member]=value` in a query or a form."""
    return any("$ref" in one or one.get("type") == "object" for one in (schema, *schema.get("anyOf", ())))


def _answer(operation: Operation, answer: Answer, schemas: _Schemas) -> Document:
    names = (
        (*COMMON_HEADERS, *RATE_HEADERS, *RUN_HEADERS, "idempotent-replayed")
        if operation.metered
        else operation.headers
    )
    return _response(answer.words, {body.media: _content(body, schemas) for body in answer.bodies}, names)


def _content(body: Body, schemas: _Schemas) -> Document:
    if body.event is not None:
        # OpenAPI 3.1 has no word for the schema of one event, and `schema` would speak of the stream as one string.
        entry: Document = {"x-event-schema": schemas.of(body.event)}
    else:
        entry = {"schema": {"type": "string"} if body.kind is None else schemas.of(body.kind)}
    return entry if body.example is None else {**entry, "example": body.example}


def _failures(operation: Operation, schemas: _Schemas) -> Document:
    """The answers in the error envelope, by status: one example for each code."""
    common = COMMON_HEADERS if operation.metered else operation.headers
    by_status: dict[int, list[str]] = {}
    for code in operation.failures:
        by_status.setdefault(FAILURES[code].status, []).append(code)
    responses: Document = {}
    for status, codes in sorted(by_status.items()):
        limited = RATE_HEADERS if operation.metered and status not in (401,) else ()
        names = (*common, *limited, *STATUS_HEADERS.get(status, ()))
        examples = {code: {"summary": FAILURES[code].when, "value": _example(operation, code)} for code in codes}
        content = {JSON: {"schema": schemas.of(operation.errors.kind), "examples": examples}}
        responses[str(status)] = _response(STATUS_WORDS[status], content, names)
    if operation.metered:
        content = {JSON: {"schema": schemas.of(operation.errors.kind)}}
        responses["4XX"] = _response(ENGINE_REFUSED, content, (*common, *RATE_HEADERS))
    return responses


def _example(operation: Operation, code: str) -> Document:
    return operation.errors.example(code, FAILURES[code])


def _response(words: str, content: Document, headers: Iterable[str]) -> Document:
    entry: Document = {"description": words, "content": content}
    refs = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return {**entry, "headers": refs} if refs else entry


def _header(name: str) -> Document:
    header = HEADERS[name]
    return {"description": header.says, "schema": {"type": header.type}, "example": header.example}
