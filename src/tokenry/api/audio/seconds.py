"""How long a sound lasts, read from the heads of its file: what a request may cost is held before anybody decodes it.

Knows the containers that clients send and believes no more of them than their bytes allow. A file of another kind is
taken to be as long as its bytes can be. An engine of ours refuses a sound that goes on for longer than was read here.

Sources: RIFF/WAVE; RFC 9639 (FLAC); RFC 3533 (Ogg), RFC 7845 (Opus), the Vorbis I specification; ISO 11172-3 (MP3);
ISO 14496-12 (MP4); RFC 8794 and the Matroska specification (EBML).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from itertools import islice

from tokenry.base.limits import AUDIO_SECONDS_MAX
from tokenry.gateway import BYTES_PER_SECOND_MIN

STEPS_MAX = 700_000  # parts of one file that are looked at: the frames of the longest one that may be sent
_STRAYS_MAX = 50_000  # places in one file that look like a frame and are none
_TAGS_MAX = 8  # before the sound
_SLACK = 1.02  # what padding and rounding may add to a length
_MP3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_RATES_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def seconds_of(data: bytes) -> tuple[int, int]:
    """How long it is, and how long it may be at most: whole seconds, at least one."""
    try:
        told = _told(data)
    except (struct.error, IndexError, ValueError, ZeroDivisionError, OverflowError):
        told = None
    if told is None or not 0 <= told < 10**7:
        most = min(AUDIO_SECONDS_MAX, max(1, math.ceil(len(data) / BYTES_PER_SECOND_MIN)))
        return most, most
    seconds = max(1, math.ceil(round(told, 3)))
    return seconds, math.ceil(seconds * _SLACK) + 1


def _told(data: bytes) -> float | None:
    """Seconds by the file's own marks; None when it is of no kind that is known here, or does not say."""
    for _ in range(_TAGS_MAX):
        if not data.startswith(b"ID3"):
            break
        size = sum((data[6 + i] & 0x7F) << (21 - 7 * i) for i in range(4))
        data = data[10 + size :]
    if data.startswith((b"RIFF", b"RF64")) and data[8:12] == b"WAVE":
        return _wave(data)
    if data.startswith(b"fLaC"):
        return _flac(data)
    if data.startswith(b"OggS"):
        return _ogg(data)
    if data[4:8] == b"ftyp":
        return _mp4(data)
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return _matroska(data)
    if len(data) > 7 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return _adts(data)
    if len(data) > 4 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return _mp3(data)
    return None


def _wave(data: bytes) -> float | None:
    """Bytes of samples over bytes per second. Only plain samples (and the two old laws) are believed."""
    at, byte_rate = 12, 0
    for _ in range(_STRAYS_MAX):
        if at + 8 > len(data):
            break
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at + 8)
            if kind not in (1, 3, 6, 7, 0xFFFE):
                return None
            byte_rate = channels * rate * bits // 8
        elif name == b"data":
            return (len(data) - at - 8 if size > len(data) - at - 8 else size) / byte_rate
        at += 8 + size + size % 2
    return None


def _flac(data: bytes) -> float | None:
    """Samples over their rate, as the first block says; none said is unknown."""
    head = int.from_bytes(data[18:26], "big")
    rate, samples = head >> 44, head & (1 << 36) - 1
    return samples / rate if samples else None


def _ogg(data: bytes) -> float | None:
    """The last page's place on the clock."""
    last = data.rfind(b"OggS")
    granule = int.from_bytes(data[last + 6 : last + 14], "little", signed=True)
    if granule <= 0:
        return None
    opus = data.find(b"OpusHead", 0, 4096)
    if opus >= 0:
        return max(0, granule - int.from_bytes(data[opus + 10 : opus + 12], "little")) / 48_000
    vorbis = data.find(b"\x01vorbis", 0, 4096)
    if vorbis >= 0:
        return granule / int.from_bytes(data[vorbis + 12 : vorbis + 16], "little")
    return None


