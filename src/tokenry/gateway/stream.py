"""Answers that go to the client as they come.

Until the first token nothing is sent, so that another deployment may still be tried; then the hold must be on disk
before the first byte, and the charge before anything that says the answer is whole.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.engines import WireError
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.attempt import AttemptFailed, broken, ended_early, failed_event, senseless
from tokenry.gateway.chunks import usage_json
from tokenry.gateway.cutter import BadStream, Cutter, data_of, event
from tokenry.gateway.naming import public_name, renaming, tiers_named
from tokenry.gateway.reply import Headers
from tokenry.gateway.run import CLIENT_GONE, Run
from tokenry.gateway.voice import Reader, Voice
from tokenry.ledger import Outcome, Receipt, Usage

DONE = b"data: [DONE]\n\n"
CONTENT_TYPE = "text/event-stream; charset=utf-8"
_HEAD: Headers = [(b"content-type", CONTENT_TYPE.encode()), (b"cache-control", b"no-cache")]


class Relay:
    """Passes one stream on. `sent` keeps what went out when it must be stored, under a key or for its asker."""

    def __init__(self, run: Run, cutter: Reader, voice: Voice | None = None) -> None:
        """Args:
        voice: tells the events in the client's words; None = they go out as they came.
        """
        self._run = run
        self._cutter = cutter
        self._voice = voice
        self._sent: list[bytes] = []
        self._out: list[bytes] = []  # what may go and did not yet
        self._rename: tuple[bytes, bytes] | None = None
        self._tier = run.tier_told
        self._keeps = run.slot is not None or run.request.keep is not None

    async def relay(self) -> None:
        """Pass the engine's events on and settle.

        Raises:
            AttemptFailed: it failed before the client saw anything.
        """
        run, cutter = self._run, self._cutter
        failure = await self._pass_on()
        if failure is None:
            if not run.begun:
                await self._begin()
            if cutter.cut:
                run.kill()
                if isinstance(cutter, Cutter):
                    cutter.held += _cut_events(cutter, run.request.choices)
            await self.finish(run.usage_of(cutter), "cut" if cutter.cut else "completed")
        elif run.client.gone:
            if not run.begun:
                run.untested()
            await run.settle(run.usage_of(cutter), "client_gone", CLIENT_GONE)
        elif not run.begun:
            raise failure
        else:
            await self._break_off(failure)

    async def recite(self, events: list[bytes], usage: Usage) -> None:
        """Send an answer that was put together already as a stream."""
        self._cutter.held = events
        await self._begin()
        await self.finish(usage, "cut" if self._cutter.cut else "completed")

    async def _pass_on(self) -> AttemptFailed | None:
        """Events to the client until the answer is whole; what broke it, if anything did."""
        run, cutter, name = self._run, self._cutter, self._run.deployment.id
        try:
            while not cutter.done and not cutter.cut and await run.exchange.heed(self._heard):
                if not run.begun:
                    if not (cutter.tokens or cutter.held):
                        continue
                    await self._begin()
                out = b"".join(self._out)
                self._out.clear()
                if out:
                    await self._send(out)
                run.checkpoint(cutter)
        except WireError as error:
            return None if cutter.whole else broken(error, name)
        except BadStream as error:
            run.kill()
            return senseless(f"sent {error}", name)
        if cutter.error is not None:
            return failed_event(cutter.error, name)
        return None if cutter.whole or cutter.done or cutter.cut else ended_early(name)

    def _heard(self, data: bytes) -> bool:
        """Pass on what the engine sent, from its socket's own callback; True when somebody must wait for something: for
        the hold to be on disk, for a slow client, for the charge."""
        run, cutter = self._run, self._cutter
        out = self._named(cutter.feed(data))
        if not run.begun:
            self._out.append(out)
            return bool(cutter.done or cutter.cut or cutter.tokens or cutter.held)
        if cutter.done or cutter.cut or (out and not run.client.push(out)):
            self._out.append(out)
            return True
        if out and self._keeps:
            self._sent.append(out)
        run.checkpoint(cutter)
        return False

    def _named(self, out: bytes) -> bytes:
        """The events with the model named as clients know it; all of them in the client's words."""
        if self._voice is not None:
            return self._voice.say(out) if out else b""
        if self._tier is not None:
            out = tiers_named(out, self._tier)
        if out and self._rename is None:
            self._rename = renaming(out, self._run.model.name)
        if self._rename is None or self._rename[0] == self._rename[1]:
            return out
        return out.replace(*self._rename)

    async def _begin(self) -> None:
        run = self._run
        run.answered()
        await run.reservation.durable
        if self._voice is not None:
            run.client.breaks_with(self._voice.broken)
        await run.client.start(200, [*_HEAD, *run.headers()])
        run.begun = True

    async def _send(self, data: bytes) -> None:
        if self._keeps:
            self._sent.append(data)
        if not self._run.client.gone:
            await self._run.client.send(data)

    async def finish(self, usage: Usage, outcome: Outcome) -> None:
        """Settle, then send everything that says the answer is whole."""
        run = self._run
        most, last = self._ending(usage)
        answer = None
        if run.slot is not None:
            answer = run.means.replays.answer(run.slot, 200, CONTENT_TYPE, b"".join([*self._sent, most, last]))
        receipt = await run.settle(usage, outcome, 200, answer)
        if self._voice is not None:
            await self._voice.settled(receipt)
        elif run.request.keep is not None:
            await run.request.keep(self._put_together(most, usage))
        remaining = run.means.ledger.remaining(run.reservation)
        left = b"-" if remaining is None else b"%d" % remaining
        comment = b": tokenry charge_nanousd=%d remaining_nanousd=%s%s request=%s\n\n" % (
            receipt.charge, left, self._tokens(receipt) if receipt.charge_tokens else b"", run.reservation.id.encode(),
        )  # fmt: skip
        if not run.client.gone:
            await run.client.send(most + comment + last, last=True)
        await run.let_go()

    def _put_together(self, most: bytes, usage: Usage) -> bytes:
        """The answer as it would have been in one piece."""
        assembler = Assembler(chat=self._run.request.endpoint != "completions")
        for events in (*self._sent, most):
            assembler.add(events)
        return msgspec.json.encode(assembler.answer(usage))

    def _ending(self, usage: Usage) -> tuple[bytes, bytes]:
        """All that says that the answer is whole; in two parts, since clients may hear of nothing after the last."""
        run, cutter = self._run, self._cutter
        if self._voice is not None:
            return b"", self._voice.end(b"".join(cutter.held), usage, cut=cutter.cut)
        tail = [public_name(held, run.model.name) for held in cutter.held]
        if run.request.include_usage:
            assert isinstance(cutter, Cutter)
            tail.append(_usage_event(cutter.held[-1] if cutter.held else cutter.last_event, usage, run.model.name))
        most = b"".join(tail)
        return most if self._tier is None else tiers_named(most, self._tier), DONE

    def _tokens(self, receipt: Receipt) -> bytes:
        """What awards of tokens paid, and what they have left, for the comment."""
        left = self._run.means.ledger.remaining_tokens(self._run.reservation)
        return b" charge_tokens=%d remaining_tokens=%s" % (
            receipt.charge_tokens, b"-" if left is None else b"%d" % left,
        )  # fmt: skip

    async def _break_off(self, failure: AttemptFailed) -> None:
        """The engine died in mid-stream: charge what was delivered, say so in the stream, end it without [DONE]."""
        run = self._run
        run.record(failure)
        await run.settle(run.usage_of(self._cutter), "engine_failed", 502)
        if not run.client.gone:
            told = event(failure.told.envelope()) if self._voice is None else self._voice.broken(failure.told)
            await run.client.send(told, last=True)


