"""The running of one admitted request: its hold, its client, the deployment that answers, its use and settlement.

How an answer travels is in `plain` and `stream`; both work on this object and end it through `settle`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import msgspec

from tokenry.base.clock import NS_PER_MS, NS_PER_S, Clock
from tokenry.base.limits import CHECKPOINT_S, CHECKPOINT_TOKENS
from tokenry.base.units import charge_nano
from tokenry.engines import Call, Engine, Exchange
from tokenry.gateway.attempt import AttemptFailed, open_call
from tokenry.gateway.cutter import Cutter
from tokenry.gateway.deadline import Deadline
from tokenry.gateway.estimate import Estimates
from tokenry.gateway.inference import Bound, Inference
from tokenry.gateway.line import Line
from tokenry.gateway.metering import Meter
from tokenry.gateway.replay import Replays, Slot
from tokenry.gateway.reply import Client, EngineRefused, Headers, header_value
from tokenry.gateway.sound import Typed
from tokenry.gateway.turns import Place, Ticket
from tokenry.gateway.voice import About, Reader
from tokenry.ledger import Attempt, Ending, Ledger, Outcome, Receipt, Reservation, Usage, amount
from tokenry.router import DeploymentEntry, ModelEntry, Router
from tokenry.storage import Answer

SETTLE_WAIT_NS = 30 * NS_PER_S  # a charge that the disk does not take so soon ends the connection; it is retried alone
SEND_WAIT_NS = 300 * NS_PER_S  # for a client to take the rest of an answer that is charged
_NEVER_NS = 2**62
CLIENT_GONE = 499  # nginx's word for a client that closed the connection


@dataclass(frozen=True, slots=True)
class Means:
    """What every run needs of the house."""

    ledger: Ledger
    router: Router
    replays: Replays
    estimates: Estimates
    clock: Clock


class Run(msgspec.Struct, eq=False):
    """One request between its hold and its settlement."""

    means: Means
    request: Inference
    model: ModelEntry
    bound: Bound
    reservation: Reservation
    client: Client
    slot: Slot | None
    started_ns: int
    deadline: Deadline | None = None
    begun: bool = False  # the client has seen a byte
    told: Headers | None = None  # what else the head of the answer says: a downgrade, low priority
    last: bool = False  # it goes after all others, whatever its tier
    used: Usage = Usage()
    receipt: Receipt | None = None
    _deployment: DeploymentEntry | None = None
    _exchange: Exchange | None = None
    _sent: Exchange | None = None  # the same, before it is answered
    _cutter: Reader | None = None
    _opening: asyncio.Task[object] | None = None
    _hung_up: bool = False
    _stops: bool = False  # the engine stops its work when nobody waits for it any more
    _line: Line | None = None  # whose slots it has, as long as it has them
    _place: Place = "default"
    _width: int = 1
    _attempts: tuple[Attempt, ...] = ()
    _seen_by: tuple[str, ...] = ()
    _attempt_ns: int = 0
    _ttft_ms: int | None = None
    _marked_tokens: int = 0
    _marked_ns: int = 0
    _settled_ns: int = 0

    @property
    def deployment(self) -> DeploymentEntry:
        """The deployment that is tried now."""
        assert self._deployment is not None
        return self._deployment

    @property
    def exchange(self) -> Exchange:
        """The engine's answer."""
        assert self._exchange is not None
        return self._exchange

    # --- the line before the engine --------------------------------------------------------------------------------

    def step_up(self, line: Line, width: int) -> bool:
        """Take a slot of an engine, when one is free and nobody waits; else `stand_in` the line.

        Args:
            width: slots of the engine that the request fills.
        """
        self._place = self.place
        if width > 1 or not line.take(self._place):
            return False
        self._line, self._width = line, 1
        return True

    @property
    def place(self) -> Place:
        """Where it stands in lines."""
        return "batch" if self.last else self.reservation.facts.tier or "default"

    async def stand_in(self, line: Line, width: int) -> bool:
        """Wait for the slots; False when the client hung up meanwhile, which is settled then, for nothing.

        Raises:
            ResourceUnavailable: a flex request waited in vain.
        """
        ticket = Ticket(self._place, self.reservation.facts.project_id, width)
        deadline = self.deadline if self.request.unattended is not None else None
        began_ns, until_ns = self.means.clock.monotonic_ns(), 0
        if deadline is not None:
            until_ns, deadline.at_ns = deadline.at_ns, _NEVER_NS  # only its time with the engine is limited
        self._exchange = self._sent = None  # of a try before this one
        self._opening = asyncio.current_task()
        self.client.on_gone(self.abort)
        try:
            await line.wait(ticket)
        except asyncio.CancelledError:
            if not self._hung_up or self._opening is None:
                raise
            self._opening.uncancel()
            await self.settle(Usage(), "client_gone", CLIENT_GONE)
            return False
        finally:
            self._opening = None
            if deadline is not None:
                deadline.at_ns = until_ns + self.means.clock.monotonic_ns() - began_ns
        self._line, self._width = line, ticket.width
        self.client.on_gone(_run_on)
        return True

    def step_back(self) -> None:
        """The engine is done with the request, or with this try of it: its slots are the next one's. Once is enough."""
        line, self._line = self._line, None
        if line is not None:
            line.give_back(self._place, self._width)

    # --- the engine's side -----------------------------------------------------------------------------------------

    async def open(
        self, deployment: DeploymentEntry, engine: Engine, body: bytes | Typed, *, stream: bool, path: str | None = None
    ) -> bool:
        """Call a deployment; False when the client hung up before it began to answer, which is charged as a prompt.

        Raises:
            AttemptFailed: another deployment may be tried.
            EngineRefused: the request itself is wrong.
        """
        self._deployment = deployment
        self._exchange = None  # what a hang-up must stop is this try, not a failed one's answer
        self._attempt_ns = self._marked_ns = self.means.clock.monotonic_ns()
        hold = self.reservation.record
        data, kind = (body.data, body.content_type) if isinstance(body, Typed) else (body, None)
        call = Call(path or self.request.engine_path, data, hold.id, stream, hold.facts.organization_id, kind)
        if path is not None:
            call = replace(call, lines=self.request.native_lines)
        self._stops = engine.always_stream
        if not stream:
            # A plain request at a remote runs on when its client hangs up; it is paid for either way.
            if self._attempts:  # a try before this one may have asked for more
                self.client.on_gone(_run_on)
            self._exchange = await self._call(engine, call)
            return True
        self._opening = asyncio.current_task()
        self.client.on_gone(self.abort)
        try:
            self._exchange = await self._call(engine, call)
        except asyncio.CancelledError:
            if not self._hung_up or self._opening is None:
                raise
            self._opening.uncancel()
            await self._left_waiting()
            return False
        finally:
            self._opening = None
        return True

    async def _call(self, engine: Engine, call: Call) -> Exchange:
        self._sent = None
        try:
            return await open_call(engine, call, self.deployment.id, self._on_its_way)
        except EngineRefused as refusal:
            self._tried(f"http_{refusal.status}", reached=True)
            raise

    def _on_its_way(self, exchange: Exchange) -> None:
        self._sent = exchange

    async def _left_waiting(self) -> None:
        """The client hung up before the engine answered: a prompt is charged if the engine can have seen it."""
        failed = self._sent.error if self._sent is not None else None
        seen = self._sent is not None and (failed is None or failed.sent_any)
        self._tried("client_gone", reached=seen)
        self.untested()
        usage = Usage()
        if seen:
            usage = self.meter.of_nothing(stops=self._stops)
        await self.settle(usage, "client_gone", CLIENT_GONE)

    def _tried(self, ended: str, *, reached: bool) -> None:
        """One more try for the receipt. `reached`: whoever runs the deployment may have seen the prompt."""
        took_ms = (self.means.clock.monotonic_ns() - self._attempt_ns) // NS_PER_MS
        self._attempts += (Attempt(self.deployment.id, ended, took_ms),)
        if reached and self.deployment.provider not in self._seen_by:
            self._seen_by += (self.deployment.provider,)

    def abort(self) -> None:
        """The client hung up: stop the engine's work now."""
        if self._exchange is not None:
            self._exchange.abort()
        elif self._opening is not None:
            self._hung_up = True
            self._opening.cancel()

    def kill(self) -> None:
        """Stop the engine's work, whatever it is."""
        if self._exchange is not None:
            self._exchange.abort()

    async def let_go(self) -> None:
        """Leave the connection fit to be used again: what follows the answer is its end, or it is closed."""
        if self._exchange is not None and not self._exchange.complete:
            self._exchange.abort()

    def answered(self) -> int:
        """The deployment has begun to answer; now, in monotonic nanoseconds."""
        now, began, deployment = self.means.clock.monotonic_ns(), self._attempt_ns, self.deployment
        if self._ttft_ms is None:
            self._ttft_ms = (now - self.started_ns) // NS_PER_MS
        self._marked_ns = now
        self.means.router.succeeded(deployment.id, now, (now - began) / NS_PER_MS)
        self._attempts += (Attempt(deployment.id, "ok", (now - began) // NS_PER_MS),)
        if deployment.provider not in self._seen_by:
            self._seen_by += (deployment.provider,)
        return now

    def first_token(self) -> None:
        """The first token is here; later calls change nothing."""
        if self._ttft_ms is None:
            self._ttft_ms = (self.means.clock.monotonic_ns() - self.started_ns) // NS_PER_MS

    def record(self, failure: AttemptFailed) -> None:
        """A failed try, for the receipt and for the breaker. What it still sends is of no use to anybody."""
        self.kill()
        self.step_back()
        now = self.means.clock.monotonic_ns()
        self._tried(failure.ended, reached=failure.reached)
        self.means.router.failed(self.deployment.id, now, failure.kind, failure.retry_after_s)

    def failed(self, failure: AttemptFailed) -> None:
        """The caller goes on to the next deployment; what this one may have cost is the house's."""
        self.record(failure)
        self._cutter, self._marked_tokens = None, 0  # nobody has seen what this try brought, so nobody pays for it
        if failure.spent:
            self.bear("retry")

    def untested(self) -> None:
        """The client left before the deployment answered, which says nothing about it: the trial of one that had failed
        is the next request then."""
        self.means.router.failed(self.deployment.id, self.means.clock.monotonic_ns(), "caller")

    def bear(self, why: str) -> None:
        """Book as the house's what a deployment may ask for a prompt that no customer pays for; an estimate."""
        rates = self.means.ledger.cost_rates(self.model.name)
        if rates is not None and self._deployment is not None:
            tokens = self.means.estimates.input_tokens(self.model.name, self.request.body_size)
            cost = charge_nano(rates.input, tokens)
            if self.request.form is not None or self.request.characters:
                cost = amount(self.meter.of_nothing(stops=self._stops), rates)
            self.means.ledger.bear(why, self._deployment.provider, cost)

    # --- metering and money ----------------------------------------------------------------------------------------

    def new_cutter(self, *, usage_adds_up: bool) -> Cutter:
        """The reader of this answer's stream."""
        limit = self.bound.limit * self.request.choices + self.request.extra_output
        self._cutter = Cutter(choices=self.request.choices, limit=limit, usage_adds_up=usage_adds_up)
        return self._cutter

    def about(self) -> About:
        """What the answer says of itself."""
        facts = self.reservation.facts
        return About(self.reservation.id, self.model.name, self.means.clock.now_ns(), self.bound.limit, facts.tier)

    def read_by(self, reader: Reader) -> Reader:
        """The reader of this answer's stream, where it is not a chat completion's."""
        self._cutter = reader
        return reader

    @property
    def meter(self) -> Meter:
        """Judges what it used."""
        return Meter(self.request, self.model, self.reservation.facts, self.means.estimates)

    def usage_of(self, reader: Reader) -> Usage:
        """What its stream has used so far."""
        return self.meter.of_stream(reader)

    def checkpoint(self, cutter: Reader) -> None:
        """Note now and then how far the stream has come, so that a crash charges up to here."""
        new = cutter.tokens - self._marked_tokens
        if new == 0:
            return
        now = self.means.clock.monotonic_ns()
        if new < CHECKPOINT_TOKENS and now - self._marked_ns < CHECKPOINT_S * NS_PER_S:
            return
        self._marked_ns, self._marked_tokens = now, cutter.tokens
        self.means.ledger.mark(self.reservation, self.usage_of(cutter))

    async def settle(self, usage: Usage, outcome: Outcome, status: int, answer: Answer | None = None) -> Receipt:
        """Charge, and wait until the charge is on disk.

        Raises:
            LedgerUnavailable: the hold never became durable, so nothing was charged.
        """
        charged = self.charge(usage, outcome, status, answer)
        deadline = self.deadline
        if deadline is not None:
            deadline.at_ns = self._settled_ns + SETTLE_WAIT_NS
        # Cancelling our wait does not take the record out of the journal's queue.
        receipt = await charged
        if deadline is not None:
            deadline.at_ns = self._settled_ns + SETTLE_WAIT_NS + SEND_WAIT_NS
        return receipt

    def charge(
        self, usage: Usage, outcome: Outcome, status: int, answer: Answer | None = None
    ) -> asyncio.Future[Receipt]:
        """Charge without waiting. The engine's part is over."""
        self.step_back()
        now = self._settled_ns = self.means.clock.monotonic_ns()
        self.used = usage
        ending = Ending(
            usage=usage,
            outcome=outcome,
            status=status,
            deployment=self._deployment.id if self._deployment else None,
            attempts=self._attempts,
            ttft_ms=self._ttft_ms,
            duration_ms=(now - self.started_ns) // NS_PER_MS,
            estimated=usage.source in ("events", "estimate"),
            seen_by=self._seen_by,
        )
        future = self.means.ledger.settle(self.reservation, ending, answer=answer)
        if self.reservation.settled is not None:
            self.receipt = self.reservation.settled.receipt
        return future

    def give_up(self, status: int) -> None:
        """End a request that nothing else has ended (a refusal, a time-out, a fault) with what the client was told.

        What a stream has brought so far is charged.
        """
        if self._cutter is not None and self._cutter.tokens and self.begun:
            self.charge(self.usage_of(self._cutter), "cut", status)
        else:
            self.charge(Usage(), "refused", status)

    @property
    def tier_told(self) -> str | None:
        """What the answer names as its tier of service; None when the request named none."""
        return (self.reservation.facts.tier or "default") if self.request.names_tier else None

    def headers(self) -> Headers:
        """Who answered and who pays, for the head of the answer."""
        headers = [(b"x-tokenry-engine", header_value(self.deployment.id))]
        legs = self.reservation.record.legs
        if legs and (self.told is None or legs[0].debit.startswith("award:")):
            headers.append((b"x-tokenry-award", legs[0].debit.removeprefix("award:").encode()))
        if self.told is not None:
            headers += self.told
        if self.request.told is not None:
            headers += self.request.told
        return headers


def _run_on() -> None:
    """A hang-up that changes nothing."""
