"""Make a value that a JSON schema allows, always the same one.

Knows the part of JSON Schema that structured outputs use; `pattern`, `not`, `if` and `uniqueItems` are passed over.
Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

from typing import Any

_DEPTH_MAX = 6
_ITEMS_MAX = 1000
_LENGTH_MAX = 100_000
_FORMATS = {
    "date-time": "2025-06-15T12:00:00Z",
    "date": "2025-06-15",
    "time": "12:00:00Z",
    "duration": "PT1M",
    "email": "someone@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.org/",
}


def instance(schema: Any) -> Any:
    """A value for a schema (a mapping, or True for anything)."""
    return _make(schema, schema, 0)


def _make(schema: Any, root: Any, depth: int) -> Any:
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        return _make(_resolve(schema["$ref"], root), root, depth + 1) if depth < 4 * _DEPTH_MAX else None
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("enum", "examples"):
        if schema.get(keyword):
            return schema[keyword][0]
    for keyword in ("anyOf", "oneOf"):
        if schema.get(keyword):
            return _make(_branch(schema[keyword], depth), root, depth + 1)
    if schema.get("allOf"):
        merged: dict[str, Any] = {}
        for part in schema["allOf"]:
            merged = _merge(merged, _resolve(part["$ref"], root) if "$ref" in part else part)
        return _make(_merge(merged, {k: v for k, v in schema.items() if k != "allOf"}), root, depth)
    return _by_type(schema, root, depth)


def _by_type(schema: dict[str, Any], root: Any, depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = "null" if depth > _DEPTH_MAX and "null" in kind else kind[0]
    match kind:
        case "object":
            return _object(schema, root, depth)
        case "array":
            count = min(schema.get("minItems", 0 if depth > _DEPTH_MAX else 1), _ITEMS_MAX)
            return [_make(schema.get("items", {"type": "string"}), root, depth + 1) for _ in range(count)]
        case "string":
            return _string(schema)
        case "integer" | "number":
            return _number(schema, whole=kind == "integer")
        case "boolean":
            return True
        case _:
            return None


def _object(schema: dict[str, Any], root: Any, depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    names = [name for name in properties if depth <= _DEPTH_MAX or name in required]
    return {name: _make(properties[name], root, depth + 1) for name in names}


def _string(schema: dict[str, Any]) -> str:
    text = _FORMATS.get(schema.get("format", ""), "text")
    text = text.ljust(min(schema.get("minLength", 0), _LENGTH_MAX), "x")
    return text[: schema["maxLength"]] if "maxLength" in schema else text


def _number(schema: dict[str, Any], *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema["exclusiveMinimum"] + step if "exclusiveMinimum" in schema else None)
    high = schema.get("maximum", schema["exclusiveMaximum"] - step if "exclusiveMaximum" in schema else None)
    value = 1 if low is None or low <= 1 else low
    if high is not None and value > high:
        value = high
    return int(value) if whole else float(value)


def _branch(branches: list[Any], depth: int) -> Any:
    """The first branch, or the one that ends a recursion when it has gone deep."""
    if depth > _DEPTH_MAX:
        return next((branch for branch in branches if branch.get("type") == "null"), branches[-1])
    return branches[0]


def _merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    merged = {**left, **right}
    merged["properties"] = {**left.get("properties", {}), **right.get("properties", {})}
    merged["required"] = [*left.get("required", []), *right.get("required", [])]
    if not merged["properties"]:
        del merged["properties"]
    return merged


def _resolve(reference: str, root: Any) -> Any:
    node = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            node = node.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(node, dict) else {}
    return node
