"""How an answer ended: its state, why it is not whole, and the row that says so. Pure but for the row's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.base.errors import NotFound, TokenryError
from tokenry.config import Config
from tokenry.ledger import Receipt
from tokenry.storage import Transaction
from tokenry.workspace.messages import Failure, Message, SeenBy, State, row_of, with_siblings
from tokenry.workspace.run import Run
from tokenry.workspace.searching import note_message
from tokenry.workspace.seeing import seen_by

tables = storage.tables
chats, messages = tables.chats, tables.chat_messages
RESTARTED: Final = Failure(
    "server_restarted",
    "The server was restarted while it answered. What it had said by then is kept: let it go on, or ask again.",
)
_LENGTH: Final = Failure(
    "length", "The answer came to the length that was set for it. It can go on where it ends, or have a larger one."
)
_TOO_LONG: Final = (
    "This is more than the model can read: shorten it, attach it as a file, or choose a model that reads more."
)
_EMPTY: Final = Failure("empty_answer", "The model ended without a word. Ask again, or ask another model.")


def outcome(run: Run) -> tuple[State, Failure | None]:
    """What became of an answer."""
    told = run.said.position > 0
    if run.error is not None and not (run.gone and told):
        return ("broken" if told else "failed"), failure_of(run.error)
    if run.finish == "length":
        return "stopped", _LENGTH
    if run.gone:
        return "stopped", None
    return ("complete", None) if told else ("failed", _EMPTY)


def failure_of(error: TokenryError) -> Failure:
    """An error as it is kept beside an answer."""
    if error.code == "context_length_exceeded":
        return Failure(error.code, f"{_TOO_LONG} ({error.message})")
    return Failure(error.code or error.type, error.message)


def write_end(connection: Transaction, run: Run, receipts: Sequence[Receipt], config: Config, now_ns: int) -> Message:
    """The row of an answer that has ended, and its charge in its chat's sum; the message as it is then.

    A chat that was deleted meanwhile stays deleted.

    Args:
        receipts: of the requests that it took since its row was charged last; the last one answered.
    """
    state, error = outcome(run)
    pair = run.job.pair
    values: dict[str, Any] = {
        **progress(run), "state": state, "error": None if error is None else msgspec.to_builtins(error),
        "ended_at": now_ns,
    }  # fmt: skip
    try:
        row = row_of(connection, pair.chat.id, run.id)
    except NotFound:
        return msgspec.structs.replace(run.live(pair.answer)[0], state=state, error=error, ended_at=now_ns)
    return _written(connection, row, values | charged(connection, row, receipts, config), now_ns)


def write_broken(
    connection: Transaction, row: Any, receipts: Sequence[Receipt], config: Config, now_ns: int
) -> Message:
    """The row of an answer whose server ended under it: with what it has, and with what its requests were charged.

    Args:
        receipts: of all requests of the row that left one.
    """
    receipts = unbooked(row.charge_nanousd, receipts)
    values: dict[str, Any] = {"state": "broken", "error": msgspec.to_builtins(RESTARTED), "ended_at": now_ns}
    return _written(connection, row, values | charged(connection, row, receipts, config), now_ns)


def progress(run: Run) -> dict[str, Any]:
    """What a row has of an answer so far."""
    return {
        "text": run.said.whole("text"),
        "reasoning": run.said.whole("reasoning") or None,
        "sources": msgspec.to_builtins(run.sources) or None,
        "omitted": run.omitted or None,
        "request_ids": list(run.request_ids),
    }


def charged(connection: Transaction, row: Any, receipts: Sequence[Receipt], config: Config) -> dict[str, Any]:
    """The columns that further receipts fill, beside what an answer has that went on; adds them to the chat's sum."""
    if not receipts:
        return {}
    spent, tokens = sum(one.charge for one in receipts), sum(one.charge_tokens for one in receipts)
    sums = {"charge_nanousd": chats.c.charge_nanousd + spent, "charge_tokens": chats.c.charge_tokens + tokens}
    connection.execute(chats.update().where(chats.c.id == row.chat_id).values(**sums))
    answers = [one for one in receipts if one.facts.endpoint == "chat.completions"]
    others = [one for one in receipts if one.facts.endpoint != "chat.completions"]
    before = [] if row.seen_by is None else msgspec.convert(row.seen_by, list[SeenBy])
    fresh = seen_by(config, [name for one in (*others, *answers) for name in one.seen_by])
    everybody = [one for one in before if one not in fresh] + fresh  # the last one answered
    return {
        "model": answers[-1].facts.model if answers else row.model,
        "seen_by": msgspec.to_builtins(everybody),
        "input_tokens": (row.input_tokens or 0) + sum(one.usage.input_tokens for one in answers),
        "output_tokens": (row.output_tokens or 0) + sum(one.usage.output_tokens for one in answers),
        "charge_nanousd": (row.charge_nanousd or 0) + spent,
        "charge_tokens": (row.charge_tokens or 0) + tokens,
    }


def unbooked(charged_before: int | None, receipts: Sequence[Receipt]) -> Sequence[Receipt]:
    """Those of an answer's receipts, in order, that its row does not have yet.

    What it was charged before it went on is the sum of the first of them. Where it is not, old receipts have been given
    up since, and the last one alone is new.
    """
    if charged_before is None:
        return receipts
    for known in range(len(receipts) - 1, -1, -1):
        if sum(one.charge for one in receipts[:known]) == charged_before:
            return receipts[known:]
    return receipts[-1:]


def _written(connection: Transaction, row: Any, values: dict[str, Any], now_ns: int) -> Message:
    connection.execute(messages.update().where(messages.c.id == row.id), values)
    connection.execute(chats.update().where(chats.c.id == row.chat_id), {"updated_at": now_ns})
    row = row_of(connection, row.chat_id, row.id)
    note_message(connection, connection.execute(chats.select().where(chats.c.id == row.chat_id)).one(), row)
    return with_siblings(connection, row.chat_id, [row])[0]
