"""Speech to text: a Whisper model over a sound of any length, a window at a time. Knows faster-whisper, no HTTP.

Whisper's own way through a long recording is to go on where its last whole segment ended. So is ours, one level up: of
a window of ten minutes all segments but the last count, and the next window begins where that one began. Memory is
bounded by the window, and what is said does not depend on where a window ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from faster_whisper import WhisperModel

from tokenry.engines.sound import SAMPLE_RATE, Samples, Sound

WINDOW_S = 600
_PROMPT_LENGTH = 400  # characters of what was said that the next window is given to go on from


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What one request asks for. `language` is a code; None = hear which it is."""

    task: str = "transcribe"
    language: str | None = None
    prompt: str | None = None
    temperature: float = 0.0
    words: bool = False
    vad: bool = False
    keywords: str | None = None


class SpokenWord(msgspec.Struct, frozen=True):
    """One word and when it was said, in seconds."""

    word: str
    start: float
    end: float


class Segment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of speech, as OpenAI's verbose answers have it. Times are seconds from the beginning of the sound."""

    id: int
    seek: int
    start: float
    end: float
    text: str
    tokens: list[int]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    words: list[SpokenWord] | None = None

    def __post_init__(self) -> None:
        assert self.end >= self.start >= 0


class Transcriber:
    """A loaded model.

    Args:
        folder: a model in CTranslate2's format, with its tokenizer.
        parallel: transcriptions at one time.
        threads: of all of them together.
        window_s: seconds of sound in memory for each.

    Raises:
        ValueError, RuntimeError: the folder holds no such model.
    """

    def __init__(self, folder: Path, *, parallel: int, threads: int, window_s: float = WINDOW_S) -> None:
        if not (folder / "tokenizer.json").is_file():
            raise ValueError(f"{folder} has no tokenizer.json: it is no whole model in CTranslate2's format")
        self._window = int(window_s * SAMPLE_RATE)
        self._model = WhisperModel(
            str(folder),
            compute_type="auto",
            cpu_threads=max(1, threads // parallel),
            num_workers=parallel,
            local_files_only=True,
        )

    @property
    def multilingual(self) -> bool:
        """Whether it knows other languages than English, and can translate them."""
        return bool(self._model.model.is_multilingual)

    def transcribe(self, sound: Sound, asked: Asked) -> Transcript:
        """Begin; the text comes as the result is iterated over. May be called from several threads."""
        return Transcript(self._model, sound.samples(), asked, self._window)


class Transcript:
    """Segments in their order, each as soon as it is known. Iterate once.

    Attributes:
        language: its code, known with the first segment.
        seconds: of sound that were heard so far; all, once it has been iterated over.
    """

    def __init__(self, model: WhisperModel, pieces: Iterator[Samples], asked: Asked, window: int) -> None:
        self._model = model
        self._asked = asked
        self._window = _Window(pieces, window)
        self._count = 0
        self.language = asked.language or "en"
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Segment]:
        asked, prompt, language = self._asked, self._asked.prompt, self._asked.language
        while len(samples := self._window.fill()):
            found, info = self._model.transcribe(
                samples,
                task=asked.task,
                language=language,
                initial_prompt=prompt,
                temperature=asked.temperature or [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
                word_timestamps=asked.words,
                vad_filter=asked.vad,
                hotwords=asked.keywords,
            )
            self.language = language = info.language
            heard = len(samples)
            last: Segment | None = None
            for raw in found:
                if last is not None:
                    prompt = ((prompt or "") + last.text)[-_PROMPT_LENGTH:]
                    self.seconds = last.end
                    yield last
                last = self._segment(raw)
                if self._window.ended:
                    self.seconds = last.end
                    yield last
                    last = None
            if last is not None and not self._window.ended:
                begun = int(last.start * SAMPLE_RATE) - self._window.at
                if begun > heard // 2:
                    heard = begun
                    self._count -= 1
                else:  # one long segment: there is nothing to gain from hearing it again
                    yield last
            self._window.drop(heard)
            self.seconds = self._window.at / SAMPLE_RATE

    def _segment(self, raw: Any) -> Segment:
        offset = self._window.at / SAMPLE_RATE
        words = None
        if raw.words is not None:
            words = [SpokenWord(w.word.strip(), _time(w.start, offset), _time(w.end, offset)) for w in raw.words]
        self._count += 1
        start = _time(raw.start, offset)
        return Segment(
            id=self._count - 1,
            seek=int(raw.seek) + round(offset * 100),
            start=start,
            end=max(start, _time(raw.end, offset)),
            text=raw.text,
            tokens=list(map(int, raw.tokens)),
            temperature=float(raw.temperature or 0),
            avg_logprob=float(raw.avg_logprob),
            compression_ratio=float(raw.compression_ratio),
            no_speech_prob=float(raw.no_speech_prob),
            words=words,
        )


class _Window:
    """What lies in memory of a sound. `at`: where it begins, in samples; `ended`: nothing follows it."""

    def __init__(self, pieces: Iterator[Samples], size: int) -> None:
        self._pieces = pieces
        self._size = size
        self._held: Samples = np.zeros(0, np.float32)
        self._spare: list[Samples] = []
        self.at = 0
        self.ended = False

    def fill(self) -> Samples:
        """The window, as full as the sound allows; empty at its end."""
        gathered, count = [self._held, *self._spare], len(self._held) + sum(map(len, self._spare))
        while count <= self._size and not self.ended:
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
            else:
                gathered.append(piece)
                count += len(piece)
        everything = np.concatenate(gathered)
        self._held, self._spare = everything[: self._size], [everything[self._size :]]
        self.ended = self.ended and not len(self._spare[0])
        return self._held

    def drop(self, samples: int) -> None:
        """So many samples were heard."""
        assert 0 < samples <= len(self._held)
        self._held = self._held[samples:]
        self.at += samples


def _time(seconds: float, offset: float) -> float:
    return round(float(seconds) + offset, 3)
