"""A transcript in every format that clients ask for. Pure: from what an engine's `verbose_json` says to bytes.

Sources: OpenAI's OpenAPI document 2.3.0 (CreateTranscriptionResponseJson, -VerboseJson, -DiarizedJson); SubRip; WebVTT
(https://www.w3.org/TR/webvtt1/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

import msgspec

Format = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]
FORMATS: tuple[Format, ...] = get_args(Format)
# What engines are asked for, so that the length of the sound and the times are known whatever the client asked.
ENGINE_FORMAT: Mapping[Format, str] = {
    "json": "json",
    "text": "json",
    "srt": "verbose_json",
    "vtt": "verbose_json",
    "verbose_json": "verbose_json",
    "diarized_json": "diarized_json",
}
_TEXT = b"text/plain; charset=utf-8"
_VERBOSE = frozenset({"task", "language", "duration", "segments", "words"})  # which `json` has not


def content_type(wanted: Format) -> bytes:
    """Of an answer in this format; OpenAI's subtitles are plain text, too."""
    return b"application/json" if wanted.endswith("json") else _TEXT


def render(answer: Mapping[str, Any], wanted: Format, granularities: frozenset[str], usage: Mapping[str, Any]) -> bytes:
    """The body of an answer.

    Args:
        answer: what the engine said, with `text`, and with `segments` and `words` where times are wanted.
        granularities: of `verbose_json`; none means segments.
        usage: as the client is to read it.
    """
    match wanted:
        case "text":
            return (_text(answer) + "\n").encode()
        case "srt":
            return _subtitles(answer, _srt_cue).encode()
        case "vtt":
            return ("WEBVTT\n\n" + _subtitles(answer, _vtt_cue)).encode()
        case "verbose_json":
            return msgspec.json.encode(_verbose(answer, granularities) | {"usage": usage})
        case "json":
            plain = {name: value for name, value in answer.items() if name not in _VERBOSE}
            return msgspec.json.encode(plain | {"usage": usage})
        case "diarized_json":
            return msgspec.json.encode({**answer, "usage": usage})


def _verbose(answer: Mapping[str, Any], granularities: frozenset[str]) -> dict[str, Any]:
    told = {name: value for name, value in answer.items() if name not in ("segments", "words")}
    told.setdefault("duration", 0.0)
    told.setdefault("language", "")
    if not granularities or "segment" in granularities:
        told["segments"] = answer.get("segments") or []
    if "word" in granularities:
        told["words"] = answer.get("words") or []
    return told


def _text(answer: Mapping[str, Any]) -> str:
    return str(answer.get("text", "")).strip()


def _subtitles(answer: Mapping[str, Any], cue: Callable[[int, float, float, str], str]) -> str:
    """Cues of what the segments say; of an answer without segments, one of all of it."""
    segments = [one for one in answer.get("segments") or () if isinstance(one, dict)]
    if not segments and _text(answer):
        segments = [{"start": 0.0, "end": answer.get("duration") or 0.0, "text": _text(answer)}]
    cues: list[str] = []
    for segment in segments:
        words = "\n".join(line.strip() for line in str(segment.get("text", "")).splitlines() if line.strip())
        if words:
            start, end = _time(segment.get("start")), _time(segment.get("end"))
            cues.append(cue(len(cues) + 1, start, max(start, end), words.replace("-->", "->")))
    return "".join(cues)


def _srt_cue(number: int, start: float, end: float, words: str) -> str:
    return f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{words}\n\n"


def _vtt_cue(_number: int, start: float, end: float, words: str) -> str:
    plain = words.replace("&", "&amp;").replace("<", "&lt;")
    return f"{clock(start, '.')} --> {clock(end, '.')}\n{plain}\n\n"


def clock(seconds: float, point: str) -> str:
    """Seconds as `hh:mm:ss,mmm`; `point` stands before the thousandths."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{thousandths:03}"


def _time(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value < 10**7 else 0.0
