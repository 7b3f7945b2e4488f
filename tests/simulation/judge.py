"""What must hold of a whole house, whatever happens to it; seen from outside: the bytes of clients and engines,
rows on a disk.

Checked as it happens: nothing reaches a client before the disk has what it must have; no engine is asked for what
nobody pays, or a second time after the first byte; no account is overdrawn. Checked at a life's end: every request had
one outcome, every charge is what was delivered, nothing is held, nobody waits, nothing leaked.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from tests.simulation.asks import PROMPT, Ask
from tests.simulation.upstreams import ENGINE_KEY, Made
from tokenry.ledger import Receipt, check
from tokenry.ledger.model import Hold, Settle, decode

# Codes that a client may be told of an inference, by status; anything else is a mistake of ours.
CODES = {
    401: {"invalid_api_key"}, 404: {"model_not_found"}, 409: {"idempotency_in_flight"}, 422: {"idempotency_mismatch"},
    429: {"insufficient_quota", "rate_limit_exceeded", "resource_unavailable"}, 502: {"engine_error"},
    503: {"no_deployment", "ledger_unavailable", "engine_unavailable", "server_stopping", "overloaded"},
    504: {"timeout"},
}  # fmt: skip
REFUSED_BY_ENGINE = {400, 404, 408, 529}
WORK_ON_S = 1.0  # what it may take from a hang-up until an engine hears of it


class Judge:
    """Sees everything; believes nobody."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.receipts: dict[str, Receipt] = {}
        self._reported: set[str] = set()

    def demand(self, fine: bool, what: str) -> None:
        self.world.demand(fine, what)

    # --- as it happens ----------------------------------------------------------------------------------------------

    def called(self, call: Made) -> None:
        """An engine was asked."""
        world, request_id = self.world, call.request_id
        held = request_id in world.life.house.ledger.books.holds or any(
            row.ref == request_id for row in world.disk.rows
        )
        # A hold that the disk refused is gone, and its call is on the way: an exposure of the house, as designed.
        self.demand(held or world.disk.failures > 0, f"call {call.number} was sent and nothing is held")
        ask = self.world.asks[call.ask] if call.ask is not None else None
        if ask is not None and ask.request_id == call.request_id:
            self.demand(not 200 <= ask.status < 300, f"ask {ask.number}: an engine was tried after the first byte")
        if not call.stream or "input" in call.body:
            return
        self.demand(call.limit > 0, f"call {call.number} was given no limit")

    def begun(self, ask: Ask) -> None:
        """The head of an answer came."""
        self.demand(bool(ask.request_id) or not ask.inference, f"ask {ask.number}: an answer without an id")
        if ask.inference and 200 <= ask.status < 300 and not ask.replayed:
            kind = "hold" if ask.stream else "settle"
            self.demand(
                self._on_disk(kind, ask), f"ask {ask.number}: the first byte came before its {kind} was on disk"
            )

    def more(self, ask: Ask) -> None:
        """Bytes of a body came."""
        if ask.inference and ask.stream and not ask.replayed and ask.told_whole():
            self.demand(self._on_disk("settle", ask), f"ask {ask.number}: told whole before its charge was on disk")

    def whole(self, ask: Ask) -> None:
        """An answer came to its end."""
        if ask.inference and ask.lacks is not None and ask.reloads == self.world.acknowledged.reloads:
            fine = ask.lacks or ask.status != 404
            self.demand(fine, f"ask {ask.number}: {ask.model} is served and was not found")
            fine = not ask.lacks or not 200 <= ask.status < 300 or ask.replayed
            self.demand(fine, f"ask {ask.number}: {ask.model} is not to be found and was served")
        if ask.status >= 400:
            error = ask.error
            self.demand(
                error is not None, f"ask {ask.number}: {ask.status} without the envelope: {bytes(ask.got[:80])!r}"
            )
            self._refused(ask, error or {})
        elif ask.inference:
            self._came_whole(ask)

    def _refused(self, ask: Ask, error: dict[str, Any]) -> None:
        self.demand({"message", "type", "param", "code"} <= error.keys(), f"ask {ask.number}: half an envelope")
        self.demand(ask.status != 500, f"ask {ask.number}: a fault of ours: {error}")
        self.demand("secret" not in str(error) and PROMPT not in str(error), f"ask {ask.number}: told a secret")
        if ask.inference and ask.status not in REFUSED_BY_ENGINE:
            codes = CODES.get(ask.status, set())
            self.demand(error["code"] in codes, f"ask {ask.number}: unexpected {ask.status} {error}")
        if ask.refused_key:
            self.demand(ask.status == 401, f"ask {ask.number}: a revoked key was answered {ask.status}")

    def _came_whole(self, ask: Ask) -> None:
        self.demand(not ask.refused_key, f"ask {ask.number}: a revoked key was served")
        tokens = ask.tokens()
        self.demand(len({call for call, _, _ in tokens}) <= 1, f"ask {ask.number}: two engines in one answer")
        places: dict[int, int] = defaultdict(int)
        for _, choice, place in tokens:
            self.demand(place == places[choice], f"ask {ask.number}: token {place} where {places[choice]} belongs")
            places[choice] += 1

    def _on_disk(self, kind: str, ask: Ask) -> bool:
        return any(row.ref == ask.request_id and row.kind == kind for row in reversed(self.world.disk.rows))

    def left_alone(self, ask: Ask) -> None:
        """The client of a stream hung up: its engine must not go on working for nobody."""
        if ask.stream and ask.idempotency_key is None:  # what is asked again word by word cannot be told apart
            self.world.loop.call_later(WORK_ON_S, self._works_on, ask)

    def _works_on(self, ask: Ask) -> None:
        calls = [call for call in self.world.calls if call.ask == ask.number and not call.done and not call.broken]
        ended = ask.cut or not self.world.life.open_for_clients
        self.demand(ended or not calls, f"ask {ask.number} hung up, and its engine works on")

    def at_rest(self) -> None:
        """Nothing is left to do now: the books must be sound at this instant."""
        for account in self.world.life.house.ledger.books.accounts.values():
            pending, posted = account.debits_pending, account.debits_posted
            if min(pending, posted, account.credits_pending, account.credits_posted) < 0:
                self.demand(False, f"{account.id} has a column below zero")
            if account.limited and pending + posted > account.credits_posted:
                self.demand(False, f"{account.id} is overdrawn")

    # --- at the end of a life -----------------------------------------------------------------------------------------

    def read(self, *, ended: bool) -> None:
        """Hold the rows on the disk against everything that was promised."""
        world = self.world
        world.oracle.receipts = {}
        receipts = world.oracle.judge(world.disk.rows, ended=ended)
        self.receipts = receipts
        calls: dict[str, list[Made]] = defaultdict(list)
        for call in world.calls:
            calls[call.request_id].append(call)
        for ask in world.asks:
            if ask.inference and ask.request_id and not ask.replayed:
                self._judge_ask(ask, receipts.get(ask.request_id), ended)
        by_id = {ask.request_id: ask for ask in world.asks if ask.request_id and not ask.replayed}
        for request_id, receipt in receipts.items():
            if request_id not in self._reported:
                self._judge_receipt(receipt, calls[request_id], by_id.get(request_id))
        if ended:
            self._reported = set(receipts)
            self._judge_repeats(receipts)
            report = check(world.disk.rows)
            self.demand(report.ok, f"the books: {report.breaches[:2]}")

    def _judge_ask(self, ask: Ask, receipt: Receipt | None, ended: bool) -> None:
        """What a client was told stands in the books."""
        name = f"ask {ask.number}"
        if ask.told_whole():
            self.demand(receipt is not None, f"{name}: answered whole, and no receipt")
        if receipt is None:
            self.demand(not (ended and ask.tokens()), f"{name}: got tokens, and no receipt")
            return
        if ask.told_whole():
            self.demand(receipt.outcome in ("completed", "cut"), f"{name}: answered whole, booked {receipt.outcome}")
        told = ask.told_charge()
        if told is not None:
            charged = receipt.charge, receipt.charge_tokens
            self.demand(charged == told, f"{name}: told {told}, charged {charged}")
        elif ask.answered and ask.status >= 400 and not ask.doubtful and "is complete" not in str(ask.error):
            fine = not (receipt.charge or receipt.charge_tokens)
            self.demand(fine, f"{name}: answered {ask.status} and charged {receipt.charge}")

    def _judge_receipt(self, receipt: Receipt, calls: list[Made], ask: Ask | None) -> None:
        """The charge is for what was delivered: at least that, at most what the engine sent."""
        name, usage = f"request {receipt.request_id} ({receipt.outcome})", receipt.usage
        call = calls[-1] if calls else None
        if call is None and receipt.outcome == "client_gone":
            # Somebody who hangs up pays for the prompt, also when its engine was not reached yet.
            self.demand(usage.output_tokens == 0, f"{name}: charged {usage} of no call")
            return
        if call is None or receipt.outcome == "refused":
            fine = not (receipt.charge or receipt.charge_tokens)
            self.demand(fine, f"{name}: charged {receipt.charge} for nothing")
            return
        delivered = len(ask.tokens()) if ask is not None else 0
        embed = "input" in call.body
        if receipt.outcome == "crash":
            self.demand(usage.output_tokens <= call.events, f"{name}: charged {usage} of {call.events} sent")
            return
        if usage.source == "engine":
            self.demand(call.reported, f"{name}: counted by an engine that did not say: {call}")
            several = call.provider == "d" and call.choices > 1  # the reports of some choices may be all that came
            if call.usage is not None and (call.whole or not several):
                said = (call.usage[0], 0 if embed else call.usage[1])
                self.demand(
                    (usage.input_tokens, usage.output_tokens) == said, f"{name}: {usage}, the engine said {said}"
                )
        elif usage.source == "events":
            fine = delivered <= usage.output_tokens <= call.events
            self.demand(fine, f"{name}: {delivered} delivered, {usage.output_tokens} charged, {call.events} sent")
            self.demand(usage.input_tokens <= receipt.facts.input_bound, f"{name}: a guess above the bound")
        stayed = ask is not None and not ask.left  # else the call is dropped, and its last words with it
        all_said = stayed and call.reported and (call.whole or call.provider != "d" or call.choices == 1)
        if receipt.outcome == "completed" and call.stream and all_said and call.usage is not None and call.events:
            self.demand(usage.source == "engine", f"{name}: a guess, though the engine counted")
        whole = ask is not None and ask.told_whole() and (ask.answered or ask.stream)
        if receipt.outcome in ("completed", "cut") and whole and not embed:
            self._judge_delivery(name, receipt, call, delivered)

    def _judge_delivery(self, name: str, receipt: Receipt, call: Made, delivered: int) -> None:
        if receipt.outcome == "completed":
            self.demand(delivered == call.events, f"{name}: {call.events} sent, {delivered} delivered")
        elif call.stream:
            most = call.limit * call.choices
            self.demand(delivered <= most, f"{name}: {delivered} delivered, the limit is {most}")

    def _judge_repeats(self, receipts: dict[str, Receipt]) -> None:
        """One Idempotency-Key is answered and charged once; whoever repeats it hears the same."""
        firsts: dict[tuple[str, str], Ask] = {}
        for ask in self.world.asks:
            if ask.idempotency_key is None or not ask.answered or ask.status != 200 or not ask.told_whole():
                continue
            name = (ask.kind, ask.idempotency_key)
            first = firsts.setdefault(name, ask) if not ask.replayed else firsts.get(name)
            if not ask.replayed:
                self.demand(first is ask, f"ask {ask.number}: {name} was answered anew")
            elif first is not None:
                self.demand(first.tokens() == ask.tokens(), f"ask {ask.number}: another answer than ask {first.number}")
                self.demand(first.body == ask.body, f"ask {ask.number}: the answer to another body")

    def nothing_left(self, life: Any) -> None:
        """After a calm end: nothing runs, nothing is held, nobody is connected."""
        house, gateway = life.house, life.serving.gateway
        tasks = [repr(task.get_coro()) for task in asyncio.all_tasks(life.loop)]
        self.demand(not tasks, f"still running: {tasks[:3]}")
        self.demand(not house.ledger.books.holds, f"still held: {list(house.ledger.books.holds)[:3]}")
        self.demand(gateway.in_flight == 0, f"{gateway.in_flight} requests in flight")
        self.demand(not life.loop.wires, f"still connected: {[type(w.far).__name__ for w in life.loop.wires][:3]}")
        lost = [one for one in life.loop.sockets if not (one.closed or one.handed_over)]
        self.demand(not lost, f"{len(lost)} sockets were never closed")
        self.demand(not life.server.server_state.connections, "the server keeps connections")
        self.demand(not gateway.deadlines._open, "deadlines are left")
        self.demand(not gateway.means.replays._running, "Idempotency-Keys are left in flight")
        lines = [line.turns for line in gateway.setup.lines.values()]
        self.demand(not any(turns.busy or turns.waiting for turns in lines), "slots of engines are taken or waited for")
        busy = [key for key, (state, _) in gateway.rates._states.items() if state.in_flight]
        self.demand(not busy, f"keys with requests in flight: {busy}")
        for ask in self.world.asks:
            fine = ask.answered or ask.left or ask.cut or ask.begun_at_ns is None or ask.lost
            self.demand(fine, f"ask {ask.number} never came to an end")

    def nobody_met_an_error(self, life: Any) -> None:
        """What nobody caught, and what was logged that should not have been."""
        raised = [f"{c.get('message')}: {c.get('exception')!r}" for c in life.loop.raised]
        self.demand(not raised, f"nobody caught: {raised[:2]}")
        said = self.world.log.getvalue()
        for secret in (PROMPT, ENGINE_KEY, *[key.text for key in self.world.keys if key.real]):
            self.demand(secret not in said, f"a log tells {secret[:12]}…")
        for line in said.splitlines():
            # At a forced end the server says so of every task that it cancels.
            forced = not life.open_for_clients and '"fault":"asyncio.exceptions.CancelledError"' in line
            fine = forced or not any(fault in line for fault in ("failed", "Traceback", "Exception in ASGI"))
            self.demand(fine, f"a fault was logged: {line[:1500]}")

    def holds_of(self, rows: Any) -> tuple[set[str], set[str]]:
        """Refs of holds and settlements among rows."""
        records = [decode(row.kind, row.body) for row in rows]
        return {r.id for r in records if isinstance(r, Hold)}, {r.id for r in records if isinstance(r, Settle)}
