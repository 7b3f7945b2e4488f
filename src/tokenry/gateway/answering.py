"""Which way an answer travels: whole, as a stream, or put together from one."""

from __future__ import annotations

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.engines import Engine
from tokenry.gateway import toolcalls
from tokenry.gateway.hearing import hear
from tokenry.gateway.inference import Inference, body_for, native_body
from tokenry.gateway.plain import Whole, assemble, finish, pass_whole, read_through
from tokenry.gateway.run import Run
from tokenry.gateway.speaking import speak
from tokenry.gateway.stream import Relay
from tokenry.gateway.voice import Voice
from tokenry.router import DeploymentEntry


async def answer(run: Run, deployment: DeploymentEntry, engine: Engine) -> None:
    """Answer the run's client from this deployment, and settle.

    Raises:
        AttemptFailed: it failed before the client saw anything, so another may be tried.
        EngineRefused: the request itself is wrong.
    """
    request = run.request
    voice = None if request.voices is None else request.voices(run.about())
    if request.form is not None:
        assert voice is not None
        await hear(run, deployment, engine, voice)
        return
    if request.endpoint == "audio.speech":
        await speak(run, deployment, engine)
        return
    if voice is not None and request.native is not None and request.endpoint in engine.speaks:
        await _natively(run, deployment, engine, voice)
        return
    stream = request.kind == "chat" and (request.stream or engine.always_stream)
    forced = request.forced_tools and not engine.forces_tools
    body = body_for(_constrained(request) if forced else request, deployment, run.bound.limit, stream=stream)
    if not await run.open(deployment, engine, body, stream=stream):
        return
    if not stream:
        await pass_whole(run, voice)
        return
    cutter = run.new_cutter(usage_adds_up=engine.usage_per_choice)
    if request.stream and not forced:
        await Relay(run, cutter, voice).relay()
        return
    whole = await assemble(run, cutter, forced=forced)
    if whole is None:
        return
    made, usage = whole
    if request.stream:
        await Relay(run, cutter, voice).recite(toolcalls.as_events(made), usage)
    else:
        await finish(run, usage, Whole(made, cut=cutter.cut, voice=voice))
        await run.let_go()


async def _natively(run: Run, deployment: DeploymentEntry, engine: Engine, voice: Voice) -> None:
    """Answer from an engine that speaks the client's own API. It is always asked for a stream."""
    request = run.request
    body = native_body(request, deployment, run.bound.limit)
    if not await run.open(deployment, engine, body, stream=True, path=request.path):
        return
    reader = run.read_by(voice.native(run.about()))
    if request.stream:
        await Relay(run, reader, voice).relay()
        return
    usage = await read_through(run, reader)
    if usage is not None:
        await finish(run, usage, Whole(None, cut=reader.cut, voice=voice))
        await run.let_go()


def _constrained(request: Inference) -> Inference:
    """The request with its forced tool call written as a constraint that the engine enforces."""
    try:
        decoded = {name: msgspec.json.decode(raw) for name, raw in request.fields.items()}
    except RecursionError:
        raise InvalidRequest("the body is nested too deeply for a forced tool call") from None
    rewritten = toolcalls.constrain(decoded)
    fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in rewritten.items()}
    return Inference(
        request.endpoint, fields, request.model, request.body_size,
        limit=request.limit, limit_field=request.limit_field,
    )  # fmt: skip