def _mp4(data: bytes) -> float | None:
    """The longest of what the movie's heads say; a movie in fragments says nothing there."""
    longest = 0.0
    for name, first, last in islice(_boxes(data, 0, len(data), 0), _STRAYS_MAX):
        if name in (b"mvhd", b"mdhd"):
            version = data[first]
            scale, length = struct.unpack_from(">IQ" if version else ">II", data, first + (20 if version else 12))
            if scale and length and last > first:
                longest = max(longest, length / scale)
    return longest or None


_CONTAINERS = (b"moov", b"trak", b"mdia")


def _boxes(data: bytes, at: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    while at + 8 <= end and depth < 4:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = end - at if size == 0 else size
        if size < head:
            return
        last = min(end, at + size)
        yield name, at + head, last
        if name in _CONTAINERS:
            yield from _boxes(data, at + head, last, depth + 1)
        at += size


_CLUSTER, _TIMESTAMP = b"\x1f\x43\xb6\x75", 0xE7


def _matroska(data: bytes) -> float | None:
    """The length that its head says; of a recording that was streamed, when its last cluster begins, and what of that
    cluster's bytes can last at most."""
    head = data[: max(0, data.find(_CLUSTER)) or len(data)]
    scale_at = head.find(b"\x2a\xd7\xb1")
    scale = int.from_bytes(_payload(head, scale_at + 3), "big") if scale_at >= 0 else 1_000_000
    told = head.find(b"\x44\x89")
    if told >= 0:
        payload = _payload(head, told + 2)
        value = struct.unpack(">f" if len(payload) == 4 else ">d", payload)[0]
        return float(value) * scale / 1e9
    last = data.rfind(_CLUSTER)
    if last < 0:
        return None
    mark = data.find(bytes([_TIMESTAMP]), last + 4, last + 32)
    begins = int.from_bytes(_payload(data, mark + 1), "big") * scale / 1e9 if mark >= 0 else 0.0
    return begins + min(32.8, (len(data) - last) / BYTES_PER_SECOND_MIN)  # a block's place in its cluster has 16 bits


def _payload(data: bytes, at: int) -> bytes:
    """The content of an EBML element whose size stands at `at`."""
    first = data[at]
    length = 9 - first.bit_length() if first else 9
    size = int.from_bytes(data[at : at + length], "big") & (1 << 7 * length) - 1
    if length > 8 or size > 8:
        raise ValueError("an element that is no number")
    return data[at + length : at + length + size]


_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


def _adts(data: bytes) -> float | None:
    """AAC without a container: frames of 1024 samples, each of which says how many bytes it has."""
    at, seconds = 0, 0.0
    for _ in range(STEPS_MAX):
        if at + 7 > len(data) or data[at] != 0xFF:
            return seconds or None
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if size < 7:
            return None
        seconds += 1024 * (1 + (data[at + 6] & 3)) / _AAC_RATES[data[at + 2] >> 2 & 15]
        at += size
    return None


def _mp3(data: bytes) -> float | None:
    """Frame by frame, each of which says how long it is; what is no frame is skipped as decoders do."""
    at, seconds, strays = 0, 0.0, 0
    for _ in range(STEPS_MAX):
        if at + 4 > len(data):
            return seconds or None
        frame = _mp3_frame(data[at : at + 4])
        if frame is None:
            at, strays = data.find(b"\xff", at + 1), strays + 1
            if at < 0:
                return seconds or None
            if strays > _STRAYS_MAX:
                return None
            continue
        seconds += frame[1]
        at += frame[0]
    return None


def _mp3_frame(head: bytes) -> tuple[int, float] | None:
    """Bytes and seconds of the frame with this head; None when it is none (or one of another layer)."""
    if head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, rate_index, place = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or not 0 < rate_index < 15 or place == 3:
        return None
    first = version == 3
    rate = (_MP3_RATES if first else _MP3_RATES_2)[rate_index - 1] * 1000
    sampling = _MP3_SAMPLES[version][place]
    samples = 1152 if first else 576
    return samples // 8 * rate // sampling + (head[2] >> 1 & 1), samples / sampling
