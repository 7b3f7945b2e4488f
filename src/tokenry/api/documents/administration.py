"""The entries of administrative routes, made from what the routes themselves say: no second list to keep in step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, get_type_hints

import msgspec

from tokenry.api.documents.operations import JSON, Answer, Body, Operation, Parameter
from tokenry.api.guarded import Guarded, Query

TAG = "Administration"  # of every administrative route; a colon and what it is about follow
_SAYS = {
    "after": "The id that the page begins after: `last_id` of the page before it.",
    "before": "The id that the page ends before.",
    "batch": "Only what was asked for in batches, or only what was not.",
    "bucket_width": "How long a bucket is.",
    "end_time": "Seconds since the epoch; what happened then or later is left out.",
    "format": "The answer's form, instead of by `Accept`.",
    "group_by": "What results are told apart by.",
    "include_archived": "The archived ones, too.",
    "include_closed": "The closed ones, too.",
    "limit": "How many come at most.",
    "metadata": "Only what has these pairs: `metadata[key]=value`.",
    "order": "Whether the list ascends or descends.",
    "page": "`next_page` of the answer before.",
    "start_time": "Seconds since the epoch; what happened before is left out.",
    "state": "Only what is in this state.",
}
_ONCE = Parameter(
    "Idempotency-Key",
    "header",
    "Any text of your own. The same request under the same key within a day is done once, and answered as at first.",
    "project-1077",
    255,
    in_examples=False,  # a generator that sends many bodies under one key would see nothing but 422
)
_FAILURES = ("invalid_value", "invalid_api_key", "insufficient_permissions", "not_found", "internal_error")


def operation_of(route: Guarded) -> Operation:
    """The entry of one route."""
    title, words = told(route.answer)
    needs = "" if route.needs is None else f" Needs the permission `{route.needs}`."
    return Operation(
        method=route.method,
        path=route.path,
        name=name_of(route.method, route.path),
        tag=f"{TAG}: {_about(route.path)}",
        title=title,
        words=f"{words}{needs}",
        answers=(
            Answer(
                route.status,
                "The answer.",
                (_body(route), *(Body(form.media, None, None) for form in route.forms)),
            ),
        ),
        takes=route.takes,
        form=route.upload,
        asks=() if route.example is None else (("a request", dict(route.example)),),
        parameters=(*parameters(route.names, route.asks), *once(route.method)),
        failures=tuple(dict.fromkeys((*_FAILURES, *_of_change(route), *route.failures, *of_once(route.method)))),
        keyed=True,
    )


def _body(route: Guarded) -> Body:
    return Body(JSON, route.gives, None) if route.media is None else Body(route.media, None, None)


def _of_change(route: Guarded) -> tuple[str, ...]:
    found = () if route.method == "GET" else ("conflict", "not_built")
    if route.upload is not None:
        found = (*found, "request_timeout", "rate_limit_exceeded")
    return found if route.takes is None else (*found, "request_too_large")


def once(method: str) -> tuple[Parameter, ...]:
    """How a request is made one that happens once."""
    return (_ONCE,) if method == "POST" else ()


def of_once(method: str) -> tuple[str, ...]:
    """What may go wrong with such a request."""
    found = ("idempotency_in_flight", "idempotency_not_kept", "idempotency_mismatch")
    return found if method == "POST" else ()


def _about(path: str) -> str:
    """What a route is about, so that a hundred of them can be found: a project's budgets stand with all budgets."""
    nouns = [step for step in path.split("/")[2:] if not step.startswith("{")]
    if nouns[0] in {"organization", "tokenry"}:
        del nouns[0]
    if "roles" in nouns:
        return "roles"
    nested = nouns[0] == "projects" and nouns[1:2] not in ([], ["archive"])
    return nouns[1 if nested else 0].replace("_", " ").replace("api", "API")


def told(answer: Callable[..., Any]) -> tuple[str, str]:
    """Title and description of a route, from what its handler says of itself."""
    words = " ".join((answer.__doc__ or "").split())
    title, _, rest = words.partition(". ")
    return title.rstrip("."), rest or words


def parameters(names: Iterable[str], asks: type[Query]) -> tuple[Parameter, ...]:
    """What a route's path names, and what its query may say."""
    return *(_path(name) for name in names), *_query(asks)


def name_of(method: str, path: str) -> str:
    """What generators call it: `organization.projects` and `create` become `createOrganizationProjects`."""
    steps = [step for step in path.split("/")[2:] if not step.startswith("{")]
    noun = "".join(part.capitalize() for step in steps for part in re.split(r"[._-]", step))
    one = "One" if path.endswith("}") else ""
    return f"{method.lower()}{noun}{one}"


def _path(name: str) -> Parameter:
    return Parameter(name, "path", f"The {name.replace('_', ' ')}.", f"{name.removesuffix('_id')}_01kdx3c8v2", 128)


def _query(kind: type[Query]) -> tuple[Parameter, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Parameter(
            name=field.encode_name,
            place="query",
            says=_says(field.name),
            example="",
            in_examples=False,
            schema=_schema(hints[field.name]),
            required=field.required,
        )
        for field in msgspec.structs.fields(kind)
    )


def _says(name: str) -> str:
    words = name.replace("_", " ").replace("api", "API")
    if name.endswith("_ids"):
        return f"Only what belongs to these {words.removesuffix(' ids')}s."
    return _SAYS.get(name, f"{words.capitalize()}.")


def _schema(hint: Any) -> dict[str, Any]:
    schemas, components = msgspec.json.schema_components([hint], ref_template="#/components/schemas/{name}")
    found: dict[str, Any] = _inlined(schemas[0], components)
    return found


def _inlined(node: Any, components: dict[str, Any]) -> Any:
    """A schema without references: those of a query are small, and none refers to itself."""
    if isinstance(node, list):
        return [_inlined(one, components) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(components[node["$ref"].rpartition("/")[2]], components)
    return {name: _inlined(one, components) for name, one in node.items()}
