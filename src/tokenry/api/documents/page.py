"""The OpenAPI document as one page of HTML that asks nothing of anybody: no script, no font, no image.

Reads the document alone, so that it shows whatever the document says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from tokenry.api.documents.administration import TAG
from tokenry.api.documents.operations import FORM
from tokenry.api.documents.style import STYLE
from tokenry.api.documents.words import kind, members, named, prose, table

Document = dict[str, Any]

_ORIGIN = "http://127.0.0.1:8080"
_START = f"""export OPENAI_BASE_URL={_ORIGIN}/v1
export OPENAI_API_KEY=sk-tok-…       # one of its keys
export OPENAI_ADMIN_KEY=sk-admin-…   # for administration"""
_ERRORS = ("Error", "MessagesError")


def page(document: Document) -> str:
    """The whole page."""
    info = document["info"]
    title = f"{info['title']} API"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{STYLE}</style></head><body><div class="frame">'
        f'<header><h1>{escape(title)} <span class="version">{escape(info["version"])}</span></h1>'
        f"<p>{prose(info['description'])}</p>{_code(_START)}"
        '<p>As a document for tools: <a href="/openapi.json">/openapi.json</a>.</p></header>'
        f"{_contents(document)}<main>{''.join(_sections(document))}"
        f"{_errors(document)}{_headers(document)}{_types(document)}</main></div></body></html>\n"
    )


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _contents(document: Document) -> str:
    """Folded, as there are more than a hundred; a tag with a colon stands under what is before the colon."""
    parts, last = [], ""
    for tag in document["tags"]:
        over, colon, name = tag["name"].rpartition(":")
        links = "".join(
            f'<li><a href="#{one["operationId"]}">{escape(one["summary"])}</a></li>'
            for _, _, one in _operations(document)
            if tag["name"] in one["tags"]
        )
        if colon and over != last:
            parts.append(f"<strong>{escape(over)}</strong>")
            last = over
        parts.append(f"<details><summary>{escape(_capital(name))}</summary><ul>{links}</ul></details>")
    reference = "".join(f'<li><a href="#{name.lower()}">{name}</a></li>' for name in ("Errors", "Headers", "Types"))
    parts.append(f"<strong>Reference</strong><ul>{reference}</ul>")
    return f'<nav aria-label="Contents">{"".join(parts)}</nav>'


def _capital(words: str) -> str:
    words = words.strip()
    return words[:1].upper() + words[1:]


def _sections(document: Document) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2>"
        for method, path, operation in _operations(document):
            if tag["name"] in operation["tags"]:
                yield _article(document, method, path, operation)


def _article(document: Document, method: str, path: str, operation: Document) -> str:
    key = "" if operation["security"] else '<span class="free">no key needed</span>'
    parts = [
        f'<article id="{operation["operationId"]}"><h3>{escape(operation["summary"])}</h3>',
        f'<div class="route">{_badge(method.upper(), method)}<code>{escape(path)}</code>{key}</div>',
        f"<p>{prose(operation['description'])}</p>",
        _code(_curl(method, path, operation)),
        _takes(document, operation),
        _gives(operation),
    ]
    return "".join(parts) + "</article>"


def _takes(document: Document, operation: Document) -> str:
    told = ""
    if "parameters" in operation:
        rows = [
            (
                f"<code>{escape(one['name'])}</code>"
                + (' <span class="needed">required</span>' if one["required"] else ""),
                one["in"],
                prose(one["description"]),
            )
            for one in operation["parameters"]
        ]
        told += "<h4>Parameters</h4>" + table(("name", "where", ""), rows, css="fields")
    if "requestBody" in operation:
        [content] = operation["requestBody"]["content"].values()
        known = named(content["schema"])
        schema = content["schema"] if known is None else document["components"]["schemas"][known]
        told += f"<h4>Body</h4>{members(schema, taken=True)}"
        for name, example in list(content["examples"].items())[1:]:
            told += f"<details><summary>Body, {escape(name)}</summary>{_json(example['value'])}</details>"
    return told


def _gives(operation: Document) -> str:
    told, failed = [], []
    for status, response in operation["responses"].items():
        if any(named(content.get("schema", {})) in _ERRORS for content in response["content"].values()):
            failed.append(f'<li><a class="badge bad" href="#errors">{status}</a></li>')
        else:
            told.append(_answer(status, response))
    errors = f'<h4>Errors</h4><ul class="statuses">{"".join(failed)}</ul>' if failed else ""
    return f"<h4>Answers</h4>{''.join(told)}{errors}"


