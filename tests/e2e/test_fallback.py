"""An engine that fails: before the first token the next one answers, on the same hold; after it the stream says so."""

from __future__ import annotations

import asyncio
import socket
from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.harness import Answer, Key, Server, Talk, ask, configured, model, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
GOOD = "script/scripted?words=7"
COST = "cost = { input = 0.5, output = 1 }"

# How the first deployment fails: its directives, how its attempt ends, and whether it may have worked on the prompt.
FAILURES = {
    "500": ("error=500", "http_500", False),
    "503": ("error=503", "http_503", False),
    "429": ("error=429", "http_429", False),
    "our key": ("error=401", "http_401", False),
    "our credit": ("error=429&type=insufficient_quota", "http_429", False),
    "its model": ("error=404", "http_404", False),
    "no head": ("break_head", "head", True),
    "broken": ("break_after=0", "body", True),
    "slow": ("latency_ms=20000", "timeout_head", True),
}
STREAM_FAILURES = {
    "error first": ("error_after=0", "error_event", True),
    "role, then nothing": ("break_after=1", "body", True),
    "role, then an error": ("error_after=1", "error_event", True),
    "no stream": ("whole", "ended_early", True),
    "silent": ("stall_after=1", "timeout_body", True),
}


def plain(name: str) -> str:
    """A model's name for a case."""
    return name.replace(" ", "-").replace(",", "")


def config(mock_url: str) -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    # A scripted engine of its own for those whose deadline must be short.
    quick = '\n[[provider]]\nname = "quick"\ndialect = "scripted"\nfirst_byte_timeout_s = 0.4\nidle_timeout_s = 0.4\n'
    models = []
    for name, (script, ended, _) in {**FAILURES, **STREAM_FAILURES}.items():
        provider = "quick" if ended.startswith("timeout") else "script"
        models.append(model(plain(name), to=f"{provider}/scripted?{script} {GOOD}", more=COST))
    return configured(
        *models,
        model("dead", to=f"dead/x {GOOD}", more=COST),
        model("all-fail", to="script/scripted?error=500 script/scripted?error=503&message=second"),
        model("refusing", to=f"script/scripted?error=400&message=no+way&code=odd {GOOD}"),
        scripted("breaks-late", "words=20&break_after=9", more=COST),
        scripted("errs-late", "words=20&error_after=9&message=boom"),
        model("stops-late", to=f"quick/scripted?words=20&stall_after=9 {GOOD}"),
        scripted("lone", "error=500&times=5&text=well+again"),
        model("pair", to=f"script/scripted?error=500&times=50 {GOOD}"),
        model("first-errs-then-slow", to="script/scripted?error_after=0 mock/mock-l20000"),
        mocks={"mock": mock_url, "dead": dead},
        top=quick,
    )


@pytest.fixture(scope="module")
def key(server: Server) -> Key:
    return server.key("robust", budget_nano=10**9)


async def chat(server: Server, key: Key, name: str, *, stream: bool = False) -> Answer:
    body: dict[str, Any] = {"model": name, "messages": [{"role": "user", "content": "go"}], "stream": stream}
    return await ask(server.url, CHAT, key.text, body)


def attempts(server: Server, key: Key, answer: Answer) -> list[str]:
    return [attempt["ended"] for attempt in server.receipt(answer.request_id, key)["attempts"]]


async def check_second_answered(server: Server, key: Key, answer: Answer, ended: str, stream: bool) -> None:
    receipt = server.receipt(answer.request_id, key)
    assert [attempt["ended"] for attempt in receipt["attempts"]] == [ended, "ok"]
    assert receipt["deployment"] == GOOD
    assert receipt["outcome"] == "completed"
    assert receipt["usage"]["output_tokens"] == 7
    assert answer.headers["x-tokenry-engine"] == GOOD
    if stream:
        assert (answer.done, answer.tokens()) == (True, 7)
    else:
        assert answer.json()["usage"]["completion_tokens"] == 7
    # One hold, one charge, for the answer alone.
    assert len(receipt["accounts"]) == 2
    assert receipt["charge_nanousd"] == 1000 * (receipt["usage"]["input_tokens"] + 2 * 7)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("name", FAILURES)
async def test_the_next_deployment_answers(server: Server, key: Key, name: str, stream: bool) -> None:
    answer = await chat(server, key, plain(name), stream=stream)
    assert answer.status == 200, answer.body
    _, ended, _ = FAILURES[name]
    # The plain twin of a stream that breaks off is a body that does.
    await check_second_answered(server, key, answer, ended, stream)


