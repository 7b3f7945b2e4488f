"""The OpenAPI document holds against the route table, its examples against the types, its page against the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, cast

import msgspec
import pytest
from starlette.routing import Route

import tokenry.api  # the errors of every room below are in memory then
from tokenry.api.documents import docs_page, openapi
from tokenry.api.documents.catalogue import operations
from tokenry.api.documents.document import public_path
from tokenry.api.documents.failures import FAILURES, STATUS_HEADERS, STATUS_WORDS
from tokenry.api.documents.operations import Operation
from tokenry.api.documents.page import page
from tokenry.api.documents.words import kind
from tokenry.api.guarded import Door
from tokenry.api.keyed import KeyedDoor
from tokenry.api.openai.inference import ROUTES
from tokenry.api.openai.parse import parse
from tokenry.api.web import WebPages
from tokenry.base.errors import TokenryError

SURFACES = (
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/moderations",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/audio/speech",
    "/v1/responses",
    "/v1/responses/compact",
    "/v1/responses/input_tokens",
)
BY_NAME = {operation.name: operation for operation in operations()}


def served() -> set[tuple[str, str]]:
    """What the route tables hold, HEAD left out: it comes with every GET."""
    nobody = cast(Any, None)
    doors = Door(nobody, tokenry.api.ADMINISTRATION).routes() + KeyedDoor(nobody, tokenry.api.KEYED).routes()
    app = tokenry.api.Surface(nobody, nobody, nobody, 0, doors).app()
    routes = {(m, r.path) for r in app.routes if isinstance(r, Route) for m in r.methods or () if m != "HEAD"}
    assert len(app.routes) == len(routes), "a mount or a WebSocket route would go unseen here"
    root = WebPages(None, bool).routes()[0].path  # of all pages the door alone, which has words for programs
    return routes | {("GET", root)} | {("POST", path) for path in (*ROUTES, *SURFACES)}


def refs(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def error_classes(kind: type[TokenryError] = TokenryError) -> Iterator[type[TokenryError]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from error_classes(inner)


class TestDocument:
    def test_every_route_has_an_entry_and_every_entry_a_route(self) -> None:
        assert {(operation.method, operation.path) for operation in operations()} == served()

    def test_what_is_said_of_a_route_stands_in_the_document(self) -> None:
        document = openapi()
        assert document["openapi"] == "3.1.0"
        for operation in operations():
            entry = document["paths"][public_path(operation.path)][operation.method.lower()]
            assert entry["operationId"] == operation.name
            placeholders = set(re.findall(r"\{(\w+)\}", public_path(operation.path)))
            assert placeholders == {one["name"] for one in entry.get("parameters", ()) if one["in"] == "path"}
        assert len(BY_NAME) == len(operations()), "two operations bear one name"

    def test_converters_stay_inside(self) -> None:
        assert public_path("/v1/models/{model:path}") == "/v1/models/{model}"

    def test_every_reference_leads_somewhere(self) -> None:
        document = openapi()
        found = set(refs(document))
        assert "#/components/schemas/Error" in found
        for ref in found:
            node: Any = document
            for step in ref.removeprefix("#/").split("/"):
                node = node[step]

    def test_a_key_is_wanted_under_v1_and_nowhere_else(self) -> None:
        for path, methods in openapi()["paths"].items():
            for entry in methods.values():
                assert entry["security"] == ([{"apiKey": []}] if path.startswith("/v1/") else [])

    def test_it_is_plain_json(self) -> None:
        assert msgspec.json.decode(msgspec.json.encode(openapi())) == openapi()

    @pytest.mark.parametrize("name", [operation.name for operation in operations() if operation.metered])
    def test_inference_may_answer_with_each_status_it_has(self, name: str) -> None:
        responses = document_of(BY_NAME[name])["responses"]
        wanted = {
            "200",
            "400",
            "401",
            "403",
            "404",
            "408",
            "409",
            "413",
            "422",
            "429",
            "500",
            "502",
            "503",
            "504",
            "4XX",
        }
        assert set(responses) == wanted
        for status in wanted - {"200"}:
            schema = responses[status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": f"#/components/schemas/{BY_NAME[name].errors.kind.__name__}"}

    def test_streams_are_told(self) -> None:
        content = document_of(BY_NAME["createChatCompletion"])["responses"]["200"]["content"]
        assert set(content) == {"application/json", "text/event-stream"}
        assert content["text/event-stream"]["x-event-schema"] == {"$ref": "#/components/schemas/ChatCompletionChunk"}

    def test_what_passes_through_is_not_forbidden(self) -> None:
        for name in ("Chat", "Completion", "Embedding", "Message", "ChatCompletion"):
            assert "additionalProperties" not in openapi()["components"]["schemas"][name]


def document_of(operation: Operation) -> dict[str, Any]:
    entry: dict[str, Any] = openapi()["paths"][public_path(operation.path)][operation.method.lower()]
    return entry


class TestFailures:
    @pytest.mark.parametrize("code", FAILURES)
    def test_each_is_raised_by_a_class_with_that_status(self, code: str) -> None:
        assert tokenry.api.Surface is not None
        told = {(one.status, one.type) for one in error_classes() if one.code == code}
        assert (FAILURES[code].status, FAILURES[code].type) in told

    def test_every_status_has_words(self) -> None:
        assert {failure.status for failure in FAILURES.values()} == set(STATUS_WORDS)
        assert set(STATUS_HEADERS) <= set(STATUS_WORDS)


class TestExamples:
    @pytest.mark.parametrize(
        ("operation", "body"),
        [(o, body) for o in operations() for _, body in o.asks],
        ids=lambda value: value.name if isinstance(value, Operation) else str(value)[:30],
    )
    def test_requests_are_taken(self, operation: Operation, body: dict[str, Any]) -> None:
        assert operation.takes is not None
        if operation.path in ROUTES and operation.metered:
            assert parse(ROUTES[operation.path], msgspec.json.encode(body)).model == body["model"]
        else:
            msgspec.convert(body, operation.takes)

    def test_what_takes_a_body_shows_one(self) -> None:
        assert [operation.name for operation in operations() if operation.takes and not operation.asks] == []

    @pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
    def test_answers_have_the_shape_they_promise(self, operation: Operation) -> None:
        for answer in operation.answers:
            for body in answer.bodies:
                if body.kind is not None and body.example is not None:
                    msgspec.convert(body.example, body.kind)
                if body.event is not None:
                    events = [line[6:] for line in body.example.split("\n") if line.startswith("data: {")]
                    assert events
                    for event in events:
                        msgspec.json.decode(event, type=body.event)
                    if not operation.path.startswith(("/v1/responses", "/v1/messages", "/v1/audio")):
                        assert body.example.endswith("data: [DONE]\n\n")

    def test_errors_have_the_shape_they_promise(self) -> None:
        seen = 0
        for operation in operations():
            for response in document_of(operation)["responses"].values():
                for example in response["content"].get("application/json", {}).get("examples", {}).values():
                    msgspec.convert(example["value"], operation.errors.kind)
                    seen += 1
        assert seen > 50

    def test_a_generator_is_given_a_path_to_start_with(self) -> None:
        for operation in operations():
            for parameter in document_of(operation).get("parameters", ()):
                assert ("example" in parameter) == (parameter["in"] == "path")


class Elements(HTMLParser):
    """The page's elements, whether they close, its text."""

    VOID = frozenset({"meta", "link", "img", "br", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.found if attribute in attrs]


class TestPage:
    def test_it_is_whole(self) -> None:
        elements = Elements(docs_page())
        assert elements.open == []
        assert len(elements.values("id")) == len(set(elements.values("id")))

    def test_it_asks_nothing_of_anybody(self) -> None:
        elements = Elements(docs_page())
        assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & {tag for tag, _ in elements.found}
        assert not elements.values("src")
        assert not [name for _, attrs in elements.found for name in attrs if name.startswith("on")]
        assert not re.search(r"url\(|@import|@font-face", docs_page())
        assert {href for href in elements.values("href") if not href.startswith("#")} == {"/openapi.json"}

    def test_a_hundred_routes_of_administration_are_found_by_what_they_are_about(self) -> None:
        tags = {operation.name: operation.tag for operation in operations()}
        assert tags["postTokenryProjectsBudgets"] == tags["getTokenryBudgets"] == "Administration: budgets"
        assert tags["postOrganizationProjectsArchive"] == "Administration: projects"
        assert tags["getProjectsUsersRoles"] == "Administration: roles"
        assert tags["getOrganizationProjectsApiKeys"] == "Administration: API keys"
        assert "Administration" not in tags.values()
        assert docs_page().count("<strong>Administration</strong>") == 1

    def test_what_many_lists_take_is_explained_and_not_repeated(self) -> None:
        told = {
            one.name: one.says for operation in operations() for one in operation.parameters if one.place == "query"
        }
        assert told["after"].startswith("The id")
        assert told["project_ids"] == "Only what belongs to these projects."
        assert told["api_key_ids"] == "Only what belongs to these API keys."

    def test_examples_of_administration_ask_with_its_key(self) -> None:
        article = docs_page().partition('<article id="getTokenryBudgets">')[2].partition("</article>")[0]
        assert "$OPENAI_ADMIN_KEY" in article
        assert "$OPENAI_API_KEY" not in article

    def test_every_link_leads_somewhere(self) -> None:
        elements = Elements(docs_page())
        targets = {href[1:] for href in elements.values("href") if href.startswith("#")}
        assert targets <= set(elements.values("id"))

    def test_it_shows_every_route_every_code_and_every_member(self) -> None:
        elements = Elements(docs_page())
        ids = set(elements.values("id"))
        assert ids >= set(BY_NAME)
        for operation in operations():
            assert public_path(operation.path) in elements.text
        for code in FAILURES:
            assert code in elements.text
        for name, schema in openapi()["components"]["schemas"].items():
            assert f"type-{name}" in ids
            for member in schema["properties"]:
                assert member in elements.text

    def test_what_the_document_says_is_text_and_never_markup(self) -> None:
        nasty = "<script>alert(1)</script> & \"'"
        document = {
            "info": {"title": nasty, "version": nasty, "description": nasty},
            "tags": [{"name": nasty}],
            "paths": {
                "/<b>": {
                    "get": {
                        "operationId": "x",
                        "tags": [nasty],
                        "summary": nasty,
                        "description": nasty,
                        "security": [],
                        "responses": {
                            "200": {"description": nasty, "content": {"<i>": {"schema": {}, "example": nasty}}}
                        },
                    }
                }
            },
            "components": {
                "headers": {nasty: {"description": nasty, "example": nasty}},
                "schemas": {"T": {"description": nasty, "properties": {nasty: {"enum": [nasty]}}}},
            },
        }
        elements = Elements(page(document))
        assert not {"script", "b", "i"} & {tag for tag, _ in elements.found}
        assert elements.text.count("<script>alert(1)</script>") > 10


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "minLength": 1}, "text, not empty"),
        ({"type": "string", "minLength": 1, "maxLength": 256}, "text, 1 to 256 characters"),
        ({"type": "integer", "minimum": 0}, "integer ≥ 0"),
        ({"type": "integer", "minimum": 1}, "integer ≥ 1"),
        ({"type": "integer", "minimum": 1, "maximum": 100_000}, "integer, 1 to 100,000"),
        ({"type": "number", "maximum": 2}, "number ≤ 2"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "array", "items": {"type": "number"}, "minItems": 1}, "list of number, not empty"),
        (
            {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
            "list of (text or integer)",
        ),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "object"}, "object"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or null"),
        ({"enum": ["a", "b"]}, "<code>a</code> or <code>b</code>"),
        ({"$ref": "#/components/schemas/Part"}, '<a href="#type-Part">Part</a>'),
        ({}, "anything"),
    ],
)
def test_types_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind(schema) == words


def test_null_goes_without_saying_where_a_member_may_be_left_out() -> None:
    assert kind({"anyOf": [{"type": "string"}, {"type": "null"}]}, optional=True) == "text"


def test_a_body_that_may_be_left_out_is_told_so() -> None:
    paths = openapi()["paths"]
    assert paths["/v1/conversations"]["post"]["requestBody"]["required"] is False
    assert paths["/v1/responses"]["post"]["requestBody"]["required"] is True