def _answer(status: str, response: Document) -> str:
    lines = [f"<p>{_badge(status, 'get' if status[0] == '2' else 'bad')} {prose(response['description'])}</p>"]
    for media, content in response["content"].items():
        shape = content.get("x-event-schema") or content["schema"]
        what = f"events of {kind(shape)}" if "x-event-schema" in content else kind(shape)
        lines.append(f"<p><code>{escape(media)}</code>: {what}</p>")
        if "example" in content:
            example = content["example"]
            shown = _code(example.strip()) if isinstance(example, str) else _json(example)
            lines.append(f"<details><summary>Example</summary>{shown}</details>")
    return "".join(lines)


def _curl(method: str, path: str, operation: Document) -> str:
    for one in operation.get("parameters", ()):
        path = path.replace(f"{{{one['name']}}}", one.get("example", ""))
    asked = "" if method in {"get", "post"} else f"-X {method.upper()} "
    lines = [f"curl {asked}{_ORIGIN}{path}"]
    if operation["security"]:
        administers = operation["tags"][0].startswith(f"{TAG}:")
        bearer = "Bearer $OPENAI_ADMIN_KEY" if administers else "Bearer $OPENAI_API_KEY"
        lines.append(f'-H "Authorization: {bearer}"')
    if "requestBody" in operation:
        [(media, content)] = operation["requestBody"]["content"].items()
        first = next(iter(content["examples"].values()))["value"]
        if media == FORM:
            lines += [f'-F "{name}={told}"' for name, told in _fields(first)]
            lines += [f'-F "{name}=@FILE"' for name in content["schema"]["required"] if name not in first]
        else:
            lines.append('-H "Content-Type: application/json"')
            lines.append(f"-d '{json.dumps(first)}'")
    return " \\\n  ".join(lines)


def _fields(form: Document) -> Iterator[tuple[str, str]]:
    """The fields of a form as they are written: `a=1`, `b[c]=2`."""
    for name, value in form.items():
        if isinstance(value, dict):
            yield from ((f"{name}[{inner}]", told) for inner, told in _fields(value))
        else:
            yield name, str(value)


def _errors(document: Document) -> str:
    found: dict[str, tuple[str, str]] = {}
    for _, _, operation in _operations(document):
        for status, response in operation["responses"].items():
            for content in response["content"].values():
                for code, example in content.get("examples", {}).items():
                    found[code] = (status, example["summary"])
    rows = [
        (_badge(status, "bad"), f"<code>{code}</code>", prose(when))
        for code, (status, when) in sorted(found.items(), key=lambda item: item[1][0])
    ]
    envelope = {"error": {"message": "…", "type": "invalid_request_error", "param": None, "code": "model_not_found"}}
    return (
        '<h2 id="errors">Errors</h2><p>Every error has this shape. <code>message</code> is for people and says what to '
        "do next, <code>code</code> is for programs. What an engine says of a request comes with its own status and "
        "words.</p>"
        f"{_json(envelope)}{table(('status', 'code', 'when'), rows, css='errors')}"
    )


def _headers(document: Document) -> str:
    rows = [
        (f"<code>{escape(name)}</code>", f"<code>{escape(str(header['example']))}</code>", prose(header["description"]))
        for name, header in document["components"]["headers"].items()
    ]
    return f'<h2 id="headers">Headers of answers</h2>{table(("name", "as in", ""), rows, css="fields")}'


def _types(document: Document) -> str:
    taken = _taken(document)
    told = [
        f'<article id="type-{name}"><h3>{name}</h3><p>{prose(schema.get("description", ""))}</p>'
        f"{members(schema, taken=name in taken)}</article>"
        for name, schema in document["components"]["schemas"].items()
    ]
    return f'<h2 id="types">Types</h2>{"".join(told)}'


def _taken(document: Document) -> set[str]:
    """The types that requests are made of."""
    schemas = document["components"]["schemas"]
    waiting = [operation["requestBody"] for _, _, operation in _operations(document) if "requestBody" in operation]
    names: set[str] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = named(one) if isinstance(one.get("$ref"), str) else None
            if name is not None and name not in names:
                names.add(name)
                waiting.append(schemas[name])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return names


def _badge(text: str, css: str) -> str:
    return f'<span class="badge {css}">{text}</span>'


def _json(value: Any) -> str:
    return _code(json.dumps(value, indent=2, ensure_ascii=False))


def _code(text: str) -> str:
    return f"<pre><code>{escape(text, quote=False)}</code></pre>"
