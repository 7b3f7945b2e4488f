"""The running of one admitted request: try deployments until one answers, pass its answer on, meter it, settle it.

The order is the promise: nothing reaches the client before its hold is on disk, and nothing that says the answer is whole before its
charge is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tokenry.base.clock import NS_PER_MS, NS_PER_S, Clock
from tokenry.base.limits import ANSWER_SIZE_MAX, CHECKPOINT_S, CHECKPOINT_TOKENS
from tokenry.engines import Call, Engine, Exchange, WireError
from tokenry.gateway import toolcalls, vectors
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.attempt import AttemptFailed, broken, failed_event, open_call
from tokenry.gateway.chunks import answer_decoder, counted, usage_json
from tokenry.gateway.cutter import BadStream, Cutter, data_of, event
from tokenry.gateway.estimate import Estimates
from tokenry.gateway.inference import Bound, Inference, body_for
from tokenry.gateway.naming import public_name, renaming
from tokenry.gateway.replay import Replays, Slot
from tokenry.gateway.reply import Client, EngineFailed, Headers
from tokenry.ledger import Attempt, Ending, Ledger, Outcome, Receipt, Reservation, Usage
from tokenry.router import DeploymentEntry, ModelEntry, Router
from tokenry.storage import Answer

SETTLE_WAIT_S = 30.0  # a charge that the disk does not take in this time ends the connection; it is retried without it
_JSON: tuple[bytes, bytes] = (b"content-type", b"application/json")
_SSE: Headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


@dataclass(frozen=True, slots=True)
class Means:
    """What every run needs of the house."""

    ledger: Ledger
    router: Router
    replays: Replays
    estimates: Estimates
    clock: Clock


@dataclass(slots=True)
class Run:
    """One request between its hold and its settlement. `serve` tries one deployment; the caller goes through the ranking."""

    means: Means
    request: Inference
    model: ModelEntry
    bound: Bound
    reservation: Reservation
    client: Client
    slot: Slot | None
    started_ns: int
    attempts: list[Attempt] = field(default_factory=list)
    begun: bool = False  # the client has seen a byte
    used: Usage = field(default_factory=Usage)
    receipt: Receipt | None = None
    _deployment: DeploymentEntry | None = None
    _exchange: Exchange | None = None
    _cutter: Cutter | None = None
    _opening: asyncio.Task[object] | None = None
    _stream: bool = False
    _hung_up: bool = False
    _attempt_ns: int = 0
    _ttft_ms: int | None = None
    _marked_tokens: int = 0
    _marked_ns: int = 0
    _sent: list[bytes] = field(default_factory=list)

    async def serve(self, deployment: DeploymentEntry, engine: Engine) -> None:
        """Answer from this deployment.

        Raises:
            AttemptFailed: it failed before the client saw anything, so another may be tried.
            EngineRefused: the request itself is wrong.
        """
        self._deployment = deployment
        self._attempt_ns = self._marked_ns = self.means.clock.monotonic_ns()
        stream = self.request.endpoint != "embeddings" and (self.request.stream or engine.always_stream)
        body = body_for(self._constrained(engine), deployment, self.bound.limit, stream=stream)
        call = Call(self.request.path, body, self.reservation.id, stream, self.reservation.facts.organization_id)
        self._stream = stream
        if stream:
            self.client.on_gone(self.abort)
        if not await self._open(engine, call):
            return
        if not stream:
            await self._whole()
        elif self.request.stream and not self._forced(engine):
            await self._streamed(engine)
        else:
            await self._assembled(engine)

    async def _open(self, engine: Engine, call: Call) -> bool:
        """Open the call; False when the client hung up before the engine began to answer, which is charged as a prompt."""
        assert self._deployment is not None
        self._opening = asyncio.current_task()
        try:
            self._exchange = await open_call(engine, call, self._deployment.id)
        except asyncio.CancelledError:
            if not self._hung_up or self._opening is None:
                raise
            self._opening.uncancel()
            usage = self.means.estimates.of_events(self.model.name, self.request.body_size, 0)
            await self._settle(usage, "client_gone", 499)
            return False
        finally:
            self._opening = None
        return True

    def abort(self) -> None:
        """The client hung up: stop the engine's work now. A plain request at a remote runs on; it is paid for either way."""
        if not self._stream:
            return
        if self._exchange is not None:
            self._exchange.abort()
        elif self._opening is not None:
            self._hung_up = True
            self._opening.cancel()

    def kill(self) -> None:
        """Stop the engine's work, whatever it is."""
        if self._exchange is not None:
            self._exchange.abort()

    def give_up(self) -> None:
        """End a request that nothing else has ended (a time-out, a fault): what an engine's stream has brought is charged."""
        if self._cutter is not None and self._cutter.tokens:
            self.settle(self._usage(self._cutter), "cut", 504)
        else:
            self.settle(Usage(), "refused", 0)

    # --- a plain answer ----------------------------------------------------------------------------------------

    async def _whole(self) -> None:
        """An answer that is not a stream, passed on with at most the model's name and the vectors' encoding rewritten."""
        assert self._exchange is not None
        assert self._deployment is not None
        try:
            body = await self._exchange.read_all(ANSWER_SIZE_MAX)
        except WireError as error:
            raise broken(error, self._deployment.id) from None
        try:
            report = answer_decoder.decode(body).usage
        except (msgspec.DecodeError, RecursionError) as error:
            told = EngineFailed(f"the engine {self._deployment.id} sent no JSON ({error})")
            raise AttemptFailed("broken", "not_json", told, spent=True) from None
        usage = counted(report) if report is not None else None
        if usage is None:
            usage = self.means.estimates.of_answer(self.model.name, self.request.body_size, len(body))
        else:
            self.means.estimates.learn(self.model.name, self.request.body_size, usage.input_tokens)
        if self.request.endpoint == "embeddings":
            usage = msgspec.structs.replace(usage, output_tokens=0, reasoning_tokens=0)
            body = self._vectors(body, usage)
        else:
            body = public_name(body, self.model.name)
        await self._finish_plain(usage, body)

    def _vectors(self, body: bytes, usage: Usage) -> bytes:
        assert self._deployment is not None
        try:
            return vectors.render(
                body, self.model.name, as_base64=self.request.base64, input_tokens=usage.input_tokens
            )
        except (msgspec.DecodeError, ValueError) as error:
            told = EngineFailed(f"the engine {self._deployment.id} sent no embeddings ({error})")
            raise AttemptFailed("broken", "not_vectors", told, spent=True) from None

    async def _finish_plain(self, usage: Usage, body: bytes) -> None:
        self._answered()
        answer = self.means.replays.answer(self.slot, 200, "application/json", body) if self.slot else None
        receipt = await self._settle(usage, "completed", 200, answer)
        headers = [_JSON, *self._headers()]
        headers.append((b"x-tokenry-charge-nanousd", b"%d" % receipt.charge))
        remaining = self.means.ledger.remaining(self.reservation)
        if remaining is not None:
            headers.append((b"x-tokenry-remaining-nanousd", b"%d" % remaining))
        self.begun = True
        await self.client.answer(200, headers, body)

    async def _assembled(self, engine: Engine) -> None:
        """An engine's stream as a whole answer, or as the stream of a forced tool call."""
        assert self._exchange is not None
        chat = self.request.endpoint == "chat.completions"
        cutter, assembler = self._new_cutter(engine), Assembler(chat=chat)
        failure = await self._read_through(cutter, assembler)
        if failure is not None and not self.client.gone:
            raise failure
        usage = self._usage(cutter)
        if self.client.gone and not cutter.whole:
            await self._settle(usage, "client_gone", 499)
            return
        assembler.add(b"".join(cutter.held))
        answer = {**assembler.answer(usage), "model": self.model.name}
        if cutter.cut:
            for choice in answer["choices"]:
                choice["finish_reason"] = choice["finish_reason"] or "length"
        if self._forced(engine):
            answer = toolcalls.as_calls(answer)
        if self.request.stream:
            cutter.held = toolcalls.as_events(answer)
            await self._begin()
            await self._finish_stream(cutter, usage, "completed")
        else:
            await self._finish_plain(usage, msgspec.json.encode(answer))

    async def _read_through(self, cutter: Cutter, assembler: Assembler) -> AttemptFailed | None:
        """Read a whole stream into the assembler; what broke it, if anything did."""
        assert self._exchange is not None
        assert self._deployment is not None
        try:
            while not cutter.done and not cutter.cut and (data := await self._exchange.read()):
                assembler.add(cutter.feed(data))
                self._checkpoint(cutter)
        except WireError as error:
            return None if cutter.whole else broken(error, self._deployment.id)
        except BadStream as error:
            self.kill()
            return AttemptFailed("broken", "bad_stream", EngineFailed(f"{self._deployment.id}: {error}"), spent=True)
        if cutter.error is not None:
            return failed_event(cutter.error, self._deployment.id)
        if cutter.cut:
            self.kill()
        elif not cutter.whole and not cutter.done:
            return _ended_early(self._deployment.id)
        return None

    # --- a stream ----------------------------------------------------------------------------------------------

    async def _streamed(self, engine: Engine) -> None:
        """Events as they come. Until the first token nothing is sent, so that another deployment may still be tried."""
        assert self._exchange is not None
        assert self._deployment is not None
        cutter = self._new_cutter(engine)
        try:
            failure = await self._pass_on(cutter)
        except WireError as error:
            failure = None if cutter.whole else broken(error, self._deployment.id)
        except BadStream as error:
            self.kill()
            failure = AttemptFailed("broken", "bad_stream", EngineFailed(f"{self._deployment.id}: {error}"), spent=True)
        if failure is None:
            if not self.begun:
                await self._begin()
            if cutter.cut:
                self.kill()
                cutter.held.append(_cut_event(cutter.last_event))
            await self._finish_stream(cutter, self._usage(cutter), "cut" if cutter.cut else "completed")
        elif self.client.gone:
            await self._settle(self._usage(cutter), "client_gone", 499)
        elif not self.begun:
            raise failure
        else:
            await self._break_off(cutter, failure)

    async def _pass_on(self, cutter: Cutter) -> AttemptFailed | None:
        assert self._exchange is not None
        assert self._deployment is not None
        early: list[bytes] = []
        rename: tuple[bytes, bytes] | None = None
        while not cutter.done and not cutter.cut and (data := await self._exchange.read()):
            out = cutter.feed(data)
            if out and rename is None:
                rename = renaming(out, self.model.name)
            if rename is not None and rename[0] != rename[1]:
                out = out.replace(*rename)
            if not self.begun:
                early.append(out)
                if not (cutter.tokens or cutter.held):
                    continue
                await self._begin()
                out = b"".join(early)
            if out:
                await self._send(out)
            self._checkpoint(cutter)
        if cutter.error is not None:
            return failed_event(cutter.error, self._deployment.id)
        if not (cutter.whole or cutter.done or cutter.cut):
            return _ended_early(self._deployment.id)
        return None

    async def _begin(self) -> None:
        """The first byte: only once the hold is on disk."""
        self._answered()
        await self.reservation.durable
        self.begun = True
        await self.client.start(200, [*_SSE, *self._headers()])

    async def _send(self, data: bytes) -> None:
        if self.slot is not None:
            self._sent.append(data)
        if not self.client.gone:
            await self.client.send(data)

    async def _finish_stream(self, cutter: Cutter, usage: Usage, outcome: Outcome) -> None:
        """Everything that says the answer is whole: only once its charge is on disk."""
        tail = [public_name(held, self.model.name) for held in cutter.held]
        if self.request.include_usage:
            tail.append(_usage_event(cutter.held[-1] if cutter.held else cutter.last_event, usage, self.model.name))
        ending = b"".join(tail)
        answer = None
        if self.slot is not None:
            whole = b"".join([*self._sent, ending, b"data: [DONE]\n\n"])
            answer = self.means.replays.answer(self.slot, 200, "text/event-stream; charset=utf-8", whole)
        receipt = await self._settle(usage, outcome, 200, answer)
        remaining = self.means.ledger.remaining(self.reservation)
        comment = b": tokenry charge_nanousd=%d remaining_nanousd=%s request=%s\n\n" % (
            receipt.charge, b"-" if remaining is None else b"%d" % remaining, self.reservation.id.encode(),
        )  # fmt: skip
        if not self.client.gone:
            await self.client.send(ending + comment + b"data: [DONE]\n\n", last=True)
        await self._let_go()

    async def _break_off(self, cutter: Cutter, failure: AttemptFailed) -> None:
        """The engine died in mid-stream: charge what was delivered, say so in the stream, end it without [DONE]."""
        self._record(failure)
        await self._settle(self._usage(cutter), "engine_failed", 502)
        if not self.client.gone:
            await self.client.send(event(failure.told.envelope()), last=True)

    async def _let_go(self) -> None:
        """Leave the connection in a state to be used again: what follows [DONE] is its end, or it is closed."""
        if self._exchange is None:
            return
        try:
            async with asyncio.timeout(1.0):
                while await self._exchange.read():
                    pass
        except (TimeoutError, WireError):
            self._exchange.abort()

    # --- metering and money ------------------------------------------------------------------------------------

    def _new_cutter(self, engine: Engine) -> Cutter:
        self._cutter = Cutter(
            choices=self.request.choices,
            limit=self.bound.limit * self.request.choices + self.request.extra_output,
            usage_adds_up=engine.always_stream,
        )
        return self._cutter

    def _usage(self, cutter: Cutter) -> Usage:
        """What the engine reported; else one token per event it sent, and the prompt as past ones lead us to expect."""
        usage = cutter.usage()
        if usage is not None and (cutter.done or cutter.whole):
            self.means.estimates.learn(self.model.name, self.request.body_size, usage.input_tokens)
            return usage
        return self.means.estimates.of_events(self.model.name, self.request.body_size, cutter.tokens)

    def _checkpoint(self, cutter: Cutter) -> None:
        if cutter.tokens - self._marked_tokens < CHECKPOINT_TOKENS:
            now = self.means.clock.monotonic_ns()
            if cutter.tokens == self._marked_tokens or now - self._marked_ns < CHECKPOINT_S * NS_PER_S:
                return
        self._marked_ns = self.means.clock.monotonic_ns()
        self._marked_tokens = cutter.tokens
        self._refuse_lost()
        self.means.ledger.mark(self.reservation, self._usage(cutter))

    def _answered(self) -> None:
        """The deployment has begun to answer."""
        assert self._deployment is not None
        now = self.means.clock.monotonic_ns()
        self._ttft_ms = (now - self.started_ns) // NS_PER_MS
        self._marked_ns = now
        self.means.router.succeeded(self._deployment.id, now, (now - self._attempt_ns) / NS_PER_MS)
        self.attempts.append(Attempt(self._deployment.id, "ok", (now - self._attempt_ns) // NS_PER_MS))

    def _record(self, failure: AttemptFailed) -> None:
        """A failed try: for the receipt, for the breaker, and its cost for the house."""
        assert self._deployment is not None
        now = self.means.clock.monotonic_ns()
        self.attempts.append(Attempt(self._deployment.id, failure.ended, (now - self._attempt_ns) // NS_PER_MS))
        self.means.router.failed(self._deployment.id, now, failure.kind, failure.retry_after_s)

    def failed(self, failure: AttemptFailed) -> None:
        """The caller goes on to the next deployment; what this one may have cost is the house's."""
        self._record(failure)
        assert self._deployment is not None
        if failure.spent and self.model.cost_rates is not None:
            tokens = self.means.estimates.of_events(self.model.name, self.request.body_size, 0).input_tokens
            cost = self.model.cost_rates.input * tokens // 1_000_000
            self.means.ledger.bear("retry", self._deployment.provider, cost)

    async def _settle(self, usage: Usage, outcome: Outcome, status: int, answer: Answer | None = None) -> Receipt:
        """Charge, and wait until the charge is on disk."""
        future = self.settle(usage, outcome, status, answer)
        async with asyncio.timeout(SETTLE_WAIT_S):
            return await asyncio.shield(future)

    def settle(self, usage: Usage, outcome: Outcome, status: int, answer: Answer | None = None) -> asyncio.Future[Receipt]:
        """Charge without waiting."""
        self._refuse_lost()
        now = self.means.clock.monotonic_ns()
        self.used = usage
        ending = Ending(
            usage=usage,
            outcome=outcome,
            status=status,
            deployment=self._deployment.id if self._deployment else None,
            attempts=tuple(self.attempts),
            ttft_ms=self._ttft_ms,
            duration_ms=(now - self.started_ns) // NS_PER_MS,
            estimated=usage.source in ("events", "estimate"),
            seen_by=tuple(dict.fromkeys([attempt.deployment.partition("/")[0] for attempt in self.attempts])),
        )
        future = self.means.ledger.settle(self.reservation, ending, answer=answer)
        assert self.reservation.settled is not None
        self.receipt = self.reservation.settled.receipt
        return future

    def _refuse_lost(self) -> None:
        """A hold that the disk refused is gone from the books; nothing can be charged on it."""
        durable = self.reservation.durable
        if durable.done() and (error := durable.exception()) is not None:
            raise error

    def _headers(self) -> Headers:
        assert self._deployment is not None
        headers = [(b"x-tokenry-engine", self._deployment.id.encode("latin-1", "replace"))]
        legs = self.reservation.record.legs
        if legs:
            headers.append((b"x-tokenry-award", legs[0].debit.removeprefix("award:").encode()))
        return headers

    # --- tool calls that an engine does not force by itself ----------------------------------------------------

    def _forced(self, engine: Engine) -> bool:
        return self.request.forced_tools and engine.always_stream

    def _constrained(self, engine: Engine) -> Inference:
        if not self._forced(engine):
            return self.request
        fields = {name: msgspec.json.decode(raw) for name, raw in self.request.fields.items()}
        rewritten = toolcalls.constrain(fields)
        raw = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in rewritten.items()}
        changed = Inference(self.request.endpoint, raw, self.request.model, self.request.body_size)
        changed.limit, changed.limit_field = self.request.limit, self.request.limit_field
        return changed


def _ended_early(deployment: str) -> AttemptFailed:
    return AttemptFailed("broken", "ended_early", EngineFailed(f"the engine {deployment} broke off its answer"), spent=True)


def _cut_event(last: bytes) -> bytes:
    """The event that ends a stream which the gateway cut: the last one's head, nothing more, finish_reason length."""
    chunk = _decode(last)
    choices = chunk.get("choices") or [{"index": 0}]
    part: dict[str, object] = {"delta": {}} if "delta" in choices[0] else {"text": ""}
    row = {"index": choices[0].get("index", 0), **part, "logprobs": None, "finish_reason": "length"}
    return event({**chunk, "choices": [row]})


def _usage_event(last: bytes, usage: Usage, model: str) -> bytes:
    """The usage chunk for a client that asked for one."""
    head = {name: value for name, value in _decode(last).items() if name not in ("choices", "usage", "timings")}
    return event({"object": "chat.completion.chunk", **head, "model": model, "choices": [], "usage": usage_json(usage)})


def _decode(block: bytes) -> dict[str, Any]:
    data = data_of(block)
    try:
        chunk = msgspec.json.decode(data) if data else {}
    except msgspec.DecodeError:
        chunk = {}
    return chunk if isinstance(chunk, dict) else {}
