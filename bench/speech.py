"""Speech to text on this machine: how many times faster than it is spoken, and how wrong the words are.

The clip that the tests use (eleven seconds, public domain, its text beside it) goes to the engine that
`tokenry serve` starts for `dialect = "whisper"`, without a gateway, several times. The real-time factor is seconds of
sound over seconds of waiting; the word error rate is over the words of the text.

    just bench speech
    just bench speech --model whisper-large-v3-turbo --rounds 3 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from pathlib import Path

import msgspec

from bench.table import markdown
from bench.word_errors import word_error_rate
from tokenry.base.multipart import Part, build
from tokenry.config import Provider, default_cache_dir
from tokenry.engines import ArtifactStore, Call, Engine
from tokenry.engines import build as build_engine

DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "data"
ANSWER_SIZE_MAX = 10**7


class _Answer(msgspec.Struct):
    text: str
    duration: float


async def heard(engine: Engine, sound: bytes) -> tuple[_Answer, float]:
    """What the engine heard, and how many seconds it took."""
    parts = [Part("response_format", b"verbose_json"), Part("file", sound, "clip.flac", "audio/flac")]
    call = Call(
        "/audio/transcriptions", build(parts, "clip"), "bench", stream=False,
        content_type="multipart/form-data; boundary=clip",
    )  # fmt: skip
    begun_s = time.perf_counter()
    exchange = await engine.open(call)
    body = await exchange.read_all(ANSWER_SIZE_MAX)
    if exchange.status != 200:
        raise SystemExit(body.decode("utf-8", "replace"))
    return msgspec.json.decode(body, type=_Answer), time.perf_counter() - begun_s


async def measure(args: argparse.Namespace) -> dict[str, object]:
    """All rounds; the first one warms up and does not count."""
    sound, said = (DATA / "inaugural.flac").read_bytes(), (DATA / "inaugural.txt").read_text(encoding="utf-8")
    provider = Provider(
        name="ears", dialect="whisper", model=args.model, parallel=1, threads=args.threads, connect_timeout_s=600
    )
    engine = build_engine(provider, {}, ArtifactStore(default_cache_dir()))
    begun_s = time.perf_counter()
    await engine.start()
    await engine.wait_ready(600)
    ready_s = time.perf_counter() - begun_s
    try:
        answer, _ = await heard(engine, sound)
        taken_s = [(await heard(engine, sound))[1] for _ in range(args.rounds)]
    finally:
        await engine.stop()
    median_s = statistics.median(taken_s)
    return {
        "model": args.model,
        "threads": args.threads,
        "sound_s": answer.duration,
        "ready_s": round(ready_s, 2),
        "median_s": round(median_s, 3),
        "real_time_factor": round(answer.duration / median_s, 1),
        "word_error_rate": round(word_error_rate(said, answer.text), 3),
        "heard": answer.text,
        "load_1m": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="just bench speech", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--model", default="whisper-tiny.en", help="an artifact, or the path of a CTranslate2 folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = asyncio.run(measure(args))
    if args.json:
        print(json.dumps(found, indent=1))
        return
    shown = {
        "model": "model", "threads": "threads", "sound_s": "sound s", "ready_s": "ready s", "median_s": "median s",
        "real_time_factor": "times real time", "word_error_rate": "word error rate", "load_1m": "load before",
    }  # fmt: skip
    print(markdown(tuple(shown.values()), [[str(found[name]) for name in shown]]))
    print(f"\nheard: {found['heard']}")


if __name__ == "__main__":
    main()