def _cut_events(cutter: Cutter, choices: int) -> list[bytes]:
    """What ends a stream that the gateway cut: for each choice that had not ended, finish_reason `length`."""
    chunk = _decode(cutter.last_event)
    choices_seen = chunk.get("choices")
    last = choices_seen[0] if isinstance(choices_seen, list) and choices_seen else {}
    part: dict[str, Any] = {"text": ""} if isinstance(last, dict) and "text" in last else {"delta": {}}
    open_ = [index for index in range(choices) if index not in cutter.finished]
    rows = [{"index": index, **part, "logprobs": None, "finish_reason": "length"} for index in open_]
    return [event({**chunk, "choices": [row]}) for row in rows]


def _usage_event(last: bytes, usage: Usage, model: str) -> bytes:
    """The usage chunk for a client that asked for one."""
    head = {name: value for name, value in _decode(last).items() if name not in ("choices", "usage", "timings")}
    return event({"object": "chat.completion.chunk", **head, "model": model, "choices": [], "usage": usage_json(usage)})


def _decode(block: bytes) -> dict[str, Any]:
    data = data_of(block)
    try:
        chunk = msgspec.json.decode(data) if data else {}
    except (ValueError, RecursionError):
        chunk = {}
    return chunk if isinstance(chunk, dict) else {}
