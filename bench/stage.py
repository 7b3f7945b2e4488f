"""What a soak plays on: a real server in a folder of its own, two mock providers, an embedded engine.

It starts, breaks, asks through the admin socket and stops; when, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import tree
from bench.targets import free_port

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0
PROVIDER = """
[[provider]]
name = "{name}"
base_url = "http://127.0.0.1:{port}/v1"
max_concurrency = {concurrency}
"""
REST = """
[[provider]]
name = "child"
dialect = "llama.cpp"
model = "wordllama-256"
[[provider]]
name = "script"
dialect = "scripted"
"""
MODEL = """
[[model]]
name = "{name}"
kind = "{kind}"
aliases = {aliases}
price = {{ input = 0.01, output = 0.01 }}
deployments = [{deployments}]
"""


@dataclass(frozen=True)
class Key:
    """A key and its text."""

    id: str
    text: str


@dataclass
class Mock:
    """One mock provider on a port of its own, which it keeps when it is started again."""

    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        """Start and wait until it listens."""
        command = [sys.executable, "-m", "bench.upstream", "--port", str(self.port)]
        self.process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout is not None
        await self.process.stdout.readline()

    async def kill(self) -> None:
        """End it without mercy."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@dataclass
class Stage:
    """All of it. `program` is the words that call tokenry."""

    folder: Path
    program: Sequence[str]
    mock: Mock = field(default_factory=Mock)
    spare: Mock = field(default_factory=Mock)
    process: asyncio.subprocess.Process | None = None
    url: str = ""

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The server's."""
        assert self.process is not None
        return self.process.pid

    async def start(self) -> None:
        """Everything up, the ready line read."""
        await self.mock.start()
        await self.spare.start()
        self.configure()
        command = [*self.program, "serve", "--port", "0", "--data", str(self.data)]
        command += ["--config", str(self.folder / "tokenry.toml")]
        with (self.folder / "server.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        async with asyncio.timeout(READY_TIMEOUT_S):
            line = (await self.process.stdout.readline()).decode()
        if not line.startswith("ready http://"):
            raise SystemExit(f"the server did not start; see {self.folder / 'server.log'}")
        self.url = line.split()[1] + "/v1"

    def configure(self, round_: int = 0, *, mistake: bool = False) -> None:
        """Write the configuration: every round another model comes or goes, every third exchanges a provider."""
        concurrency = 256 + round_ // 3 % 2
        text = PROVIDER.format(name="mock", port=self.mock.port, concurrency=concurrency)
        text += PROVIDER.format(name="spare", port=self.spare.port, concurrency=256) + REST
        text += model("steady", "mock/mock spare/mock", aliases='["house-model"]')
        text += model("single", "mock/mock-d0") + model("slow", "mock/mock-d20-n50") + model("late", "mock/mock-l300")
        text += model("scripted", "script/scripted") + model("embed", "child/wordllama-256", kind="embedding")
        if round_ % 2:
            text += model(f"guest-{round_}", "spare/mock")
        if mistake:
            text += '\n[[model]]\nnmae = "slip"\n'
        path = self.folder / "tokenry.toml"
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").rename(path)

    async def verb(self, verb: str, **args: Any) -> dict[str, Any]:
        """Ask through the admin socket; the whole answer, `{"ok": …}` or `{"error": …}`."""
        # A socket's path may be no longer than 108 bytes, so it is opened through its folder.
        handle = os.open(self.data / "run", os.O_RDONLY)
        try:
            reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{handle}/admin.sock", limit=2**24)
        finally:
            os.close(handle)
        writer.write(json.dumps({"verb": verb, "args": args}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await reader.readline())
        writer.close()
        return answer

    async def key(self, name: str) -> Key:
        """A new key."""
        made = (await self.verb("key create", name=name))["ok"]
        return Key(made["id"], made["key"])

    def kill_child(self) -> bool:
        """SIGKILL to the embedded engine; False when none runs now."""
        children = [pid for pid in tree(self.pid) if pid != self.pid]
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(children)

    async def stop(self) -> int:
        """SIGTERM, and the server's exit code."""
        assert self.process is not None
        self.process.terminate()
        async with asyncio.timeout(STOP_TIMEOUT_S):
            return await self.process.wait()

    async def kill(self) -> None:
        """End whatever still runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.mock.kill()
        await self.spare.kill()


def model(name: str, to: str, *, kind: str = "chat", aliases: str = "[]") -> str:
    """A [[model]] on `provider/model provider/model …` in order of priority."""
    rows = []
    for priority, target in enumerate(to.split(), start=1):
        provider, _, inner = target.partition("/")
        rows.append(f'{{ provider = "{provider}", model = "{inner}", priority = {priority} }}')
    return MODEL.format(name=name, kind=kind, aliases=aliases, deployments=", ".join(rows))
