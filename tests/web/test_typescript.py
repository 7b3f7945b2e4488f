"""The types that the browser's code is written against are those of the OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.typescript import WHERE, Types
from tokenry.api.documents import openapi


def test_the_committed_types_are_the_documents() -> None:
    assert WHERE.read_text() == Types(openapi()).text(), "`just web-types` writes them anew"


def _document(components: dict[str, Any], asked: str, given: str) -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    entry = {"requestBody": content(asked), "responses": {"200": content(given), "400": content("Never")}}
    return {"paths": {"/v1/x/{id}": {"post": entry}}, "components": {"schemas": components}}


def test_an_answer_holds_its_defaults_and_a_body_may_leave_them_out() -> None:
    schema = {"properties": {"a": {"type": "integer"}, "b": {"type": "string", "default": "x"}}, "required": ["a"]}
    text = Types(_document({"Thing": schema}, "Thing", "Thing")).text()
    assert "export interface Thing {\n  a: number;\n  b: string;\n}" in text
    assert "export interface ThingAsked {\n  a: number;\n  b?: string;\n}" in text
    assert (
        '  POST: {\n    "/v1/x/{id}": { path: Record<string, never>; query: Record<string, never>; body: ThingAsked'
        in text
    )


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "(string | null)[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Record<string, number>"),
        ({"type": "object"}, "Record<string, unknown>"),
        ({"enum": ["a", 1, True]}, '"a" | 1 | true'),
        ({}, "unknown"),
        ({"type": "array"}, "unknown[]"),
    ],
)
def test_what_a_schema_becomes(schema: dict[str, Any], written: str) -> None:
    components = {"Thing": {"properties": {"one": schema}, "required": ["one"]}}
    assert f"  one: {written};\n" in Types(_document(components, "Thing", "Thing")).text()
