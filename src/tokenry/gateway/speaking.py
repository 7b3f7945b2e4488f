"""How text is spoken: JSON to the engine, and back bytes of sound (or events with sound in them), as they come.

What is charged are the characters to be spoken, which are known before; so there is nothing to read in the answer. Its
last piece is held back until the charge is on the disk.
"""

from __future__ import annotations

from tokenry.base.limits import STORED_ANSWER_SIZE_MAX
from tokenry.engines import Engine, WireError
from tokenry.gateway.attempt import AttemptFailed, broken, ended_early
from tokenry.gateway.inference import body_for
from tokenry.gateway.run import CLIENT_GONE, Run
from tokenry.gateway.sound import Typed
from tokenry.ledger import Usage
from tokenry.router import DeploymentEntry


async def speak(run: Run, deployment: DeploymentEntry, engine: Engine) -> None:
    """Answer the run's client from this deployment, and settle. Raises as `answering.answer`."""
    request = run.request
    body = body_for(request, deployment, 0, stream=False)
    if not await run.open(deployment, engine, Typed(body, "application/json"), stream=True):
        return
    usage = Usage(request.characters, source="tokenizer")
    kept = _Kept()
    try:
        last = await _pass_on(run, kept)
    except WireError as error:
        if not run.client.gone:
            await _broke(run, broken(error, run.deployment.id))
            return
        if not run.begun:
            run.untested()
        await run.settle(usage, "client_gone", CLIENT_GONE)
        return
    answer = None
    if run.slot is not None:
        answer = run.means.replays.answer(run.slot, 200, _kind(run).decode("latin-1"), kept.all_with(last))
    await run.settle(usage, "completed", 200, answer)
    if not run.client.gone:
        await run.client.send(last, last=True)
    await run.let_go()


class _Kept:
    """What was sent, for an Idempotency-Key, as long as it is not too much to be kept."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """One more piece was sent."""
        self._size += len(piece)
        if self._size <= STORED_ANSWER_SIZE_MAX:
            self._pieces.append(piece)

    def all_with(self, last: bytes) -> bytes:
        """All of it; too much, where it was too much."""
        self.add(last)
        return b"".join(self._pieces) if self._size <= STORED_ANSWER_SIZE_MAX else bytes(STORED_ANSWER_SIZE_MAX + 1)


async def _pass_on(run: Run, kept: _Kept) -> bytes:
    """Pieces to the client as they come; the last one, which waits for the charge.

    Raises:
        WireError: it broke off. AttemptFailed: there was no sound in it.
    """
    held = await run.exchange.read()
    if not held:
        raise ended_early(run.deployment.id)
    run.answered()
    await run.reservation.durable
    await run.client.start(200, [(b"content-type", _kind(run)), *run.headers()])
    run.begun = True
    while piece := await run.exchange.read():
        if run.slot is not None:
            kept.add(held)
        if not run.client.gone:
            await run.client.send(held)
        held = piece
    return held


def _kind(run: Run) -> bytes:
    return run.exchange.header(b"content-type") or b"application/octet-stream"


async def _broke(run: Run, failure: AttemptFailed) -> None:
    """The engine died. Half a sentence is nobody's to pay; a sound that just ends would pass for a whole one, so the
    connection ends with it."""
    if not run.begun:
        raise failure
    run.record(failure)
    run.bear("retry")
    await run.settle(Usage(), "engine_failed", 502)
