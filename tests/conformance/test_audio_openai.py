"""A spoken file through OpenAI's own client in every format, on the starter model; remotes that hear and speak; and
what is no sound. What clients are told is held against receipts."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openai import APIStatusError, BadRequestError, NotFoundError, OpenAI

pytest.importorskip("faster_whisper")

from bench.word_errors import word_error_rate
from tests.conformance.speaking_remote import SOUND, TOKENS, Remote, remote
from tests.e2e.harness import Key, Server, configured, model, scripted
from tests.engines.sounds import SPOKEN, SPOKEN_S, TEXT, half_minutes, of_no_codec, silence
from tokenry.engines import ArtifactStore

EARS = "whisper-tiny.en"
WER_MAX = 0.1
PER_SECOND = 100_000  # nano-USD
FIRST_HEARD_S = 30  # charged at least of a longer sound, once the engine has begun
FILE = ("inaugural.flac", SPOKEN, "audio/flac")


@pytest.fixture(scope="module")
def far() -> Iterator[Remote]:
    with remote() as server:
        yield server


@pytest.fixture(scope="module")
def server(ears: ArtifactStore, far: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    own = f'[[provider]]\nname = "ears"\ndialect = "whisper"\nmodel = "{EARS}"\nparallel = 1\nthreads = 2\n'
    heard, priced = 'kind = "transcription"', "input = 1.25, output = 5"
    models = [
        model(EARS, to=f"ears/{EARS}", price="audio_second = 0.0001", more=f'{heard}\naliases = ["whisper-1"]'),
        *(model(name, to=f"far/{name}", price=priced, more=heard) for name in ("tokens", "deaf-to-streams")),
        model("tells-nothing", price="audio_second = 0.0001", to="far/tells-nothing", more=heard),
        model("voice", to="far/tts", price="input = 15", more='kind = "speech"'),
        scripted("script"),
    ]
    made = Server(tmp_path_factory.mktemp("audio"), configured(*models, mocks={"far": far.url}, top=own)).start()
    yield made
    assert made.stop() == 0, made.log.read_text()
    assert made.check()["ok"]


@pytest.fixture(scope="module")
def key(server: Server) -> Key:
    return server.key("audio", budget_nano=10**9)


@pytest.fixture
def client(server: Server, key: Key) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{server.url}/v1", api_key=key.text, max_retries=0) as made:
        yield made


def hear(client: OpenAI, what: str = "transcriptions", **asked: Any) -> Any:
    """The raw answer to a form."""
    form: dict[str, Any] = {"file": FILE, "model": EARS, **asked}
    return getattr(client.audio, what).with_raw_response.create(**form)


def booked(server: Server, key: Key, raw: Any, seconds: int = SPOKEN_S) -> dict[str, Any]:
    """The receipt of a transcription, charged by the second."""
    receipt = server.receipt(raw.headers["x-request-id"], key)
    assert receipt["outcome"] == "completed"
    assert receipt["usage"]["audio_seconds"] == seconds
    assert receipt["charge_nanousd"] == seconds * PER_SECOND
    if "x-tokenry-charge-nanousd" in raw.headers:
        assert int(raw.headers["x-tokenry-charge-nanousd"]) == receipt["charge_nanousd"]
    return receipt


def right(text: str) -> bool:
    return word_error_rate(TEXT, text) <= WER_MAX


def test_json(client: OpenAI, server: Server, key: Key) -> None:
    raw = hear(client)
    answer = raw.parse()
    assert json.loads(raw.text).keys() == {"text", "usage"}
    assert right(answer.text), answer.text
    assert answer.usage.model_dump() == {"type": "duration", "seconds": SPOKEN_S}
    receipt = booked(server, key, raw)
    assert (receipt["usage"]["counted_by"], receipt["estimated"]) == ("engine", False)
    assert hear(client, model="whisper-1").parse().text == answer.text


def test_text(client: OpenAI, server: Server, key: Key) -> None:
    raw = hear(client, response_format="text")
    assert raw.headers["content-type"].startswith("text/plain")
    assert right(raw.parse()), raw.text
    booked(server, key, raw)


@pytest.mark.parametrize(("wanted", "point"), [("srt", ","), ("vtt", ".")])
def test_subtitles(client: OpenAI, server: Server, key: Key, wanted: str, point: str) -> None:
    raw = hear(client, response_format=wanted)
    told = raw.parse()
    stamp = rf"\d\d:\d\d:\d\d{re.escape(point)}\d\d\d"
    times = re.findall(rf"^({stamp}) --> ({stamp})$", told, re.MULTILINE)
    assert times
    assert times[0][0] == f"00:00:00{point}000"
    assert told.startswith("WEBVTT\n\n" if wanted == "vtt" else "1\n")
    words = [
        line for line in told.splitlines() if line and "-->" not in line and line != "WEBVTT" and not line.isdigit()
    ]
    assert right(" ".join(words)), told
    booked(server, key, raw)


@pytest.mark.parametrize("granularities", [None, ["word"], ["segment"], ["word", "segment"]])
def test_verbose_json(client: OpenAI, server: Server, key: Key, granularities: list[str] | None) -> None:
    more = {} if granularities is None else {"timestamp_granularities": granularities}
    raw = hear(client, response_format="verbose_json", **more)
    answer = raw.parse()
    assert (answer.language, answer.duration) == ("english", SPOKEN_S)
    assert answer.usage.seconds == SPOKEN_S
    if granularities is None or "segment" in granularities:
        assert "".join(segment.text for segment in answer.segments).strip() == answer.text
        assert [segment.id for segment in answer.segments] == list(range(len(answer.segments)))
    else:
        assert answer.segments is None
    if granularities and "word" in granularities:
        assert " ".join(word.word for word in answer.words) == answer.text
        assert all(0 <= word.start <= word.end <= SPOKEN_S for word in answer.words)
    else:
        assert answer.words is None
    assert right(answer.text)
    booked(server, key, raw)


def test_a_stream_says_what_the_whole_says_and_costs_the_same(client: OpenAI, server: Server, key: Key) -> None:
    whole = hear(client).parse().text
    with client.audio.transcriptions.with_streaming_response.create(file=FILE, model=EARS, stream=True) as raw:
        events = list(raw.parse())
        booked(server, key, raw)
    assert [event.type for event in events] == ["transcript.text.delta"] * (len(events) - 1) + ["transcript.text.done"]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == whole
    assert events[-1].usage.model_dump(exclude_unset=True) == {"type": "duration", "seconds": SPOKEN_S}


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_a_model_of_english_does_not_translate(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="multilingual"):
        hear(client, "translations")


def test_hanging_up_stops_the_engine_and_costs_what_was_heard(client: OpenAI, server: Server, key: Key) -> None:
    """Two minutes of speech, of which the first words are enough; the next request finds the one place free."""
    long = half_minutes(4)
    with client.audio.transcriptions.with_streaming_response.create(
        file=("long.wav", long), model=EARS, stream=True
    ) as raw:
        assert next(iter(raw.parse())).delta
        name = raw.headers["x-request-id"]
    assert right(hear(client).parse().text)
    receipt = server.receipt(name, key)
    assert receipt["outcome"] == "client_gone"
    assert FIRST_HEARD_S <= receipt["usage"]["audio_seconds"] < 120
    assert receipt["charge_nanousd"] == receipt["usage"]["audio_seconds"] * PER_SECOND
    assert receipt["bound"]["audio_seconds"] >= 120


def test_the_same_form_again_is_answered_again_and_not_charged(client: OpenAI, server: Server, key: Key) -> None:
    def ask(data: bytes) -> Any:
        return hear(client, file=("a.wav", data), extra_headers={"Idempotency-Key": "once"})

    first, again = ask(silence(1)), ask(silence(1))  # the client takes a new boundary each time
    assert again.headers["idempotent-replayed"] == "true"
    assert first.text == again.text
    with pytest.raises(APIStatusError, match="different request") as caught:
        ask(silence(2))
    assert caught.value.status_code == 422


# --- remotes ----------------------------------------------------------------------------------------------------------


def test_a_remote_that_counts_tokens_is_charged_by_tokens(
    client: OpenAI, server: Server, key: Key, far: Remote
) -> None:
    raw = hear(client, model="tokens", language="en", prompt="Ask", keywords=["Kennedy"])
    answer = raw.parse()
    assert (answer.text, answer.usage.model_dump(exclude_unset=True)) == ("ask not", TOKENS)
    sent = far.forms[-1]
    assert sent["file"] == [str(len(SPOKEN))]
    assert (sent["model"], sent["language"], sent["prompt"]) == (["tokens"], ["en"], ["Ask"])
    assert sent["keywords[]"] == ["Kennedy"]
    assert "seconds_max" not in sent
    receipt = server.receipt(raw.headers["x-request-id"], key)
    assert (receipt["usage"]["input_tokens"], receipt["usage"]["output_tokens"]) == (110, 12)
    assert receipt["charge_nanousd"] == 110 * 1250 + 12 * 5000
    assert receipt["estimated"] is False
    with pytest.raises(BadRequestError, match="not compatible with this model"):
        hear(client, model="tokens", response_format="srt")


@pytest.mark.parametrize("name", ["tokens", "deaf-to-streams"])
def test_a_remote_streams_or_is_told_as_a_stream(client: OpenAI, server: Server, key: Key, name: str) -> None:
    with client.audio.transcriptions.with_streaming_response.create(file=FILE, model=name, stream=True) as raw:
        events = list(raw.parse())
        receipt = server.receipt(raw.headers["x-request-id"], key)
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == "ask not"
    assert events[-1].usage.model_dump(exclude_unset=True) == TOKENS
    assert receipt["charge_nanousd"] == 110 * 1250 + 12 * 5000


def test_a_remote_that_says_nothing_is_charged_by_the_sounds_own_length(
    client: OpenAI, server: Server, key: Key
) -> None:
    raw = hear(client, model="tells-nothing", response_format="text")
    assert raw.parse().strip() == "ask not"
    assert booked(server, key, raw)["estimated"] is True


def test_text_is_spoken(client: OpenAI, server: Server, key: Key, far: Remote) -> None:
    with client.audio.speech.with_streaming_response.create(model="voice", voice="alloy", input="Ask not!") as raw:
        assert raw.read() == SOUND
        assert raw.headers["content-type"] == "audio/mpeg"
        receipt = server.receipt(raw.headers["x-request-id"], key)
    assert far.spoken[-1] == {"model": "tts", "voice": "alloy", "input": "Ask not!"}
    assert receipt["charge_nanousd"] == len("Ask not!") * 15_000
    told = client.audio.speech.create(model="voice", voice="alloy", input="Ask not!", stream_format="sse").text
    assert [json.loads(line[6:])["type"] for line in told.splitlines() if line] == [
        "speech.audio.delta",
        "speech.audio.done",
    ]


def test_half_a_sound_is_nobodys_to_pay_and_does_not_pass_for_a_whole_one(
    client: OpenAI, server: Server, key: Key
) -> None:
    with client.audio.speech.with_streaming_response.create(model="voice", voice="alloy", input="break off") as raw:
        with pytest.raises(Exception, match=r"closed"):
            raw.read()
        receipt = server.receipt(raw.headers["x-request-id"], key)
    assert (receipt["outcome"], receipt["charge_nanousd"]) == ("engine_failed", 0)


# --- what is no sound -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "invalid_audio"),
        (os.urandom(60_000), "invalid_audio"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "invalid_audio"),
        (silence(0), "invalid_audio"),
        (of_no_codec(), "invalid_audio"),
        (silence(4 * 3600 + 60, rate=100), "audio_too_long"),
    ],
    ids=["empty", "random", "playlist", "zero-length", "no-codec", "four-hours"],
)
def test_what_is_no_sound_is_refused_and_not_charged(
    client: OpenAI, server: Server, key: Key, data: bytes, code: str
) -> None:
    with pytest.raises(BadRequestError) as caught:
        hear(client, file=("a.wav", data))
    assert (caught.value.code, caught.value.param) == (code, "file")
    if code == "invalid_audio" and data:
        receipt = server.receipt(caught.value.response.headers["x-request-id"], key)
        assert (receipt["outcome"], receipt["charge_nanousd"]) == ("refused", 0)


def test_a_file_of_26_mb_is_refused(client: OpenAI) -> None:
    with pytest.raises(APIStatusError, match="25 MB") as caught:
        hear(client, file=("a.wav", bytes(26 * 1024 * 1024)))
    assert (caught.value.status_code, caught.value.code) == (413, "request_too_large")


def test_what_is_missing_or_wrong_is_named(client: OpenAI, server: Server) -> None:
    with pytest.raises(NotFoundError):
        hear(client, model="no-such-model")
    with pytest.raises(BadRequestError, match="script is a chat model"):
        hear(client, model="script")
    with pytest.raises(BadRequestError, match="transcription model"):
        client.chat.completions.create(model=EARS, messages=[{"role": "user", "content": "hello"}])
    with pytest.raises(BadRequestError, match="'input'"):
        client.post("/audio/speech", body={"model": "voice"}, cast_to=object)
    for asked, param in (
        ({"response_format": "docx"}, "response_format"),
        ({"temperature": 7}, "temperature"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities"),
        ({"stream": True, "response_format": "srt"}, "response_format"),
        ({"language": "klingon"}, "language"),
    ):
        with pytest.raises(BadRequestError) as caught:
            hear(client, **asked)
        assert caught.value.param == param
    with pytest.raises(APIStatusError) as refused:
        hear(client.with_options(api_key="sk-tok-nobody"))
    assert refused.value.status_code == 401


def test_a_key_with_nothing_left_hears_nothing(server: Server) -> None:
    poor = server.key("poor", budget_nano=5 * PER_SECOND)
    with OpenAI(base_url=f"{server.url}/v1", api_key=poor.text, max_retries=0) as client:
        with pytest.raises(APIStatusError) as caught:
            hear(client)
        assert (caught.value.status_code, caught.value.code) == (429, "insufficient_quota")
        assert math.isclose(hear(client, file=("a.wav", silence(1))).parse().usage.seconds, 1)
