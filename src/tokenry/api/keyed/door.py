"""The door of all routes for a project's key that are no inference: whose key it is, what it says; then the answer.

Only a project's key opens it, and behind it there is nothing but that project's.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tokenry.access import Principal, RateLimited, require_scope
from tokenry.api.client import BODY_TIMEOUT_S, BodyTooLarge, BodyTooSlow
from tokenry.api.feeding import declared, feed
from tokenry.api.guarded import read_body, read_fields, read_query
from tokenry.api.keyed.route import Keyed, KeyedCall
from tokenry.api.multipart import FRAMING_MAX, Attached, Reading, TooMuchInForm
from tokenry.api.pieces import Pieces, streamed
from tokenry.api.repeats import answered_once, asked_once
from tokenry.api.rooms import Rooms

FORMS_AT_ONCE_MAX = 32  # of one project: what is not whole yet is in nobody's share of the disk
_PRIVATE = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class KeyedDoor:
    """Lets keys through to the routes it is given."""

    def __init__(self, rooms: Rooms, routes: Iterable[Keyed]) -> None:
        self._rooms = rooms
        self._routes = tuple(routes)
        self._forms: Counter[str] = Counter()  # that are being read, by project

    def routes(self) -> list[Route]:
        """The routes, as the web framework takes them."""
        return [Route(route.path, self._endpoint(route), methods=[route.method]) for route in self._routes]

    def _endpoint(self, route: Keyed) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                response = await self._answer(route, request)
            except ClientDisconnect:
                return Response(status_code=400)  # there is nobody to read it
            response.headers.update(_PRIVATE)
            return response

        return endpoint

    async def _answer(self, route: Keyed, request: Request) -> Response:
        principal = self.principal(request)
        query = read_query(route.asks, request.query_params.multi_items())
        if route.form is not None:
            return await self._answer_form(route, request, KeyedCall(self._rooms, principal, {}, query, None))
        body, said = None, b""
        if route.takes is not None:
            said = await read_whole(request, self._rooms.config.server.body_size_max)
            body = read_body(route.takes, said or b"{}" if route.optional else said)
        call = KeyedCall(
            self._rooms, principal, request.path_params, query, body, headers=dict(request.headers.items())
        )
        return await self._once(route, request, call, said)

    async def _answer_form(self, route: Keyed, request: Request, begun: KeyedCall) -> Response:
        """A route whose body is a form: its file lies on the disk before the answer is asked for."""
        assert route.form is not None
        assert route.takes is not None
        files, size_max = self._rooms.objects.files, route.file_size_max(self._rooms.config)
        size = declared(request)
        if size > size_max + FRAMING_MAX:
            raise TooMuchInForm(f"{route.form.file!r} is larger than {size_max} bytes", param=route.form.file)
        taken = 0 if route.reserved else max(0, size - FRAMING_MAX)
        await asyncio.to_thread(files.require_welcome, begun.principal, taken)
        content_type = request.headers.get("content-type", "")
        project_id = begun.principal.project_id
        if self._forms[project_id] >= FORMS_AT_ONCE_MAX:
            raise RateLimited(
                f"this project sends {FORMS_AT_ONCE_MAX} files already; wait until one of them is here",
                headers={"retry-after": "1"},
            )
        reading = Reading(content_type, route.form, size_max, self._rooms.objects.ground.blobs.draft)
        self._forms[project_id] += 1
        try:
            await feed(reading, request, self._rooms.objects.ground.require_room)
            body = read_fields(route.takes, reading.fields)
            call = KeyedCall(self._rooms, begun.principal, request.path_params, begun.query, body, reading.attached)
            # Another try draws its parts' boundary anew, so what is the same is what they say.
            said = msgspec.json.encode([reading.fields, _content(reading.attached)])
            return await self._once(route, request, call, said)
        finally:
            self._forms[project_id] -= 1
            if not self._forms[project_id]:
                del self._forms[project_id]
            await asyncio.to_thread(reading.discard)

    async def _once(self, route: Keyed, request: Request, call: KeyedCall, said: bytes) -> Response:
        """The answer; of a request with an Idempotency-Key that was answered before, the one it got then."""

        async def answer() -> Response:
            return _rendered(route, await self._asked(route, call))

        asked = asked_once(request, f"project {call.project_id}", said)
        return await answered_once(self._rooms.desk.once, asked, answer, kept=call.principal.keeps_content)

    async def _asked(self, route: Keyed, call: KeyedCall) -> Any:
        if inspect.iscoroutinefunction(route.answer):
            return await route.answer(call)
        return await asyncio.to_thread(route.answer, call)

    def principal(self, request: Request) -> Principal:
        """Whose key it is. Raises InvalidApiKey, MismatchedOrganization and MismatchedProject."""
        told = {name: value.encode("latin-1") for name, value in request.headers.items()}
        principal = self._rooms.keys.authenticate(told.get("authorization"))
        require_scope(principal, told.get("openai-organization"), told.get("openai-project"))
        return principal


def _content(attached: Attached | None) -> tuple[str, str | None, str] | None:
    return None if attached is None else (attached.name, attached.mime_type, attached.draft.sha256)


async def read_whole(request: Request, size_max: int) -> bytes:
    """The whole body. Raises BodyTooLarge, BodyTooSlow, ClientDisconnect."""
    if declared(request) > size_max:
        raise BodyTooLarge.than(size_max)
    pieces, size = [], 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for piece in request.stream():
                size += len(piece)
                if size > size_max:
                    raise BodyTooLarge.than(size_max)
                pieces.append(piece)
    except TimeoutError:
        raise BodyTooSlow(f"the body did not come within {BODY_TIMEOUT_S:g} s") from None
    return b"".join(pieces)


def _rendered(route: Keyed, given: Any) -> Response:
    if not isinstance(given, Pieces):
        return Response(msgspec.json.encode(given), status_code=route.status, media_type="application/json")
    return streamed(given, route.status)
