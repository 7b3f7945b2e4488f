"""All answers that are being made. A run is the server's: it goes on when its browser goes away, and ends with its row.

What a model says is in the row about once a second, for all runs in one transaction, and at the end together with the
charge. What a crash leaves behind says `running` and becomes `broken` at the next start, with what it has and with what
its request was charged; it can go on then.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.gateway import Gateway, RequestEnded
from tokenry.ledger import Receipt
from tokenry.storage import AppDb, Transaction
from tokenry.workspace.answering import Asker, House
from tokenry.workspace.asking import Pair, Wanted
from tokenry.workspace.ending import progress, write_broken, write_end
from tokenry.workspace.messages import Failure, Message
from tokenry.workspace.parameters import Parameters
from tokenry.workspace.pen import Pen
from tokenry.workspace.run import Job, Run
from tokenry.workspace.whose import Whose

log = get_logger("tokenry.workspace")
messages = storage.tables.chat_messages
RUNS_EACH_MAX: Final = 8  # of one person
RUNS_MAX: Final = 5000
CHECKPOINT_EVERY_S: Final = 1.0
CLOSE_S: Final = 5.0  # for the rows of what was cut
_FAULT: Final = "something went wrong here; tell your administrator {}"


class TooManyAnswers(TokenryError):
    """So many answers are being made for one person, or for all, that no further one is begun."""

    status = 429
    type = "requests"
    code = "rate_limit_exceeded"


@dataclass(frozen=True, slots=True)
class Order:
    """An answer that is wanted: `write` puts its rows where they belong."""

    whose: Whose
    principal: Principal
    model: str
    parameters: Parameters
    write: Callable[[Transaction, Wanted], Pair]
    goes_on: bool = False


class Runs:
    """The answers at work. One per process, on the event loop."""

    def __init__(self, db: AppDb, gateway: Gateway, clock: Clock, house: House) -> None:
        self.pen = Pen(db)
        self.house = house
        self._db = db
        self.gateway = gateway
        self._asker = Asker(db, gateway, clock, house)
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._by_request: dict[str, Run] = {}
        self._each: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """How many."""
        return len(self._runs)

    def run(self, message_id: str) -> Run | None:
        """One that is at work."""
        return self._runs.get(message_id)

    def live(self, message: Message) -> tuple[Message, int] | None:
        """A message with what was said until now, and the position behind that; None = nobody answers it."""
        run = self._runs.get(message.id)
        return None if run is None else run.live(message)

    async def begin(self, order: Order) -> Pair:
        """Write what is asked, and begin to answer.

        Raises:
            TooManyAnswers, StorageError; what `order.write` raises; what the model is refused with.
        """
        self._asker.require(order.model, order.principal)
        user_id = order.whose.user_id
        if self._each[user_id] >= RUNS_EACH_MAX:
            raise TooManyAnswers(
                f"{RUNS_EACH_MAX} answers are being made for you already; wait for one of them, or stop one"
            )
        if len(self._runs) >= RUNS_MAX:
            raise TooManyAnswers("too many answers are being made here; try again later", headers={"retry-after": "5"})
        self._each[user_id] += 1
        try:
            now_ns = self._clock.now_ns()
            wanted = Wanted(
                model=order.model, parameters=order.parameters, request_id=new_id("req", at_ns=now_ns), at_ns=now_ns
            )
            pair = await self.pen.write(lambda connection: order.write(connection, wanted))
        except BaseException:
            self._release(user_id)
            raise
        if not pair.fresh:
            self._release(user_id)
            return pair
        run = Run(Job(order.whose, pair, order.principal, wanted.request_id, order.goes_on))
        self._runs[run.id] = self._by_request[wanted.request_id] = run
        task = asyncio.create_task(self._work(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pair

    async def stop(self, message_id: str) -> None:
        """Say no more; returns when the row says so."""
        run = self._runs.get(message_id)
        if run is not None:
            run.stop()
            await run.ended.wait()

    async def stop_chat(self, chat_id: str) -> None:
        """The same for all answers of a chat."""
        for run in [run for run in self._runs.values() if run.job.pair.chat.id == chat_id]:
            await self.stop(run.id)

    def heard(self, event: RequestEnded) -> None:
        """A request came to its end: what it was charged, however it ended."""
        run = self._by_request.get(event.request_id)
        if run is not None and event.receipt is not None:
            run.receipt = event.receipt

    async def keep(self) -> None:
        """Checkpoints, until it is cancelled."""
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY_S)
            await self.checkpoint()

    async def checkpoint(self) -> None:
        """What was said since the last time comes into the rows, in one transaction."""
        rows = []
        for run in self._runs.values():
            if run.dirty:
                run.dirty = False
                rows.append((run.id, progress(run)))
        if not rows:
            return

        def write(connection: Transaction) -> None:
            for message_id, values in rows:
                open_ = (messages.c.id == message_id, messages.c.state == "running")
                connection.execute(messages.update().where(*open_), values)

        try:
            await self.pen.write(write)
        except TokenryError as error:
            log.warning("what is being answered could not be kept so far", why=error.message)

    def recover(self) -> int:
        """What a process left behind that ended without a word; how many answers. Blocks: at the start."""
        with self._db.read() as connection:
            rows = connection.execute(messages.select().where(messages.c.state == "running")).all()
        receipts = [self._receipts(row.request_ids or ()) for row in rows]
        if rows:
            now_ns, config = self._clock.now_ns(), self.house.config()
            with self._db.write() as connection:
                for row, found in zip(rows, receipts, strict=True):
                    write_broken(connection, row, found, config, now_ns)
        return len(rows)

    async def close(self) -> None:
        """Wait until what was cut says so in its row."""
        for run in list(self._runs.values()):
            run.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)

    # --- one run ---------------------------------------------------------------------------------------------------

    async def _work(self, run: Run) -> None:
        try:
            await self._asker.answer(run)
        except TokenryError as error:
            run.error = error
        except Exception:  # edge: task supervisor; the answer says that it failed
            log.exception("an answer failed", request_id=run.job.request_id)
            run.error = TokenryError(_FAULT.format(run.job.request_id))
        finally:
            await self._end(run)

    async def _end(self, run: Run) -> None:
        config, now_ns = self.house.config(), self._clock.now_ns()
        try:
            found = await self._receipts_of(run)
            message = await self.pen.write(lambda connection: write_end(connection, run, found, config, now_ns))
        except Exception as error:  # edge: task supervisor; the row says `running`, and the next start will mend it
            log.exception("the end of an answer could not be kept", message_id=run.id)
            words = "The answer could not be kept: the server's disk takes nothing now. Copy what you need of it."
            told, _ = run.live(run.job.pair.answer)
            code = error.code if isinstance(error, TokenryError) else None
            message = _ended(told, code, words, now_ns)
        del self._runs[run.id], self._by_request[run.job.request_id]
        self._release(run.job.whose.user_id)
        run.end(message)

    async def _receipts_of(self, run: Run) -> list[Receipt]:
        """Of the requests that an answer took this time. The usual one is at hand; only others are looked up."""
        found = await asyncio.to_thread(self._receipts, run.further) if run.further else []
        return found if run.receipt is None else [*found, run.receipt]

    def _receipts(self, request_ids: Sequence[str]) -> list[Receipt]:
        found = [self.house.receipt(one) for one in request_ids]
        return [one for one in found if one is not None]

    def _release(self, user_id: str) -> None:
        self._each[user_id] -= 1
        if self._each[user_id] <= 0:
            del self._each[user_id]


def _ended(message: Message, code: str | None, words: str, now_ns: int) -> Message:
    return replace(message, state="broken", error=Failure(code, words), ended_at=now_ns)
