"""How one answer is asked of a model: what there is to tell is gathered and found, told as one request, and asked.

The request takes the way of every other: the gateway holds, runs, meters, settles; its receipt is like any other.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from msgspec.structs import replace

from tokenry.access import Principal
from tokenry.base.clock import Clock, to_datetime
from tokenry.config import Config
from tokenry.gateway import Gateway, Inference
from tokenry.ledger import Receipt
from tokenry.router import ModelEntry
from tokenry.storage import AppDb
from tokenry.workspace.gathering import Gathered, gather, turns_of
from tokenry.workspace.run import Job, Run
from tokenry.workspace.sources import Grounding, Wish, nothing_to_read
from tokenry.workspace.telling import SHARE_OF_PASSAGES, Told, Turn, fields_of, room_of, system_text, tell
from tokenry.workspace.whose import Whose

IN_THREAD_LENGTH_MIN: Final = 200_000  # characters of a conversation beyond which it is written in a thread


@dataclass(frozen=True, slots=True)
class House:
    """What answering needs of the house.

    Args:
        config: in force.
        name_of: an organization's, by its id; None = nobody has named it.
        receipt: of a request, by its id; blocks.
        grounding: finds what a question may stand on.
    """

    config: Callable[[], Config]
    name_of: Callable[[str], str | None]
    receipt: Callable[[str], Receipt | None]
    grounding: Grounding = nothing_to_read


class Asker:
    """Asks models."""

    def __init__(self, db: AppDb, gateway: Gateway, clock: Clock, house: House) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._house = house

    def require(self, model: str, principal: Principal) -> ModelEntry:
        """The model of this name, if it may be asked. Raises the TokenryError that it would be refused with."""
        return self._gateway.allowed(Inference("chat.completions", {}, model, 0), principal)

    async def answer(self, run: Run) -> None:
        """Gather, find, tell, ask; what the model says, the run hears. Raises TokenryError."""
        job, answer = run.job, run.job.pair.answer
        entry = self.require(answer.model or "", job.principal)
        limit = min(answer.parameters.max_output_tokens or entry.max_output_tokens, entry.max_output_tokens)
        room = room_of(self._context_of(entry), limit)
        found = await asyncio.to_thread(gather, self._db, job.whose, job.pair.chat, job.pair.question.id, room)
        grounded = await run.unless_stopped(self._house.grounding(_wish(job, found, room, sees(entry))))
        if grounded is None:
            return
        if job.goes_on and answer.sources:  # what it says already cites these by their numbers
            grounded = dataclasses.replace(grounded, sources=answer.sources)
        run.ground(grounded)
        frame = replace(found.frame, house=self._house_line(job.whose))
        turns = turns_of(found, grounded.images, answer.text if job.goes_on else None)
        heavy = bool(grounded.images) or sum(len(turn.text) for turn in turns) > IN_THREAD_LENGTH_MIN
        make = partial(_made, run, turns, system_text(frame, grounded.sources), (room, limit))
        told, request = await asyncio.to_thread(make) if heavy else make()
        run.omitted = told.omitted + found.above
        if not run.gone:
            await self._gateway.serve(job.request_id, request, job.principal, run)

    def _context_of(self, entry: ModelEntry) -> int | None:
        """Tokens that a model can read, as far as the configuration says."""
        if entry.context_length is not None:
            return entry.context_length
        providers = {provider.name: provider for provider in self._house.config().provider}
        known = [providers[one.provider] for one in entry.deployments if one.provider in providers]
        return min((one.context_length for one in known if one.embedded), default=None)

    def _house_line(self, whose: Whose) -> str:
        """What the house says of itself. The day alone, so that what engines keep of a prompt serves all day."""
        name, own = self._house.name_of(whose.organization_id), self._house.config().workspace.instructions
        day = to_datetime(self._clock.now_ns()).strftime("%A, %d %B %Y")
        whom = "" if name is None else f" for the members of {name}"
        line = f"You are an assistant{whom}. Today is {day} (UTC)."
        return f"{line}\n\n{own}" if own else line


def sees(entry: ModelEntry) -> bool:
    """Whether a model takes images: the configuration says so by what one of them costs in tokens."""
    return entry.image_tokens is not None


def _wish(job: Job, found: Gathered, room: int, seeing: bool) -> Wish:
    chat = job.pair.chat
    return Wish(
        whose=job.whose,
        principal=job.principal,
        chat_id=chat.id,
        text=job.pair.question.text,
        files={one: ids for one, ids in zip(found.ids, found.files, strict=True) if ids or one == job.pair.question.id},
        folder_id=chat.folder_id,
        assistant_id=chat.assistant_id,
        sees=seeing,
        characters_max=room // SHARE_OF_PASSAGES,
    )


def _made(run: Run, turns: list[Turn], system: str, bounds: tuple[int, int]) -> tuple[Told, Inference]:
    """What the model is told, and the request. `bounds`: bytes that it can read, tokens that it may answer."""
    told = tell(system, turns, bounds[0])
    return told, _inference(run, told, bounds[1])


def _inference(run: Run, told: Told, limit: int) -> Inference:
    """The request for the gateway."""
    answer = run.job.pair.answer
    parameters = answer.parameters
    if parameters.max_output_tokens is not None:
        parameters = replace(parameters, max_output_tokens=limit)  # another model's larger one is no mistake
    fields = fields_of(told.messages, parameters)
    return Inference(
        "chat.completions", fields, answer.model or "", sum(len(bytes(raw)) + 16 for raw in fields.values()),
        stream=True, limit=parameters.max_output_tokens, limit_field="max_tokens", messages=len(told.messages),
        media=told.images, voices=run.voice,
    )  # fmt: skip