@pytest.mark.parametrize("name", STREAM_FAILURES)
async def test_the_next_deployment_answers_as_long_as_no_token_was_sent(server: Server, key: Key, name: str) -> None:
    answer = await chat(server, key, plain(name), stream=True)
    assert answer.status == 200, answer.body
    await check_second_answered(server, key, answer, STREAM_FAILURES[name][1], stream=True)


async def test_nobody_listens(server: Server, key: Key) -> None:
    answer = await chat(server, key, "dead")
    await check_second_answered(server, key, answer, "connect", stream=False)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
async def test_all_fail(server: Server, key: Key, stream: bool) -> None:
    before = server.spent_nano(key)
    answer = await chat(server, key, "all-fail", stream=stream)
    assert (answer.status, answer.error()["code"]) == (502, "engine_error")
    assert "second" in answer.error()["message"]
    assert attempts(server, key, answer) == ["http_500", "http_503"]
    assert server.spent_nano(key) == before


async def test_what_is_the_callers_fault_is_not_tried_elsewhere(server: Server, key: Key) -> None:
    before = server.spent_nano(key)
    answer = await chat(server, key, "refusing")
    error = answer.error()
    assert (answer.status, error["code"]) == (400, "odd")
    assert server.spent_nano(key) == before


@pytest.mark.parametrize("name", ["breaks-late", "errs-late", "stops-late"])
async def test_after_the_first_token_the_stream_says_that_it_broke(server: Server, key: Key, name: str) -> None:
    answer = await chat(server, key, name, stream=True)
    assert answer.status == 200
    assert not answer.done
    *_, last = answer.chunks()
    assert last["error"].keys() == {"message", "type", "param", "code"}
    assert last["error"]["code"] == "engine_error"
    assert ("boom" in last["error"]["message"]) == (name == "errs-late")
    assert sum(1 for chunk in answer.chunks() if "error" in chunk) == 1
    receipt = server.receipt(answer.request_id, key)
    assert receipt["outcome"] == "engine_failed"
    # The role's event and eight words were sent, and eight words are charged.
    assert answer.tokens() == receipt["usage"]["output_tokens"] == 8
    assert receipt["estimated"]
    assert receipt["usage"]["counted_by"] == "events"


async def test_a_deployment_that_always_fails_is_left_alone_and_comes_back(server: Server, key: Key) -> None:
    for _ in range(5):
        assert (await chat(server, key, "lone")).status == 502
    resting = await chat(server, key, "lone")
    assert (resting.status, resting.error()["code"]) == (503, "no_deployment")
    assert int(resting.headers["retry-after"]) >= 1

    for _ in range(600):
        answer = await chat(server, key, "lone")
        if answer.status != 503:
            break
        await asyncio.sleep(0.05)
    assert answer.json()["choices"][0]["message"]["content"] == "well+again"
    assert (await chat(server, key, "lone")).status == 200


async def test_with_a_spare_nobody_notices(server: Server, key: Key) -> None:
    answers = [await chat(server, key, "pair") for _ in range(8)]
    assert [answer.status for answer in answers] == [200] * 8
    tried = [attempts(server, key, answer) for answer in answers]
    assert tried[:5] == [["http_500", "ok"]] * 5
    # The breaker is open: no more time is lost on the first, but for a trial now and then.
    assert ["ok"] in tried[5:]


async def test_a_hang_up_reaches_the_second_deployment(server: Server, key: Key) -> None:
    talk = await Talk.open(server.url)
    body = {"model": "first-errs-then-slow", "messages": [{"role": "user", "content": "go"}], "stream": True}
    talk.request(CHAT, key.text, body)
    gauge = server.gauge
    await asyncio.to_thread(until, lambda: gauge("tokenry_requests_in_flight"), lambda n: n == 1)
    await asyncio.sleep(0.05)
    talk.hang_up()
    # The upstream would take twenty seconds; nobody waits for it.
    await asyncio.to_thread(until, lambda: gauge("tokenry_requests_in_flight"), lambda n: n == 0, 10.0)
    assert gauge("tokenry_requests_in_flight") == 0


async def test_the_house_bears_what_failed_tries_may_have_cost(server: Server, key: Key) -> None:
    before = await asyncio.to_thread(server.check)
    await chat(server, key, "no-head")
    after = await asyncio.to_thread(server.check)
    assert Decimal(after["borne_by_house_usd"]) > Decimal(before["borne_by_house_usd"])
    assert after["written_off_usd"] == "0.00"
