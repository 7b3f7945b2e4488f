"""The life of one request, told in order: admit, hold, choose, run, meter, settle.

The gateway knows no web framework and no SQL. Whoever calls it gives a parsed request, a principal and a client;
everything else it owns.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from tokenry.access import Principal, RateLimits, give_back
from tokenry.base.errors import TokenryError
from tokenry.base.events import Events
from tokenry.engines import Engine
from tokenry.gateway.admission import Admission, Leave, Wanted, checked_bound
from tokenry.gateway.answering import answer
from tokenry.gateway.attempt import AttemptFailed
from tokenry.gateway.counting import Counted, count
from tokenry.gateway.deadline import Deadlines
from tokenry.gateway.inference import Inference
from tokenry.gateway.line import Line, LineRules, lines
from tokenry.gateway.replay import Slot
from tokenry.gateway.reply import Client, NoDeployment, Stopping, TimedOut
from tokenry.gateway.run import Means, Run
from tokenry.ledger import LedgerUnavailable, Receipt
from tokenry.router import DeploymentEntry, ModelEntry


class RequestEnded(msgspec.Struct, eq=False):
    """A request came to its end: `receipt` when something was held, `refused` (a code) when it ended in an error.

    Neither: a stored answer was replayed, if `replayed`, else a fault of ours.
    """

    request_id: str
    principal: Principal
    endpoint: str
    model: str
    receipt: Receipt | None = None
    refused: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """What a reload swaps as one: the engines by provider name, how long a request may take (seconds), and how engines
    are shared.

    A request keeps the setup it was admitted under. `lines`: by engine; of a setup that follows another, an engine that
    stays keeps its line.
    """

    engines: Mapping[str, Engine]
    request_timeout_s: float = 600.0
    sharing: LineRules = field(default_factory=LineRules)
    lines: Mapping[Engine, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", lines(self.engines.values(), self.sharing, self.lines))


class Gateway:
    """Serves inference requests. One per process, on the event loop.

    Args:
        means: ledger, router, replays, estimates, clock.
        rates: the keys' rate limits.
        setup: engines and time limits in force.
        events: where ends of requests are told.
    """

    def __init__(self, means: Means, rates: RateLimits, setup: Setup, events: Events) -> None:
        self.means = means
        self.deadlines = Deadlines(means.clock)
        self.rates = rates
        self.setup = setup
        self.in_flight = 0
        self._admission = Admission(means.ledger, means.router, rates, means.clock)
        self._stopping = False
        self._events = events
        self._random = random.Random()

    async def serve(self, request_id: str, request: Inference, principal: Principal, client: Client) -> None:
        """Answer one request through `client`.

        Raises:
            TokenryError: nothing was sent to the client; the caller renders the error.
        """
        story = RequestEnded(request_id, principal, request.endpoint, request.model)
        self.in_flight += 1
        try:
            await self._admit(request, principal, client, story)
        except TokenryError as error:
            story.refused = type(error).code or type(error).type
            raise
        finally:
            self.in_flight -= 1
            self._events.emit(story)

    def require_model(self, request: Inference, principal: Principal) -> None:
        """Whether the request may ask its model at all, now. Raises the TokenryError that it would be answered with."""
        self._admission.model(request, principal, request.model)

    def allowed(self, request: Inference, principal: Principal) -> ModelEntry:
        """The model of a request, if its sender may ask it. Raises TokenryError, as `serve` would; nothing is held."""
        return self._admission.model(request, principal, request.model)

    @contextmanager
    def counted(self, principal: Principal) -> Iterator[None]:
        """What runs within costs no tokens, but counts as a request of the key. Raises RateLimited."""
        clock, limits = self.means.clock, principal.limits
        grant = self.rates.admit(principal.key_id, limits, clock.monotonic_ns(), 0)
        try:
            yield
        finally:
            give_back(grant, limits, clock.monotonic_ns(), 0)

    async def count(self, request: Inference, principal: Principal) -> Counted:
        """The tokens of a request's prompt, if its sender may ask it of the model. Nothing is held or charged.

        Raises:
            TokenryError: there is no such model for this principal.
        """
        model = self.allowed(request, principal)
        engines, deployment = self.setup.engines, model.deployments[0]
        native = None
        if request.native is not None:
            native = msgspec.json.encode({**request.native, "model": deployment.model})
        return await count(request, model, engines, self.means.estimates, native)

    async def _admit(self, request: Inference, principal: Principal, client: Client, story: RequestEnded) -> None:
        """Everything that can refuse a request before money is held: model, limits, rates, a replayed answer."""
        clock, setup = self.means.clock, self.setup
        started_ns = clock.monotonic_ns()
        admission = self._admission
        model = admission.model(request, principal, request.model)
        most = checked_bound(request, model)
        slot = None if request.idempotency_key is None else self._claim(request, request.idempotency_key, principal)
        if isinstance(slot, _Replayed):
            story.replayed = True
            await client.answer(slot.status, slot.headers, slot.body)
            return
        try:
            limits = principal.limits
            grant = self.rates.admit(principal.key_id, limits, started_ns, most.input_tokens + most.output_tokens)
            shared = None if principal.model_limits is None else admission.share(grant, principal, model, started_ns)
            run: Run | None = None
            leaves: tuple[Leave, ...] = ()
            try:
                facts = admission.facts(request, principal, model, most)
                reservation = self.means.ledger.hold_now(story.request_id, facts, admission.amount(facts))
                if reservation is not None:
                    run = Run(self.means, request, model, most, reservation, client, slot, started_ns)
                else:
                    wanted = Wanted(story.request_id, request, principal, model, most, facts)
                    it = await admission.hold(wanted, setup.engines)
                    leaves, more = it.leaves, (client, slot, started_ns)
                    run = Run(self.means, request, it.model, it.most, it.reservation, *more, told=it.told, last=it.last)
                await self._run(run, setup)
            finally:
                used = 0
                if run is not None:
                    story.receipt, used = run.receipt, run.used.total_tokens
                give_back(grant, limits, clock.monotonic_ns(), used)
                if shared is not None:
                    give_back(shared[0], shared[1], clock.monotonic_ns(), used)
                for leave in leaves:
                    give_back(*leave, clock.monotonic_ns(), used)
        finally:
            if slot is not None:
                self.means.replays.release(slot)

    def _claim(self, request: Inference, key: str, principal: Principal) -> Slot | _Replayed:
        scope = f"{principal.project_id}{request.path}"
        found = self.means.replays.claim(
            scope, key, request.fingerprint, kept=principal.keeps_content, unattended=request.unattended
        )
        if isinstance(found, Slot):
            return found
        headers = [(b"content-type", found.content_type.encode()), (b"idempotent-replayed", b"true")]
        return _Replayed(found.status, headers, found.body)

    def cut(self) -> None:
        """The server ends: stop what runs, charge what it brought, tell its clients. Once more for what came since."""
        self._stopping = True
        self.deadlines.cut()

    async def _run(self, run: Run, setup: Setup) -> None:
        """Run to the end, whatever ends it: the hold is always settled when this returns."""
        run.reservation.lost = run.kill
        run.deadline = deadline = self.deadlines.start(setup.request_timeout_s, run.reservation.loop)
        try:
            if not run.client.gone:
                await self._fall_through(run, setup)
        except asyncio.CancelledError:
            if not deadline.swallow():
                raise
            late = _late(run, setup, stopping=self._stopping)
            self._close(run, late.status)
            raise late from None
        except TokenryError as error:
            if run.reservation.fate == "undone":
                run.bear("io")
            self._close(run, error.status)
            raise
        finally:
            self.deadlines.end(deadline)
            self._close(run, 500)
            run.step_back()
            run.reservation.lost = None  # it leads back to the run

    def _close(self, run: Run, status: int) -> None:
        """Whatever was not settled is settled now, without anyone waiting for it."""
        if run.reservation.settled is None:
            run.kill()
            run.give_up(status)

    async def _fall_through(self, run: Run, setup: Setup) -> None:
        """Deployments in the router's order, until one answers."""
        router, clock = self.means.router, self.means.clock
        told: TokenryError | None = None
        ranked = router.rank(run.model, self._random.random(), clock.monotonic_ns())
        if len(ranked) > 1:
            ranked = self._with_room_first(run, ranked, setup)
        for place, deployment in enumerate(ranked):
            if place and not router.admit(deployment.id, clock.monotonic_ns()):
                continue
            engine = setup.engines[deployment.provider]
            line, width = setup.lines[engine], engine.slots_for(run.request.choices)
            if not run.step_up(line, width) and not await self._in_line(run, line, width, deployment):
                return
            try:
                await answer(run, deployment, engine)
                return
            except AttemptFailed as failure:
                if run.reservation.fate == "undone":
                    await run.reservation.durable  # raises: we aborted the call ourselves, the engine is not to blame
                run.failed(failure)
                told = failure.told
                if run.client.gone:
                    break
        raise told or self._nobody(run.model)

    def _with_room_first(
        self, run: Run, ranked: tuple[DeploymentEntry, ...], setup: Setup
    ) -> tuple[DeploymentEntry, ...]:
        """As they are ranked; but nobody waits for the first one's engine while an equal one has a free slot."""
        router, now_ns, first = self.means.router, self.means.clock.monotonic_ns(), ranked[0]

        def has_room(deployment: DeploymentEntry) -> bool:
            engine = setup.engines[deployment.provider]
            return setup.lines[engine].turns.has_room(run.place, engine.slots_for(run.request.choices))

        if has_room(first):
            return ranked
        for other in ranked[1:]:
            if other.priority == first.priority and has_room(other) and router.admit(other.id, now_ns):
                router.failed(first.id, now_ns, "caller")  # if it was to be a trial, the next request is
                return (other, *[one for one in ranked if one is not other])
        return ranked

    async def _in_line(self, run: Run, line: Line, width: int, deployment: DeploymentEntry) -> bool:
        """Wait for slots of the engine; False when that ended the request. Raises ResourceUnavailable."""
        try:
            served = False
            served = await run.stand_in(line, width)
        finally:
            if not served:  # if it was to be a trial, the next request is
                self.means.router.failed(deployment.id, self.means.clock.monotonic_ns(), "caller")
        return served

    def _nobody(self, model: ModelEntry) -> NoDeployment:
        wait_s = self.means.router.retry_after_s(model, self.means.clock.monotonic_ns())
        return NoDeployment(
            f"every deployment of {model.name} has failed lately and rests; try again in {wait_s:.0f} s",
            headers={"retry-after": str(max(1, round(wait_s)))},
        )


def _late(run: Run, setup: Setup, *, stopping: bool) -> TokenryError:
    """What to tell when time ran out: for the request, for its charge to get onto the disk, or for the server."""
    if run.reservation.settled is not None:
        return LedgerUnavailable("the answer is complete, but the ledger cannot be written now; ask for it again later")
    if stopping:
        return Stopping("the server is stopping and the request was cut; ask again", headers={"retry-after": "1"})
    return TimedOut(f"the request took longer than {setup.request_timeout_s:g} s and was stopped")


@dataclass(frozen=True, slots=True)
class _Replayed:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
