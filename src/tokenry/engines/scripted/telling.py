"""Send an answer that is composed already: whole or as events, with the mishaps that the script wants on the way.

Knows framing and time; what the answers say, in which API, comes as a `Telling`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry.engines.loopback import Reply, error_body
from tokenry.engines.scripted.directives import Script


class Broken(Exception):
    """The script says that the connection breaks here."""


@dataclass(slots=True)
class Seen:
    """One request as the engine met it, for tests to look at. `outcome`: open, done, failed, broken or cancelled."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    outcome: str = "open"
    events: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """One answer in the words of one API.

    Args:
        body: the answer in one piece. events: the same as the payloads of a stream.
        named: every event has an `event:` line that repeats its payload's `type`.
        done: the last word of a stream; None = its last event says that it is whole.
        error: the payload of an event that tells an error instead, from the script and the number of events before.
    """

    body: dict[str, Any]
    events: Iterable[dict[str, Any]]
    named: bool = False
    done: bytes | None = b"[DONE]"
    error: Callable[[Script, int], dict[str, Any]] = lambda script, _: envelope(script, 500)


def envelope(script: Script, status: int) -> dict[str, Any]:
    """OpenAI's error envelope for an error that the script wants."""
    kind = script.type or ("server_error" if status >= 500 else "invalid_request_error")
    kind = "rate_limit_error" if status == 429 and script.type is None else kind
    return error_body(script.message or f"scripted error {status}", kind, script.code)


async def send_whole(reply: Reply, body: dict[str, Any], script: Script) -> None:
    """One JSON body. Raises Broken when the script breaks it."""
    encoded = msgspec.json.encode(body)
    kept = encoded if script.break_after is None else encoded[: script.break_after]
    await reply.send_bytes(200, kept, {"content-type": "application/json"}, length=len(encoded))
    if len(kept) != len(encoded):
        raise Broken


async def send_stream(reply: Reply, told: Telling, script: Script, seen: Seen) -> None:
    """A stream of events. Raises Broken when the script breaks it."""
    await reply.start(200, {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"})
    await asyncio.sleep(script.first_ms / 1000)
    events = iter(told.events)
    event = next(events, None)
    while event is not None:
        following = next(events, None)
        if await _mishap(reply, told, script, seen):
            return
        if following is None and told.done is None and script.no_done:
            break
        if seen.events and script.delay_ms:
            await asyncio.sleep(script.delay_ms / 1000)
        await _event(reply, told, event, script, seen)
        event = following
    else:
        if await _mishap(reply, told, script, seen):
            return
    if told.done is not None and not script.no_done:
        await _write(reply, b"data: " + told.done, script, seen)
    await reply.end()


async def _mishap(reply: Reply, told: Telling, script: Script, seen: Seen) -> bool:
    """Do what the script says happens after so many events; True when that was the end of the stream."""
    if script.break_after == seen.events:
        raise Broken
    if script.stall_after == seen.events:
        await asyncio.Event().wait()
    if script.junk_after == seen.events:
        await _write(reply, b'data: {"choices": [', script, seen)
    if script.error_after == seen.events:
        await _event(reply, told, told.error(script, seen.events), script, seen)
        await reply.end()
        seen.outcome = "failed"
        return True
    return False


async def _event(reply: Reply, told: Telling, payload: dict[str, Any], script: Script, seen: Seen) -> None:
    name = b"event: " + payload["type"].encode() + (b"\r\n" if script.crlf else b"\n") if told.named else b""
    await _write(reply, name + b"data: " + msgspec.json.encode(payload), script, seen)


async def _write(reply: Reply, lines: bytes, script: Script, seen: Seen) -> None:
    end = b"\r\n" if script.crlf else b"\n"
    framed = (b": ping" + end * 2 if script.pings else b"") + lines + end * 2
    size = script.split or len(framed)
    for start in range(0, len(framed), size):
        await reply.write(framed[start : start + size])
        await asyncio.sleep(0)  # many events without delay must not hold up everyone else on this loop
    seen.events += 1
