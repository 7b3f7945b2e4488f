"""The speech child process: `python -m tokenry.engines.whisper_child`. Knows one Whisper model and OpenAI's audio API.

It answers `POST /v1/audio/transcriptions` and `/v1/audio/translations` (forms with a file, `json` or `verbose_json`,
whole or as events), `GET /v1/models` and `GET /health`. Beyond OpenAI's fields it takes `seconds_max`, how long the
sound may be; its events of a `verbose_json` stream carry their `segment`, and the last one language and duration.

Each sound is decoded and heard in a thread of its own, of which there are as many as transcriptions at one time. When
the client goes, the thread stops after the segment it is at.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from tokenry.base.multipart import BadForm, Part, parse
from tokenry.engines.child import announce, give_up, take_configuration
from tokenry.engines.child_configuration import WhisperConfiguration
from tokenry.engines.languages import language_code, language_name
from tokenry.engines.loopback import LoopbackServer, Reply, Request, error_body
from tokenry.engines.sound import BadSound, Sound, SoundTooLong
from tokenry.engines.transcriber import Asked, Segment, Transcriber, Transcript

TASKS = {"/v1/audio/transcriptions": "transcribe", "/v1/audio/translations": "translate"}
_ALIVE_S = 15.0  # a comment is sent when there was nothing to say for so long


class BadAsk(ValueError):
    """The form asks for what cannot be; `param` is the field."""

    def __init__(self, words: str, param: str) -> None:
        super().__init__(words)
        self.param = param


class Job(msgspec.Struct, frozen=True):
    """One request, read."""

    data: bytes
    asked: Asked
    verbose: bool
    stream: bool
    seconds_max: float


class _Heard(msgspec.Struct, frozen=True):
    """What a thread tells the loop: a segment, or the end (`error` when it is a bad one)."""

    segment: Segment | None = None
    error: Exception | None = None


def read_job(request: Request, *, multilingual: bool, seconds_max: int) -> Job:
    """The request's form. Raises BadForm, BadAsk."""
    fields: dict[str, list[Part]] = {}
    for part in parse(request.body, request.headers.get("content-type", "")):
        fields.setdefault(part.name, []).append(part)

    def text(name: str) -> str | None:
        found = fields.get(name)
        return found[-1].value.decode("utf-8", "replace").strip() if found else None

    if "file" not in fields:
        raise BadAsk("you must provide a 'file'", "file")
    task, language = TASKS[request.path], text("language") or None
    if not multilingual and task == "translate":
        raise BadAsk("this model hears English only, so it has nothing to translate; ask a multilingual one", "model")
    code = None if language is None else language_code(language)
    if language is not None and (code is None or (not multilingual and code != "en")):
        known = "" if multilingual else "; this model knows English only"
        raise BadAsk(f"{language[:40]!r} is no language that is known here{known}", "language")
    wanted = text("response_format") or "json"
    if wanted not in ("json", "verbose_json"):
        raise BadAsk(f"response_format must be json or verbose_json here, not {wanted[:40]!r}", "response_format")
    granularities = {part.value for name in _GRANULARITIES for part in fields.get(name, ())}
    return Job(
        fields["file"][-1].value,
        Asked(
            task=task,
            language=code,
            prompt=text("prompt") or None,
            temperature=_number(text("temperature"), "temperature", 1.0) or 0.0,
            words=b"word" in granularities,
            vad="chunking_strategy" in fields,
            keywords=", ".join(p.value.decode("utf-8", "replace") for p in fields.get("keywords[]", ())) or None,
        ),
        verbose=wanted == "verbose_json",
        stream=text("stream") == "true",
        seconds_max=min(seconds_max, _number(text("seconds_max"), "seconds_max", seconds_max) or seconds_max),
    )


_GRANULARITIES = ("timestamp_granularities[]", "timestamp_granularities")


def _number(text: str | None, name: str, most: float) -> float | None:
    try:
        number = None if not text else float(text)
    except ValueError:
        number = -1.0
    if number is not None and not 0 <= number <= most:
        raise BadAsk(f"{name} must be a number from 0 to {most:g}", name)
    return number


