"""Sounds for tests: a spoken clip with its text, and tones, silences and worse made here."""

from __future__ import annotations

import io
import wave
from pathlib import Path

DATA = Path(__file__).parent.parent / "conformance" / "data"
SPOKEN = (DATA / "inaugural.flac").read_bytes()
TEXT = (DATA / "inaugural.txt").read_text(encoding="utf-8").strip()
SPOKEN_S = 11  # exactly


def silence(seconds: float, rate: int = 8000) -> bytes:
    """A WAV file of nothing."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\0\0" * int(seconds * rate))
    return made.getvalue()


def of_no_codec() -> bytes:
    """A WAV file whose codec nobody has."""
    made = bytearray(silence(2))
    made[20:22] = (0x1234).to_bytes(2, "little")
    return bytes(made)


def encoded(container: str, codec: str, seconds: float, rate: int = 16_000) -> bytes:
    """Silence in another container; a few bytes may say that it goes on for hours."""
    import av
    import numpy as np

    made = io.BytesIO()
    with av.open(made, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate)
        stream.layout = "mono"
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        done = 0
        while done < seconds * rate:
            count = min(4096, int(seconds * rate) - done)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, count), np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, done
            for part in resampler.resample(frame):
                file.mux(stream.encode(part))
            done += count
        file.mux(stream.encode(None))
    return made.getvalue()


def half_minutes(times: int) -> bytes:
    """The clip at the beginning of each of so many half minutes, else silence, as WAV."""
    import av
    import numpy as np

    with av.open(io.BytesIO(SPOKEN)) as file:
        clip = np.concatenate([frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]).astype("<i2")
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((clip.tobytes() + bytes(2 * 16_000 * (30 - SPOKEN_S))) * times)
    return made.getvalue()
