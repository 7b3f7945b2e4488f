"""How long a sound is by its own head: every container, and heads that lie, break off or say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("faster_whisper")

from tests.engines.sounds import SPOKEN, SPOKEN_S, encoded, of_no_codec, silence
from tokenry.api.audio.seconds import BYTES_PER_SECOND_MIN, seconds_of
from tokenry.base.limits import AUDIO_SECONDS_MAX
from tokenry.engines.sound import SAMPLE_RATE, Sound

CONTAINERS = [("mp3", "libmp3lame"), ("ogg", "libopus"), ("ipod", "aac"), ("mp4", "aac"), ("webm", "libopus"),
              ("wav", "pcm_s16le"), ("wav", "pcm_mulaw"), ("adts", "aac"), ("flac", "flac")]  # fmt: skip
HEADS = [encoded(container, codec, 1.5) for container, codec in CONTAINERS]


def test_the_clip_is_as_long_as_it_is() -> None:
    assert seconds_of(SPOKEN) == (SPOKEN_S, 13)


@pytest.mark.parametrize(("container", "codec"), CONTAINERS)
def test_every_container_says_how_long_it_is(container: str, codec: str) -> None:
    data = encoded(container, codec, 7.3)
    assert seconds_of(data)[0] == 8
    decoded = sum(map(len, Sound(data, 60).samples())) / SAMPLE_RATE
    assert decoded <= seconds_of(data)[1], "what is held for is never less than what is heard"


def test_an_mp3_behind_a_tag_and_between_rubbish_is_still_measured() -> None:
    sound = encoded("mp3", "libmp3lame", 2)
    tag = b"ID3\x04\0\0\0\0\x01\0" + bytes(128)
    assert seconds_of(tag + sound)[0] == seconds_of(sound)[0]


def test_what_does_not_say_is_as_long_as_its_bytes_can_be() -> None:
    for data in (of_no_codec(), b"x" * 10_000, encoded("aiff", "pcm_s16be", 1)):
        most = -(-len(data) // BYTES_PER_SECOND_MIN)
        assert seconds_of(data) == (most, most)
    assert seconds_of(bytes(10**7)) == (AUDIO_SECONDS_MAX, AUDIO_SECONDS_MAX)
    assert seconds_of(b"") == (1, 1)


def test_a_wave_that_promises_more_than_it_has_is_as_long_as_what_it_has() -> None:
    data = bytearray(silence(3))
    data[40:44] = b"\xff\xff\xff\xff"
    assert seconds_of(bytes(data))[0] == 3


@given(st.sampled_from(HEADS), st.integers(0, 600), st.binary(max_size=40), st.integers(0, 3000))
def test_no_head_does_more_than_be_wrong(head: bytes, at: int, put: bytes, size: int) -> None:
    data = (head[:at] + put + head[at + len(put) :])[:size]
    seconds, most = seconds_of(data)
    assert 1 <= seconds <= most
