"""What hostile clients cost: a table of memory and processor time, by attack. Run by hand, not by the suite.

    just hostile
    just hostile --connections 10000

Each attack is held or repeated while a bystander asks its small question; printed are what the server's memory grew by,
the processor time that it used, and how many of the bystander's requests were answered meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.harness import Key, Mock, Server, ask, configured, model, scripted
from tests.hostile.conftest import BODY_SIZE_MAX
from tests.hostile.raw import Line, request
from tests.hostile.test_bodies import CHAT, COSTLY, chat, cpu_s, resident

TOGETHER = 250  # connections opened at a time


@dataclass(frozen=True)
class Scene:
    """A server, the attacker's key, a bystander's, and how many connections there may be."""

    server: Server
    key: Key
    other: Key
    connections: int


async def hold(scene: Scene, first: bytes) -> None:
    """Open the connections and say `first` on each; hold them while a bystander is served."""
    lines: list[Line] = []
    while len(lines) < scene.connections:
        opened = await asyncio.gather(*[Line.open(scene.server.url) for _ in range(TOGETHER)])
        for line in opened:
            await line.send(first)
        lines += opened
    for _ in range(20):
        assert (await ask(scene.server.url, CHAT, scene.other.text, chat())).status == 200
    print(f"    {resident(scene.server) / 2**20:.0f} MiB with {len(lines):,} held", flush=True)
    await Line.all_leave()


async def idle(scene: Scene) -> None:
    """connections that say nothing"""
    await hold(scene, b"")


async def half_heads(scene: Scene) -> None:
    """connections with half a head"""
    await hold(scene, b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx: ")


async def half_bodies(scene: Scene) -> None:
    """connections with half a body, without a key"""
    await hold(scene, request("POST", CHAT, "content-length: 1000", length=False) + b"{")


async def guesses(scene: Scene) -> None:
    """10,000 keys that are none"""
    line = await Line.open(scene.server.url)
    for number in range(10_000):
        await line.send(request("POST", CHAT, body=chat(), key=f"sk-tok-abcdefgh-{number:043}"))
        reply = await line.reply()
        assert reply is not None
        assert reply.status == 401
    await Line.all_leave()


async def junk(scene: Scene) -> None:
    """10,000 connections with bytes that are no HTTP"""
    for _ in range(10_000 // TOGETHER):
        opened = await asyncio.gather(*[Line.open(scene.server.url) for _ in range(TOGETHER)])
        for line in opened:
            await line.send(b"\x16\x03\x01 junk\r\n\r\n")
        await asyncio.gather(*[line.rest() for line in opened])
        await Line.all_leave()


async def costly(scene: Scene) -> None:
    """every body that is made to cost, ten times"""
    for body, _ in COSTLY.values():
        path = "/v1/completions" if b'"prompt"' in body else CHAT
        for _ in range(10):
            await ask(scene.server.url, path, scene.key.text, body)


async def hang_ups(scene: Scene) -> None:
    """5,000 streams that are left after the first byte"""
    body = chat(model="slow", stream=True)

    async def one() -> None:
        line = await Line.open(scene.server.url)
        await line.send(request("POST", CHAT, body=body, key=scene.key.text))
        await line.reader_line()
        await line.leave()

    for _ in range(5_000 // TOGETHER):
        await asyncio.gather(*[one() for _ in range(TOGETHER)])


ATTACKS: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    idle,
    half_heads,
    half_bodies,
    guesses,
    junk,
    costly,
    hang_ups,
)


async def bystander(scene: Scene, stop: asyncio.Event) -> tuple[int, float]:
    """Small requests until told to stop: how many were answered, and the longest wait."""
    served, longest = 0, 0.0
    while not stop.is_set():
        began = time.monotonic()
        assert (await ask(scene.server.url, CHAT, scene.other.text, chat())).status == 200
        served, longest = served + 1, max(longest, time.monotonic() - began)
        await asyncio.sleep(0.02)
    return served, longest


async def suffer(scene: Scene, attack: Callable[[Scene], Awaitable[None]]) -> str:
    """One line of the table."""
    memory, cpu, began, stop = resident(scene.server), cpu_s(scene.server), time.monotonic(), asyncio.Event()
    watching = asyncio.ensure_future(bystander(scene, stop))
    try:
        await attack(scene)
    finally:
        stop.set()
        served, longest = await watching
    grown, used, took = (resident(scene.server) - memory) / 2**20, cpu_s(scene.server) - cpu, time.monotonic() - began
    return f"{attack.__doc__:58} {grown:+8.1f} MiB {used:7.2f} s {took:7.1f} s {served:6} {longest * 1000:8.0f} ms"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=10_000, help="how many are held at once (default 10,000)")
    args = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < args.connections + 100:
        sys.exit(f"this system lets a process have {hard} files; ask for fewer with --connections")
    with tempfile.TemporaryDirectory(prefix="tokenry-hostile-") as folder:
        (Path(folder) / "upstream").mkdir()
        mock = Mock(Path(folder) / "upstream")  # the scripted engine would keep what it was asked
        config = configured(
            model("script", to="mock/script"),
            scripted("slow", "words=40&delay_ms=20"),
            mocks={"mock": mock.url},
            top=f"[server]\nbody_size_max = {BODY_SIZE_MAX}\n",
        )
        server = Server(Path(folder), config).start()
        try:
            scene = Scene(server, server.key("attacker"), server.key("bystander"), args.connections)
            asyncio.run(ask(server.url, CHAT, scene.key.text, chat(padding="x" * (BODY_SIZE_MAX - 1000))))
            print(f"{'attack':58} {'memory':>12} {'CPU':>9} {'took':>9} served  longest")
            for attack in ATTACKS:
                print(asyncio.run(suffer(scene, attack)), flush=True)
            server.idle()
            assert server.stop() == 0
            print(f"books sound: {server.check()['ok']}")
        finally:
            server.kill()
            mock.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
