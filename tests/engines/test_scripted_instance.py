"""Values made from a JSON schema are ones that the schema allows."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.engines.scripted.instance import instance

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["value", "next"],
        }
    },
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "format": "date"}, "2025-06-15"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "exclusiveMinimum": 7}, 8),
        ({"type": "number", "maximum": -2}, -2.0),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["string", "null"]}, "text"),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": 3}, 3),
        ({"type": "integer", "default": 9}, 9),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "text"}),
        ({"type": "object"}, {}),
        (True, {}),
        ({"$ref": "#/$defs/x~1y", "$defs": {"x/y": {"const": 5}}}, 5),
    ],
)
def test_value(schema: Any, value: Any) -> None:
    assert instance(schema) == value


def test_recursion_ends_where_the_schema_lets_it() -> None:
    node, depth = instance(TREE), 0
    while node is not None:
        assert node["value"] == 1
        node, depth = node["next"], depth + 1
    assert 1 < depth < 20


def test_endless_recursion_ends_all_the_same() -> None:
    endless = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert instance(endless) is None


def test_huge_counts_are_bounded() -> None:
    assert len(instance({"type": "array", "minItems": 10**9, "items": {"type": "null"}})) == 1000
