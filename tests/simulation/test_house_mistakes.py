"""Proof that the judge of the whole house sees: mistakes planted in real functions, each of which must turn it red.

A mistake replaces one function of the product with one that is wrong in one way. The test says which promise is seen to
break, within some seeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tests.simulation.house_sim import run
from tokenry.access import Keys
from tokenry.api.openai import inference
from tokenry.engines import wire
from tokenry.gateway import answering, cutter, deadline, gateway, replay, stream
from tokenry.gateway.run import Run
from tokenry.ledger import ledger, requests, writing
from tokenry.ledger.transfers import apply
from tokenry.ledger.writing import Delivery
from tokenry.router import Router

SEEDS_TO_FIND = 150


@dataclass(frozen=True)
class Mistake:
    """Where, what stands there instead (made from what is right), and a word of the promise that is seen to break."""

    room: Any
    name: str
    wrong: Callable[[Any], Any]
    seen: str
    first: int = 0  # the first seed to try: one that saw it when this was written


def nothing(_right: Any) -> Any:
    return lambda *_, **__: None


def budgets_are_not_asked(right: Any) -> Any:
    def chain(books: Any, facts: Any, amount: int, awards: Any, windows: Any) -> Any:
        return right(books, facts, amount, awards, ())

    return chain


def another_engine_after_the_first_byte(_right: Any) -> Any:
    async def _break_off(self: Any, failure: Any) -> None:
        raise failure

    return _break_off


def a_hold_is_forgotten_at_a_hang_up(right: Any) -> Any:
    def charge(self: Any, *asked: Any, **named: Any) -> Any:
        if not self.client.gone:
            return right(self, *asked, **named)
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future

    return charge


def told_before_the_charge_is_on_disk(right: Any) -> Any:
    def settle(self: Any, reservation: Any, *more: Any, **named: Any) -> Any:
        right(self, reservation, *more, **named)
        early = asyncio.get_running_loop().create_future()
        if reservation.settled is not None:
            early.set_result(reservation.settled.receipt)
        return early

    return settle


def begun_before_the_hold_is_on_disk(_right: Any) -> Any:
    async def _begin(self: Any) -> None:
        run = self._run
        run.answered()
        await run.client.start(200, [*stream._HEAD, *run.headers()])
        run.begun = True

    return _begin


def stored_answers_are_not_found(_right: Any) -> Any:
    def claim(self: Any, scope: str, key: str, fingerprint: bytes, *, kept: bool, unattended: Any) -> Any:
        self._running[scope, key] = fingerprint
        return replay.Slot(scope, key, fingerprint, kept, unattended)

    return claim


def output_is_charged_twice(right: Any) -> Any:
    def usage(self: Any) -> Any:
        found = right(self)
        return found and msgspec.structs.replace(found, output_tokens=found.output_tokens * 2)

    return usage


def some_tokens_are_sent_twice(right: Any) -> Any:
    async def _send(self: Any, data: bytes) -> None:
        await right(self, data)
        await right(self, data)

    return _send


def a_settlement_is_dropped_with_a_failed_commit(right: Any) -> Any:
    def write(self: Any, record: Any, at: int, delivery: Delivery = writing.KEPT) -> None:
        if type(record).__name__ == "Settle":
            delivery = Delivery(False, delivery.depends_on, delivery.answer, delivery.done)
        right(self, record, at, delivery)

    return write


def prompts_are_logged(right: Any) -> Any:
    def parse(endpoint: Any, body: bytes, *more: Any) -> Any:
        inference.log.info("asked", body=body.decode("latin-1"))
        return right(endpoint, body, *more)

    return parse


def engines_are_given_no_limit(right: Any) -> Any:
    def body_for(*asked: Any, **named: Any) -> bytes:
        fields = msgspec.json.decode(right(*asked, **named))
        return msgspec.json.encode({name: value for name, value in fields.items() if "max_" not in name})

    return body_for


def one_more_is_in_flight(right: Any) -> Any:
    async def serve(self: Any, *asked: Any) -> None:
        self.in_flight += 1
        await right(self, *asked)
        self.in_flight -= 1  # not when it raises

    return serve


def a_limit_is_told_and_not_written(right: Any) -> Any:
    def decree(self: Any, record: Any) -> Any:
        if type(record).__name__ != "DefineBudget" or record.budget.id == "bud_first":
            return right(self, record)
        apply(self.books, record)
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future

    return decree


MISTAKES = {
    "a grant is not given back": Mistake(gateway, "give_back", nothing, "in flight"),
    "one in flight too many": Mistake(gateway.Gateway, "serve", one_more_is_in_flight, "in flight"),
    "retry after the first byte": Mistake(
        stream.Relay,
        "_break_off",
        another_engine_after_the_first_byte,
        "after the first byte|two engines|no limit",
        173,
    ),
    "budgets skipped": Mistake(requests, "chain", budgets_are_not_asked, "budget", 1),
    "a hold leaks at a hang-up": Mistake(Run, "charge", a_hold_is_forgotten_at_a_hang_up, "held|never ended"),
    "told before the commit": Mistake(
        requests.Requests, "settle", told_before_the_charge_is_on_disk, "before its (charge|settle)", 3
    ),
    "begun before the commit": Mistake(stream.Relay, "_begin", begun_before_the_hold_is_on_disk, "before its hold", 0),
    "answered anew": Mistake(replay.Replays, "claim", stored_answers_are_not_found, "anew|left in flight", 50),
    "charged twice": Mistake(cutter.Cutter, "usage", output_is_charged_twice, "the engine said"),
    "sent twice": Mistake(stream.Relay, "_send", some_tokens_are_sent_twice, "where . belongs|delivered"),
    "a settlement is lost": Mistake(
        writing.Pen,
        "write",
        a_settlement_is_dropped_with_a_failed_commit,
        "held|no receipt|never ended|not what the journal says",
        0,
    ),
    "no recovery": Mistake(ledger.Ledger, "_recover", nothing, "never ended"),
    "time-outs never come": Mistake(deadline.Deadlines, "sweep", nothing, "hangs|still running", 288),
    "revoked keys open": Mistake(Keys, "_bury", lambda _right: staticmethod(nothing(None)), "revoked", 53),
    "prompts in the log": Mistake(inference, "parse", prompts_are_logged, "a log tells"),
    "no limit for engines": Mistake(answering, "body_for", engines_are_given_no_limit, "no limit"),
    "removed models are served": Mistake(Router, "swap", nothing, "was not found|not to be found and was served", 236),
    "a limit is lost": Mistake(
        writing.Pen, "decree", a_limit_is_told_and_not_written, "is lost|not what the journal says|not \\d", 17
    ),
    "pools stay open": Mistake(wire.Pool, "close", lambda _right: _leave_open, "still connected"),
}


async def _leave_open(_pool: Any) -> None:
    pass


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake = MISTAKES[name]
    monkeypatch.setattr(mistake.room, mistake.name, mistake.wrong(getattr(mistake.room, mistake.name)))
    with pytest.raises(AssertionError, match=mistake.seen):
        live_through(range(mistake.first, mistake.first + SEEDS_TO_FIND))


def live_through(seeds: range) -> None:
    for seed in seeds:
        run(seed)
