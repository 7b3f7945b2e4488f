"""`response_format` as Anthropic's Messages API has it: a schema for the answer, or a tool that takes the answer.

The API holds an answer to a schema, of which it knows a part: what it does not know is told in the description. Models
that cannot are made to call one tool whose input is the answer; its pieces are told as content. So is a JSON object
of no given schema, which the API cannot be asked for.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.base.errors import InvalidRequest

ANSWER_TOOL = "answer_in_json"
_DESCRIPTION = "Give the answer. Call this once, with the whole answer as its input."
_ANY_OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": True}
_UNKNOWN_THERE = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "maxItems", "uniqueItems", "minProperties", "maxProperties",
)  # fmt: skip  # as a table
_SCHEMAS = ("anyOf", "allOf", "oneOf", "prefixItems")
_NAMED_SCHEMAS = ("properties", "$defs", "definitions")


def wanted_schema(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that the answer must have; None for text. Any object's for `json_object`.

    Raises:
        InvalidRequest: a schema was promised and is not there.
    """
    wanted = fields.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind == "json_object":
        return _ANY_OBJECT
    if not isinstance(wanted, dict) or kind != "json_schema":
        return None
    inner = wanted.get("json_schema")
    schema = inner.get("schema") if isinstance(inner, dict) else None
    if not isinstance(schema, dict):
        raise InvalidRequest("response_format has no schema", param="response_format")
    return schema


def is_free(schema: dict[str, Any]) -> bool:
    """Whether any object will do."""
    return schema is _ANY_OBJECT


def output_format(schema: dict[str, Any]) -> dict[str, Any]:
    """`output_config.format` for a schema."""
    return {"type": "json_schema", "schema": _fitted(schema, 0)}


def answer_tool(schema: dict[str, Any]) -> dict[str, Any]:
    """The tool whose input is the answer."""
    return {"name": ANSWER_TOOL, "description": _DESCRIPTION, "input_schema": schema | {"type": "object"}}


def _fitted(schema: Any, depth: int) -> Any:
    """The schema in what the API knows of JSON Schema."""
    if not isinstance(schema, dict) or depth > 100:
        return schema
    told = {name: schema[name] for name in _UNKNOWN_THERE if name in schema}
    if schema.get("minItems", 0) not in (0, 1):
        told["minItems"] = schema["minItems"]
    made = {name: value for name, value in schema.items() if name not in told}
    for name in _SCHEMAS:
        if isinstance(made.get(name), list):
            made["anyOf" if name == "oneOf" else name] = [_fitted(one, depth + 1) for one in made.pop(name)]
    for name in _NAMED_SCHEMAS:
        if isinstance(made.get(name), dict):
            made[name] = {key: _fitted(one, depth + 1) for key, one in made[name].items()}
    if "items" in made:
        made["items"] = _fitted(made["items"], depth + 1)
    if made.get("type") == "object" or "properties" in made:
        made["additionalProperties"] = False
    if told:
        words = msgspec.json.encode(told).decode()
        made["description"] = f"{schema['description']} {words}" if "description" in schema else words
    return made
