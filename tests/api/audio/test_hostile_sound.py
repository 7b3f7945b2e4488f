"""Sound that is none, made so that looking for its length goes on and on."""

from __future__ import annotations

import pytest

from tokenry.api.audio.seconds import seconds_of
from tokenry.base.limits import AUDIO_SECONDS_MAX, AUDIO_SIZE_MAX


@pytest.mark.parametrize(
    "part",
    [b"ID3\x03\0\0\0\0\0\0", b"\xff", b"\xff\xe2\0\0", b"\xff\xf1\x50\x80\x00\xff\xfc", b"\0\0\0\x08ftyp"],
    ids=["tags", "strays", "no-frames", "shortest-frames", "boxes"],
)
def test_a_file_of_nothing_but_parts_keeps_nobody_waiting(part: bytes) -> None:
    """Twenty-five megabytes of empty tags took an hour, in which the process did little else."""
    assert seconds_of(part * (AUDIO_SIZE_MAX // len(part))) == (AUDIO_SECONDS_MAX, AUDIO_SECONDS_MAX)


def test_sound_behind_tags_is_as_long_as_ever() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 1152 samples
    tagged = b"ID3\x03\0\0\0\0\0\x05words" * 3 + frame * 383
    assert seconds_of(tagged)[0] == 11
