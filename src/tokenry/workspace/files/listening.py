"""A recording becomes a text with times: what is said, in paragraphs, each from where it begins.

Who hears is the API's to know (`Listener`); here stands what becomes of the segments that were heard. Pure but for the
protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol

from tokenry.access import Principal
from tokenry.reading import CHARACTERS_MAX, Found, Mark
from tokenry.workspace.files.records import WorkspaceFile

PARAGRAPH: Final = 500  # characters, after which the next sentence begins another one
PAUSE_S: Final = 2.0  # of silence, after which another one begins
_ENDS: Final = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001 - of sentences, in every script


class Listener(Protocol):
    """What turns speech into text for somebody, as a request of theirs with a receipt."""

    async def __call__(self, file: WorkspaceFile, principal: Principal) -> dict[str, Any] | None:
        """A transcript as OpenAI's `verbose_json` has it; None = no model of this house hears for them.

        Raises:
            TokenryError: the sound cannot be heard, or nobody pays for it; in words for the person.
        """
        ...


def transcript(heard: dict[str, Any], mime_type: str) -> Found:
    """The text of a recording, with a mark where each paragraph begins."""
    pieces: list[str] = []
    marks: list[Mark] = []
    size = 0
    for start_s, words in _paragraphs(heard.get("segments") or ()):
        marks.append(Mark(at=size, time_ms=max(0, int(start_s * 1000))))
        pieces.append(words)
        size += len(words) + 2
    text = "\n\n".join(pieces) or str(heard.get("text") or "").strip()
    note = None if text else "no speech was heard in it"
    if len(text) > CHARACTERS_MAX:
        text, note = text[:CHARACTERS_MAX], f"only the first {CHARACTERS_MAX:,} characters are kept"
    return Found(kind="audio", mime_type=mime_type, text=text, marks=tuple(marks), note=note)


def _paragraphs(segments: Iterable[Any]) -> list[tuple[float, str]]:
    """Segments put together: a paragraph ends at a long pause, or at a sentence's end when it is long."""
    found: list[tuple[float, list[str]]] = []
    ended_s = 0.0
    for segment in segments:
        if not isinstance(segment, dict):
            continue
        words, start_s = str(segment.get("text") or "").strip(), _seconds(segment.get("start"), ended_s)
        if not words:
            continue
        if not found or start_s - ended_s >= PAUSE_S or _is_full(found[-1][1]):
            found.append((start_s, []))
        found[-1][1].append(words)
        ended_s = _seconds(segment.get("end"), start_s)
    return [(start_s, " ".join(parts)) for start_s, parts in found]


def _is_full(parts: list[str]) -> bool:
    return sum(map(len, parts)) >= PARAGRAPH and parts[-1].endswith(_ENDS)


def _seconds(told: Any, otherwise: float) -> float:
    return float(told) if isinstance(told, int | float) and 0 <= told < 10**6 else otherwise
