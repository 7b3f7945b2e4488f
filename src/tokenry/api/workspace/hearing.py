"""Recordings that people leave as files are heard by the house's first transcription model, as a request of theirs."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import msgspec

from tokenry.access import Principal
from tokenry.api.audio.formats import ENGINE_FORMAT
from tokenry.api.audio.seconds import seconds_of
from tokenry.api.audio.voice import TranscriptVoice, Wish
from tokenry.api.workspace.dictation import Collected
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.base.limits import AUDIO_SIZE_MAX
from tokenry.base.multipart import Part
from tokenry.gateway import Form, Gateway, Inference
from tokenry.objects import Ground
from tokenry.workspace import choices, first_choice
from tokenry.workspace.files import WorkspaceFile


class Hearing:
    """Implements the workspace's `Listener`."""

    def __init__(self, gateway: Gateway, ground: Ground) -> None:
        self._gateway = gateway
        self._ground = ground

    async def __call__(self, file: WorkspaceFile, principal: Principal) -> dict[str, Any] | None:
        """See Listener."""
        model = first_choice(choices(self._gateway.means.router.catalogue, principal, "transcription"))
        if model is None:
            return None
        if file.size > AUDIO_SIZE_MAX:
            raise InvalidRequest(
                f"a recording may have at most {AUDIO_SIZE_MAX // 2**20} MiB: cut it, or save it with a lower bit rate"
            )
        request, heard = await asyncio.to_thread(self._request, file, model.name), Collected()
        await self._gateway.serve(new_id("req"), request, principal, heard)
        told: dict[str, Any] = msgspec.json.decode(heard.body)
        return told

    def _request(self, file: WorkspaceFile, model: str) -> Inference:
        """Raises UnreadableSound. Blocks."""
        sound = b"".join(self._ground.blobs.read(file.sha256))
        seconds, most = seconds_of(sound)
        part = Part("file", sound, file.name, file.mime_type or "application/octet-stream")
        return Inference(
            "audio.transcriptions", {}, model, len(sound), voices=partial(TranscriptVoice, Wish("verbose_json")),
            form=Form(part, (), ENGINE_FORMAT["verbose_json"], seconds, most),
        )  # fmt: skip
