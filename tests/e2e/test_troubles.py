"""What people see when a provider or a name server is in trouble: docs/operate/troubles.md says the same words.

What the wire does about each, and more of them, is in tests/engines; here a whole server says it to a whole client.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.harness import PROGRAM, Answer, Key, Server, Talk, ask, configured, model, run, scripted, unwell
from tests.e2e.harness.manual import documented
from tests.e2e.harness.server import until
from tests.engines import certificates

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ntransfer-encoding: chunked\r\n\r\n"
GOOD = b'data: {"choices":[{"index":0,"delta":{"content":"Once"},"finish_reason":null}]}\n\n'
GIGABYTE = 10**9
EVENT_SIZE, ANSWER_SIZE = 4 * 2**20, 64 * 2**20
SLACK = 20 * 2**20  # what the two kernels may hold of it
MEMORY_MB = 160  # the largest answer twice, and some
PROVIDER = """
[[provider]]
name = "{name}"
base_url = "{url}"
dns_timeout_s = 0.3
{more}
"""


class Peer:
    """A provider that answers in its own way, and counts what it could send."""

    def __init__(self, port: int, sent: list[int]) -> None:
        self.port = port
        self.sent = sent


@asynccontextmanager
async def peer(say: bytes, piece: bytes, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None,
               port: int = 0) -> AsyncIterator[Peer]:  # fmt: skip
    """It says `say`, then `piece` again and again up to a gigabyte, as fast as it is taken."""
    sent: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(say)
        sent.append(0)
        place = len(sent) - 1
        try:
            while piece and sent[place] < GIGABYTE:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                sent[place] += len(piece)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    try:
        yield Peer(server.sockets[0].getsockname()[1], sent)
    finally:
        server.close()


def served(**urls: str) -> str:
    """A configuration with a provider, and a model, of each name."""
    more = {name: url.partition(" ")[2] for name, url in urls.items()}
    providers = [PROVIDER.format(name=n, url=url.partition(" ")[0], more=more[n]) for n, url in urls.items()]
    return "".join(providers) + configured(*[model(name, to=f"{name}/m") for name in urls])


async def asked(server: Server, key: Key, name: str, *, stream: bool = False) -> Answer:
    """One request to a model, which may not last."""
    body = {"model": name, "messages": [{"role": "user", "content": "go"}], "stream": stream}
    async with asyncio.timeout(30):
        return await ask(server.url, CHAT, key.text, body)


async def charged_nothing(server: Server, key: Key) -> None:
    """No funds are held, none spent."""
    await asyncio.to_thread(server.idle)
    assert await asyncio.to_thread(server.spent_nano, key) == 0


def peak_mb(server: Server) -> float:
    """The most memory the server ever had."""
    assert server.process is not None
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


async def test_names_that_fail_and_move_and_a_certificate_that_has_expired(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    state, python = tmp_path / "state.json", Path(PROGRAM).with_name("python")
    if not python.exists():
        pytest.skip(f"no Python beside {PROGRAM}")

    def names(moves: str) -> None:
        state.with_suffix(".new").write_text(json.dumps({"names": {"gone": "", "hangs": None, "moves": moves}}))
        state.with_suffix(".new").rename(state)

    answer = b'{"choices":[{"index":0,"message":{"content":"%b"},"finish_reason":"stop"}]}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
    names("127.0.0.1")
    authority = certificates.written(tmp_path / "ca.pem", certificates.pem(certificates.AUTHORITY))
    async with (
        peer(b"", b"", tls=certificates.server(tmp_path, certificates.EXPIRED)) as old,
        peer(head + answer % b"here", b"") as here,
        peer(head + answer % b"there", b"", host="127.0.0.2", port=here.port),
    ):
        urls = {"gone": "http://gone/v1", "hangs": "http://hangs/v1", "moves": f"http://moves:{here.port}/v1"}
        config = served(**urls, lab=f'https://127.0.0.1:{old.port}/v1 ca_file = "{authority}"')
        prefix = [str(python), unwell.__file__, str(state)]
        server = await asyncio.to_thread(start, config, prefix=prefix)
        key = await asyncio.to_thread(server.key, "k", budget_nano=10**9)
        for name in ("gone", "hangs", "lab"):
            failed = await asked(server, key, name)
            assert (failed.status, failed.error()["code"]) == (502, "engine_error")
            documented(failed.error()["message"])
        await charged_nothing(server, key)
        assert b"here" in (await asked(server, key, "moves")).body
        names("127.0.0.2")
        assert b"there" in (await asked(server, key, "moves")).body


async def test_a_gigabyte_in_one_piece(start: Callable[..., Server]) -> None:
    words = b"all work and no play " * 3000
    events, plain = HEAD % b"text/event-stream", HEAD % b"application/json"
    late = events + b"%x\r\n%b\r\n" % (len(GOOD), GOOD)
    async with peer(events, words) as one, peer(late, words) as two, peer(plain, words) as three:
        peers = {"event": one, "late": two, "plain": three}
        config = served(**{name: f"http://127.0.0.1:{peer.port}/v1" for name, peer in peers.items()})
        server = await asyncio.to_thread(start, config)
        key = await asyncio.to_thread(server.key, "k", budget_nano=10**9)
        before_mb = peak_mb(server)
        for name in ("event", "plain"):
            failed = await asked(server, key, name, stream=name == "event")
            assert (failed.status, failed.error()["code"]) == (502, "engine_error")
            documented(failed.error()["message"])
            await charged_nothing(server, key)
        broken = await asked(server, key, "late", stream=True)  # it had begun, so its status has been sent
        assert (broken.status, broken.done) == (200, False)
        assert broken.chunks()[0]["choices"][0]["delta"]["content"] == "Once"
        assert broken.chunks()[-1]["error"]["code"] == "engine_error"
        documented(broken.chunks()[-1]["error"]["message"])
        for name, peer_ in peers.items():
            assert sum(peer_.sent) < (ANSWER_SIZE if name == "plain" else EVENT_SIZE) + SLACK, name
        assert peak_mb(server) - before_mb < MEMORY_MB


# --- the house's own ------------------------------------------------------------------------------------------------


async def test_a_configuration_with_mistakes(start: Callable[..., Server]) -> None:
    good = configured(scripted("steady"))
    server = await asyncio.to_thread(start, good)
    key = await asyncio.to_thread(server.key, "k", budget_nano=10**9)
    server.file.write_text(good.replace("price", "prise") + "[server]\nport = 99999\n" + scripted("new"))
    refused = await asyncio.to_thread(run, "reload", "--data", server.data)
    assert (refused.returncode, refused.stdout) == (1, "")
    documented(refused.stderr)
    assert (await asked(server, key, "steady")).status == 200
    assert (await asked(server, key, "new")).status == 404
    # It is looked at before anything is opened, so a start says the same and leaves no trace.
    again = await asyncio.to_thread(run, "serve", "--data", server.data.with_name("other"), "--config", server.file)
    assert (again.returncode, again.stderr) == (1, refused.stderr)


async def test_a_ledger_that_cannot_be_written(start: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(start, configured(scripted("steady"), scripted("slow", "words=40&delay_ms=30")))
    key = await asyncio.to_thread(server.key, "k", budget_nano=10**9)
    assert server.process is not None
    stream = await Talk.open(server.url)
    first = asyncio.Event()
    stream.on_piece = lambda _talk: first.set()
    stream.request(CHAT, key.text, {"model": "slow", "messages": [{"role": "user", "content": "go"}], "stream": True})
    await first.wait()
    limit = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, limit[1]))  # every write fails from here on
    failed = await asked(server, key, "steady")
    while failed.status == 200:  # it was on its way
        failed = await asked(server, key, "steady")
    assert (failed.status, failed.error()["code"]) == (503, "ledger_unavailable")
    documented(failed.error()["message"])
    again = await asked(server, key, "steady")
    assert (again.status, again.error()["code"]) == (503, "ledger_unavailable")
    documented(again.error()["message"])
    status, ready = await asyncio.to_thread(server.get, "/readyz")
    assert (status, ready["checks"]["ledger"]) == (503, "cannot be written; the log says why")
    documented(ready["checks"]["ledger"])
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limit)
    assert (await stream.whole()).done
    await asyncio.to_thread(until, lambda: server.get("/readyz")[0], lambda status: status == 200)
    assert (await asked(server, key, "steady")).status == 200
    # Before it comes to that: less than the least is free, here because the least is more than any disk has.
    server.file.write_text(f"{server.file.read_text()}[storage]\ndisk_free_min = {2**50}\n")
    await asyncio.to_thread(server.verb, "reload")
    await asyncio.to_thread(until, lambda: server.get("/readyz")[0], lambda status: status == 503)
    failed = await asked(server, key, "steady")
    assert (failed.status, failed.error()["code"]) == (503, "disk_full")
    documented(failed.error()["message"])
    assert await asyncio.to_thread(server.stop) == 0
    assert (await asyncio.to_thread(server.check))["ok"]
