"""Deliveries are carried by real mails and calls, on this machine; the clock is turned by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from openai import OpenAI

from tests.notify.peers import MailServer, WebServer, listening
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.config import Config, Mail, Webhooks
from tokenry.notify import Caller, Delivery, Mailer, News, Notices, Post, Sender, Wanted, Webhook, deliveries, webhooks
from tokenry.notify.calling import Call
from tokenry.notify.deliveries import Due
from tokenry.notify.outcome import Outcome
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
OPEN = Webhooks(allow_private=True, timeout_s=5)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Bench:
    """A sender over an app.db, with real mails and calls."""

    notices: Notices
    config: Config = field(default_factory=lambda: Config(webhooks=OPEN))
    caller: Caller = field(default_factory=Caller)

    def __post_init__(self) -> None:
        assert isinstance(self.notices.clock, ManualClock)
        self.clock = self.notices.clock
        self.post = Post(self.clock, self.caller, Mailer(lambda name: "secret"))
        self.sender = Sender(self.notices, self.post, lambda: self.config, draw=lambda _: 0)

    def hook(self, url: str, **wanted: Any) -> tuple[Webhook, str]:
        with self.notices.db.write() as connection:
            return webhooks.create(
                connection, "org_1", Wanted(url=url, **wanted), self.clock.now_ns(), allow_private=True
            )

    def tell(self, occasion: str = "o", addresses: Sequence[str] = (), **more: Any) -> None:
        assert self.notices.tell(
            News("org_1", "budget.threshold_reached", occasion, {"percent": 80}, **more), addresses
        )

    async def round(self) -> list[Delivery]:
        await self.sender.look()
        await self.sender.settled()
        return self.log()

    def log(self) -> list[Delivery]:
        with self.notices.db.read() as connection:
            return deliveries.of_organization(connection, "org_1")


@pytest.fixture
async def bench(notices: Notices) -> AsyncIterator[Bench]:
    made = Bench(notices)
    yield made
    made.caller.close()


async def test_the_official_client_unwraps_what_a_webhook_gets(bench: Bench) -> None:
    server = WebServer()
    async with listening(server):
        _, secret = bench.hook(server.url)
        bench.tell()
        (delivery,) = await bench.round()
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    (call,) = server.calls
    assert call.line == "POST /hook?a=1 HTTP/1.1"
    assert call.headers["webhook-id"] == delivery.news_id
    assert call.headers["host"] == f"127.0.0.1:{server.port}"
    client = OpenAI(api_key="x", webhook_secret=secret)
    client.webhooks.verify_signature(call.body, call.headers, tolerance=10**10)
    at = int(call.headers["webhook-timestamp"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("openai.lib._webhooks.time.time", lambda: at + 60)
        event = client.webhooks.unwrap(call.body, call.headers)
    assert (event.id, event.type) == (delivery.news_id, "budget.threshold_reached")
    assert json.loads(call.body)["data"] == {"percent": 80}


async def test_what_fails_is_tried_again_with_the_same_id_and_given_up_in_the_end(bench: Bench) -> None:
    server = WebServer(answer=b"HTTP/1.1 500 Oh\r\ncontent-length: 4\r\n\r\nboom")
    async with listening(server):
        bench.hook(server.url)
        bench.tell()
        for attempt in range(1, 11):
            (delivery,) = await bench.round()
            assert delivery.attempts == attempt
            assert await bench.round() == [delivery], "nothing is tried before its time"
            if delivery.next_at is not None:
                bench.clock.advance(ns=delivery.next_at - bench.clock.now_ns())
        assert (delivery.state, delivery.next_at) == ("failed", None)
        assert delivery.answer == "answered 500: boom"
        server.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        with bench.notices.db.write() as connection:
            deliveries.replay(connection, bench.notices, "org_1", delivery.id)
        (delivery,) = await bench.round()
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    assert {call.headers["webhook-id"] for call in server.calls} == {delivery.news_id}
    assert bench.notices.stats.ended["webhook", "given_up"] == 1


async def test_a_crash_between_sending_and_noting_sends_again_with_the_same_id(bench: Bench) -> None:
    server = WebServer()
    async with listening(server):
        bench.hook(server.url)
        bench.tell()
        with bench.notices.db.read() as connection:
            (one,) = deliveries.due(connection, bench.clock.now_ns(), (), (), 10)
        assert (await bench.post.carry(one, bench.config)).kind == "delivered"  # and then the process died
        after = Bench(bench.notices)
        (delivery,) = await after.round()
        after.caller.close()
    assert delivery.state == "delivered"
    assert len({call.headers["webhook-id"] for call in server.calls}) == 1
    assert len(server.calls) == 2
    assert server.calls[0].body == server.calls[1].body


async def test_a_webhook_that_hangs_holds_up_nobody(bench: Bench) -> None:
    slow, quick = WebServer(answer=None), WebServer()
    async with listening(slow, quick):
        bench.hook(slow.url)
        bench.hook(quick.url)
        for number in range(20):
            bench.tell(str(number))
        await bench.sender.look()
        while len(quick.calls) < 20:
            await asyncio.wait_for(bench.sender._wake.wait(), 5)
            bench.sender._wake.clear()
            await bench.sender.look()
        assert len(slow.calls) <= 2
        for task in bench.sender._tasks:
            task.cancel()
        await bench.sender.settled()


async def test_a_call_that_gets_no_answer_ends_by_its_time_limit(bench: Bench) -> None:
    silent = WebServer(answer=None)
    async with listening(silent):
        limit = Webhooks(allow_private=True, timeout_s=0.05)  # type: ignore[arg-type]  # shorter than one may write
        outcome = await bench.caller.call(Call(silent.url, {}, b""), limit)
    assert outcome.kind == "again"
    assert "within 0.05 s" in outcome.answer


async def test_a_redirect_to_a_private_address_is_refused_in_words(bench: Bench) -> None:
    trap = WebServer()
    async with listening(trap):
        server = WebServer(answer=f"HTTP/1.1 302 Found\r\nlocation: {trap.url}\r\ncontent-length: 0\r\n\r\n".encode())
        async with listening(server):
            bench.hook(server.url)
            bench.tell()
            (delivery,) = await bench.round()
    assert delivery.state == "waiting"
    assert delivery.answer is not None
    assert "an address of this machine; redirects are not followed" in delivery.answer
    assert trap.calls == []


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:169.254.169.254"], ["fe80::1%1"]])
async def test_a_name_that_leads_to_a_private_address_is_not_called(found: list[str]) -> None:
    caller = Caller(resolve=lambda host, port: found)
    outcome = await caller.call(Call("https://innocent.test/", {}, b""), Webhooks())
    caller.close()
    assert outcome.kind == "again"
    assert outcome.answer.startswith("not called: innocent.test is at ")


async def test_the_address_that_was_judged_is_the_one_that_is_called() -> None:
    """A name that answers otherwise the second time is asked once only."""
    asked: list[str] = []
    server = WebServer()

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    caller = Caller(resolve=rebinding)
    async with listening(server):
        outcome = await caller.call(Call(f"http://name.test:{server.port}/x", {}, b"{}"), OPEN)
    caller.close()
    assert outcome.kind == "delivered"
    assert asked == ["name.test"]
    assert server.calls[0].headers["host"] == f"name.test:{server.port}"


async def test_an_endless_answer_is_cut(bench: Bench) -> None:
    server = WebServer(answer=b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n" + b"x" * 100_000)
    async with listening(server):
        outcome = await bench.caller.call(Call(server.url, {}, b""), OPEN)
    assert outcome.kind == "delivered"
    assert len(outcome.answer) <= 500


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"])
async def test_answers_that_are_none(bench: Bench, answer: bytes) -> None:
    server = WebServer(answer=answer)
    async with listening(server):
        outcome = await bench.caller.call(Call(server.url, {}, b""), OPEN)
    assert outcome.kind == "again"
    assert outcome.answer.startswith("broken off")


async def test_a_webhook_that_is_gone_is_disabled_and_that_is_news(bench: Bench) -> None:
    server = WebServer(answer=b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n")
    async with listening(server):
        hook, _ = bench.hook(server.url)
        bench.tell("1")
        bench.clock.advance(s=1)
        await bench.round()
        bench.tell("2")
    with bench.notices.db.read() as connection:
        assert webhooks.find(connection, "org_1", hook.id).disabled_at is not None
        told = [row.type for row in connection.execute(tables.news.select())]
    assert "webhook.disabled" in told
    assert len(bench.log()) == 1
    with bench.notices.db.write() as connection, pytest.raises(InvalidRequest, match="enable it first"):
        deliveries.replay(connection, bench.notices, "org_1", bench.log()[0].id)


async def test_mails_are_handed_over(bench: Bench) -> None:
    server = MailServer()
    async with listening(server):
        bench.config = Config(mail=Mail(host="127.0.0.1", port=server.port, tls="none", from_address="t@x.test"))
        bench.tell(addresses=["a@x.test", "b@x.test"], private={"link": "https://x.test/#tok"})
        found = await bench.round()
    assert {(one.state, one.answer) for one in found} == {("delivered", "127.0.0.1 took it")}
    assert sorted(to for _, tos, _ in server.mails for to in tos) == ["RCPT TO:<a@x.test>", "RCPT TO:<b@x.test>"]
    assert all("Link: https://x.test/#tok" in data for _, _, data in server.mails)
    with bench.notices.db.read() as connection:
        assert "tok" not in repr(connection.execute(tables.deliveries.select()).all())
    with bench.notices.db.write() as connection, pytest.raises(InvalidRequest, match="secret"):
        deliveries.replay(connection, bench.notices, "org_1", found[0].id)


@pytest.mark.parametrize(
    ("refuses", "state", "answer"),
    [
        ("RCPT:550 no such user", "failed", "answered 550 no such user"),
        ("RCPT:451 later", "waiting", "answered 451 later"),
        ("MAIL:530 sign in first", "failed", "answered 530 sign in first"),
    ],
)
async def test_what_a_mail_server_refuses(bench: Bench, refuses: str, state: str, answer: str) -> None:
    word, _, said = refuses.partition(":")
    server = MailServer(refuses=lambda line: said if line.upper().startswith(word) else None)
    async with listening(server):
        bench.config = Config(mail=Mail(host="127.0.0.1", port=server.port, tls="none", from_address="t@x.test"))
        bench.tell(addresses=["a@x.test"])
        (delivery,) = await bench.round()
    assert (delivery.state, delivery.answer) == (state, answer)


async def test_no_password_goes_to_a_server_that_cannot_do_tls(bench: Bench) -> None:
    seen: list[str] = []

    def watch(line: str) -> str | None:
        seen.append(line)
        return None

    server = MailServer(refuses=watch)
    async with listening(server):
        mail = Mail(host="127.0.0.1", port=server.port, from_address="t@x.test", username="u", password_env="P")
        bench.config = Config(mail=mail)
        bench.tell(addresses=["a@x.test"])
        (delivery,) = await bench.round()
    assert delivery.state == "waiting"
    assert not any("AUTH" in line for line in seen)
    assert server.mails == []


async def test_without_a_mail_server_each_delivery_says_so(bench: Bench) -> None:
    bench.tell(addresses=["a@x.test"])
    (delivery,) = await bench.round()
    assert delivery.state == "failed"
    assert delivery.answer is not None
    assert "no mail server is configured" in delivery.answer


async def test_a_fault_in_one_delivery_stops_no_other(bench: Bench) -> None:
    class Faulty:
        async def carry(self, one: Due, config: Config) -> Outcome:
            if one.target == "a@x.test":
                raise RuntimeError("bug")
            return Outcome("delivered", "ok")

    bench.sender = Sender(bench.notices, Faulty(), lambda: bench.config, draw=lambda _: 0)
    bench.tell(addresses=["a@x.test", "b@x.test"])
    assert {one.target: one.state for one in await bench.round()} == {"a@x.test": "waiting", "b@x.test": "delivered"}


async def test_a_disabled_webhook_gets_nothing_more_and_a_deleted_one_is_gone(bench: Bench) -> None:
    server = WebServer()
    async with listening(server):
        hook, _ = bench.hook(server.url)
        bench.tell("1")
        with bench.notices.db.write() as connection:
            hook, changed = webhooks.update(
                connection, hook, Wanted(enabled=False), bench.clock.now_ns(), allow_private=True
            )
        assert changed == ["disabled_at"]
        bench.tell("2")
        (delivery,) = await bench.round()
        assert (delivery.state, delivery.answer) == ("failed", "the webhook was disabled")
        with bench.notices.db.write() as connection:
            webhooks.delete(connection, hook, bench.clock.now_ns())
            with pytest.raises(NotFound):
                webhooks.find(connection, "org_1", hook.id)
    assert server.calls == []


async def test_old_news_is_forgotten_but_not_what_waits(bench: Bench) -> None:
    bench.tell("old", addresses=["a@x.test"])
    await bench.round()
    bench.hook("https://x.test/")
    bench.tell("waits")
    bench.clock.advance(s=86_400 * 500)
    bench.tell("new")
    with bench.notices.db.write() as connection:
        assert deliveries.forget(connection, bench.clock.now_ns() - 86_400 * 400 * 10**9) == 1
        assert sorted(row.occasion for row in connection.execute(tables.news.select())) == ["new", "waits"]


async def test_after_a_rotation_both_secrets_sign_for_a_day(bench: Bench) -> None:
    server = WebServer()
    async with listening(server):
        hook, old = bench.hook(server.url)
        with bench.notices.db.write() as connection:
            new = webhooks.rotate(connection, hook, bench.clock.now_ns())
        assert new != old
        bench.tell("1")
        await bench.round()
        bench.clock.advance(s=86_401)
        bench.tell("2")
        await bench.round()
    assert [len(call.headers["webhook-signature"].split()) for call in server.calls] == [2, 1]


async def test_run_wakes_when_something_is_told_from_another_thread(bench: Bench) -> None:
    server = WebServer()
    async with listening(server):
        bench.hook(server.url)
        running = asyncio.create_task(bench.sender.run())
        await asyncio.to_thread(bench.tell)
        await asyncio.wait_for(server.arrived.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bench.sender.settled()
    assert len(server.calls) == 1
