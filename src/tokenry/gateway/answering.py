"""Which way an answer travels: whole, as a stream, or put together from one."""

from __future__ import annotations

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.engines import Engine
from tokenry.gateway import toolcalls
from tokenry.gateway.inference import Inference, body_for
from tokenry.gateway.plain import assemble, finish, pass_whole
from tokenry.gateway.run import Run
from tokenry.gateway.stream import Relay
from tokenry.router import DeploymentEntry


async def answer(run: Run, deployment: DeploymentEntry, engine: Engine) -> None:
    """Answer the run's client from this deployment, and settle.

    Raises:
        AttemptFailed: it failed before the client saw anything, so another may be tried.
        EngineRefused: the request itself is wrong.
    """
    request = run.request
    stream = request.endpoint != "embeddings" and (request.stream or engine.always_stream)
    forced = request.forced_tools and engine.always_stream
    body = body_for(_constrained(request) if forced else request, deployment, run.bound.limit, stream=stream)
    if not await run.open(deployment, engine, body, stream=stream):
        return
    if not stream:
        await pass_whole(run)
        return
    cutter = run.new_cutter(usage_adds_up=engine.always_stream)
    if request.stream and not forced:
        await Relay(run, cutter).relay()
        return
    whole = await assemble(run, cutter, forced=forced)
    if whole is None:
        return
    made, usage = whole
    if request.stream:
        await Relay(run, cutter).recite(toolcalls.as_events(made), usage)
    else:
        await finish(run, usage, msgspec.json.encode(made), "cut" if cutter.cut else "completed")
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
