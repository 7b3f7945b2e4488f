"""One route for a project's key that is no inference: what it takes, what it gives, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_type_hints

from tokenry.access import Principal
from tokenry.api.guarded import Method, NoQuery, Query, Taken
from tokenry.api.multipart import Attached, Layout
from tokenry.api.rooms import Rooms
from tokenry.config import Config


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One call that was let through: by which key, for what, with what.

    Everything it may meet belongs to `principal.project_id`; what a path names is the answer's business to find there.

    `path` holds the path's parameters; `query` and `body` are of the types that the route names; `attached` is the
    file of a form, which the answer keeps or leaves; `headers` are the request's, by lower-case name.
    """

    rooms: Rooms
    principal: Principal
    path: Mapping[str, str]
    query: Any
    body: Any
    attached: Attached | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def project_id(self) -> str:
        return self.principal.project_id


@dataclass(frozen=True)
class Keyed:
    """A route.

    Args:
        answer: called in a worker thread; a coroutine function is awaited on the event loop instead. Its docstring is
            the route's description, the first sentence its title; what it returns is what the route gives: a Struct,
            or `Pieces`.
        takes: the type of the body, None = there is none. With a `form`, of the form's fields.
        asks: the type of the query.
        form: the body is a form with one file in it; None = it is JSON.
        example: a body that can be sent, for the documentation.
        media: what the answer is when it is no JSON.
        shows: the type that the document tells of, where the answer is JSON that was written elsewhere.
        failures: codes of errors that it may answer with beside those that all such routes have.
        optional: the body may be left out; then it is as if it were `{}`.
        reserved: room for a form's file was set aside before.
        file_size_max: bytes of a form's file, as the configuration in force has it.
    """

    method: Method
    path: str
    answer: Callable[[KeyedCall], Any | Awaitable[Any]]
    takes: type[Taken] | None = None
    asks: type[Query] = NoQuery
    form: Layout | None = None
    example: Mapping[str, Any] | None = None
    status: int = 200
    media: str | None = None
    shows: type[Any] | None = None
    failures: tuple[str, ...] = ()
    optional: bool = False
    reserved: bool = False
    file_size_max: Callable[[Config], int] = lambda config: config.objects.file_size_max

    @cached_property
    def gives(self) -> type[Any]:
        """The type of the answer, as the route or its handler declares it."""
        given: type[Any] = self.shows or get_type_hints(self.answer)["return"]
        return given

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The path's parameters."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))
