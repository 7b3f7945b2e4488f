"""The types of our OpenAPI document as TypeScript: `python -m tests.web.typescript` writes web/src/api/schema.d.ts.

Knows JSON Schema as msgspec writes it, and nothing of any route. Own, because it is a page long, needs no Node.js, and
can say what general generators cannot: an answer always holds its defaults, a body may leave them out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenry.api.documents import openapi

WHERE = Path(__file__).parents[2] / "web" / "src" / "api" / "schema.d.ts"
_HEAD = "// Written from the OpenAPI document by `just web-types`; a test holds it there. Not to be changed by hand.\n"
_JSON = "application/json"
_METHODS = ("GET", "POST", "PUT", "DELETE")
_REF = "#/components/schemas/"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
Schema = dict[str, Any]


class Types:
    """The components of a document, named as TypeScript names them.

    A type is written twice where it is both asked and given: what is given always has the members that have defaults.
    """

    def __init__(self, document: Schema) -> None:
        self._components: Schema = document["components"]["schemas"]
        self._calls = list(_calls(document))
        self._given = self._reached(call["gives"] for call in self._calls)
        self._asked = self._reached(call["body"] for call in self._calls)

    def text(self) -> str:
        """The whole file."""
        parts = [_HEAD]
        parts += [self._interface(name, asked=False) for name in sorted(self._given)]
        parts += [self._interface(name, asked=True) for name in sorted(self._asked)]
        parts.append("export interface Calls {\n" + "".join(map(self._method, _METHODS)) + "}\n")
        return "\n".join(parts)

    def _method(self, method: str) -> str:
        calls = "".join(self._call(call) for call in self._calls if call["method"] == method)
        return f"  {method}: {{\n{calls}  }};\n"

    def _reached(self, schemas: Iterator[Schema | None]) -> set[str]:
        found: set[str] = set()
        todo = [name for schema in schemas if schema is not None for name in _names(schema)]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += _names(self._components[name])
        return found

    def _named(self, name: str, asked: bool) -> str:
        plain = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
        return f"{plain}Asked" if asked and name in self._given else plain

    def _interface(self, name: str, asked: bool) -> str:
        schema, named = self._components[name], self._named(name, asked)
        words = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
        head = f"/** {words} */\n" if words else ""
        if "properties" not in schema:
            return f"{head}export type {named} = {self._type(schema, asked)};\n"
        members = "".join(f"  {member};\n" for member in self._members(schema, asked))
        return f"{head}export interface {named} {{\n{members}}}\n"

    def _members(self, schema: Schema, asked: bool) -> Iterator[str]:
        required = set(schema.get("required", ()))
        for name, one in schema["properties"].items():
            sure = name in required or (not asked and "default" in one)
            shown = name if _WORD.fullmatch(name) else f'"{name}"'
            yield f"{shown}{'' if sure else '?'}: {self._type(one, asked)}"

    def _type(self, schema: Schema, asked: bool) -> str:
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(_REF), asked)
        if "enum" in schema:
            return " | ".join(_literal(one) for one in schema["enum"])
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._type(one, asked) for one in schema["anyOf"]))
        kind = schema.get("type")
        if kind == "array":
            items = self._type(schema["items"], asked) if schema.get("items") else "unknown"
            return f"({items})[]" if " " in items else f"{items}[]"
        if kind == "object":
            if "properties" in schema:
                return "{ " + "; ".join(self._members(schema, asked)) + " }"
            rest = schema.get("additionalProperties")
            return f"Record<string, {self._type(rest, asked) if isinstance(rest, dict) and rest else 'unknown'}>"
        return _PLAIN.get(str(kind), "unknown")

    def _call(self, call: Schema) -> str:
        body = "never" if call["body"] is None else self._type(call["body"], asked=True)
        gives = "unknown" if call["gives"] is None else self._type(call["gives"], asked=False)
        path = self._parameters(call["parameters"], "path")
        query = self._parameters(call["parameters"], "query")
        return f'    "{call["path"]}": {{ path: {path}; query: {query}; body: {body}; gives: {gives} }};\n'

    def _parameters(self, parameters: list[Schema], place: str) -> str:
        found = [one for one in parameters if one["in"] == place]
        members = (
            f"{one['name'] if _WORD.fullmatch(one['name']) else _literal(one['name'])}"
            f"{'' if one['required'] else '?'}: {self._type(one['schema'], asked=True)}"
            for one in found
        )
        return "{ " + "; ".join(members) + " }" if found else "Record<string, never>"


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _names(node: Any) -> list[str]:
    """The components that a schema speaks of."""
    if isinstance(node, list):
        return [name for one in node for name in _names(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].removeprefix(_REF)] if isinstance(node.get("$ref"), str) else []
    return own + [name for key, one in node.items() if key != "discriminator" for name in _names(one)]


def _calls(document: Schema) -> Iterator[Schema]:
    for path, methods in document["paths"].items():
        for method, entry in methods.items():
            answers = [one for status, one in entry["responses"].items() if status.startswith("2")]
            given = [one["content"][_JSON].get("schema") for one in answers if _JSON in one.get("content", {})]
            taken = entry.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
            yield {
                "method": method.upper(),
                "path": path,
                "parameters": entry.get("parameters", []),
                "body": taken,
                "gives": given[0] if given else None,
            }


def main() -> int:
    """Write the file."""
    WHERE.write_text(Types(openapi()).text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
