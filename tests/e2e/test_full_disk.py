"""A disk that fills up: nothing is served that cannot be booked, the server says so, and goes on when there is room."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Server, Talk, ask, configured, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
BODY = {"model": "script", "messages": [{"role": "user", "content": "go"}], "max_tokens": 20}

NO_CARE = "[storage]\ndisk_free_min = 0\nballast_size = 0\n"
CARE = "[storage]\ndisk_free_min = 8388608\nballast_size = 4194304\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 72 MiB of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=72m", "tmpfs", place], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path) -> Path:
    """A file that takes all the room there is."""
    hog = place / "hog"
    with hog.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return hog


async def test_fails_closed_and_recovers(small_disk: Path) -> None:
    server = Server(small_disk, configured(scripted("script", "words=10"), top=NO_CARE)).start()
    try:
        key = server.key("saver", budget_nano=10**9)
        answered = [await ask(server.url, CHAT, key.text, BODY) for _ in range(3)]
        assert [answer.status for answer in answered] == [200, 200, 200]
        hog = fill(small_disk)
        refused = [await ask(server.url, CHAT, key.text, BODY) for _ in range(40)]
        # What still fits into the pages the log has may be served; then nothing is, and no answer is half an answer.
        statuses = [answer.status for answer in refused]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 503, statuses
        answered += [answer for answer in refused if answer.status == 200]
        assert refused[-1].error()["type"] == "server_error"
        streamed = await ask(server.url, CHAT, key.text, {**BODY, "stream": True})
        assert streamed.status == 503
        streamed.error()
        status, body = server.get("/readyz")
        assert status == 503
        assert "cannot be written" in body["checks"]["ledger"]
        hog.unlink()
        assert until(lambda: server.get("/readyz")[0], lambda status: status == 200) == 200
        answered.append(await ask(server.url, CHAT, key.text, BODY))
        assert answered[-1].status == 200
        server.idle()
        charges = [int(answer.headers["x-tokenry-charge-nanousd"]) for answer in answered]
        assert server.spent_nano(key) == sum(charges)
        assert server.stop() == 0
        report = server.check()
        assert (report["ok"], report["open_holds"]) == (True, 0), report
        assert report["output_tokens"] == 10 * len(answered)
    finally:
        server.kill()


async def test_a_stream_ends_only_when_the_disk_has_taken_its_charge(small_disk: Path) -> None:
    server = Server(small_disk, configured(scripted("script", "words=30&delay_ms=10"), top=NO_CARE)).start()
    try:
        key = server.key("streamer", budget_nano=10**9)
        talk = await Talk.open(server.url)
        talk.on_piece = lambda talk: fill(small_disk) if talk.answer.tokens() == 3 else None
        talk.request(CHAT, key.text, {**BODY, "max_tokens": 100, "stream": True})
        # Only the settlement is left to be written, so it is what the disk refuses.
        await asyncio.to_thread(until, lambda: server.get("/readyz")[0], lambda status: status == 503)
        assert talk.answer.tokens() == 30
        assert not talk.answer.done
        (small_disk / "hog").unlink()
        answer = await talk.whole()
        assert answer.done
        receipt = server.receipt(answer.request_id, key)
        assert receipt["usage"]["output_tokens"] == 30
        assert server.spent_nano(key) == receipt["charge_nanousd"]
        assert server.stop() == 0
        assert server.check()["ok"]
    finally:
        server.kill()


async def test_with_a_ballast_a_stream_settles_on_a_full_disk(small_disk: Path) -> None:
    server = Server(small_disk, configured(scripted("script", "words=30&delay_ms=10"), top=CARE)).start()
    try:
        key = server.key("streamer", budget_nano=10**9)
        assert (server.data / "ballast").stat().st_size == 2**22
        talk = await Talk.open(server.url)
        talk.on_piece = lambda talk: fill(small_disk) if talk.answer.tokens() == 3 else None
        talk.request(CHAT, key.text, {**BODY, "max_tokens": 100, "stream": True})
        answer = await talk.whole()
        assert answer.done, "the settlement found no room"
        assert not (server.data / "ballast").exists()
        assert server.spent_nano(key) == server.receipt(answer.request_id, key)["charge_nanousd"]
        refused = await asyncio.to_thread(
            until,
            lambda: server.get("/readyz"),
            lambda answer: "no new request is taken" in answer[1]["checks"]["ledger"],
        )
        assert refused[0] == 503
        answer = await ask(server.url, CHAT, key.text, BODY)
        assert (answer.status, answer.error()["code"]) == (503, "disk_full")
        (small_disk / "hog").unlink()
        assert until(lambda: server.get("/readyz")[0], lambda status: status == 200) == 200
        assert (await ask(server.url, CHAT, key.text, BODY)).status == 200
        until((server.data / "ballast").exists, bool)
        assert (server.data / "ballast").exists()
        assert server.stop() == 0
        assert server.check()["ok"]
    finally:
        server.kill()
