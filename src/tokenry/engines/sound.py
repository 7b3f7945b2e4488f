"""From the bytes of a sound file to samples, a piece at a time. Knows PyAV and nothing of speech.

The bytes are a stranger's. So only containers of sound are opened (a playlist could name files and addresses for the
decoder to open), what cannot be decoded is told, and however long a small file says it goes on, no more than a limit is
decoded and no more than a window lies in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000  # per second, mono: what Whisper hears
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,asf,au,caf,eac3,flac,flv,gsm,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,mpeg,mpegts,"
    "ogg,tta,voc,w64,wav,wv"
)  # fmt: skip
SHORTEST_S = 0.1
_BROKEN_FRAMES_MAX = 1000  # in a row

Samples = npt.NDArray[np.float32]


class BadSound(ValueError):
    """There is no sound that can be heard in these bytes; the message says why."""


class SoundTooLong(BadSound):
    """It goes on for longer than it may."""


class Sound:
    """One file of sound.

    Args:
        data: its bytes.
        seconds_max: how long it may be at most.

    Raises:
        BadSound: it is no sound, shorter than a tenth of a second, or longer than it may be.
    """

    def __init__(self, data: bytes, seconds_max: float) -> None:
        self._data = data
        self._seconds_max = seconds_max
        self.seconds = self._measure()
        """How long it is by the marks in the file; what is decoded counts."""

    def samples(self) -> Iterator[Samples]:
        """Its samples from -1 to 1, in pieces. Raises BadSound, SoundTooLong."""
        heard, most = 0, int(self._seconds_max * SAMPLE_RATE)
        with self._open() as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            try:
                for frame in self._frames(container):
                    for part in resampler.resample(frame):
                        piece = _floats(part)
                        heard += len(piece)
                        if heard > most:
                            raise self._too_long()
                        yield piece
            except av.FFmpegError as error:
                raise BadSound(f"the sound cannot be decoded ({_words(error)})") from None
        if heard < SHORTEST_S * SAMPLE_RATE:
            raise BadSound(f"there is less than {SHORTEST_S} s of sound in the file")

    def _measure(self) -> float:
        """Its length without decoding it: the sum of what its packets say."""
        with self._open() as container:
            stream = container.streams.audio[0]
            seconds = 0.0
            try:
                for packet in container.demux(stream):
                    seconds += float((packet.duration or 0) * packet.time_base) if packet.time_base else 0.0
                    if seconds > self._seconds_max + 1:
                        raise self._too_long()
            except av.FFmpegError as error:
                if not seconds:
                    raise BadSound(f"the file cannot be read ({_words(error)})") from None
        return seconds

    def _open(self) -> Any:
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
        try:
            container = av.open(io.BytesIO(self._data), mode="r", metadata_errors="ignore", options=options)
        except (av.FFmpegError, ValueError, OSError) as error:
            raise BadSound(f"the file is no sound of a kind that is known here ({_words(error)})") from None
        if not container.streams.audio:
            container.close()
            raise BadSound("the file has no sound in it")
        return container

    @staticmethod
    def _frames(container: Any) -> Iterator[Any]:
        """Frames, and at the end None, which empties the resampler; broken ones are passed over."""
        frames = container.decode(audio=0)
        broken = 0
        while True:
            try:
                yield next(frames)
                broken = 0
            except StopIteration:
                break
            except av.InvalidDataError:
                broken += 1
                if broken > _BROKEN_FRAMES_MAX:
                    raise
        yield None

    def _too_long(self) -> SoundTooLong:
        return SoundTooLong(f"the sound is longer than {self._seconds_max:g} s")


def _floats(frame: Any) -> Samples:
    samples: Samples = frame.to_ndarray().reshape(-1).astype(np.float32) / 32768.0
    return samples


def _words(error: Exception) -> str:
    """FFmpeg's own words, without the name that it was given for the bytes."""
    return str(getattr(error, "strerror", None) or error).split("'<")[0].strip(" :")[:200] or type(error).__name__
