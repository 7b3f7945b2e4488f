"""Words that are spoken instead of typed: `/v1/tokenry/chats/transcriptions`. The sound is kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from tokenry.api.audio.asked import UnreadableSound
from tokenry.api.audio.formats import ENGINE_FORMAT
from tokenry.api.audio.seconds import seconds_of
from tokenry.api.audio.voice import TranscriptVoice, Wish
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.api.multipart import Attached, Layout
from tokenry.api.workspace.person import whose
from tokenry.api.workspace.place import project_of, room
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.base.limits import AUDIO_SIZE_MAX
from tokenry.base.multipart import Part
from tokenry.gateway import Form, Headers, Inference

SECONDS_MAX: Final = 600  # of one dictation; longer sound is a file for a transcript


class Dictate(Taken, kw_only=True, frozen=True):
    """The sound as `file`, and beside it where it is charged and which language it is in; else that is heard."""

    project_id: Annotated[str, Meta(max_length=128)] | None = None
    language: Annotated[str, Meta(max_length=10)] | None = None


class Dictated(msgspec.Struct, kw_only=True):
    """What was heard, and what hearing it cost; the receipt is at `/v1/tokenry/me/receipts/{request_id}`."""

    text: str
    model: str
    request_id: str
    charge_nanousd: int
    object: Literal["tokenry.chat.transcription"] = "tokenry.chat.transcription"


class TooLongToDictate(InvalidRequest):
    """More sound than somebody says at one go."""

    code = "audio_too_long"


class Collected:
    """Takes one whole answer; implements the gateway's `Client`."""

    gone = False

    def __init__(self) -> None:
        self.body = b""

    def on_gone(self, callback: Callable[[], None]) -> None:
        """See Client."""

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """See Client."""

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """See Client."""
        self.body = body

    async def start(self, status: int, headers: Headers) -> None:
        """See Client."""

    def push(self, data: bytes) -> bool:
        """See Client."""
        return True

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """See Client."""


async def dictate(call: Call) -> Dictated:
    """Dictate. Up to ten minutes of sound become text, by the house's first transcription model; nothing is kept."""
    assert call.attached is not None
    ask: Dictate = call.body
    person, work = whose(call), room(call)
    project_id = await asyncio.to_thread(project_of, call, person, ask.project_id)
    principal = await asyncio.to_thread(work.principal, person, project_id)
    found = work.choices(call.rooms.router.catalogue, principal, "transcription")
    if not found:
        raise InvalidRequest("no model of this house turns speech into text for you; type it instead", param="file")
    request, heard = await asyncio.to_thread(_request, call.attached, found[0].name, ask.language), Collected()
    request_id = new_id("req")
    await work.runs.gateway.serve(request_id, request, principal, heard)
    receipt = await asyncio.to_thread(call.rooms.ledger.receipt, request_id)
    told: dict[str, Any] = msgspec.json.decode(heard.body)
    return Dictated(
        text=str(told.get("text", "")).strip(), model=found[0].name, request_id=request_id,
        charge_nanousd=0 if receipt is None else receipt.charge,
    )  # fmt: skip


def _request(attached: Attached, model: str, language: str | None) -> Inference:
    """Raises UnreadableSound, TooLongToDictate. Blocks."""
    attached.draft.settle()
    sound = attached.draft.path.read_bytes()
    if not sound:
        raise UnreadableSound("the file is empty: nothing was recorded", param="file")
    seconds, most = seconds_of(sound)
    if seconds > SECONDS_MAX:
        raise TooLongToDictate(
            f"this is {seconds} s of sound, and {SECONDS_MAX} s are heard at one go: leave it as a file instead",
            param="file",
        )
    file = Part("file", sound, attached.name or "speech", attached.mime_type or "application/octet-stream")
    passed = () if language is None else (Part("language", language.encode()),)
    return Inference(
        "audio.transcriptions", {}, model, len(sound), voices=partial(TranscriptVoice, Wish("json")),
        form=Form(file, passed, ENGINE_FORMAT["json"], seconds, most),
    )  # fmt: skip


def _size_max(call: Call, _size: int) -> int:
    """Whoever may chat may send so many bytes of sound."""
    whose(call)
    return AUDIO_SIZE_MAX


ROUTES = (
    Guarded(
        "POST", "/v1/tokenry/chats/transcriptions", None, dictate, takes=Dictate, example={"language": "en"},
        upload=Layout("file"),
        welcome=_size_max, failures=("chat_not_allowed", "content_not_kept", "invalid_audio", "audio_too_long"),
        private=True,
    ),
)  # fmt: skip  # a route a line where it fits
