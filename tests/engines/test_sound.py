"""Sound from strangers' bytes: every container that clients send, and files that are none, lie, or never end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("faster_whisper")

from tests.engines.sounds import SPOKEN, SPOKEN_S, encoded, of_no_codec, silence
from tokenry.engines.sound import SAMPLE_RATE, BadSound, Sound, SoundTooLong


def heard_s(data: bytes, seconds_max: float = 60) -> float:
    return sum(len(piece) for piece in Sound(data, seconds_max).samples()) / SAMPLE_RATE


def test_the_clip_is_heard_whole() -> None:
    assert heard_s(SPOKEN) == SPOKEN_S
    assert Sound(SPOKEN, 60).seconds == pytest.approx(SPOKEN_S)
    assert 0.1 < max(float(abs(piece).max()) for piece in Sound(SPOKEN, 60).samples()) <= 1


@pytest.mark.parametrize(
    ("container", "codec"),
    [("mp3", "libmp3lame"), ("ogg", "libopus"), ("ipod", "aac"), ("webm", "libopus"), ("wav", "pcm_s16le"),
     ("adts", "aac"), ("flac", "flac"), ("aiff", "pcm_s16be")],
)  # fmt: skip
def test_what_clients_send_is_heard(container: str, codec: str) -> None:
    assert heard_s(encoded(container, codec, 3)) == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no sound of a kind"),
        (os.urandom(50_000), "no sound of a kind"),
        (b"words and nothing else " * 1000, "no sound of a kind"),
        (silence(0), "less than 0.1 s"),
        (silence(0.05), "less than 0.1 s"),
        (of_no_codec(), "cannot be decoded"),
    ],
    ids=["empty", "random", "text", "zero", "short", "no-codec"],
)
def test_what_is_no_sound_is_told(data: bytes, words: str) -> None:
    with pytest.raises(BadSound, match=words):
        heard_s(data)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:11,\nfile://{path}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {name}\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:11,\nhttp://127.0.0.1:9/a.flac\n#EXT-X-ENDLIST\n",
    ],
)
def test_a_playlist_opens_no_file_and_no_address(
    playlist: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").write_bytes(silence(1))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSound, match="no sound of a kind"):
        Sound(playlist.format(path=tmp_path / "a.wav", name="a.wav").encode(), 60)


def test_a_small_file_that_goes_on_for_hours_is_refused_before_it_is_decoded() -> None:
    bomb = encoded("flac", "flac", 600, rate=8000)
    assert len(bomb) < 200_000
    with pytest.raises(SoundTooLong, match="longer than 300 s"):
        Sound(bomb, 300)


def test_a_file_that_hides_its_length_is_cut_where_it_may_go_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Sound(silence(3), 60)
    sound._seconds_max = 1
    with pytest.raises(SoundTooLong):
        list(sound.samples())


def test_half_a_file_is_heard_as_far_as_it_goes() -> None:
    assert 0 < heard_s(SPOKEN[: len(SPOKEN) // 4]) < SPOKEN_S / 2
