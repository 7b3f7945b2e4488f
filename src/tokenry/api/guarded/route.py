"""One administrative route: what it needs, what it takes, what it gives, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_type_hints

import msgspec

from tokenry.access import Actor, Permission
from tokenry.api.guarded.forms import Form
from tokenry.api.multipart import Attached, Layout
from tokenry.api.rooms import Rooms

Method = Literal["GET", "POST", "PUT", "DELETE"]
BODY_SIZE_MAX = 1024 * 1024  # bytes


class Query(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What may stand behind the `?`. A field of a tuple type may come several times, as `name=` or `name[]=`."""


class NoQuery(Query, kw_only=True, frozen=True):
    """Nothing may stand there."""


class Taken(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A body. A member that is not named is refused, so that a slip of the pen is not taken for a wish."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let through: by whom, for what, with what.

    `path` holds the path's parameters; `query` and `body` are of the types that the route names; `origin` is where it
    was asked from, `scheme://host[:port]`; `attached` is the file of a form, which the answer keeps or leaves.
    """

    rooms: Rooms
    actor: Actor
    path: Mapping[str, str]
    query: Any
    body: Any
    origin: str = ""
    attached: Attached | None = None

    @property
    def organization_id(self) -> str:
        return self.actor.organization_id


@dataclass(frozen=True)
class Guarded:
    """A route.

    Args:
        path: with `{project_id}` in it, the permission is asked for within that project, which must be the actor's to
            see; anything else that a path names is the answer's business to find in the actor's organization.
        needs: the permission; None = whoever is let in, for what is their own.
        answer: called in a worker thread; a coroutine function is awaited on the event loop instead. Its docstring is
            the route's description, the first sentence its title; what it returns is what the route gives.
        takes: the type of the body, None = there is none.
        asks: the type of the query.
        example: a body that can be sent, for the documentation.
        changes: people, projects or keys are read into memory again afterwards.
        forms: what the answer can be had as beside JSON, by `Accept` or by `format` in the query.
        secret: the answer shows what is told once, so it is never kept for an Idempotency-Key.
        private: the answer holds what somebody said, which is kept where they said it and nowhere beside that: not for
            an Idempotency-Key either.
        noted: that it was asked is written down and told to somebody. A browser's session asks it from a page of ours
            alone, although it changes nothing else: no link elsewhere makes somebody say that they looked.
        renews: the answer shows what guards a session against forgery: a session that is due gets its new token before.
        media: what the answer is when it is no JSON; then it is given as `Pieces`.
        shows: the type that the document tells of, where the answer is JSON that was written elsewhere.
        body_size_max: bytes of the body. instead: what to do where it has more, in words.
        failures: codes of errors that it may answer with beside those that all such routes have.
        upload: the body is a form with one file in it, and `takes` its fields; None = it is JSON.
        welcome: of such a route, asked before anything is read, with the bytes that the file seems to have: how many it
            may have; raises TokenryError. Called in a worker thread.
    """

    method: Method
    path: str
    needs: Permission | None
    answer: Callable[[Call], Any | Awaitable[Any]]
    takes: type[Taken] | None = None
    asks: type[Query] = NoQuery
    example: Mapping[str, Any] | None = None
    changes: bool = False
    status: int = 200
    forms: tuple[Form, ...] = ()
    secret: bool = False
    private: bool = False
    noted: bool = False
    renews: bool = False
    media: str | None = None
    shows: type[Any] | None = None
    body_size_max: int = BODY_SIZE_MAX
    instead: str = ""
    failures: tuple[str, ...] = ()
    upload: Layout | None = None
    welcome: Callable[[Call, int], int] = lambda _call, _size: 0

    @cached_property
    def gives(self) -> type[Any]:
        """The type of the answer, as the route or its handler declares it."""
        given: type[Any] = self.shows or get_type_hints(self.answer)["return"]
        return given

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The path's parameters."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))
