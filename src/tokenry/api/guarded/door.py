"""The door of all administrative routes: who asks, whether they may, what they say; then the answer.

A caller shows an admin key, a project's key, or a browser's session. Nothing of another organization exists for them,
and of their own only what they may see: both are answered with 404.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tokenry.access import ADMIN_MARK, OF_PROJECT, Actor, Principal, bearer
from tokenry.api.client import LINGER_S, BodyTooLarge
from tokenry.api.guarded.asked import read_body, read_query
from tokenry.api.guarded.browser import keep_fresh, origin_of, renew, require_same_origin, session_actor
from tokenry.api.guarded.forms import chosen
from tokenry.api.guarded.route import Call, Guarded
from tokenry.api.guarded.uploading import Uploads
from tokenry.api.pieces import Pieces, streamed
from tokenry.api.repeats import answered_once, asked_once
from tokenry.api.rooms import Rooms
from tokenry.base.errors import NotFound

_PRIVATE = {  # answers hold keys and tokens
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class Door:
    """Lets callers through to the routes it is given."""

    def __init__(self, rooms: Rooms, routes: Iterable[Guarded]) -> None:
        self._rooms = rooms
        self._routes = tuple(routes)
        self._uploads = Uploads(rooms)

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them."""
        return [Route(route.path, self._endpoint(route), methods=[route.method]) for route in self._routes]

    def _endpoint(self, route: Guarded) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                response = await self._answer(route, request)
            except ClientDisconnect:
                return Response(status_code=400)  # there is nobody to read it
            response.headers.update(_PRIVATE)
            if "authorization" not in request.headers:
                await keep_fresh(request, response, self._rooms.sessions)
            return response

        return endpoint

    async def _answer(self, route: Guarded, request: Request) -> Response:
        actor = self.actor(request)
        if route.noted and actor.kind == "session":
            require_same_origin(request, self._rooms.config.server.public_url)
        project_id = request.path_params.get("project_id")
        if project_id is not None:
            self._require_project(actor, project_id)
        if route.needs is not None:
            actor.require(route.needs, project_id)
        query = read_query(route.asks, request.query_params.multi_items())
        if route.renews and actor.kind == "session":
            await renew(request, self._rooms.sessions)
        if route.upload is not None:
            begun = Call(self._rooms, actor, request.path_params, query, None, origin_of(request))
            async with self._uploads.taken(route, request, begun) as (call, said):
                return await self._once(route, request, call, said)
        said = b"" if route.takes is None else await _body(request, route)
        body = None if route.takes is None else read_body(route.takes, said)
        call = Call(self._rooms, actor, request.path_params, query, body, origin_of(request))
        return await self._once(route, request, call, said)

    async def _once(self, route: Guarded, request: Request, call: Call, said: bytes) -> Response:
        """The answer; of a request with an Idempotency-Key that was answered before, the one it got then."""
        actor = call.actor
        asked = asked_once(request, f"{actor.kind} {actor.id} {actor.organization_id}", said)
        once, accept = self._rooms.desk.once, request.headers.get("accept", "")
        return await answered_once(
            once, asked, lambda: self._done(route, call, accept), kept=not (route.secret or route.private)
        )

    async def _done(self, route: Guarded, call: Call, accept: str) -> Response:
        if inspect.iscoroutinefunction(route.answer):
            given = await route.answer(call)
        else:
            given = await asyncio.to_thread(route.answer, call)
        if route.changes:
            await asyncio.to_thread(self._rooms.refresh)
        if isinstance(given, Pieces):
            return streamed(given, route.status)
        form = chosen(route.forms, getattr(call.query, "format", None), accept)
        if form is not None:
            text = await asyncio.to_thread(form.render, call, given)
            return Response(text, status_code=route.status, media_type=form.media, headers=form.headers(call, given))
        return Response(msgspec.json.encode(given), status_code=route.status, media_type="application/json")

    def actor(self, request: Request) -> Actor:
        """Who asks. Raises InvalidApiKey, and of a session ForgedRequest and MismatchedOrganization."""
        header = request.headers.get("authorization")
        if header is None and (actor := session_actor(request, self._rooms)) is not None:
            return actor
        authorization = None if header is None else header.encode("latin-1")
        secret = bearer(authorization)
        if secret.startswith(ADMIN_MARK.encode()):
            return self._rooms.admin_keys.authenticate(secret)
        return _of_key(self._rooms.keys.authenticate(authorization))

    def _require_project(self, actor: Actor, project_id: str) -> None:
        project = self._rooms.people.roster.projects.get(project_id)
        if project is None or project.organization_id != actor.organization_id or not actor.sees(project_id):
            raise NotFound(f"There is no project {project_id[:100]!r}.", param="project_id")


def _of_key(principal: Principal) -> Actor:
    """A project's key administers next to nothing, whoever it belongs to: it lies about in applications' settings."""
    within = {principal.project_id: OF_PROJECT["member"]}
    return Actor("api_key", principal.key_id, principal.organization_id, principal.user_id, frozenset(), within)


async def _body(request: Request, route: Guarded) -> bytes:
    """The whole body, while it is not too large. Raises BodyTooLarge."""
    pieces, size, stream = [], 0, request.stream()
    async for piece in stream:
        size += len(piece)
        if size > route.body_size_max:
            await _let_finish(stream)
            words = f"the body of this request has at most {route.body_size_max} bytes"
            raise BodyTooLarge(f"{words}: {route.instead}" if route.instead else words)
        pieces.append(piece)
    return b"".join(pieces)


async def _let_finish(stream: AsyncIterator[bytes]) -> None:
    """Take the rest of a body that is refused for a while: a browser reads no answer while it still sends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            async for _ in stream:
                pass