class Account:
    """What one transcription has come to, in the words of OpenAI's answers."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._segments: list[Segment] = []

    def take(self, segment: Segment) -> dict[str, Any]:
        """One more segment, as an event."""
        delta = segment.text if self._segments else segment.text.lstrip()
        self._segments.append(segment)
        event: dict[str, Any] = {"type": "transcript.text.delta", "delta": delta}
        return {**event, "segment": segment} if self._job.verbose else event

    def whole(self, transcript: Transcript) -> dict[str, Any]:
        """The whole answer, as `verbose_json` has it or as `json` does."""
        seconds = transcript.seconds
        answer: dict[str, Any] = {"text": "".join(segment.text for segment in self._segments).strip()}
        if self._job.verbose:
            language = "en" if self._job.asked.task == "translate" else transcript.language
            task = self._job.asked.task
            answer |= {"task": task, "language": language_name(language), "duration": round(seconds, 3)}
            answer["segments"] = [msgspec.structs.replace(segment, words=None) for segment in self._segments]
            if self._job.asked.words:
                answer["words"] = [word for segment in self._segments for word in segment.words or ()]
        return answer | {"usage": {"type": "duration", "seconds": math.ceil(round(seconds, 3))}}

    def last_event(self, transcript: Transcript) -> dict[str, Any]:
        """The event that ends a stream."""
        answer = self.whole(transcript)
        answer.pop("segments", None)
        answer.pop("words", None)
        return {"type": "transcript.text.done", **answer}


class WhisperService:
    """Answers for one model."""

    def __init__(self, transcriber: Transcriber, configuration: WhisperConfiguration) -> None:
        self._transcriber = transcriber
        self._configuration = configuration
        self._threads = ThreadPoolExecutor(configuration.parallel, "transcription")

    async def handle(self, request: Request, reply: Reply) -> None:
        """One request of the loopback server."""
        match (request.method, request.path):
            case ("GET", "/health"):
                await reply.send_json(200, {"status": "ok"})
            case ("GET", "/v1/models"):
                model = {"id": self._configuration.name, "object": "model", "created": 0, "owned_by": "tokenry"}
                await reply.send_json(200, {"object": "list", "data": [model]})
            case ("POST", path) if path in TASKS:
                await self._transcribe(request, reply)
            case _:
                await reply.send_json(404, error_body(f"no {request.method} {request.path} here", code="not_found"))

    async def _transcribe(self, request: Request, reply: Reply) -> None:
        try:
            job = read_job(
                request, multilingual=self._transcriber.multilingual, seconds_max=self._configuration.seconds_max
            )
        except (BadForm, BadAsk) as error:
            await _refuse(reply, str(error), getattr(error, "param", None), "invalid_value")
            return
        request.body = b""
        ear = _Ear(self._transcriber, job)
        self._threads.submit(ear.listen)
        try:
            await (_stream if job.stream else _whole)(ear, reply, Account(job))
        except BadSound as error:
            await _bad_sound(reply, error)
        except Exception as error:  # edge: whatever a native library raised ends this one request
            await _broken(reply, error)
        finally:
            ear.stopped.set()


class _Ear:
    """One transcription: `listen` runs in a thread, `heard` tells the loop what came of it."""

    def __init__(self, transcriber: Transcriber, job: Job) -> None:
        self._transcriber = transcriber
        self._job = job
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[_Heard] = asyncio.Queue()
        self.stopped = threading.Event()
        self.transcript: Transcript | None = None

    def listen(self) -> None:
        """Hear the sound to its end, or until `stopped`."""
        error: Exception | None = None
        try:
            if not self.stopped.is_set():
                sound = Sound(self._job.data, self._job.seconds_max)
                self.transcript = self._transcriber.transcribe(sound, self._job.asked)
                for segment in self.transcript:
                    if self.stopped.is_set():
                        return
                    self._tell(self._queue.put_nowait, _Heard(segment))
        except Exception as fault:  # edge: a native library may raise anything; this one request is told and ends
            error = fault
        self._tell(self._queue.put_nowait, _Heard(error=error))

    def _tell(self, call: Any, *arguments: Any) -> None:
        if not self.stopped.is_set():
            self._loop.call_soon_threadsafe(call, *arguments)

    async def heard(self, every_s: float | None = None) -> AsyncIterator[Segment | None]:
        """Segments; None when there was none for `every_s` seconds. Raises what went wrong."""
        while True:
            try:
                async with asyncio.timeout(every_s):
                    it = await self._queue.get()
            except TimeoutError:
                yield None
                continue
            if it.error is not None:
                raise it.error
            if it.segment is None:
                return
            yield it.segment


async def _whole(ear: _Ear, reply: Reply, account: Account) -> None:
    async for segment in ear.heard():
        assert segment is not None
        account.take(segment)
    assert ear.transcript is not None
    await reply.send_json(200, account.whole(ear.transcript))


async def _stream(ear: _Ear, reply: Reply, account: Account) -> None:
    """Events. The head goes out with the first segment or the first sign of life, so that bad sound is a 400."""
    async for segment in ear.heard(_ALIVE_S):
        if not reply.started:
            await reply.start(200, {"content-type": "text/event-stream; charset=utf-8"})
        await reply.write(b": listening\n\n" if segment is None else _event(account.take(segment)))
    assert ear.transcript is not None
    if not reply.started:
        await reply.start(200, {"content-type": "text/event-stream; charset=utf-8"})
    await reply.write(_event(account.last_event(ear.transcript)))
    await reply.end()


def _event(value: Any) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


async def _bad_sound(reply: Reply, error: BadSound) -> None:
    code = "audio_too_long" if isinstance(error, SoundTooLong) else "invalid_audio"
    if not reply.started:
        await _refuse(reply, str(error), "file", code)
        return
    await reply.write(_event({"error": {"message": str(error), "type": "invalid_request_error", "code": code}}))
    await reply.end()


async def _broken(reply: Reply, error: Exception) -> None:
    if reply.started:
        reply.break_off()
        return
    words = f"the transcription failed ({type(error).__name__}: {error})"[:500]
    await reply.send_json(500, error_body(words, "server_error", "transcription_failed"))


async def _refuse(reply: Reply, words: str, param: str | None, code: str) -> None:
    body = error_body(words, code=code)
    body["error"]["param"] = param
    await reply.send_json(400, body)


async def _serve(configuration: WhisperConfiguration) -> None:
    try:
        transcriber = Transcriber(
            Path(configuration.folder), parallel=configuration.parallel, threads=configuration.threads
        )
    except (ValueError, RuntimeError, OSError) as error:
        give_up(error)
    server = LoopbackServer(WhisperService(transcriber, configuration).handle, key=configuration.key)
    await server.start()
    announce(server.port)
    await asyncio.Event().wait()


def main() -> None:
    """Load, announce, serve until the parent goes."""
    asyncio.run(_serve(take_configuration(WhisperConfiguration)))


if __name__ == "__main__":
    main()
