"""Answers that go to the client in one piece: an engine's own, or one put together from its stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.engines import WireError
from tokenry.gateway import toolcalls, vectors
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.attempt import AttemptFailed, broken, ended_early, failed_event, senseless
from tokenry.gateway.chunks import answer_decoder, counted
from tokenry.gateway.cutter import BadStream, Cutter
from tokenry.gateway.naming import public_name, tier_named
from tokenry.gateway.run import CLIENT_GONE, Run
from tokenry.gateway.voice import Reader, Voice
from tokenry.ledger import Usage

JSON = b"application/json"


class Whole(msgspec.Struct, frozen=True):
    """An answer in one piece: as JSON that an engine wrote, or put together and still to be written.

    Args:
        made: bytes as they go to the client; a chat completion; None = the voice has read it by itself.
        cut: it was cut at the limit.
        voice: tells it in the client's words; None = it is told as it is.
    """

    made: bytes | dict[str, Any] | None
    cut: bool = False
    voice: Voice | None = None

    def written(self, usage: Usage) -> bytes:
        """The body."""
        if isinstance(self.made, bytes):
            return self.made
        if self.voice is None:
            return msgspec.json.encode(self.made)
        return self.voice.whole(self.made, usage, cut=self.cut)


async def pass_whole(run: Run, voice: Voice | None = None) -> None:
    """An engine's plain answer, with at most the model's name and the vectors' encoding rewritten; or as a voice tells
    it.

    Raises:
        AttemptFailed: it broke off or made no sense; the client has seen nothing.
    """
    try:
        body = await run.exchange.read_all(ANSWER_SIZE_MAX)
    except WireError as error:
        raise broken(error, run.deployment.id) from None
    usage = _usage(run, body)
    if run.request.reads_only:
        usage = msgspec.structs.replace(usage, output_tokens=0, reasoning_tokens=0)
    if run.request.endpoint == "embeddings":
        try:
            body = vectors.render(body, run.model.name, as_base64=run.request.base64, input_tokens=usage.input_tokens)
        except (ValueError, RecursionError) as error:
            raise senseless(f"sent no embeddings ({error})", run.deployment.id) from None
    elif voice is not None:
        await finish(run, usage, Whole(_chat(run, body), voice=voice))
        return
    else:
        body = public_name(body, run.model.name)
    if run.tier_told is not None:
        body = tier_named(body, run.tier_told)
    await finish(run, usage, Whole(body))


def _chat(run: Run, body: bytes) -> dict[str, Any]:
    """A plain answer that is to be told in other words."""
    try:
        answer: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise senseless(f"sent no JSON object ({error})", run.deployment.id) from None
    choices = answer.get("choices")
    if not isinstance(choices, list) or not all(isinstance(one, dict) for one in choices):
        raise senseless("sent no choices", run.deployment.id)
    return answer


def _usage(run: Run, body: bytes) -> Usage:
    """What the engine says it used; an estimate when it says nothing."""
    try:
        report = answer_decoder.decode(body).usage
    except (ValueError, RecursionError) as error:
        raise senseless(f"sent no JSON ({error})", run.deployment.id) from None
    return run.meter.of_answer(counted(report) if report is not None else None, len(body))


async def finish(run: Run, usage: Usage, whole: Whole) -> None:
    """Settle, then send: one wait for the disk covers hold and charge."""
    run.answered()
    body, voice = whole.written(usage), whole.voice
    kind = JSON if voice is None else voice.content_type
    answer = run.means.replays.answer(run.slot, 200, kind.decode(), body) if run.slot else None
    receipt = await run.settle(usage, "cut" if whole.cut else "completed", 200, answer)
    if voice is not None:
        await voice.settled(receipt)
    elif run.request.keep is not None:
        await run.request.keep(body)
    headers = [(b"content-type", kind), *run.headers(), (b"x-tokenry-charge-nanousd", b"%d" % receipt.charge)]
    remaining = run.means.ledger.remaining(run.reservation)
    if remaining is not None:
        headers.append((b"x-tokenry-remaining-nanousd", b"%d" % remaining))
    if receipt.charge_tokens:
        headers.append((b"x-tokenry-charge-tokens", b"%d" % receipt.charge_tokens))
        tokens = run.means.ledger.remaining_tokens(run.reservation)
        if tokens is not None:
            headers.append((b"x-tokenry-remaining-tokens", b"%d" % tokens))
    run.begun = True
    await run.client.answer(200, headers, body)


def _forget(_events: bytes) -> None:
    """Who reads keeps what it needs."""


async def read_through(run: Run, reader: Reader, take: Callable[[bytes], None] = _forget) -> Usage | None:
    """Read a stream to its end; None when the client hung up, which is settled then. Raises as `assemble`.

    Args:
        take: is given what the reader lets through; nobody, where the reader puts the answer together by itself.
    """
    failure = await _read_through(run, reader, take)
    usage = run.usage_of(reader)
    if run.client.gone and not reader.whole:
        run.untested()
        await run.settle(usage, "client_gone", CLIENT_GONE)
        return None
    if failure is not None:
        raise failure
    return usage


async def assemble(run: Run, cutter: Cutter, *, forced: bool) -> tuple[dict[str, object], Usage] | None:
    """Read a stream to its end and put the whole answer together; None when the client hung up, which is settled then.

    Args:
        forced: the answer is a tool call that was asked for as JSON.

    Raises:
        AttemptFailed: it broke off; the client has seen nothing.
    """
    assembler = Assembler(chat=run.request.endpoint != "completions")
    usage = await read_through(run, cutter, assembler.add)
    if usage is None:
        return None
    assembler.add(b"".join(cutter.held))
    answer = {**assembler.answer(usage), "model": run.model.name}
    if run.tier_told is not None:
        answer["service_tier"] = run.tier_told
    if cutter.cut:
        for choice in answer["choices"]:
            choice["finish_reason"] = choice["finish_reason"] or "length"
    return (toolcalls.as_calls(answer) if forced else answer), usage


async def _read_through(run: Run, cutter: Reader, take: Callable[[bytes], None]) -> AttemptFailed | None:
    """Read a whole stream; what broke it, if anything did."""
    name = run.deployment.id
    try:
        while not cutter.done and not cutter.cut and (data := await run.exchange.read()):
            take(cutter.feed(data))
            if cutter.tokens:
                run.first_token()
            # No checkpoint: the client sees no byte before the settlement, so a crash before it is void.
    except WireError as error:
        return None if cutter.whole else broken(error, name)
    except BadStream as error:
        run.kill()
        return senseless(f"sent {error}", name)
    if cutter.error is not None:
        return failed_event(cutter.error, name)
    if cutter.cut:
        run.kill()
    elif not cutter.whole and not cutter.done:
        return ended_early(name)
    return None
