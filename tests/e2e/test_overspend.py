"""Many requests at once on a key with little left: they get what its budget pays for, to the nano-dollar, no more."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

import pytest

from tests.e2e.harness import PROMPT_TOKENS, Answer, Mock, Server, ask, configured, model
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

REQUESTS, PAID_FOR = 500, 100
WAIT_S = 2.0  # for other requests' holds, before a request is refused
TEMPLATE_TOKENS, MESSAGE_TOKENS = 64, 8  # what a hold adds to the body's bytes


@dataclass(frozen=True)
class Case:
    """A price in dollars per million tokens, and how many tokens every answer has."""

    name: str
    input: int
    output: int
    tokens: int
    stream: bool = True

    @property
    def charge(self) -> int:
        """Nano-USD of one answer."""
        return 1000 * (self.input * PROMPT_TOKENS + self.output * self.tokens)

    def hold(self, body_size: int) -> int:
        """Nano-USD that one request holds; one more than it can cost, for the rounding of a split line."""
        bound = body_size + TEMPLATE_TOKENS + MESSAGE_TOKENS
        return 1000 * (self.input * bound + self.output * 3 * self.tokens) + 1


CASES = [
    Case("even", 1, 1, 200),
    Case("output-dearer", 1, 4, 50),
    Case("output-alone", 0, 3, 50),
    Case("input-dearer", 5, 1, 400),
    Case("input-alone", 3, 0, 50),  # a byte is held as a token here: holds are seven times the charge
    Case("plain", 1, 2, 200, stream=False),
]


def config(mock_url: str) -> str:
    return configured(
        *[
            model(case.name, to=f"mock/mock-n{case.tokens}", price=f"input = {case.input}, output = {case.output}")
            for case in CASES
        ],
        mocks={"mock": mock_url},
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_five_hundred_at_once_on_a_budget_for_a_hundred(server: Server, mock: Mock, case: Case) -> None:
    budget = case.charge * PAID_FOR
    key = server.key(case.name, budget_nano=budget)
    message = {"role": "user", "content": "hi"}
    body = {"model": case.name, "messages": [message], "max_tokens": 3 * case.tokens, "stream": case.stream}
    hold = case.hold(len(json.dumps(body)))

    async def once() -> Answer:
        return await ask(server.url, "/v1/chat/completions", key.text, body)

    began = time.monotonic()
    answers = await asyncio.gather(*[once() for _ in range(REQUESTS)])
    took_s = time.monotonic() - began

    at_once = _accepted(answers)
    # On a busy machine some are refused because they waited their two seconds in vain. Then there is money left, and it
    # must still be good for what it is worth.
    while budget - case.charge * _accepted(answers) >= hold:
        assert took_s > WAIT_S, f"only {at_once} answered in {took_s:.2f} s"
        answers.append(await once())
        assert answers[-1].status == 200, answers[-1].body
    answers.append(await once())
    assert answers[-1].status == 429
    print(f"\n{case.name}: {at_once} of {REQUESTS} answered in {took_s:.2f} s, {_accepted(answers)} in all")
    _judge(case, answers)
    assert _accepted(answers) >= PAID_FOR - hold // case.charge

    ids = {answer.request_id for answer in answers if answer.status == 200}
    sent = until(lambda: [row for row in mock.sent() if row.id in ids], lambda rows: len(rows) == len(ids))
    cost = sum(1000 * (case.input * row.prompt + case.output * row.output) for row in sent)
    assert len(sent) == len(ids)
    assert cost <= budget
    assert server.spent_nano(key) == cost


def _accepted(answers: list[Answer]) -> int:
    return sum(1 for answer in answers if answer.status == 200)


def _judge(case: Case, answers: list[Answer]) -> None:
    """Every answer is whole, or refused in words."""
    for answer in answers:
        if answer.status == 200:
            assert _whole(answer, case), answer.body[-300:]
        else:
            _refused_in_words(answer)


def _whole(answer: Answer, case: Case) -> bool:
    if case.stream:
        return answer.done and answer.tokens() == case.tokens
    return bool(answer.json()["usage"]["completion_tokens"] == case.tokens)


def _refused_in_words(answer: Answer) -> None:
    error = answer.error()
    assert (answer.status, error["code"]) == (429, "insufficient_quota"), error
    assert answer.headers["x-should-retry"] == "false"
    assert "$" in error["message"] or "USD" in error["message"], error
