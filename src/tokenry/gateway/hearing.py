"""How sound is answered: a form to the engine, and back a transcript, whole or as it is heard.

An engine of ours is always asked for a stream, so that it stops when its client has gone. A remote is asked for what
the client asked; one that answers a stream with a whole answer is taken at its word.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.engines import Engine, WireError
from tokenry.gateway.attempt import broken, senseless
from tokenry.gateway.cutter import event
from tokenry.gateway.plain import Whole, finish, read_through
from tokenry.gateway.run import Run
from tokenry.gateway.sound import reported, written
from tokenry.gateway.stream import Relay
from tokenry.gateway.voice import Voice
from tokenry.router import DeploymentEntry


async def hear(run: Run, deployment: DeploymentEntry, engine: Engine, voice: Voice) -> None:
    """Answer the run's client from this deployment, and settle. Raises as `answering.answer`."""
    request = run.request
    assert request.form is not None
    ours = request.endpoint in engine.speaks
    stream = ours or request.stream
    body = written(request.form, deployment.model, stream=stream, ours=ours)
    if not await run.open(deployment, engine, body, stream=stream):
        return
    reader = run.read_by(voice.native(run.about()))
    if not stream or not _is_stream(run):
        await _whole(run, voice)
    elif request.stream:
        await Relay(run, reader, voice).relay()
    else:
        usage = await read_through(run, reader)
        if usage is not None:
            await finish(run, usage, Whole(None, voice=voice))
            await run.let_go()


def _is_stream(run: Run) -> bool:
    return (run.exchange.header(b"content-type") or b"").startswith(b"text/event-stream")


async def _whole(run: Run, voice: Voice) -> None:
    name = run.deployment.id
    try:
        body = await run.exchange.read_all(ANSWER_SIZE_MAX)
    except WireError as error:
        raise broken(error, name) from None
    try:
        answer: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise senseless(f"sent no JSON object ({error})", name) from None
    if not isinstance(answer.get("text"), str):
        raise senseless("sent no text", name)
    usage = run.meter.heard(reported(answer))
    if run.request.stream:
        assert run.request.form is not None
        reader = run.read_by(voice.native(run.about()))
        told = [{"type": "transcript.text.delta", "delta": answer["text"]}, {**answer, "type": "transcript.text.done"}]
        await Relay(run, reader, voice).recite(list(map(event, told)), usage)
    else:
        await finish(run, usage, Whole(answer, voice=voice))
