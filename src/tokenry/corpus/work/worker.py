"""The child process: takes tasks, does them, shows that it lives. Leaves when its parent does.

Knows nothing of documents. It never decides that a document is bad: it dies or says what was raised, and the parent
decides.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from tokenry.base.errors import TokenryError
from tokenry.corpus.work.task import OUTSIDE, Raised, Task, Work

_PARENT_LOOKED_AT_EVERY = 1.0  # seconds


def serve(pipe: Connection, board: Any, factory: Callable[[], Work]) -> None:
    """Do tasks from the pipe until it closes.

    Args:
        pipe: tasks come in, answers go out.
        board: two shared numbers: how many pulses there were, and the row of the last.
        factory: makes the work, once.
    """
    threading.Thread(target=_leave_with, args=(os.getppid(), threading.Event()), daemon=True).start()
    work = factory()
    try:
        pipe.send(None)  # ready: the watch begins
    except OSError:  # the run is over already
        return

    def pulse(row: int) -> None:
        board[1] = row
        board[0] += 1

    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        pulse(OUTSIDE)
        pipe.send(_answer(work, task, pulse))


def _answer(work: Work, task: Task, pulse: Callable[[int], None]) -> Any:
    try:
        return work(task, pulse)
    except TokenryError as error:
        return Raised("TokenryError", error.message, traceback.format_exc())
    except OSError as error:
        return Raised("OSError", str(error), traceback.format_exc())
    except Exception as error:  # edge: a task supervisor; the parent hears of it and decides
        return Raised(type(error).__name__, str(error)[:500], traceback.format_exc())


def _leave_with(parent: int, never: threading.Event) -> None:
    while os.getppid() == parent:
        never.wait(_PARENT_LOOKED_AT_EVERY)
    os._exit(1)  # the parent was killed; what is half written is swept by the next run
